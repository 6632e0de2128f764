//! What the server keeps, as traits of whole operations.
//!
//! A method is one fact of the product, done or not done: it never leaves half of itself behind,
//! and no transaction reaches across two calls. Methods take and return the records of
//! [`records`]; each engine owns its SQL. The contract suite (module `contract`, in tests) holds
//! every rule once and runs against every engine.

use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;
use widget_core::id::{
    AgentId, AgentVersionId, AttachmentId, ConversationId, KeyId, LeadId, MessageId,
    OrganizationId, TurnId, VisitorId, WidgetId,
};
use widget_core::lead::LeadStanding;
use widget_core::time::Timestamp;

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod folder;
mod lock;
pub mod records;
pub mod sqlite;

use records::*;

/// Why an operation was not done. Nothing of it was kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The thing named does not exist (or belongs to somebody else).
    #[error("not found")]
    NotFound,
    /// The state of the thing named forbids the operation.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The store cannot be reached or is too busy; the same call may succeed later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// Something that should not happen; the text is for the log, never for a client.
    #[error("the store failed: {0}")]
    Internal(String),
}

/// The outcome of a store operation.
pub type StoreResult<T> = Result<T, StoreError>;

/// Everything the server keeps.
pub trait Store:
    Organizations
    + Keys
    + Agents
    + Widgets
    + Conversations
    + Turns
    + Attachments
    + Leads
    + Telemetry
    + Knowledge
    + Idempotency
    + Secrets
    + Upkeep
{
}

impl<T> Store for T where
    T: Organizations
        + Keys
        + Agents
        + Widgets
        + Conversations
        + Turns
        + Attachments
        + Leads
        + Telemetry
        + Knowledge
        + Idempotency
        + Secrets
        + Upkeep
{
}

/// Organizations own everything else.
#[async_trait]
pub trait Organizations: Send + Sync {
    /// Adds an organization.
    async fn insert_organization(&self, organization: Organization) -> StoreResult<()>;
    /// One organization.
    async fn organization(&self, id: OrganizationId) -> StoreResult<Organization>;
    /// All organizations, oldest first.
    async fn organizations(&self) -> StoreResult<Vec<Organization>>;
}

/// Keys of organizations and tokens of persons. Only digests of secrets are kept.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Adds a key.
    async fn insert_key(&self, key: ApiKey) -> StoreResult<()>;
    /// The key with this id, revoked and expired ones too.
    async fn key(&self, id: KeyId) -> StoreResult<ApiKey>;
    /// Keys of one organization (with the tokens of its members), or all; newest first.
    async fn keys(&self, organization: Option<OrganizationId>) -> StoreResult<Vec<ApiKey>>;
    /// Revokes a key for good. Revoking twice keeps the first time.
    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> StoreResult<()>;
    /// Notes that a key was used. Callers do so at most once a minute for each key.
    async fn touch_key(&self, id: KeyId, now: Timestamp) -> StoreResult<()>;
}

/// Agents and their versions.
#[async_trait]
pub trait Agents: Send + Sync {
    /// Adds an agent.
    async fn insert_agent(&self, agent: Agent) -> StoreResult<()>;
    /// One agent of an organization.
    async fn agent(&self, organization: OrganizationId, id: AgentId) -> StoreResult<Agent>;
    /// Agents of an organization, newest first.
    async fn agents(&self, organization: OrganizationId, page: Page) -> StoreResult<Listed<Agent>>;
    /// Renames an agent; `expected` is the revision the caller has seen ([`Refusal::Stale`]).
    async fn update_agent(
        &self,
        organization: OrganizationId,
        id: AgentId,
        name: String,
        expected: Option<i64>,
        now: Timestamp,
    ) -> StoreResult<Agent>;
    /// Deletes an agent with its versions and leads; [`Refusal::InUse`] while a widget serves it.
    async fn delete_agent(
        &self,
        organization: OrganizationId,
        id: AgentId,
        expected: Option<i64>,
    ) -> StoreResult<()>;

