//! What is remembered of one conversation.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use widget_core::event::StreamEvent;
use widget_core::id::TurnId;

use super::ids::Ids;
use super::telling::Telling;
use super::{Published, Resume};

/// How many ids a subscription keeps for what its caller tells from the store.
pub(super) const RESERVED: u64 = 1_000;

/// A conversation's buffer and its listeners.
pub(super) struct Channel(Mutex<State>);

impl Channel {
    /// An empty channel. Nothing up to `floor` is known here.
    pub(super) fn new(floor: u64) -> Self {
        Self(Mutex::new(State {
            floor,
            last: floor,
            events: VecDeque::new(),
            bytes: 0,
            telling: None,
            touched: Duration::ZERO,
            listeners: HashMap::new(),
            admitted: 0,
            closed: false,
        }))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct State {
    /// Events up to this id are not in the buffer.
    floor: u64,
    /// The newest id that was given out for this conversation.
    last: u64,
    events: VecDeque<Arc<Published>>,
    bytes: usize,
    /// The turn that runs or ended last.
    telling: Option<Telling>,
    touched: Duration,
    /// Who listens, with the waker of those that wait.
    listeners: HashMap<u64, Option<Waker>>,
    admitted: u64,
    closed: bool,
}

/// How a subscription begins.
pub(super) struct Opening {
    pub(super) resume: Resume,
    /// Events up to this id are told.
    pub(super) cursor: u64,
    /// What to tell before the buffer is read.
    pub(super) told: VecDeque<Arc<Published>>,
}

/// What a subscriber finds.
pub(super) enum Next {
    /// The next event.
    Event(Arc<Published>),
    /// The buffer does not reach back to the subscriber: the turn anew.
    Anew(Opening),
    /// Nothing yet; the waker was left.
    Wait,
    /// Nothing any more.
    Closed,
}

impl State {
    /// Takes an event in and lets the oldest go when there are more than `most` bytes.
    pub(super) fn push(&mut self, event: StreamEvent, ids: &Ids, most: usize) -> u64 {
        match (&mut self.telling, &event) {
            (telling, StreamEvent::Turn { turn_id, .. }) => {
                *telling = Some(Telling::of(*turn_id, event.clone()));
            }
            (Some(telling), event) => telling.hear(event),
            (None, _) => {}
        }
        let published = Published::new(ids.next(), event);
        self.last = published.id;
        self.bytes += published.weight();
        self.events.push_back(published);
        // The newest stays in any case: those who are awake must find it.
        while self.bytes > most
            && self.events.len() > 1
            && let Some(oldest) = self.events.pop_front()
        {
            self.bytes -= oldest.weight();
            self.floor = oldest.id;
        }
        self.last
    }

    /// How a client that saw `seen` last goes on.
    pub(super) fn resume(&mut self, seen: Option<u64>, ids: &Ids) -> Opening {
        match seen {
            None if self.runs() => self.anew(Resume::Live, self.last, ids),
            None => self.starting(Resume::Live, self.last),
            Some(seen) if self.holds_all_after(seen) => self.starting(Resume::Exact, seen),
            Some(seen) if self.telling.is_some() => self.anew(Resume::Restart, seen, ids),
            Some(_) => self.stored(ids),
        }
    }

    /// Begins with what the caller tells from the store; what is published next comes after it.
    pub(super) fn stored(&mut self, ids: &Ids) -> Opening {
        self.last = ids.reserve(RESERVED) + 2 * (RESERVED - 1);
        self.starting(Resume::Unknown, self.last)
    }

    /// Begins with this turn, if it is the one that runs or ended last.
    pub(super) fn resume_turn(&mut self, turn: TurnId, ids: &Ids) -> Opening {
        if self.telling.as_ref().is_some_and(|telling| telling.turn() == turn) {
            self.anew(Resume::Restart, self.last, ids)
        } else {
            self.starting(Resume::Unknown, self.last)
        }
    }

    /// The next event after `cursor`, or a place among those who wait.
    pub(super) fn next(&mut self, key: u64, cursor: u64, ids: &Ids, waker: &Waker) -> Next {
        if cursor < self.floor {
            return Next::Anew(self.anew(Resume::Restart, cursor, ids));
        }
        let at = self.events.partition_point(|event| event.id <= cursor);
        if let Some(event) = self.events.get(at) {
            return Next::Event(Arc::clone(event));
        }
        if self.closed {
            return Next::Closed;
        }
        self.listeners.insert(key, Some(waker.clone()));
        Next::Wait
    }

    /// An even id is a whole state of the stream; see the module's documentation.
    fn holds_all_after(&self, seen: u64) -> bool {
        seen.is_multiple_of(2) && (self.floor..=self.last).contains(&seen)
    }

    fn starting(&self, resume: Resume, cursor: u64) -> Opening {
        Opening { resume, cursor, told: VecDeque::new() }
    }

    /// The turn from its beginning, then what else was said after `seen` and is still here.
    fn anew(&mut self, resume: Resume, seen: u64, ids: &Ids) -> Opening {
        let mut events: Vec<StreamEvent> =
            self.telling.as_ref().map(Telling::events).unwrap_or_default();
        let beside = self.events.iter().filter(|published| published.id > seen);
        events.extend(
            beside.filter(|published| stands_alone(&published.event)).map(|it| it.event.clone()),
        );
        let told = match u64::try_from(events.len()) {
            Ok(count) if count > 0 => stamped(events, ids.reserve(count)),
            _ => VecDeque::new(),
        };
        self.last = told.back().map_or(self.last, |event| event.id);
        Opening { resume, cursor: self.last, told }
    }

    pub(super) fn admit(&mut self) -> u64 {
        self.admitted += 1;
        self.listeners.insert(self.admitted, None);
        self.admitted
    }

    pub(super) fn dismiss(&mut self, key: u64) {
        self.listeners.remove(&key);
    }

    pub(super) fn take_wakers(&mut self) -> Vec<Waker> {
        self.listeners.values_mut().filter_map(Option::take).collect()
    }

    pub(super) fn subscribed(&self) -> bool {
        !self.listeners.is_empty()
    }

    /// Whether a turn runs.
    pub(super) fn runs(&self) -> bool {
        self.telling.as_ref().is_some_and(Telling::runs)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.telling.is_none()
    }

    /// Forgets what was published; late subscribers are told from the store.
    pub(super) fn forget(&mut self) {
        self.events = VecDeque::new();
        self.bytes = 0;
        self.floor = self.last;
        self.telling = None;
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    pub(super) fn touch(&mut self, now: Duration) {
        self.touched = now;
    }

    pub(super) fn touched(&self) -> Duration {
        self.touched
    }

    pub(super) fn last_id(&self) -> u64 {
        self.last
    }

    /// What the events and the text so far take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.telling.as_ref().map_or(0, Telling::bytes)
    }
}

/// Events with ids from `first` on: odd ones, and an even one for the last.
pub(super) fn stamped(events: Vec<StreamEvent>, first: u64) -> VecDeque<Arc<Published>> {
    let count = events.len();
    let ids = (first..).step_by(2).enumerate();
    ids.zip(events)
        .map(|((at, id), event)| Published::new(if at + 1 < count { id + 1 } else { id }, event))
        .collect()
}

/// Whether an event is no part of a turn and worth telling late.
fn stands_alone(event: &StreamEvent) -> bool {
    matches!(
        event,
        StreamEvent::Message(_) | StreamEvent::Handler { .. } | StreamEvent::Ended { .. }
    )
}
