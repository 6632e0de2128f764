//! What most rules begin with: an organization, an agent with a published version, a widget.

use std::sync::Arc;

use serde_json::{Map, json};
use uuid::Uuid;
use widget_core::conversation::{Channel, Conversation, ConversationStatus, Handler};
use widget_core::id::{
    AgentId, AgentVersionId, ConversationId, MessageId, OrganizationId, TurnId, VisitorId, WidgetId,
};
use widget_core::message::Role;
use widget_core::time::Timestamp;

use crate::store::records::*;
use crate::store::{Store, StoreError, StoreResult};

/// 2026-04-09T14:12:00.000Z, the moment at which every scene is set.
pub(super) const NOW: Timestamp = Timestamp::from_ms(1_775_743_920_000);

pub(super) const MINUTE: i64 = 60 * 1000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// No limit at all.
pub(super) const UNLIMITED: VisitorLimits = VisitorLimits {
    conversations_per_day: None,
    concurrent_conversations: None,
    tokens_per_day: None,
    now: NOW,
};

/// More than any rule uses.
pub(super) const AMPLE: Budget = Budget { messages: 1000, tokens: 1_000_000, widget_tokens: None };

/// The first page, as long as may be.
pub(super) const WHOLE: Page = Page { limit: 200, after: None };

pub(super) struct Scene {
    pub(super) store: Arc<dyn Store>,
    pub(super) organization: Organization,
    pub(super) agent: Agent,
    pub(super) version: AgentVersion,
    pub(super) widget: Widget,
}

impl Scene {
    pub(super) async fn set(store: Arc<dyn Store>) -> Self {
        let organization = organization();
        store.insert_organization(organization.clone()).await.unwrap();
        let agent = agent(&organization);
        store.insert_agent(agent.clone()).await.unwrap();
        let draft = store.insert_version(organization.id, version(&agent)).await.unwrap();
        let version = store.publish_version(organization.id, draft.id, NOW).await.unwrap();
        let widget = widget(&agent, &version);
        store.insert_widget(widget.clone()).await.unwrap();
        Self { store, organization, agent, version, widget }
    }

    /// A conversation that is not kept yet.
    pub(super) fn new_conversation(&self, user: &str) -> ConversationRecord {
        ConversationRecord {
            conversation: Conversation {
                id: ConversationId::from_uuid(Uuid::now_v7()),
                widget_id: self.widget.id,
                agent_id: self.agent.id,
                agent_version_id: self.version.id,
                user_id: visitor(user),
                channel: Channel::WebRtc,
                status: ConversationStatus::TokenCreated,
                title: None,
                custom_metadata: Map::new(),
                created_at: NOW,
                updated_at: NOW,
                ended_at: None,
            },
            organization_id: self.organization.id,
            handler: Handler::Agent,
            proven: true,
        }
    }

    /// A conversation of the visitor, kept.
    pub(super) async fn conversation(&self, user: &str) -> ConversationId {
        let record = self.new_conversation(user);
        let id = record.conversation.id;
        self.store.create_conversation(record, UNLIMITED).await.unwrap();
        id
    }

    /// The visitor says something.
    pub(super) async fn say(&self, conversation: ConversationId, at: Timestamp) -> MessageRecord {
        let mut message = message(conversation, "hello");
        message.now = at;
        self.store.append_message(message).await.unwrap().message
    }

    /// Begins a turn that must start.
    pub(super) async fn start(&self, turn: NewTurn) -> TurnRecord {
        match self.store.begin_turn(turn).await.unwrap() {
            Begun::Started { turn, .. } => turn,
            other => panic!("not started: {other:?}"),
        }
    }

    /// A question and its answer, with what that cost.
    pub(super) async fn exchange(&self, new: NewTurn, tokens: u64) -> MessageRecord {
        let now = new.now;
        let turn = self.start(new).await;
        let mut end = end(turn.id, TurnStatus::Done, "an answer");
        end.usage = Usage { input_tokens: tokens / 2, output_tokens: tokens - tokens / 2 };
        end.now = now;
        self.store.finish_turn(end).await.unwrap().unwrap()
    }

