//! When to try again, and how long to wait before.

use std::time::Duration;

use widget_core::id::TurnId;

use crate::engine::model::ModelError;

/// The wait before the second attempt; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest `Retry-After` that is waited for: a visitor waits with us.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) error: ModelError,
    again: Again,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    No,
    /// Whenever we like.
    Soon,
    /// Not before this time.
    After(Duration),
}

impl Failed {
    /// There is no sense in trying again.
    pub(super) fn finally(error: ModelError) -> Self {
        Self { error, again: Again::No }
    }

    /// It may pass; the server may have said when.
    pub(super) fn for_now(error: ModelError, after: Option<Duration>) -> Self {
        Self { error, again: after.map_or(Again::Soon, Again::After) }
    }
}

/// Waits that double, a little different for each turn so that many do not come back at once.
#[derive(Debug)]
pub(super) struct Backoff {
    next: Duration,
    jitter: u32,
}

impl Backoff {
    pub(super) fn new(turn: TurnId) -> Self {
        let jitter = u32::from(turn.as_uuid().as_bytes()[15]);
        Self { next: FIRST_WAIT, jitter }
    }

    /// How long to wait after this failure; `None` when it is final.
    pub(super) fn wait(&mut self, failed: &Failed) -> Option<Duration> {
        let usual = self.next + self.next * self.jitter / 512;
        self.next *= 2;
        match failed.again {
            Again::No => None,
            Again::Soon => Some(usual),
            Again::After(asked) => (asked <= LONGEST_WAIT).then(|| usual.max(asked)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn waits_double_and_honour_what_the_server_asks_for_within_reason() {
        let mut backoff = Backoff::new(TurnId::from_uuid(Uuid::from_u128(0)));
        let busy = |after| Failed::for_now(ModelError::Busy(String::new()), after);
        assert_eq!(backoff.wait(&busy(None)), Some(Duration::from_millis(250)));
        assert_eq!(backoff.wait(&busy(None)), Some(Duration::from_millis(500)));
        assert_eq!(backoff.wait(&busy(Some(Duration::from_secs(3)))), Some(Duration::from_secs(3)));
        assert_eq!(backoff.wait(&busy(Some(Duration::from_secs(60)))), None);
        assert_eq!(backoff.wait(&Failed::finally(ModelError::Cut(String::new()))), None);
    }
}
