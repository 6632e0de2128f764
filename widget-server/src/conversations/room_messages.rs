//! What is said in a room, kept in its conversation.

use widget_core::event::StreamEvent;
use widget_core::id::MessageId;
use widget_core::message::Role;

use super::service;
use super::widget_api::Holder;
use crate::app::App;
use crate::http::Problem;
use crate::random;
use crate::store::records::{Appended, MessageRecord, NewMessage};

/// Keeps what a visitor says to the agent in the room; the same client's id keeps it once.
///
/// # Errors
/// 409 `conversation_ended` and those of the store.
pub(super) async fn keep(
    app: &App,
    holder: &Holder,
    content: &str,
    client_message_id: Option<String>,
) -> Result<MessageRecord, Problem> {
    let now = app.clock.now();
    let new = NewMessage {
        id: MessageId::v7(now, &random::bytes()),
        conversation_id: holder.conversation_id(),
        role: Role::User,
        content: content.to_owned(),
        citations: Vec::new(),
        blocks: Vec::new(),
        client_message_id,
        external_id: None,
        now,
    };
    let Appended { message, added } = app.store.append_message(new).await?;
    if added {
        service::note_first_message(app, &holder.record, content).await?;
        app.hub.publish(holder.conversation_id(), StreamEvent::Message(message.to_message()));
    }
    Ok(message)
}
