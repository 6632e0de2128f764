//! The stream of each conversation: what is published reaches everyone who listens, and can be
//! told again to those who come late.
//!
//! Publishing never waits. What is published goes into a bounded buffer that all subscribers of a
//! conversation share and read at their own pace. One that fell behind the buffer, or comes back
//! with an id that is not in it any more, is told the turn anew: `turn` and then the whole text so
//! far, which clients understand as "forget what you had of this message" (API, section 5).
//!
//! # Ids
//! An event's id is twice a number that is at least the clock's microseconds and greater than every
//! one given before, so ids increase within a conversation, across all conversations, and across
//! restarts. What is told anew comes as several events that are only as a whole equal to the
//! original: all but the last carry odd ids, and an odd `Last-Event-ID` is never continued exactly.
//! A cut in the middle of such a telling therefore loses nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use widget_core::event::StreamEvent;
use widget_core::id::{ConversationId, TurnId};

use crate::clock::Clock;

mod channel;
mod ids;
mod subscription;
mod telling;

use channel::{Channel, Opening, State};
use ids::Ids;
pub use subscription::{Resume, Subscription, TurnEvents};

/// How much is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubLimits {
    /// Bytes of events kept for one conversation. The text so far is kept beside it.
    pub conversation_bytes: usize,
    /// Bytes of events kept for all conversations; beyond it the longest idle are forgotten.
    pub total_bytes: usize,
    /// How long events are kept after the last one.
    pub keep: Duration,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self {
            conversation_bytes: 256 << 10,
            total_bytes: 64 << 20,
            // API, section 5: exact for five minutes after the turn.
            keep: Duration::from_secs(300),
        }
    }
}

/// An event with its id, encoded once for everybody.
#[derive(Debug, PartialEq)]
pub struct Published {
    /// The id, as in the stream.
    pub id: u64,
    /// The event.
    pub event: StreamEvent,
    /// The event as bytes for an event stream.
    pub bytes: Bytes,
}

impl Published {
    fn new(id: u64, event: StreamEvent) -> Arc<Self> {
        let bytes = Bytes::from(event.encode(&id.to_string()));
        Arc::new(Self { id, event, bytes })
    }

    /// Roughly what it takes in memory: the text is held twice, as a value and encoded.
    fn weight(&self) -> usize {
        size_of::<Self>() + 2 * self.bytes.len()
    }
}

/// The streams of all conversations. Cloning is cheap and shares.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("limits", &self.0.limits).finish_non_exhaustive()
    }
}

struct Shared {
    clock: Arc<dyn Clock>,
    limits: HubLimits,
    ids: Ids,
    /// Lock order: this map, then a channel's state. Whoever looks a channel up locks it before
    /// the map is released, so that no channel is forgotten between the two.
    channels: Mutex<HashMap<ConversationId, Arc<Channel>>>,
    bytes: AtomicUsize,
}

impl Hub {
    /// A hub without conversations.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, limits: HubLimits) -> Self {
        let ids = Ids::new(Arc::clone(&clock));
        let channels = Mutex::default();
        Self(Arc::new(Shared { clock, limits, ids, channels, bytes: AtomicUsize::new(0) }))
    }

    /// Tells everyone who listens to the conversation; the event's id.
    pub fn publish(&self, conversation: ConversationId, event: StreamEvent) -> u64 {
        let (_, (id, total, wakers)) = self.0.with(conversation, |state| {
            let before = state.bytes();
            let id = state.push(event, &self.0.ids, self.0.limits.conversation_bytes);
            let total = self.0.account(before, state.bytes());
            (id, total, state.take_wakers())
        });
        for waker in wakers {
            waker.wake();
        }
        if total > self.0.limits.total_bytes {
            self.0.forget_idlest();
        }
        id
    }

    /// Listens to a conversation from now on, or from the event that was seen last.
    ///
    /// Look at [`Subscription::resume`] before reading: it says whether the caller has something
    /// to tell first.
    #[must_use]
    pub fn subscribe(
        &self,
        conversation: ConversationId,
        last_event_id: Option<u64>,
    ) -> Subscription {
        self.open(conversation, |state, ids| state.resume(last_event_id, ids))
    }

    /// Listens to one turn from its beginning; `None` when the turn is not known here (any more).
    #[must_use]
    pub fn subscribe_turn(&self, conversation: ConversationId, turn: TurnId) -> Option<TurnEvents> {
        let subscription = self.open(conversation, |state, ids| state.resume_turn(turn, ids));
        (subscription.resume() == Resume::Restart).then(|| subscription.turn())
    }

    /// A turn as it is stored, in the form of one that is listened to.
    #[must_use]
    pub fn tell_turn(&self, conversation: ConversationId, events: Vec<StreamEvent>) -> TurnEvents {
        let mut subscription = self.open(conversation, State::stored);
        subscription.tell_first(events);
        subscription.turn()
    }

    /// The id of the newest event. A client that was given the messages of a conversation may
    /// listen from here and misses nothing in between.
    #[must_use]
    pub fn position(&self, conversation: ConversationId) -> u64 {
        self.0.with(conversation, |state| state.last_id()).1
    }

    /// Ends the streams of a conversation that is gone.
    pub fn close(&self, conversation: ConversationId) {
        let Some(channel) = self.0.channels().remove(&conversation) else { return };
        let wakers = {
            let mut state = channel.state();
            self.0.account(state.bytes(), 0);
            state.close();
            state.take_wakers()
        };
        for waker in wakers {
            waker.wake();
        }
    }

    /// Forgets what is past its time. Call it now and then.
    pub fn sweep(&self) {
        let now = self.0.clock.elapsed();
        let keep = self.0.limits.keep;
        self.0.forget(|state| now.saturating_sub(state.touched()) >= keep);
    }

    /// How many conversations are remembered.
    #[must_use]
    pub fn conversations(&self) -> usize {
        self.0.channels().len()
    }

    fn open(
        &self,
        conversation: ConversationId,
        resume: impl FnOnce(&mut State, &Ids) -> Opening,
    ) -> Subscription {
        let (channel, (key, opening)) = self.0.with(conversation, |state| {
            let opening = resume(state, &self.0.ids);
            (state.admit(), opening)
        });
        let seat = Seat { hub: Arc::clone(&self.0), conversation, channel, key };
        Subscription::new(seat, opening)
    }
}