    /// Adds the next version of an agent (its number is given by the store) with the passages of
    /// its knowledge.
    async fn insert_version(
        &self,
        organization: OrganizationId,
        version: NewVersion,
    ) -> StoreResult<AgentVersion>;
    /// One version by number, or the latest.
    async fn version(
        &self,
        organization: OrganizationId,
        agent: AgentId,
        number: VersionNumber,
    ) -> StoreResult<AgentVersion>;
    /// One version by id.
    async fn version_by_id(
        &self,
        organization: OrganizationId,
        id: AgentVersionId,
    ) -> StoreResult<AgentVersion>;
    /// Versions of an agent, newest first.
    async fn versions(
        &self,
        organization: OrganizationId,
        agent: AgentId,
        page: Page,
    ) -> StoreResult<Listed<AgentVersion>>;
    /// Replaces the configuration of a draft; [`Refusal::VersionPublished`] otherwise.
    async fn update_version(
        &self,
        organization: OrganizationId,
        id: AgentVersionId,
        config: serde_json::Value,
        passages: Vec<NewPassage>,
        now: Timestamp,
    ) -> StoreResult<AgentVersion>;
    /// Publishes a version; publishing twice keeps the first time.
    async fn publish_version(
        &self,
        organization: OrganizationId,
        id: AgentVersionId,
        now: Timestamp,
    ) -> StoreResult<AgentVersion>;
}

/// Widgets, and what the public runtime needs of them.
#[async_trait]
pub trait Widgets: Send + Sync {
    /// Adds a widget; [`Refusal::VersionMismatch`] unless agent and version are of the
    /// organization and belong together.
    async fn insert_widget(&self, widget: Widget) -> StoreResult<()>;
    /// One widget of an organization.
    async fn widget(&self, organization: OrganizationId, id: WidgetId) -> StoreResult<Widget>;
    /// Widgets of an organization, newest first.
    async fn widgets(
        &self,
        organization: OrganizationId,
        filter: WidgetFilter,
        page: Page,
    ) -> StoreResult<Listed<Widget>>;
    /// Replaces the fields that are present; `expected` as in [`Agents::update_agent`].
    async fn update_widget(
        &self,
        organization: OrganizationId,
        id: WidgetId,
        change: WidgetChange,
        expected: Option<i64>,
        now: Timestamp,
    ) -> StoreResult<Widget>;
    /// Deletes a widget and everything of it but usage; its leads stay, they are the agent's.
    async fn delete_widget(
        &self,
        organization: OrganizationId,
        id: WidgetId,
        expected: Option<i64>,
    ) -> StoreResult<()>;
    /// Sets the secret for identities; the former one stays valid until `former_until`.
    async fn set_identity_secret(
        &self,
        organization: OrganizationId,
        id: WidgetId,
        secret: Vec<u8>,
        former_until: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()>;
    /// The widget with its agent and version, whatever their state and organization.
    async fn served_widget(&self, id: WidgetId) -> StoreResult<ServedWidget>;
    /// All widgets of an agent, with agent and version.
    async fn served_widgets_of(&self, agent: AgentId) -> StoreResult<Vec<ServedWidget>>;
    /// The allow-lists of all live widgets (published, version published).
    async fn live_allow_lists(&self) -> StoreResult<Vec<Vec<String>>>;
}

/// Conversations and their messages.
#[async_trait]
pub trait Conversations: Send + Sync {
    /// Starts a conversation within `limits`, or refuses with [`Refusal::LimitReached`].
    async fn create_conversation(
        &self,
        conversation: ConversationRecord,
        limits: VisitorLimits,
    ) -> StoreResult<()>;
    /// One conversation, whatever its widget.
    async fn conversation(&self, id: ConversationId) -> StoreResult<ConversationRecord>;
    /// The visitor's newest conversation with the widget that is `proven` theirs, not ended, had a
    /// message since `since`, and is within its own budget of messages and tokens counted since
    /// then (what the whole widget has used does not matter here).
    async fn resumable_conversation(
        &self,
        widget: WidgetId,
        visitor: VisitorId,
        since: Timestamp,
        budget: Budget,
    ) -> StoreResult<Option<ConversationRecord>>;
    /// Conversations, newest first.
    async fn conversations(
        &self,
        filter: ConversationFilter,
        page: Page,
    ) -> StoreResult<Listed<ConversationRecord>>;
    /// Changes what is named; [`Refusal::Ended`] when a terminal status would change. A status
    /// never goes back. When the visitor changes, leads and events of the conversation go along.
    async fn update_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
        now: Timestamp,
    ) -> StoreResult<ConversationRecord>;
    /// Deletes a conversation with everything of it but usage; a lead from it stays.
    async fn delete_conversation(&self, id: ConversationId) -> StoreResult<()>;
    /// Deletes all conversations, leads and events of a visitor with a widget; how many
    /// conversations there were.
    async fn erase_visitor(&self, widget: WidgetId, visitor: VisitorId) -> StoreResult<u64>;

