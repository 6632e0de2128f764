//! Reading a conversation's stream at one's own pace.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use widget_core::event::StreamEvent;
use widget_core::id::TurnId;

use super::channel::{Next, Opening, RESERVED, stamped};
use super::{Published, Seat};

/// How a subscription goes on from what its client saw last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// The client named no event: it begins with the turn that runs, if one does.
    Live,
    /// It goes on right after the event that was named.
    Exact,
    /// It cannot go on there: it begins with the newest turn told anew, and with the messages that
    /// are still buffered.
    Restart,
    /// Nothing is known here of what came after the event that was named. The caller tells the
    /// newest turn as it is stored, with [`Subscription::tell_first`].
    Unknown,
}

/// A conversation's stream for one listener; ends when the conversation is gone.
pub struct Subscription {
    seat: Seat,
    resume: Resume,
    cursor: u64,
    told: VecDeque<Arc<Published>>,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("resume", &self.resume)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

impl Subscription {
    pub(super) fn new(seat: Seat, opening: Opening) -> Self {
        Self { seat, resume: opening.resume, cursor: opening.cursor, told: opening.told }
    }

    /// How it begins.
    #[must_use]
    pub fn resume(&self) -> Resume {
        self.resume
    }

    /// Tells these events before all others, with ids in order. For [`Resume::Unknown`] only:
    /// there the ids were kept free; events beyond their number are left out.
    pub fn tell_first(&mut self, mut events: Vec<StreamEvent>) {
        if self.resume != Resume::Unknown || events.is_empty() {
            return;
        }
        events.truncate(RESERVED as usize);
        self.told = stamped(events, self.cursor - 2 * (RESERVED - 1));
    }

    /// Only the events of the turn it begins with, up to the turn's end.
    #[must_use]
    pub fn turn(self) -> TurnEvents {
        TurnEvents { subscription: self, turn: None, ended: false }
    }
}

impl Stream for Subscription {
    type Item = Arc<Published>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.told.pop_front() {
                return Poll::Ready(Some(event));
            }
            let (seat, cursor) = (&this.seat, this.cursor);
            match seat.channel.state().next(seat.key, cursor, &seat.hub.ids, context.waker()) {
                Next::Event(event) => {
                    this.cursor = event.id;
                    return Poll::Ready(Some(event));
                }
                Next::Anew(opening) => {
                    this.cursor = opening.cursor;
                    this.told = opening.told;
                }
                Next::Wait => return Poll::Pending,
                Next::Closed => return Poll::Ready(None),
            }
        }
    }
}

/// The events of one turn, from `turn` to `done` or `error`.
#[derive(Debug)]
pub struct TurnEvents {
    subscription: Subscription,
    turn: Option<TurnId>,
    ended: bool,
}

impl TurnEvents {
    /// Whether an event is told, and whether it is the last.
    fn hear(&mut self, event: &StreamEvent) -> bool {
        match event {
            StreamEvent::Turn { turn_id, .. } => {
                // Another turn: the end of this one was missed.
                self.ended = self.turn.is_some_and(|turn| turn != *turn_id);
                self.turn = Some(*turn_id);
                !self.ended
            }
            StreamEvent::Token { .. }
            | StreamEvent::Citations { .. }
            | StreamEvent::ToolCall(_)
            | StreamEvent::Block(_) => self.turn.is_some(),
            StreamEvent::Error { .. } | StreamEvent::Done { .. } => {
                self.ended = self.turn.is_some();
                self.ended
            }
            StreamEvent::Message(_)
            | StreamEvent::Typing { .. }
            | StreamEvent::Handler { .. }
            | StreamEvent::Ended { .. } => false,
        }
    }
}

impl Stream for TurnEvents {
    type Item = Arc<Published>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            match Pin::new(&mut self.subscription).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => break,
                Poll::Ready(Some(published)) if self.hear(&published.event) => {
                    return Poll::Ready(Some(published));
                }
                Poll::Ready(Some(_)) => {}
            }
        }
        Poll::Ready(None)
    }
}
