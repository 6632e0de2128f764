//! What a visitor says without asking anything here: to the agent in the room, or with a form.

use std::num::NonZeroU32;
use std::time::Duration;

use widget_core::attachment::Attached;
use widget_core::event::StreamEvent;
use widget_core::id::{AttachmentId, MessageId};
use widget_core::message::{Block, Role};
use widget_core::time::Timestamp;

use super::session::Holder;
use crate::app::App;
use crate::conversations::service;
use crate::http::Problem;
use crate::http::rate::Rate;
use crate::random;
use crate::store::StoreError;
use crate::store::records::{Appended, MessageRecord, NewMessage, Refusal};

/// The time a budget is counted over.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Something that is said.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The text.
    pub(super) content: String,
    /// More than text.
    pub(super) blocks: Vec<Block>,
    /// Files that the blocks show.
    pub(super) attachments: Vec<AttachmentId>,
    /// The client's own id.
    pub(super) client_message_id: Option<String>,
}

/// Keeps it in the conversation and tells everybody who listens.
///
/// # Errors
/// 409 `conversation_ended`, 429 `conversation_budget_exhausted`.
pub(super) async fn keep(app: &App, holder: &Holder, new: Said) -> Result<MessageRecord, Problem> {
    let (id, now) = (holder.conversation_id(), app.clock.now());
    let budget = holder.served.settings().budget();
    let message = NewMessage {
        id: MessageId::v7(now, &random::bytes()),
        conversation_id: id,
        role: Role::User,
        content: new.content,
        citations: Vec::new(),
        blocks: new.blocks,
        attachments: new.attachments,
        client_message_id: new.client_message_id,
        external_id: None,
        budget: Some(budget),
        now,
    };
    let appended = app.store.append_message(message).await;
    let Appended { message, added } = appended.map_err(|error| match error {
        StoreError::Refused(Refusal::BudgetExhausted { retry_at }) => {
            budget_exhausted(app, budget.messages, retry_at)
        }
        other => other.into(),
    })?;
    if added {
        let file = message.blocks.iter().find_map(Attached::of);
        let words =
            service::first_words(&message.content, file.as_ref().map(|it| it.name.as_str()));
        service::note_first_message(app, &holder.record, &words).await?;
        app.hub.publish(id, StreamEvent::Message(message.to_message()));
    }
    Ok(message)
}

/// The conversation's budget of `messages` in any 24 hours is used up until `retry_at`.
pub(super) fn budget_exhausted(app: &App, messages: u32, retry_at: Timestamp) -> Problem {
    let quota = NonZeroU32::new(messages).unwrap_or(NonZeroU32::MIN);
    Rate { name: "messages", quota, window: DAY }.exceeded(
        "conversation_budget_exhausted",
        "This conversation has reached its limit for now. Please come back later or start a new \
         one.",
        service::until(retry_at, app.clock.now()),
    )
}
