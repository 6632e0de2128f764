//! A store with one conversation, and an engine whose model does what the test says.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, mpsc};
use uuid::Uuid;
use widget_core::agent::VersionStatus;
use widget_core::conversation::{Channel, Conversation, ConversationStatus, Handler};
use widget_core::event::{FinishReason, StreamEvent, Usage};
use widget_core::id::{AgentId, AgentVersionId, ConversationId, OrganizationId, WidgetId};
use widget_core::time::Timestamp;

use crate::clock::{Clock, ManualClock};
use crate::conversations::hub::{Hub, HubLimits};
use crate::engine::ask::{Answering, Ask, AskError, AskQuestion, Asked};
use crate::engine::model::{Finish, Model, ModelError, ModelRequest, Models, TokenSink};
use crate::engine::{Engine, EngineOptions};
use crate::knowledge;
use crate::store::Store;
use crate::store::records::{
    Agent, AgentVersion, Budget, ConversationRecord, NewVersion, Organization, ServedWidget,
    VisitorLimits, Widget,
};
use crate::store::sqlite::SqliteStore;

/// What the scripted model does next.
#[derive(Debug)]
pub(in crate::engine) enum Step {
    Say(&'static str),
    Cite(usize),
    Finish,
    Fail(ModelError),
    Panic,
}

/// A model that does what it is told, and otherwise waits.
struct Scripted {
    steps: Mutex<mpsc::UnboundedReceiver<Step>>,
    asked: mpsc::UnboundedSender<ModelRequest>,
}

#[async_trait]
impl Model for Scripted {
    async fn answer(
        &self,
        request: ModelRequest,
        out: &mut TokenSink,
    ) -> Result<Finish, ModelError> {
        self.asked.send(request).ok();
        let mut steps = self.steps.lock().await;
        loop {
            match steps.recv().await {
                Some(Step::Say(text)) => out.text(text).await,
                Some(Step::Cite(passage)) => out.cite(passage, None).await,
                Some(Step::Finish) => {
                    let usage = Usage { input_tokens: 7, output_tokens: 3 };
                    return Ok(Finish { reason: FinishReason::Stop, usage: Some(usage) });
                }
                Some(Step::Fail(error)) => return Err(error),
                Some(Step::Panic) => panic!("the test told the model to panic"),
                None => std::future::pending().await,
            }
        }
    }
}

pub(in crate::engine) struct House {
    pub(in crate::engine) engine: Engine,
    pub(in crate::engine) store: Arc<SqliteStore>,
    pub(in crate::engine) clock: Arc<ManualClock>,
    pub(in crate::engine) record: ConversationRecord,
    pub(in crate::engine) served: Arc<ServedWidget>,
    steps: mpsc::UnboundedSender<Step>,
    asked: mpsc::UnboundedReceiver<ModelRequest>,
    _folder: TempDir,
}

impl House {
    pub(in crate::engine) async fn new() -> Self {
        Self::with(EngineOptions::default(), json!({})).await
    }

    /// A house whose agent has this beside the scripted model.
    pub(in crate::engine) async fn with(options: EngineOptions, config: Value) -> Self {
        Self::furnished(options, config, Models::default()).await
    }

    /// A house whose agent is answered by this model.
    pub(in crate::engine) async fn answered_by(model: Arc<dyn Model>) -> Self {
        let config = json!({ "model": { "provider": "other" } });
        let models = Models::default().with("other", model);
        Self::furnished(EngineOptions::default(), config, models).await
    }

    async fn furnished(options: EngineOptions, config: Value, models: Models) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("widget.db");
        let store = Arc::new(SqliteStore::open(&path).await.unwrap());
        let clock = Arc::new(ManualClock::at(Timestamp::from_ms(1_800_000_000_000)));
        let (record, served) = furnish(store.as_ref(), clock.now(), config).await;
        let (steps, receiver) = mpsc::unbounded_channel();
        let (sender, asked) = mpsc::unbounded_channel();
        let model = Scripted { steps: Mutex::new(receiver), asked: sender };
        let models = models.with("scripted", Arc::new(model));
        let hub = Hub::new(clock.clone(), HubLimits::default());
        let engine = Engine::new(store.clone(), clock.clone(), hub, models, options);
        Self { engine, store, clock, record, served, steps, asked, _folder: folder }
    }

    pub(in crate::engine) fn id(&self) -> ConversationId {
        self.record.conversation.id
    }

    /// Tells the model what to do.
    pub(in crate::engine) fn does(&self, steps: impl IntoIterator<Item = Step>) {
        for step in steps {
            self.steps.send(step).unwrap();
        }
    }

