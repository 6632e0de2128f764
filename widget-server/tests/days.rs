//! What changes with the hours: tokens end, proofs end, budgets come back, people come and go. The
//! server runs in this process, on a real socket, with a clock that the test moves.

#![expect(
    clippy::unwrap_used,
    reason = "in a test that is the failure; the lint knows test functions only"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use widget_core::time::Timestamp;
use widget_server::clock::{Clock, ManualClock};
use widget_server::config::Config;
use widget_server::first_start::{self, Demo};
use widget_server::server::{Server, ServerError};
use widget_server::store::Store;
use widget_server::store::sqlite::SqliteStore;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

struct House {
    clock: Arc<ManualClock>,
    address: SocketAddr,
    widget: String,
    key: String,
    stop: CancellationToken,
    server: JoinHandle<Result<(), ServerError>>,
    _folder: TempDir,
}

impl House {
    async fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("test.sqlite");
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path).await.unwrap());
        let clock = Arc::new(ManualClock::at(Timestamp::from_ms(1_800_000_000_000)));
        let made = first_start::make(store.as_ref(), Demo::Make, "http://guide", clock.now());
        let made = made.await.unwrap().unwrap();
        let (widget, key) = (made.widget.unwrap().to_string(), made.key);
        let mut config = Config::default();
        config.server.data_dir = folder.path().to_owned();
        let builder =
            Server::builder(config).store(store).clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let server = builder.build().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = tokio::spawn(server.run(listener, None, stop.clone()));
        Self { clock, address, widget, key, stop, server, _folder: folder }
    }

    async fn close(self) {
        self.stop.cancel();
        self.server.await.unwrap().unwrap();
    }

    /// One call.
    async fn call(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = format!(
            "{line} HTTP/1.1\r\nhost: {}\r\norigin: https://shop.example\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n",
            self.address,
            body.len(),
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        let request = format!("{request}\r\n{body}");
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        socket.read_to_string(&mut reply).await.unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        Reply { head: head.to_owned(), body: serde_json::from_str(body).unwrap_or_default() }
    }

    /// One POST; its status and its JSON.
    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> (u16, Value) {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> =
            bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        let reply = self.call(&format!("POST {path}"), &headers, &body.to_string()).await;
        (reply.status(), reply.body)
    }

    /// The owner changes the widget's configuration.
    async fn configure(&self, v1: &Value) {
        let line = format!("PUT /core/web-widgets/{}", self.widget);
        let bearer = format!("Bearer {}", self.key);
        let body = json!({ "config": { "v1": v1 } }).to_string();
        let reply = self.call(&line, &[("authorization", &bearer)], &body).await;
        assert_eq!((reply.status(), &reply.body["hours"]), (200, &Value::Null));
    }

    /// The widget as the public reads it, asked for with what is known of it.
    async fn public(&self, known: &str) -> Reply {
        let line = format!("GET /core/public/web-widgets/{}", self.widget);
        self.call(&line, &[("if-none-match", known)], "").await
    }

    async fn init(&self, more: &Value) -> (u16, Value) {
        let mut body = json!({ "widget_id": self.widget });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post("/v1/widget/init", None, &body).await
    }

    async fn say(&self, visitor: &Value, content: &str) -> (u16, Value) {
        let token = visitor["token"].as_str();
        self.post("/v1/widget/messages", token, &json!({ "content": content })).await
    }
}

struct Reply {
    head: String,
    body: Value,
}

impl Reply {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| *found == name).map_or("", |(_, value)| value)
    }

    /// What it says of people, and how long that may be believed.
    fn hours(&self) -> (&Value, &str) {
        (&self.body["hours"], self.header("cache-control"))
    }
}

#[tokio::test]
async fn a_token_opens_for_an_hour_and_proves_for_a_day_more() {
    let house = House::open().await;
    let (_, named) = house.init(&json!({ "user_id": "alice" })).await;
    house.clock.advance(HOUR - MINUTE);
    assert_eq!(house.say(&named, "Hello").await.0, 200);
    house.clock.advance(MINUTE);
    let (status, problem) = house.say(&named, "Hello again").await;
    assert_eq!((status, &problem["code"]), (401, &json!("token_expired")));

    house.clock.advance(24 * HOUR - MINUTE);
    let proof = json!({
        "user_id": "alice", "conversation_id": named["conversation_id"], "token": named["token"],
    });
    let (status, again) = house.init(&proof).await;
    assert_eq!((status, again["messages"].as_array().map(Vec::len)), (200, Some(2)));

    house.clock.advance(2 * MINUTE);
    let (status, late) = house.init(&proof).await;
    assert_eq!((status, &late["messages"]), (200, &json!([])), "no proof any more");
    house.close().await;
}

