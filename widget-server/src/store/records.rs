//! The records that go in and out of the store.

use serde_json::{Map, Value};
use uuid::Uuid;
use widget_core::agent::VersionStatus;
use widget_core::conversation::{Conversation, ConversationStatus, Handler};
use widget_core::id::{
    AgentId, AgentVersionId, ConversationId, KeyId, LeadId, MessageId, OrganizationId, TurnId,
    VisitorId, WidgetId,
};
use widget_core::message::{Block, Citation, Role};
use widget_core::time::Timestamp;

/// What the state of a thing forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The caller's revision is not the stored one any more.
    Stale,
    /// Something still needs the thing that should go.
    InUse,
    /// A published version cannot change.
    VersionPublished,
    /// The version is not one of that agent, or one of them is not of the organization.
    VersionMismatch,
    /// The conversation is over.
    Ended,
    /// A turn is running.
    TurnRunning,
    /// The conversation's budget is used up; a message may be sent again at `retry_at`.
    BudgetExhausted {
        /// When the oldest counted message falls out of the 24 hours.
        retry_at: Timestamp,
    },
    /// A limit on new conversations is reached.
    LimitReached {
        /// The key of `limits` in the configuration.
        limit: &'static str,
        /// When it makes sense to try again.
        retry_at: Timestamp,
    },
    /// There is feedback already.
    FeedbackExists,
    /// The name or id is taken.
    Exists,
}

/// Which part of a list. Lists are newest first and stable under inserts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// At most this many, 1–200.
    pub limit: u32,
    /// Only what comes after this id.
    pub after: Option<Uuid>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to give as [`Page::after`] for the next page; `None` on the last one.
    pub next: Option<Uuid>,
}

/// The owner of agents, widgets and keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whom a key speaks for.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyHolder {
    /// An organization (`ak_`).
    Organization(OrganizationId),
    /// A person (`pat_`), member of these organizations.
    Person {
        /// The person's e-mail address.
        email: String,
        /// The organizations the person belongs to.
        organizations: Vec<OrganizationId>,
    },
}

/// A management key.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKey {
    /// Its id, the part before the dot.
    pub id: KeyId,
    /// Whom it speaks for.
    pub holder: KeyHolder,
    /// A name for people.
    pub name: String,
    /// The scopes it carries, as written in the API.
    pub scopes: Vec<String>,
    /// SHA-256 of the secret's bytes.
    pub secret_digest: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Counts changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Which version of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionNumber {
    /// The one with this number.
    Number(u32),
    /// The one with the highest number.
    Latest,
}

/// A version of an agent.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentVersion {
    /// Its id.
    pub id: AgentVersionId,
    /// Its agent.
    pub agent_id: AgentId,
    /// Its number, from 1.
    pub number: u32,
    /// Draft or published.
    pub status: VersionStatus,
    /// The configuration as it came.
    pub config: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

/// A version to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// Its id.
    pub id: AgentVersionId,
    /// Its agent.
    pub agent_id: AgentId,
    /// The configuration.
    pub config: Value,
    /// The passages of its knowledge.
    pub passages: Vec<NewPassage>,
    /// When.
    pub now: Timestamp,
}

/// A passage of a knowledge document, to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPassage {
    /// The document's title, with the headings above the passage.
    pub title: String,
    /// The document's address.
    pub url: Option<String>,
    /// The text, as it is shown.
    pub text: String,
    /// What it is found by: words separated by spaces, folded and segmented by the knowledge room
    /// in the same way as the words of a search. The index holds these and nothing else, so that
    /// no engine's own tokenizer decides which languages work.
    pub terms: String,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// As in [`NewPassage`].
    pub title: String,
    /// As in [`NewPassage`].
    pub url: Option<String>,
    /// As in [`NewPassage`].
    pub text: String,
    /// How well it matches: higher is better, comparable within one search only.
    pub score: f64,
}