    /// The next request that came to the model.
    pub(in crate::engine) async fn asked(&mut self) -> ModelRequest {
        self.asked.recv().await.unwrap()
    }

    pub(in crate::engine) fn question(&self, content: &str) -> Ask {
        let question = AskQuestion::Message {
            content: content.to_owned(),
            files: Vec::new(),
            client_message_id: None,
        };
        self.about(question)
    }

    /// A question with the client's own id.
    pub(in crate::engine) fn sent(&self, content: &str, id: &str) -> Ask {
        let content = content.to_owned();
        self.about(AskQuestion::Message {
            content,
            files: Vec::new(),
            client_message_id: Some(id.to_owned()),
        })
    }

    pub(in crate::engine) fn about(&self, question: AskQuestion) -> Ask {
        Ask {
            conversation: self.record.clone(),
            served: Arc::clone(&self.served),
            question,
            visible_from: 0,
            budget: Budget { messages: 60, tokens: 200_000, widget_tokens: None },
            locale: None,
            page: None,
        }
    }

    /// Asks what starts a turn.
    pub(in crate::engine) async fn ask(&self, content: &str) -> Answering {
        answering(self.engine.ask(self.question(content)).await)
    }
}

pub(in crate::engine) fn answering(asked: Result<Asked, AskError>) -> Answering {
    match asked {
        Ok(Asked::Answering(answering)) => answering,
        other => panic!("no turn was started: {other:?}"),
    }
}

/// Events in short.
pub(in crate::engine) fn told(event: &StreamEvent) -> String {
    match event {
        StreamEvent::Turn { .. } => "turn".to_owned(),
        StreamEvent::Token { text } => format!("token {text}"),
        StreamEvent::Citations { citations } => {
            let titles: Vec<&str> = citations.iter().map(|it| it.title.as_str()).collect();
            format!("citations {}", titles.join(", "))
        }
        StreamEvent::Block(block) => format!("block {}", block.kind()),
        StreamEvent::Error { code, .. } => format!("error {code}"),
        StreamEvent::Done { finish_reason, .. } => format!("done {finish_reason}"),
        StreamEvent::Message(message) => format!("message {}: {}", message.role, message.content),
        other => other.name().to_owned(),
    }
}

async fn furnish(
    store: &dyn Store,
    now: Timestamp,
    mut config: Value,
) -> (ConversationRecord, Arc<ServedWidget>) {
    let organization_id = OrganizationId::from_uuid(Uuid::from_u128(1));
    let (agent_id, widget_id) =
        (AgentId::from_uuid(Uuid::from_u128(2)), WidgetId::from_uuid(Uuid::from_u128(4)));
    let agent_version_id = AgentVersionId::from_uuid(Uuid::from_u128(3));
    let organization =
        Organization { id: organization_id, name: "House".to_owned(), created_at: now };
    store.insert_organization(organization).await.unwrap();
    let agent = Agent {
        id: agent_id,
        organization_id,
        name: "Ada".to_owned(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    store.insert_agent(agent).await.unwrap();
    if config["model"].is_null() {
        config["model"] = json!({ "provider": "scripted" });
    }
    let passages = knowledge::passages(&config);
    let version = NewVersion { id: agent_version_id, agent_id, config, passages, now };
    store.insert_version(organization_id, version).await.unwrap();
    let published = store.publish_version(organization_id, agent_version_id, now).await;
    let published: AgentVersion = published.unwrap();
    assert_eq!(published.status, VersionStatus::Published);
    let widget = Widget {
        id: widget_id,
        organization_id,
        agent_id,
        agent_version_id,
        name: None,
        domains: vec![],
        published: true,
        paused: false,
        config: json!({}),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    store.insert_widget(widget).await.unwrap();
    let conversation = Conversation {
        id: ConversationId::from_uuid(Uuid::from_u128(5)),
        widget_id,
        agent_id,
        agent_version_id,
        user_id: "guest_0123456789abcdef0123456789abcdef".parse().unwrap(),
        channel: Channel::WebRtc,
        status: ConversationStatus::TokenCreated,
        title: None,
        custom_metadata: Map::new(),
        created_at: now,
        updated_at: now,
        ended_at: None,
    };
    let record =
        ConversationRecord { conversation, organization_id, handler: Handler::Agent, proven: true };
    let limits = VisitorLimits {
        conversations_per_day: None,
        concurrent_conversations: None,
        tokens_per_day: None,
        now,
    };
    store.create_conversation(record.clone(), limits).await.unwrap();
    (record, Arc::new(store.served_widget(widget_id).await.unwrap()))
}
