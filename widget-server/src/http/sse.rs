//! Event streams (`text/event-stream`).

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use tokio::time::sleep;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::{Body, Response};

/// A comment after this much silence keeps proxies from closing the stream.
const SILENCE: Duration = Duration::from_secs(10);
const COMMENT: Bytes = Bytes::from_static(b":\n\n");
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

struct Open<E> {
    events: Pin<Box<E>>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// A stream of encoded events with its comments; ends with `events` or on `shutdown`.
///
/// `events` is polled only when the client took what came before.
pub fn response<E>(events: E, shutdown: CancellationToken) -> Response
where
    E: Stream<Item = Bytes> + Send + 'static,
{
    let shutdown = Box::pin(shutdown.cancelled_owned());
    let open = Open { events: Box::pin(events), shutdown };
    let body = stream::unfold(open, |mut open| async {
        let next = tokio::select! {
            // What was said before the end is still told.
            biased;
            event = open.events.next() => event,
            () = open.shutdown.as_mut() => None,
            () = sleep(SILENCE) => Some(COMMENT),
        };
        next.map(|bytes| (bytes, open))
    });
    let mut response = Response::new(Body::stream(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}