/// A place among a conversation's listeners, given back when dropped.
struct Seat {
    hub: Arc<Shared>,
    conversation: ConversationId,
    channel: Arc<Channel>,
    key: u64,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.leave(self.conversation, &self.channel, self.key);
    }
}

impl Shared {
    fn channels(&self) -> MutexGuard<'_, HashMap<ConversationId, Arc<Channel>>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on a conversation, remembered from now on.
    fn with<R>(
        &self,
        conversation: ConversationId,
        work: impl FnOnce(&mut State) -> R,
    ) -> (Arc<Channel>, R) {
        let mut channels = self.channels();
        let channel = Arc::clone(
            channels.entry(conversation).or_insert_with(|| Arc::new(Channel::new(self.ids.next()))),
        );
        let mut state = channel.state();
        drop(channels);
        state.touch(self.clock.elapsed());
        let result = work(&mut state);
        drop(state);
        (channel, result)
    }

    /// Notes what a conversation takes now; the sum over all.
    fn account(&self, before: usize, after: usize) -> usize {
        if after >= before {
            self.bytes.fetch_add(after - before, Ordering::Relaxed) + (after - before)
        } else {
            self.bytes.fetch_sub(before - after, Ordering::Relaxed) - (before - after)
        }
    }

    /// Forgets what was published in the conversations that `idle` names, and those of them that
    /// nobody listens to altogether. A running turn's text is never forgotten.
    fn forget(&self, idle: impl Fn(&State) -> bool) {
        self.channels().retain(|_, channel| {
            let mut state = channel.state();
            if state.runs() || !idle(&state) {
                return true;
            }
            let before = state.bytes();
            state.forget();
            self.account(before, 0);
            state.subscribed()
        });
    }

    /// Makes room: the conversations that were idle longest go first, until a quarter is free.
    fn forget_idlest(&self) {
        let mut idle: Vec<(Duration, usize)> = Vec::new();
        for channel in self.channels().values() {
            let state = channel.state();
            if !state.runs() && state.bytes() > 0 {
                idle.push((state.touched(), state.bytes()));
            }
        }
        idle.sort_unstable();
        let wanted =
            self.bytes.load(Ordering::Relaxed).saturating_sub(self.limits.total_bytes / 4 * 3);
        let mut freed = 0;
        let Some(youngest) = idle
            .into_iter()
            .take_while(|(_, bytes)| {
                let more = freed < wanted;
                freed += bytes;
                more
            })
            .last()
        else {
            return;
        };
        self.forget(|state| state.touched() <= youngest.0);
    }

    /// A subscriber left.
    fn leave(&self, conversation: ConversationId, channel: &Arc<Channel>, key: u64) {
        let mut channels = self.channels();
        let mut state = channel.state();
        state.dismiss(key);
        let known = channels.get(&conversation).is_some_and(|known| Arc::ptr_eq(known, channel));
        if known && !state.subscribed() && state.is_empty() {
            drop(state);
            channels.remove(&conversation);
        }
    }
}

#[cfg(test)]
mod tests;