#[tokio::test]
async fn a_guest_is_picked_up_within_a_day_and_by_id_at_any_time() {
    let house = House::open().await;
    let (_, first) = house.init(&json!({})).await;
    house.say(&first, "How do I embed it?").await;
    let guest = json!({ "user_id": first["visitor_id"] });
    house.clock.advance(23 * HOUR);
    let (_, soon) = house.init(&guest).await;
    assert_eq!(soon["conversation_id"], first["conversation_id"]);
    house.clock.advance(2 * HOUR);
    let (_, later) = house.init(&guest).await;
    assert_ne!(later["conversation_id"], first["conversation_id"]);
    house.clock.advance(30 * 24 * HOUR);
    let mut named = guest;
    named["conversation_id"] = first["conversation_id"].clone();
    let (status, back) = house.init(&named).await;
    assert_eq!((status, &back["conversation_id"]), (200, &first["conversation_id"]));
    assert_eq!(back["messages"].as_array().map(Vec::len), Some(2));
    house.close().await;
}

#[tokio::test]
async fn a_used_up_budget_comes_back_after_a_day() {
    let house = House::open().await;
    let (_, first) = house.init(&json!({})).await;
    for _ in 0..60 {
        assert_eq!(house.say(&first, "Hello").await.0, 200);
    }
    let (status, problem) = house.say(&first, "One more").await;
    assert_eq!((status, &problem["code"]), (429, &json!("conversation_budget_exhausted")));
    // A conversation over its budget is not picked up again: the visitor can go on talking.
    let guest = json!({ "user_id": first["visitor_id"] });
    let (_, fresh) = house.init(&guest).await;
    assert_ne!(fresh["conversation_id"], first["conversation_id"]);
    house.clock.advance(24 * HOUR + MINUTE);
    let mut named = guest;
    named["conversation_id"] = first["conversation_id"].clone();
    let (_, back) = house.init(&named).await;
    assert_eq!(house.say(&back, "One more").await.0, 200);
    house.close().await;
}

#[tokio::test]
async fn people_come_and_go_and_every_answer_says_so_from_that_moment_on() {
    let house = House::open().await;
    // It is Friday 2027-01-15, 08:00 in UTC and 09:00 in Berlin.
    let hours = json!([{ "day": "fri", "from": "10:00", "to": "12:00" }]);
    let message = json!({ "en": "Back soon", "de": "Gleich zurück" });
    house
        .configure(&json!({ "business_hours": {
            "timezone": "Europe/Berlin", "hours": hours, "closed_message": message,
        } }))
        .await;
    let away = house.public("").await;
    let expected =
        json!({ "open": false, "until": "2027-01-15T09:00:00.000Z", "message": message });
    assert_eq!(away.hours(), (&expected, "public, max-age=60"));
    let (_, german) = house.init(&json!({ "locale": "de-AT" })).await;
    let expected =
        json!({ "open": false, "until": "2027-01-15T09:00:00.000Z", "message": "Gleich zurück" });
    assert_eq!(german["hours"], expected);

    // Nobody keeps an answer beyond the change.
    house.clock.advance(HOUR - MINUTE / 2);
    let known = away.header("etag");
    let soon = house.public(known).await;
    assert_eq!((soon.status(), soon.header("cache-control")), (304, "public, max-age=30"));
    house.clock.advance(MINUTE / 2 - Duration::from_millis(1));
    let last = house.public(known).await;
    assert_eq!((last.status(), last.header("cache-control")), (304, "public, max-age=0"));

    house.clock.advance(Duration::from_millis(1));
    let there = house.public(known).await;
    let expected = json!({ "open": true, "until": "2027-01-15T11:00:00.000Z" });
    assert_eq!(there.status(), 200);
    assert_eq!(there.hours(), (&expected, "public, max-age=60"));
    assert_eq!(house.init(&json!({})).await.1["hours"], expected);

    house.clock.advance(2 * HOUR);
    let gone = house.public(there.header("etag")).await;
    assert_eq!(gone.body["hours"]["until"], "2027-01-22T09:00:00.000Z", "a week later");
    house.close().await;
}

#[tokio::test]
async fn without_hours_nothing_is_said_and_who_is_never_there_stays_away() {
    let house = House::open().await;
    assert_eq!(house.public("").await.body.get("hours"), None);
    assert_eq!(house.init(&json!({})).await.1.get("hours"), None);
    house.configure(&json!({ "business_hours": { "timezone": "UTC" } })).await;
    let never = json!({ "open": false, "until": null });
    assert_eq!(house.public("").await.hours(), (&never, "public, max-age=60"));
    house.configure(&json!({})).await;
    assert_eq!(house.public("").await.body.get("hours"), None);
    house.close().await;
}