/// A widget.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// Its id.
    pub id: WidgetId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent it serves.
    pub agent_id: AgentId,
    /// The version it runs.
    pub agent_version_id: AgentVersionId,
    /// Its name; without one the agent's is shown.
    pub name: Option<String>,
    /// Normalised origins that may embed it.
    pub domains: Vec<String>,
    /// Whether its own gate is open.
    pub published: bool,
    /// Whether it refuses new conversations.
    pub paused: bool,
    /// The configuration as it came.
    pub config: Value,
    /// Counts changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Which widgets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WidgetFilter {
    /// Of this agent.
    pub agent_id: Option<AgentId>,
    /// Of this version.
    pub agent_version_id: Option<AgentVersionId>,
    /// Published or not.
    pub published: Option<bool>,
    /// Made at or after.
    pub created_after: Option<Timestamp>,
    /// Made at or before.
    pub created_before: Option<Timestamp>,
    /// Changed at or after.
    pub updated_after: Option<Timestamp>,
    /// Changed at or before.
    pub updated_before: Option<Timestamp>,
}

/// What to change of a widget: what is `Some` replaces the stored value whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WidgetChange {
    /// The agent.
    pub agent_id: Option<AgentId>,
    /// The version.
    pub agent_version_id: Option<AgentVersionId>,
    /// The name.
    pub name: Option<Option<String>>,
    /// The allow-list.
    pub domains: Option<Vec<String>>,
    /// The gate.
    pub published: Option<bool>,
    /// The pause.
    pub paused: Option<bool>,
    /// The configuration.
    pub config: Option<Value>,
}

/// A secret that signs a site's identities.
#[derive(Clone, PartialEq)]
pub struct IdentitySecret {
    /// The bytes.
    pub secret: Vec<u8>,
    /// Until when; `None` for the current one.
    pub valid_until: Option<Timestamp>,
}

impl std::fmt::Debug for IdentitySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentitySecret").field("valid_until", &self.valid_until).finish()
    }
}

/// A widget with all that is needed to serve it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServedWidget {
    /// The widget.
    pub widget: Widget,
    /// Its agent.
    pub agent: Agent,
    /// Its version.
    pub version: AgentVersion,
    /// Its identity secrets, the current one first.
    pub identity_secrets: Vec<IdentitySecret>,
}

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

/// Limits on new conversations, each counted over the last 24 hours before `now`.
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

/// The budget of a conversation in any 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Messages of the visitor.
    pub messages: u32,
    /// Tokens in and out.
    pub tokens: u64,
    /// Tokens of the whole widget.
    pub widget_tokens: Option<u64>,
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
    /// The client's own id.
    pub client_message_id: Option<String>,
    /// The owner's own id.
    pub external_id: Option<String>,
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

/// The state of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnStatus {
    /// Being answered.
    Running,
    /// Answered.
    Done,
    /// Not answered; may be tried again.
    Failed,
    /// Stopped by the visitor.
    Stopped,
}

/// A turn as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRecord {
    /// Its id.
    pub id: TurnId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The question.
    pub user_message_id: MessageId,
    /// The id the answer has or will have.
    pub message_id: MessageId,
    /// Its state.
    pub status: TurnStatus,
    /// Why it failed.
    pub error_code: Option<String>,
    /// Why the answer ends: `stop`, `length`, `stopped`.
    pub finish_reason: Option<String>,
    /// What it cost.
    pub usage: Usage,
    /// The process that answers.
    pub owner: String,
    /// Until when that process may be silent.
    pub lease_until: Timestamp,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Tokens of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Usage {
    /// Tokens read by the model.
    pub input_tokens: u64,
    /// Tokens written by the model.
    pub output_tokens: u64,
}

/// What a turn answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// A message of the visitor.
    Message {
        /// The id it will have.
        id: MessageId,
        /// The text.
        content: String,
        /// The client's own id.
        client_message_id: Option<String>,
    },
    /// The question of this answer, which is the conversation's last, once more: the new answer
    /// replaces it. [`StoreError::NotFound`](super::StoreError::NotFound) when it is not the last
    /// answer.
    Again(MessageId),
}

