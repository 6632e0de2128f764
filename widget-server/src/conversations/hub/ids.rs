//! Ids of events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Clock;

/// Gives ids: twice a number that is at least the clock's microseconds and always grows.
pub(super) struct Ids {
    clock: Arc<dyn Clock>,
    last: AtomicU64,
}

impl Ids {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, last: AtomicU64::new(0) }
    }

    /// The next id.
    pub(super) fn next(&self) -> u64 {
        self.reserve(1)
    }

    /// The first of `count` ids in a row (each two above the one before).
    pub(super) fn reserve(&self, count: u64) -> u64 {
        let now = u64::try_from(self.clock.now().ms()).unwrap_or(0).saturating_mul(1_000);
        let from = |last: u64| now.max(last + 1);
        let update = |last| Some(from(last) + count - 1);
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update);
        from(last.unwrap_or_else(|last| last)) * 2
    }
}