    /// Keeps a message. The same `external_id` or `client_message_id` in a conversation never
    /// makes a second one. [`Refusal::Ended`] for a terminal conversation,
    /// [`Refusal::BudgetExhausted`] beyond the message's budget, [`Refusal::NotAttachable`] for a
    /// file that cannot be sent with it.
    async fn append_message(&self, message: NewMessage) -> StoreResult<Appended>;
    /// Messages of a conversation with `seq >= from`: the last `limit`, oldest first.
    async fn messages(
        &self,
        conversation: ConversationId,
        from: i64,
        limit: u32,
    ) -> StoreResult<Vec<MessageRecord>>;
    /// One message.
    async fn message(&self, id: MessageId) -> StoreResult<MessageRecord>;
    /// The `seq` the next message of a conversation will have.
    async fn next_seq(&self, conversation: ConversationId) -> StoreResult<i64>;
    /// Rates an answer; a later rating replaces the earlier one.
    async fn rate_message(
        &self,
        conversation: ConversationId,
        message: MessageId,
        rating: Rating,
    ) -> StoreResult<()>;
    /// Stores feedback under `custom_metadata.feedback_form`; [`Refusal::FeedbackExists`] for all
    /// but the first, also when several arrive together.
    async fn submit_feedback(
        &self,
        conversation: ConversationId,
        data: serde_json::Map<String, serde_json::Value>,
        now: Timestamp,
    ) -> StoreResult<()>;
}

/// Turns: one question and its answer.
#[async_trait]
pub trait Turns: Send + Sync {
    /// Keeps the visitor's message (once for each `client_message_id`) and opens a turn for it, or
    /// says what there is already. One running turn for a conversation, within the budget:
    /// [`Refusal::TurnRunning`], [`Refusal::BudgetExhausted`], [`Refusal::Ended`],
    /// [`Refusal::NotAttachable`].
    async fn begin_turn(&self, turn: NewTurn) -> StoreResult<Begun>;
    /// Ends a running turn: stores its answer (when it has any text or blocks), its usage and its
    /// status, all or nothing. Ending an ended turn changes nothing and answers as the first time.
    async fn finish_turn(&self, end: TurnEnd) -> StoreResult<Option<MessageRecord>>;
    /// One turn.
    async fn turn(&self, id: TurnId) -> StoreResult<TurnRecord>;
    /// The newest turn of a conversation.
    async fn last_turn(&self, conversation: ConversationId) -> StoreResult<Option<TurnRecord>>;
    /// Says that `owner` is alive and still works on its running turns.
    async fn extend_turns(&self, owner: &str, until: Timestamp) -> StoreResult<()>;
    /// Marks as failed the running turns whose process is gone (another owner, lease run out; an
    /// engine that admits one serving process at a time need not wait for the lease), and returns
    /// them.
    async fn fail_abandoned_turns(
        &self,
        owner: &str,
        now: Timestamp,
    ) -> StoreResult<Vec<TurnRecord>>;
    /// Usage summed over a conversation.
    async fn conversation_usage(&self, conversation: ConversationId) -> StoreResult<Usage>;
}

/// Files that visitors send. They come in pieces, and only a whole one can be read or sent. They go
/// with their conversation.
#[async_trait]
pub trait Attachments: Send + Sync {
    /// Takes note of a file that begins to come. [`Refusal::Ended`] for a terminal conversation,
    /// [`Refusal::ConversationFull`] and [`Refusal::StorageFull`] where there is no room left.
    async fn begin_attachment(&self, new: NewAttachment, room: AttachmentRoom) -> StoreResult<()>;
    /// Adds the next piece, at most [`PIECE_BYTES`], to a file that is not whole yet.
    /// [`Refusal::ConversationFull`] where it does not fit any more.
    async fn add_attachment_piece(
        &self,
        id: AttachmentId,
        piece: Bytes,
        room: AttachmentRoom,
    ) -> StoreResult<()>;
    /// Says that all pieces are there.
    async fn finish_attachment(&self, id: AttachmentId) -> StoreResult<AttachmentRecord>;
    /// Deletes a file, whole or not, that was not sent; [`Refusal::InUse`] for one that was.
    async fn discard_attachment(&self, id: AttachmentId) -> StoreResult<()>;
    /// One whole file.
    async fn attachment(&self, id: AttachmentId) -> StoreResult<AttachmentRecord>;
    /// One whole file by its unguessable name.
    async fn attachment_by_key(&self, key: AttachmentKey) -> StoreResult<AttachmentRecord>;
    /// One piece of a file, from 0.
    async fn attachment_piece(&self, id: AttachmentId, number: u32) -> StoreResult<Bytes>;
}

