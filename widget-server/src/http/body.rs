//! The body of a response: nothing, bytes, or a stream.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use hyper::body::{Frame, SizeHint};
use tokio::sync::mpsc;

type ByteStream = Pin<Box<dyn Stream<Item = Bytes> + Send>>;

/// A response body.
///
/// Known bytes stay known: they need no box, and their length is told to the client.
pub struct Body {
    kind: Kind,
    /// Kept until the body is sent or dropped: what counts open streams and busy connections.
    held: Option<Box<dyn Send + Sync>>,
}

enum Kind {
    Empty,
    Full(Bytes),
    Stream(ByteStream),
}

impl Body {
    /// No body at all.
    #[must_use]
    pub fn empty() -> Self {
        Self { kind: Kind::Empty, held: None }
    }

    /// A body that is produced while it is sent.
    ///
    /// The stream is polled only when the connection can take more, so a slow client slows its
    /// source; the source must bound what waits in it.
    pub fn stream(stream: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self { kind: Kind::Stream(Box::pin(stream)), held: None }
    }

    /// Whether the length is unknown because the body is still being made.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        matches!(self.kind, Kind::Stream(_))
    }

    /// The bytes, where they are all known.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.kind {
            Kind::Full(bytes) => Some(bytes),
            Kind::Empty | Kind::Stream(_) => None,
        }
    }

    /// Keeps `guard` alive for as long as the body is being sent.
    #[must_use]
    pub fn holding(mut self, guard: impl Send + Sync + 'static) -> Self {
        self.held = Some(match self.held {
            Some(held) => Box::new((held, guard)),
            None => Box::new(guard),
        });
        self
    }

    /// Moves a stream behind a small queue that gives up when nothing is taken for `stall`.
    ///
    /// HTTP/2 polls a body only when the peer opened its window, so the body itself cannot notice
    /// a peer that never does. HTTP/1 needs none of it: there the socket's writes are timed.
    #[must_use]
    pub(crate) fn guarded_against_stall(self, stall: Duration) -> Self {
        let Kind::Stream(mut stream) = self.kind else { return self };
        let (sender, mut receiver) = mpsc::channel(1);
        let held = self.held;
        tokio::spawn(async move {
            let _held = held;
            loop {
                let next = tokio::select! {
                    next = stream.next() => next,
                    () = sender.closed() => break,
                };
                let Some(bytes) = next else { break };
                if sender.send_timeout(bytes, stall).await.is_err() {
                    break;
                }
            }
        });
        let queue = futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx));
        Self::stream(queue)
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Empty => f.write_str("Body(empty)"),
            Kind::Full(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Kind::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

macro_rules! from_bytes {
    ($($source:ty),*) => {$(
        impl From<$source> for Body {
            fn from(bytes: $source) -> Self {
                let bytes = Bytes::from(bytes);
                let kind = if bytes.is_empty() { Kind::Empty } else { Kind::Full(bytes) };
                Self { kind, held: None }
            }
        }
    )*};
}

from_bytes!(Bytes, Vec<u8>, String, &'static str, &'static [u8]);

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.kind {
            Kind::Empty => Poll::Ready(None),
            Kind::Full(bytes) => {
                let bytes = std::mem::take(bytes);
                self.kind = Kind::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Kind::Stream(stream) => {
                stream.as_mut().poll_next(cx).map(|next| next.map(|bytes| Ok(Frame::data(bytes))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.kind, Kind::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Empty => SizeHint::with_exact(0),
            Kind::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}
