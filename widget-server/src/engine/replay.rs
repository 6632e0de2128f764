//! A stored turn as the events it had, in short.

use widget_core::event::{FinishReason, StreamEvent};

use super::failure::Failure;
use crate::store::records::{MessageRecord, TurnRecord, TurnStatus};

/// The events of a turn that ended: `turn`, the whole text, citations, blocks, and its end. For a
/// stream that cannot be continued exactly; a running turn has only its beginning.
#[must_use]
pub fn replay(turn: &TurnRecord, message: Option<&MessageRecord>) -> Vec<StreamEvent> {
    let mut events = vec![StreamEvent::Turn {
        turn_id: turn.id,
        user_message_id: turn.user_message_id,
        message_id: turn.message_id,
    }];
    if let Some(message) = message {
        if !message.content.is_empty() {
            events.push(StreamEvent::Token { text: message.content.clone() });
        }
        if !message.citations.is_empty() {
            events.push(StreamEvent::Citations { citations: message.citations.clone() });
        }
        events.extend(message.blocks.iter().cloned().map(StreamEvent::Block));
    }
    match turn.status {
        TurnStatus::Running => {}
        TurnStatus::Done | TurnStatus::Stopped => events.push(done(turn)),
        TurnStatus::Failed => {
            let code = turn.error_code.as_deref().unwrap_or_default();
            events.push(failed(Failure::with_code(code)));
        }
    }
    events
}

/// The event that ends a turn well.
pub(super) fn done(turn: &TurnRecord) -> StreamEvent {
    let reason = turn.finish_reason.as_deref().and_then(|reason| reason.parse().ok());
    StreamEvent::Done {
        message_id: turn.message_id,
        usage: turn.usage.into(),
        finish_reason: reason.unwrap_or(FinishReason::Stop),
    }
}

/// The event that ends a turn badly.
pub(super) fn failed(failure: Failure) -> StreamEvent {
    StreamEvent::Error {
        code: failure.code.to_owned(),
        detail: failure.detail.to_owned(),
        retryable: failure.retryable,
    }
}
