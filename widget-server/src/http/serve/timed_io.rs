//! A socket that gives up on a client which takes nothing, and closes without losing its answer.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::activity::Activity;

/// How long the rest of a refused body is read away after the answer. Closing a socket with unread
/// bytes resets it, and the client would lose the answer that explains (RFC 9112, 9.6).
const LINGER: Duration = Duration::from_secs(2);
/// How much of it is read away.
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// A stream with a limit on how long a write may wait.
#[derive(Debug)]
pub(super) struct TimedIo {
    stream: TcpStream,
    activity: Arc<Activity>,
    stall: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    lingering: Option<usize>,
}

/// Small answers at once, and dead peers noticed although little is sent to them.
pub(super) fn prepare(stream: &TcpStream, stall: Duration) {
    let outcome = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let outcome =
        outcome.and_then(|()| socket2::SockRef::from(stream).set_tcp_user_timeout(Some(stall * 2)));
    #[cfg(not(target_os = "linux"))]
    let _ = stall;
    if let Err(error) = outcome {
        tracing::debug!(%error, "a socket option could not be set");
    }
}

impl TimedIo {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>, stall: Duration) -> Self {
        Self { stream, activity, stall, timer: None, lingering: None }
    }

    /// Passes on what is ready; of what is not, says so only until the time is up.
    fn timed<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.timer = None;
            return written;
        }
        let stall = self.stall;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(stall)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")))
    }

    fn discard(&mut self, cx: &mut Context<'_>, mut left: usize) -> Poll<io::Result<()>> {
        let mut space = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(())) => left = left.saturating_sub(buffer.filled().len()),
                Poll::Ready(Err(_)) => return Poll::Ready(Ok(())),
                Poll::Pending => break,
            }
            if left == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        self.lingering = Some(left);
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        timer.as_mut().poll(cx).map(Ok)
    }
}

impl AsyncRead for TimedIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for TimedIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.timed(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.timed(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let left = match self.lingering {
            Some(left) => left,
            None => {
                ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
                if self.activity.is_at_rest() {
                    return Poll::Ready(Ok(()));
                }
                self.timer = None;
                LINGER_BYTES
            }
        };
        self.discard(cx, left)
    }
}
