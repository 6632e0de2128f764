//! Acknowledged durable writes: the store, a bare group commit of the same SQL, and the same over
//! HTTP.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Map, json};
use tempfile::TempDir;
use uuid::Uuid;
use widget_core::conversation::{Channel, Conversation, ConversationStatus, Handler};
use widget_core::id::{ConversationId, MessageId, VisitorId};
use widget_core::message::Role;
use widget_core::time::Timestamp;
use widget_server::first_start::{self, Demo};
use widget_server::store::records::{
    ConversationRecord, NewMessage, Page, VisitorLimits, WidgetFilter,
};
use widget_server::store::sqlite::SqliteStore;
use widget_server::store::{Conversations, Organizations, Store, Upkeep, Widgets};
use widget_tests::TestServer;

use crate::group_commit::{GroupCommit, Message};
use crate::hammer;
use crate::report::{Report, median, progress};

/// Callers at once, each with one write under way.
const CALLERS: usize = 64;
/// One measurement.
const ROUND: Duration = Duration::from_secs(2);
/// Measurements of each side, in turns.
const ROUNDS: usize = 11;

const CONTENT: &str = "Do you deliver to the islands, and what would that cost for two boxes?";
const NOW: Timestamp = Timestamp::from_ms(1_775_743_920_000);

pub(crate) async fn measure(report: &mut Report) {
    let folder = TempDir::new().expect("a temporary folder");
    let (product, bare) = (folder.path().join("product.db"), folder.path().join("bare.db"));
    let (store, ours) = prepared(&product).await;
    let (made, theirs) = prepared(&bare).await;
    made.close().await.expect("a database that can be closed");
    let group = GroupCommit::start(&bare);
    let http = Http::start().await;

    let (mut ratios, mut over_http) = (Vec::new(), Vec::new());
    let mut kept = [0; 2];
    for round in 0..ROUNDS {
        let mut rates = [0.0; 2];
        // The order changes every round, so that neither side always comes first.
        for side in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let (count, rate) = match side {
                0 => per_second(|caller| keep(&store, ours[caller])).await,
                _ => per_second(|caller| keep_bare(&group, theirs[caller])).await,
            };
            kept[side] += count;
            rates[side] = rate;
        }
        let rate = http.per_second().await;
        ratios.push(rates[0] / rates[1]);
        over_http.push(rate);
        progress(&format!(
            "writes: {:.0}/s, bare {:.0}/s, over HTTP {rate:.0}/s",
            rates[0], rates[1]
        ));
    }
    store.close().await.expect("a database that can be closed");
    drop(group);
    assert_eq!([messages(&product), messages(&bare)], kept, "acknowledged is kept");
    let ratio = median(&mut ratios);
    report.add(
        "acknowledged durable writes of the store, against a bare group commit of the same SQL",
        format!("{:.0} %", ratio * 100.0),
        "≥ 50 %",
        ratio >= 0.5,
        format!(
            "median of {ROUNDS} rounds of {} s in turns, {CALLERS} callers; over HTTP {:.0} a \
             second",
            ROUND.as_secs(),
            median(&mut over_http)
        ),
    );
}

/// How many writes were acknowledged to all callers, and how many a second. `caller` gives each of
/// them its own way to write once.
async fn per_second<W, F>(caller: impl Fn(usize) -> W) -> (u64, f64)
where
    W: Fn() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let started = Instant::now();
    let callers = (0..CALLERS).map(caller).map(|write| {
        tokio::spawn(async move {
            let mut kept = 0_u64;
            while started.elapsed() < ROUND {
                write().await;
                kept += 1;
            }
            kept
        })
    });
    let mut kept = 0;
    for caller in callers.collect::<Vec<_>>() {
        kept += caller.await.expect("a caller");
    }
    (kept, kept as f64 / started.elapsed().as_secs_f64())
}

/// As a visitor's message is kept while a person answers.
fn keep(store: &Arc<SqliteStore>, conversation: ConversationId) -> impl Fn() -> Kept + use<> {
    let store = Arc::clone(store);
    move || {
        let store = Arc::clone(&store);
        Box::pin(async move {
            let message = NewMessage {
                id: MessageId::from_uuid(Uuid::now_v7()),
                conversation_id: conversation,
                role: Role::User,
                content: CONTENT.to_owned(),
                citations: Vec::new(),
                blocks: Vec::new(),
                attachments: Vec::new(),
                client_message_id: Some(Uuid::now_v7().to_string()),
                external_id: None,
                budget: None,
                now: NOW,
            };
            store.append_message(message).await.expect("a write that is kept");
        })
    }
}

