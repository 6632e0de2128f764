//! Whether anything is under way on a connection, and since when not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often a connection is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// The requests of one connection that are not answered to the end.
#[derive(Debug)]
pub(super) struct Activity {
    state: Mutex<State>,
    idle: Duration,
}

#[derive(Debug)]
struct State {
    under_way: usize,
    idle_until: Instant,
}

/// One request; ends when its answer is sent or given up.
#[derive(Debug)]
pub(super) struct Busy(Arc<Activity>);

impl Activity {
    /// A new connection has `first` to ask something.
    pub(super) fn new(first: Duration, idle: Duration) -> Self {
        let state = State { under_way: 0, idle_until: Instant::now() + first };
        Self { state: Mutex::new(state), idle }
    }

    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.locked(|state| state.under_way += 1);
        Busy(Arc::clone(self))
    }

    /// When to look whether the connection is idle; nobody is woken when a request begins or ends.
    pub(super) fn look_at(&self) -> Instant {
        let soon = Instant::now() + self.idle.min(LOOK_AGAIN);
        self.locked(|state| if state.under_way == 0 { state.idle_until.min(soon) } else { soon })
    }

    pub(super) fn is_idle(&self) -> bool {
        self.locked(|state| state.under_way == 0 && Instant::now() >= state.idle_until)
    }

    fn locked<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let idle_until = Instant::now() + self.0.idle;
        self.0.locked(|state| {
            state.under_way -= 1;
            state.idle_until = idle_until;
        });
    }
}