/// Leads, one for each agent and e-mail address.
#[async_trait]
pub trait Leads: Send + Sync {
    /// Adds a lead or fills in the one that has this agent and address: what is named overwrites,
    /// the rest stays. `true` when it was added.
    async fn upsert_lead(&self, lead: NewLead) -> StoreResult<(Lead, bool)>;
    /// One lead of an organization.
    async fn lead(&self, organization: OrganizationId, id: LeadId) -> StoreResult<Lead>;
    /// Leads of an organization, newest first.
    async fn leads(
        &self,
        organization: OrganizationId,
        filter: LeadFilter,
        page: Page,
    ) -> StoreResult<Listed<Lead>>;
    /// Where a conversation stands with leads: what [`LeadRule`](widget_core::lead::LeadRule) asks.
    /// The form was shown where a message has a block `lead_form`.
    async fn lead_standing(&self, conversation: ConversationId) -> StoreResult<LeadStanding>;
    /// Deletes a lead.
    async fn delete_lead(&self, organization: OrganizationId, id: LeadId) -> StoreResult<()>;
}

/// Telemetry of the widget.
#[async_trait]
pub trait Telemetry: Send + Sync {
    /// Keeps a batch of events; those of widgets and conversations that are gone are dropped.
    async fn insert_events(&self, events: Vec<EventRecord>) -> StoreResult<()>;
    /// Counts of a widget's events by name and UTC day, `from` and `to` inclusive.
    async fn event_counts(
        &self,
        organization: OrganizationId,
        widget: WidgetId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> StoreResult<Vec<EventCount>>;
}

/// The searchable passages of a version's knowledge.
#[async_trait]
pub trait Knowledge: Send + Sync {
    /// The passages whose [`NewPassage::terms`] match any of the words best (BM25), best first.
    /// `words` are plain words, spelled as in the terms; the store quotes them.
    async fn search_passages(
        &self,
        version: AgentVersionId,
        words: &[String],
        limit: u32,
    ) -> StoreResult<Vec<Passage>>;
}

/// First answers of requests that came with an `Idempotency-Key`.
#[async_trait]
pub trait Idempotency: Send + Sync {
    /// Claims a key for 24 h, or says what became of it.
    async fn claim_key(&self, claim: IdempotencyClaim) -> StoreResult<Claimed>;
    /// Stores the first answer of a claimed key; a second one changes nothing.
    async fn answer_key(&self, scope: &str, key: &str, answer: StoredAnswer) -> StoreResult<()>;
    /// Gives a claimed key back (the request failed and may be tried again).
    async fn release_key(&self, scope: &str, key: &str) -> StoreResult<()>;
}

/// Keys that sign visitor tokens.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The keys that are valid at `now`, newest first; makes `fresh` the first one when there is
    /// none.
    async fn signing_keys(&self, fresh: SigningKey, now: Timestamp)
    -> StoreResult<Vec<SigningKey>>;
    /// Makes `fresh` the newest key; the former ones stay valid until `former_until`.
    async fn rotate_signing_key(
        &self,
        fresh: SigningKey,
        former_until: Timestamp,
    ) -> StoreResult<()>;
}

/// The store itself.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Answers when the store can read and write.
    async fn ping(&self) -> StoreResult<()>;
    /// A number that changes whenever an organization, key, agent, version, widget or secret was
    /// changed by any process: a change of this process shows at once, one of another process
    /// within a millisecond. Cheap (no I/O beyond shared memory): asked on each request.
    fn revision(&self) -> StoreResult<u64>;
    /// Writes a consistent copy to a new file while others go on; refuses to overwrite.
    async fn backup(&self, to: &Path) -> StoreResult<()>;
    /// Deletes what is past its time: idempotency keys, retired secrets, files that came an hour
    /// ago and were not sent, conversations in which nothing has happened for longer than their
    /// widget's `retention_days`. How many rows went.
    /// What was deleted since the last sweep leaves the disk, too.
    async fn sweep(&self, now: Timestamp) -> StoreResult<u64>;
    /// Writes everything queued and closes. Later calls fail with `Unavailable`.
    async fn close(&self) -> StoreResult<()>;
}
