//! Conversations and their messages.

use serde_json::{Map, Value};
use widget_core::conversation::{Conversation, ConversationStatus, Handler};
use widget_core::id::{
    AgentId, AttachmentId, ConversationId, MessageId, OrganizationId, TurnId, VisitorId, WidgetId,
};
use widget_core::message::{Block, Citation, Message, Role};
use widget_core::time::Timestamp;

use super::Budget;

/// A conversation as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationRecord {
    /// What the API shows.
    pub conversation: Conversation,
    /// The owner.
    pub organization_id: OrganizationId,
    /// Who answers.
    pub handler: Handler,
    /// Whether its visitor had proved to be who they said when it became theirs. One that anybody
    /// may have started in another's name is never offered to that other.
    pub proven: bool,
}

/// Which conversations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConversationFilter {
    /// Of this organization.
    pub organization_id: Option<OrganizationId>,
    /// Of this widget.
    pub widget_id: Option<WidgetId>,
    /// Of this agent.
    pub agent_id: Option<AgentId>,
    /// In this status.
    pub status: Option<ConversationStatus>,
    /// Of this visitor.
    pub user_id: Option<VisitorId>,
    /// Only these.
    pub ids: Option<Vec<ConversationId>>,
    /// Made at or after.
    pub created_after: Option<Timestamp>,
    /// Made at or before.
    pub created_before: Option<Timestamp>,
}

/// What to change of a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConversationChange {
    /// The status.
    pub status: Option<ConversationStatus>,
    /// Who answers.
    pub handler: Option<Handler>,
    /// The visitor it belongs to (a guest who signed in), and whether that is proven.
    pub visitor: Option<(VisitorId, bool)>,
    /// Keys merged over `custom_metadata`; `feedback_form` is never touched by it.
    pub merge_metadata: Option<Map<String, Value>>,
    /// The title.
    pub title: Option<String>,
}

/// Limits on new conversations, each counted over its window before `now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitorLimits {
    /// New conversations of the visitor with the widget.
    pub conversations_per_day: Option<u32>,
    /// Conversations of the widget that had a message in the last 30 minutes and are not ended.
    pub concurrent_conversations: Option<u32>,
    /// Tokens of the widget.
    pub tokens_per_day: Option<u64>,
    /// Now.
    pub now: Timestamp,
}

impl VisitorLimits {
    /// How much of this limit there is, where it is set.
    #[must_use]
    pub fn of(&self, limit: VisitorLimit) -> Option<u64> {
        match limit {
            VisitorLimit::ConversationsPerDay => self.conversations_per_day.map(u64::from),
            VisitorLimit::ConcurrentConversations => self.concurrent_conversations.map(u64::from),
            VisitorLimit::TokensPerDay => self.tokens_per_day,
        }
    }
}

/// One of [`VisitorLimits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitorLimit {
    /// [`VisitorLimits::conversations_per_day`].
    ConversationsPerDay,
    /// [`VisitorLimits::concurrent_conversations`].
    ConcurrentConversations,
    /// [`VisitorLimits::tokens_per_day`].
    TokensPerDay,
}

impl VisitorLimit {
    /// Its key of `limits` in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConversationsPerDay => "conversations_per_day",
            Self::ConcurrentConversations => "concurrent_conversations",
            Self::TokensPerDay => "tokens_per_day",
        }
    }

    /// How long something counts, in milliseconds.
    #[must_use]
    pub const fn window_ms(self) -> i64 {
        match self {
            Self::ConversationsPerDay | Self::TokensPerDay => 24 * 60 * 60 * 1000,
            Self::ConcurrentConversations => 30 * 60 * 1000,
        }
    }
}

/// A message as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRecord {
    /// Its id.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Its place in the conversation, from 1, increasing.
    pub seq: i64,
    /// Who speaks.
    pub role: Role,
    /// What.
    pub content: String,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// More than text.
    pub blocks: Vec<Block>,
    /// The turn that made it (an answer) or that it opened.
    pub turn_id: Option<TurnId>,
    /// The client's own id.
    pub client_message_id: Option<String>,
    /// The owner's own id.
    pub external_id: Option<String>,
    /// What the visitor thinks of it.
    pub rating: Option<Rating>,
    /// When.
    pub created_at: Timestamp,
}

impl MessageRecord {
    /// The message as every API shows it.
    #[must_use]
    pub fn to_message(&self) -> Message {
        Message {
            id: self.id,
            role: self.role,
            content: self.content.clone(),
            citations: self.citations.clone(),
            blocks: self.blocks.clone(),
            created_at: self.created_at,
        }
    }
}

/// A message to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Who speaks.
    pub role: Role,
    /// What.
    pub content: String,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// More than text.
    pub blocks: Vec<Block>,
    /// The files that are sent with it; the blocks show them.
    pub attachments: Vec<AttachmentId>,
    /// The client's own id.
    pub client_message_id: Option<String>,
    /// The owner's own id.
    pub external_id: Option<String>,
    /// What a visitor may send, counted over the 24 hours before `now`; `None` for all others.
    pub budget: Option<Budget>,
    /// When.
    pub now: Timestamp,
}

/// What became of a message to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Appended {
    /// The message as it is kept (the first one's content, when it was there already).
    pub message: MessageRecord,
    /// Whether this call kept it.
    pub added: bool,
}

/// What a visitor thinks of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// Thumb up or down.
    pub up: bool,
    /// In the visitor's words.
    pub comment: Option<String>,
}