/// A turn to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTurn {
    /// Its id.
    pub id: TurnId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The question.
    pub question: Question,
    /// The id the answer will have.
    pub message_id: MessageId,
    /// The budget, counted over the 24 hours before `now`.
    pub budget: Budget,
    /// The process that answers.
    pub owner: String,
    /// Until when that process may be silent.
    pub lease_until: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// What became of a turn to begin.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// It is open; answer it. A failed turn of the same message may lie before it.
    Started {
        /// The turn.
        turn: TurnRecord,
        /// The question.
        question: MessageRecord,
    },
    /// The same `client_message_id` is being answered.
    Running(TurnRecord),
    /// The same `client_message_id` was answered (or stopped before any text: no message).
    Finished(TurnRecord, Option<MessageRecord>),
    /// A person has the conversation: the message is kept, nobody answers by machine.
    Kept {
        /// The message.
        message: MessageRecord,
        /// Whether this call kept it.
        added: bool,
    },
}

/// The end of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnEnd {
    /// The turn.
    pub id: TurnId,
    /// Its final state. A failed turn stores no answer.
    pub status: TurnStatus,
    /// The answer.
    pub content: String,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// More than text.
    pub blocks: Vec<Block>,
    /// What it cost.
    pub usage: Usage,
    /// Why it ends.
    pub finish_reason: Option<String>,
    /// Why it failed.
    pub error_code: Option<String>,
    /// Now.
    pub now: Timestamp,
}

/// A lead as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent.
    pub agent_id: AgentId,
    /// The widget it last came from.
    pub widget_id: Option<WidgetId>,
    /// The conversation it last came from.
    pub conversation_id: Option<ConversationId>,
    /// The visitor it last came from.
    pub user_id: Option<VisitorId>,
    /// The address, normalised.
    pub email: String,
    /// The name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Further fields.
    pub fields: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last filled in.
    pub updated_at: Timestamp,
}

/// A lead to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLead {
    /// The id it has if it is new.
    pub id: LeadId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent.
    pub agent_id: AgentId,
    /// The widget.
    pub widget_id: WidgetId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The visitor.
    pub user_id: VisitorId,
    /// The address, normalised.
    pub email: String,
    /// The name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Further fields, merged key by key.
    pub fields: Map<String, Value>,
    /// Now.
    pub now: Timestamp,
}

/// Which leads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeadFilter {
    /// Of this agent.
    pub agent_id: Option<AgentId>,
    /// From this widget.
    pub widget_id: Option<WidgetId>,
    /// With this address, normalised.
    pub email: Option<String>,
    /// Made at or after.
    pub created_after: Option<Timestamp>,
    /// Made at or before.
    pub created_before: Option<Timestamp>,
}

/// A telemetry event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRecord {
    /// The widget.
    pub widget_id: WidgetId,
    /// The conversation, once there is one.
    pub conversation_id: Option<ConversationId>,
    /// The visitor, once there is one.
    pub user_id: Option<VisitorId>,
    /// The name.
    pub name: String,
    /// When it happened.
    pub at: Timestamp,
    /// More.
    pub data: Option<Value>,
}

/// How often an event happened on a day.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct EventCount {
    /// The name.
    pub name: String,
    /// The UTC day, `2026-04-09`.
    pub day: String,
    /// How often.
    pub count: u64,
}

/// A claim on an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Credential and route.
    pub scope: String,
    /// The key.
    pub key: String,
    /// SHA-256 of the body.
    pub fingerprint: [u8; 32],
    /// Now. A claim without an answer may be taken over after a minute.
    pub now: Timestamp,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// The key is new: do the work.
    New,
    /// The first answer.
    Answered(StoredAnswer),
    /// The key was used with another body.
    Reused,
    /// The first request is still being worked on.
    Working,
}

/// An answer that is kept for its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The body, without secrets.
    pub body: Vec<u8>,
}

/// A key that signs visitor tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in the token's header.
    pub kid: String,
    /// 256 random bits.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it verifies; `None` for the newest.
    pub valid_until: Option<Timestamp>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