    /// What was said, by text.
    pub(super) async fn said(&self, conversation: ConversationId) -> Vec<String> {
        let messages = self.store.messages(conversation, 0, 200).await.unwrap();
        messages.into_iter().map(|message| message.content).collect()
    }
}

pub(super) fn organization() -> Organization {
    let id = OrganizationId::from_uuid(Uuid::now_v7());
    Organization { id, name: "Ink & Paper".to_owned(), created_at: NOW }
}

pub(super) fn agent(organization: &Organization) -> Agent {
    Agent {
        id: AgentId::from_uuid(Uuid::now_v7()),
        organization_id: organization.id,
        name: "Ida".to_owned(),
        revision: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(super) fn version(agent: &Agent) -> NewVersion {
    NewVersion {
        id: AgentVersionId::from_uuid(Uuid::now_v7()),
        agent_id: agent.id,
        config: json!({ "instructions": "Be brief.", "x_unknown": [1, { "b": 2, "a": 1 }] }),
        passages: Vec::new(),
        now: NOW,
    }
}

pub(super) fn widget(agent: &Agent, version: &AgentVersion) -> Widget {
    Widget {
        id: WidgetId::from_uuid(Uuid::now_v7()),
        organization_id: agent.organization_id,
        agent_id: agent.id,
        agent_version_id: version.id,
        name: None,
        domains: vec!["https://example.com".to_owned()],
        published: true,
        paused: false,
        config: json!({ "v1": { "theme": "dark", "x_unknown": { "z": 1, "a": [true, null] } } }),
        revision: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(super) fn visitor(user: &str) -> VisitorId {
    VisitorId::parse(user).unwrap()
}

/// A message of the visitor.
pub(super) fn message(conversation: ConversationId, content: &str) -> NewMessage {
    NewMessage {
        id: MessageId::from_uuid(Uuid::now_v7()),
        conversation_id: conversation,
        role: Role::User,
        content: content.to_owned(),
        citations: Vec::new(),
        blocks: Vec::new(),
        attachments: Vec::new(),
        client_message_id: None,
        external_id: None,
        budget: None,
        now: NOW,
    }
}

pub(super) fn turn(conversation: ConversationId, content: &str) -> NewTurn {
    NewTurn {
        id: TurnId::from_uuid(Uuid::now_v7()),
        conversation_id: conversation,
        question: Question::Message {
            id: MessageId::from_uuid(Uuid::now_v7()),
            content: content.to_owned(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            client_message_id: None,
        },
        message_id: MessageId::from_uuid(Uuid::now_v7()),
        budget: AMPLE,
        owner: "process-1".to_owned(),
        lease_until: NOW.plus_ms(MINUTE),
        now: NOW,
    }
}

/// A turn whose message has the client's own id.
pub(super) fn turn_with_id(conversation: ConversationId, content: &str, id: &str) -> NewTurn {
    let mut turn = turn(conversation, content);
    if let Question::Message { client_message_id, .. } = &mut turn.question {
        *client_message_id = Some(id.to_owned());
    }
    turn
}

/// A turn that asks the question of an answer once more.
pub(super) fn again(conversation: ConversationId, answer: MessageId) -> NewTurn {
    NewTurn { question: Question::Again(answer), ..turn(conversation, "") }
}

pub(super) fn end(id: TurnId, status: TurnStatus, content: &str) -> TurnEnd {
    TurnEnd {
        id,
        status,
        content: content.to_owned(),
        citations: Vec::new(),
        blocks: Vec::new(),
        usage: Usage::default(),
        finish_reason: Some("stop".to_owned()),
        error_code: None,
        now: NOW,
    }
}

pub(super) fn page(limit: u32, after: Option<Uuid>) -> Page {
    Page { limit, after }
}

#[track_caller]
pub(super) fn assert_not_found<T: std::fmt::Debug>(result: StoreResult<T>) {
    match result {
        Err(StoreError::NotFound) => {}
        other => panic!("found: {other:?}"),
    }
}

#[track_caller]
pub(super) fn assert_refused<T: std::fmt::Debug>(result: StoreResult<T>, expected: &Refusal) {
    match result {
        Err(StoreError::Refused(refusal)) => assert_eq!(refusal, *expected),
        other => panic!("not refused as {expected:?}: {other:?}"),
    }
}
