//! Whether anything is under way on a connection, and since when not.

use std::sync::atomic::{AtomicBool, Ordering};
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
    at_rest: AtomicBool,
}

#[derive(Debug)]
struct State {
    under_way: usize,
    /// Of those under way, the ones that came with a body.
    uploads: usize,
    idle_until: Instant,
}

/// One request; ends when its answer is sent or given up.
#[derive(Debug)]
pub(super) struct Busy {
    activity: Arc<Activity>,
    upload: bool,
}

impl Activity {
    /// A new connection has `first` to ask something.
    pub(super) fn new(first: Duration, idle: Duration) -> Self {
        let state = State { under_way: 0, uploads: 0, idle_until: Instant::now() + first };
        Self { state: Mutex::new(state), idle, at_rest: AtomicBool::new(false) }
    }

    /// A request arrives; `upload` says whether it has a body.
    pub(super) fn begin(self: &Arc<Self>, upload: bool) -> Busy {
        self.locked(|state| {
            state.under_way += 1;
            state.uploads += usize::from(upload);
        });
        Busy { activity: Arc::clone(self), upload }
    }

    /// The server closes the connection of its own accord.
    pub(super) fn close(&self) {
        self.at_rest.store(self.locked(|state| state.uploads == 0), Ordering::Relaxed);
    }

    /// Whether the server closes it while the client has nothing more to send.
    pub(super) fn is_at_rest(&self) -> bool {
        self.at_rest.load(Ordering::Relaxed)
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
        let idle_until = Instant::now() + self.activity.idle;
        self.activity.locked(|state| {
            state.under_way -= 1;
            state.uploads -= usize::from(self.upload);
            state.idle_until = idle_until;
        });
    }
}
