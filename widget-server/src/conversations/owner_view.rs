//! What the owner sees of conversations and messages.

use schemars::JsonSchema;
use serde::Serialize;
use widget_core::conversation::{Conversation, Handler};
use widget_core::id::MessageId;
use widget_core::message::{Block, Citation, Role};
use widget_core::time::Timestamp;

use crate::store::records::{ConversationRecord, MessageRecord, Rating, Usage};

/// A conversation in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnerConversation")]
pub struct ConversationView {
    /// The conversation.
    #[serde(flatten)]
    pub conversation: Conversation,
    /// Who answers: the agent or a person.
    pub handler: Handler,
}

impl From<&ConversationRecord> for ConversationView {
    fn from(record: &ConversationRecord) -> Self {
        Self { conversation: record.conversation.clone(), handler: record.handler }
    }
}

/// A conversation with all that was said.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnerConversationDetail")]
pub struct ConversationDetail {
    /// The conversation; feedback is in `custom_metadata.feedback_form`.
    #[serde(flatten)]
    pub conversation: ConversationView,
    /// Its messages, oldest first.
    pub messages: Vec<OwnerMessage>,
    /// What it cost.
    pub usage: Usage,
}

/// A message with what the visitor thinks of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OwnerMessage {
    /// Its id.
    pub id: MessageId,
    /// Who speaks.
    pub role: Role,
    /// What.
    pub content: String,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// More than text.
    pub blocks: Vec<Block>,
    /// The owner's own id of it.
    pub external_id: Option<String>,
    /// `up` or `down`.
    pub rating: Option<&'static str>,
    /// The visitor's words on it.
    pub rating_comment: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

impl From<&MessageRecord> for OwnerMessage {
    fn from(message: &MessageRecord) -> Self {
        let rating = message.rating.as_ref();
        Self {
            id: message.id,
            role: message.role,
            content: message.content.clone(),
            citations: message.citations.clone(),
            blocks: message.blocks.clone(),
            external_id: message.external_id.clone(),
            rating: rating.map(|Rating { up, .. }| if *up { "up" } else { "down" }),
            rating_comment: rating.and_then(|rating| rating.comment.clone()),
            created_at: message.created_at,
        }
    }
}
