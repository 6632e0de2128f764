//! The body of a request while it comes: bounded in size and in time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, timeout_at};

use super::Problem;
use super::problem::ErrorStatus;

/// A body that trickles in slower than this, after [`GRACE`], is given up.
const SLOWEST_BYTES_PER_SECOND: usize = 16 * 1024;
/// The time any body has, however small.
const GRACE: Duration = Duration::from_secs(20);

/// The time a body of up to `limit` bytes may take.
pub(crate) fn body_time(limit: usize) -> Duration {
    GRACE + Duration::from_secs((limit / SLOWEST_BYTES_PER_SECOND) as u64)
}

/// A body that is read as it comes, so that a large one is never held in memory as a whole.
#[derive(Debug)]
pub struct BodyReader {
    incoming: Option<Incoming>,
    limit: usize,
    read: usize,
    deadline: Instant,
}

impl BodyReader {
    /// Nothing is read yet, and nothing will be when too much is announced.
    ///
    /// # Errors
    /// 413 from the announced length.
    pub(crate) fn open(incoming: Option<Incoming>, limit: usize) -> Result<Self, Problem> {
        let announced = incoming.as_ref().map_or(0, |incoming| incoming.size_hint().lower());
        if announced > limit as u64 {
            return Err(Problem::too_large(limit));
        }
        Ok(Self { incoming, limit, read: 0, deadline: Instant::now() + body_time(limit) })
    }

    /// The next bytes, as they came; `None` at the end.
    ///
    /// # Errors
    /// 413 when it is more than may be; 408 when it comes too slowly; 400 when it breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        let Some(incoming) = &mut self.incoming else { return Ok(None) };
        loop {
            let frame = match timeout_at(self.deadline, incoming.frame()).await {
                Err(_) => return Err(too_slow()),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(broken_off(error)),
                Ok(Some(Ok(frame))) => frame,
            };
            let Ok(data) = frame.into_data() else { continue };
            self.read += data.len();
            if self.read > self.limit {
                return Err(Problem::too_large(self.limit));
            }
            return Ok(Some(data));
        }
    }

    /// All of it.
    pub(crate) async fn whole(mut self) -> Result<Bytes, Problem> {
        let Some(first) = self.next().await? else { return Ok(Bytes::new()) };
        if self.incoming.as_ref().is_some_and(|incoming| incoming.is_end_stream()) {
            return Ok(first);
        }
        let mut whole = BytesMut::from(first);
        while let Some(more) = self.next().await? {
            whole.extend_from_slice(&more);
        }
        Ok(whole.freeze())
    }
}

fn too_slow() -> Problem {
    let detail = "The body came too slowly.";
    Problem::new(ErrorStatus::REQUEST_TIMEOUT, "body_timeout", detail)
}

fn broken_off(error: hyper::Error) -> Problem {
    Problem::bad_request("body_incomplete", "The body broke off before its end.").because(error)
}
