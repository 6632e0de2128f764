//! Whether anything is under way on a connection, and since when not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Version;
use tokio::time::Instant;

/// How often a connection is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// The requests of one connection that are not answered to the end.
#[derive(Debug)]
pub(super) struct Activity {
    state: Mutex<State>,
    /// The time for a complete head over HTTP/1, the wait for its beginning included.
    head: Duration,
    idle: Duration,
    at_rest: AtomicBool,
}

#[derive(Debug)]
struct State {
    under_way: usize,
    /// Of those under way, the ones that came with a body.
    uploads: usize,
    idle_until: Instant,
    multiplexed: bool,
}

/// One request; ends when its answer is sent or given up.
#[derive(Debug)]
pub(super) struct Busy {
    activity: Arc<Activity>,
    upload: bool,
}

impl Activity {
    /// A new connection has the time of a head to ask something.
    pub(super) fn new(head: Duration, idle: Duration) -> Self {
        let idle_until = Instant::now() + head;
        let state = State { under_way: 0, uploads: 0, idle_until, multiplexed: false };
        Self { state: Mutex::new(state), head, idle, at_rest: AtomicBool::new(false) }
    }

    /// A request arrives; `upload` says whether it has a body.
    pub(super) fn begin(self: &Arc<Self>, upload: bool, version: Version) -> Busy {
        self.locked(|state| {
            state.multiplexed = version == Version::HTTP_2;
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
        let soon = Instant::now() + self.head.min(self.idle).min(LOOK_AGAIN);
        self.locked(|state| if state.under_way == 0 { state.idle_until.min(soon) } else { soon })
    }

    pub(super) fn is_idle(&self) -> bool {
        self.locked(|state| state.under_way == 0 && Instant::now() >= state.idle_until)
    }

    /// Whether it may have several requests under way (HTTP/2).
    pub(super) fn is_multiplexed(&self) -> bool {
        self.locked(|state| state.multiplexed)
    }

    fn locked<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let Activity { head, idle, .. } = *self.activity;
        let now = Instant::now();
        self.activity.locked(|state| {
            state.under_way -= 1;
            state.uploads -= usize::from(self.upload);
            state.idle_until = now + if state.multiplexed { idle } else { idle.min(head) };
        });
    }
}