fn keep_bare(group: &GroupCommit, conversation: ConversationId) -> impl Fn() -> Kept + use<> {
    let (group, conversation) = (group.clone(), *conversation.as_uuid());
    move || {
        let group = group.clone();
        Box::pin(async move {
            let client_id = Uuid::now_v7().to_string();
            group.write(Message { conversation, client_id, content: CONTENT, at: NOW.ms() }).await;
        })
    }
}

/// Ready when it is on the disk.
type Kept = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A new database with a conversation for each caller.
async fn prepared(path: &Path) -> (Arc<SqliteStore>, Vec<ConversationId>) {
    let store = Arc::new(SqliteStore::open(path).await.expect("a database"));
    let made = first_start::make(store.as_ref() as &dyn Store, Demo::Make, "", NOW).await;
    made.expect("a store that works");
    let organization = store.organizations().await.expect("a store that works")[0].id;
    let page = Page { limit: 1, after: None };
    let widgets = store.widgets(organization, WidgetFilter::default(), page).await;
    let widget = widgets.expect("a store that works").items.remove(0);
    let mut conversations = Vec::with_capacity(CALLERS);
    for caller in 0..CALLERS {
        let id = ConversationId::from_uuid(Uuid::now_v7());
        let conversation = Conversation {
            id,
            widget_id: widget.id,
            agent_id: widget.agent_id,
            agent_version_id: widget.agent_version_id,
            user_id: VisitorId::parse(&format!("guest_{caller}")).expect("a visitor's id"),
            channel: Channel::WebRtc,
            status: ConversationStatus::TokenCreated,
            title: None,
            custom_metadata: Map::new(),
            created_at: NOW,
            updated_at: NOW,
            ended_at: None,
        };
        let handler = Handler::Human;
        let record = ConversationRecord {
            conversation,
            organization_id: organization,
            handler,
            proven: true,
        };
        store.create_conversation(record, UNLIMITED).await.expect("a store that works");
        conversations.push(id);
    }
    (store, conversations)
}

const UNLIMITED: VisitorLimits = VisitorLimits {
    conversations_per_day: None,
    concurrent_conversations: None,
    tokens_per_day: None,
    now: NOW,
};

/// How many messages lie in a database.
fn messages(database: &Path) -> u64 {
    let connection = Connection::open(database).expect("a database");
    let count: i64 = connection
        .query_row("SELECT count(*) FROM messages", [], |row| row.get(0))
        .expect("a table of messages");
    count.unsigned_abs()
}

/// The same over HTTP: visitors whose conversations a person has taken over.
struct Http {
    server: TestServer,
    requests: Vec<String>,
}

impl Http {
    async fn start() -> Self {
        let server = TestServer::builder()
            .set("WIDGET_LIMITS__INIT_PER_MINUTE", "1000000")
            .set("WIDGET_LOG__FILTER", "warn")
            .start()
            .await;
        let limits = json!({ "limits": { "messages_per_conversation": 2_000_000_000 } });
        let widget = server.owner().widget(&[], &limits).await;
        let id = widget["id"].as_str().expect("an id");
        let address = hammer::address(server.base());
        let body = json!({ "content": CONTENT }).to_string();
        let mut requests = Vec::with_capacity(CALLERS);
        for _ in 0..CALLERS {
            let visitor = server.visitor(id, "https://shop.example").await;
            let path = format!("/core/conversations/{}/handler", visitor.conversation_id());
            let human = json!({ "handler": "human" });
            server.owner().client().post(&path).json(&human).await.expect(200);
            // The first message gives the conversation its title.
            visitor.post("messages", &json!({ "content": CONTENT })).await.expect(202);
            let token = visitor.init["token"].as_str().expect("a token");
            requests.push(format!(
                "POST /v1/widget/messages HTTP/1.1\r\nhost: {address}\r\n\
                 origin: https://shop.example\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            ));
        }
        Self { server, requests }
    }

    async fn per_second(&self) -> f64 {
        let address = hammer::address(self.server.base());
        let until = Instant::now() + ROUND;
        hammer::answers_per_second(address, self.requests.clone(), 202, until).await
    }
}
