//! The time, passed in so that tests can move it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use widget_core::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The moment on the wall clock; may jump when the machine's clock is set.
    fn now(&self) -> Timestamp;

    /// The time since the clock was made; never goes back. For limits and waits.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let ms = since_epoch.map_or(0, |elapsed| elapsed.as_millis());
        Timestamp::from_ms(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(Mutex<(Timestamp, Duration)>);

impl ManualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(Mutex::new((start, Duration::ZERO)))
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let mut state = self.locked();
        state.0 = state.0.plus(by);
        state.1 += by;
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, (Timestamp, Duration)> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.locked().0
    }

    fn elapsed(&self) -> Duration {
        self.locked().1
    }
}
