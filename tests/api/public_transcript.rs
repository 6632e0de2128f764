//! Reading an earlier conversation, for who proves to be its visitor.

use serde_json::{Value, json};
use widget_tests::{Client, TestServer, Visitor};

use crate::identity::{LATER, Site};

const SHOP: &str = "https://shop.example";
const HOSTILE: &str = "<script>alert(1)</script>";

/// A conversation that has ended: what was said in it, and by whom.
struct Past {
    widget: String,
    visitor: Visitor,
}

impl Past {
    async fn of(server: &TestServer, domains: &[&str]) -> Self {
        let widget = server.owner().widget(domains, &json!({})).await;
        let widget = widget["id"].as_str().expect("an id").to_owned();
        let body = json!({ "widget_id": widget, "custom_metadata": { "plan": "secret plan" } });
        let visitor = Visitor::init_with(server.client(), SHOP, &body).await;
        for content in [HOSTILE, "When are you open?"] {
            visitor.post("messages", &json!({ "content": content })).await.expect(200);
        }
        visitor.post("conversation/end", &json!({})).await.expect(200);
        Self { widget, visitor }
    }

    fn path(&self, query: &str) -> String {
        let Self { widget, visitor } = self;
        path(widget, &visitor.conversation_id(), &visitor.visitor_id(), query)
    }
}

fn path(widget: &str, conversation: &str, user: &str, query: &str) -> String {
    format!(
        "/core/public/web-widgets/{widget}/conversations/{conversation}/transcript?user_id={user}{query}"
    )
}

/// What a stranger learns: the whole answer, but for the name of the request.
async fn learned(client: &Client, path: &str) -> (u16, Value) {
    let reply = client.get(path).await;
    let mut body = reply.json();
    body.as_object_mut().expect("a problem").remove("request_id");
    (reply.status, body)
}

#[tokio::test]
async fn a_visitor_reads_a_conversation_that_has_ended_in_every_format() {
    let server = TestServer::start().await;
    let past = Past::of(&server, &[SHOP]).await;
    let client = server.client().origin(SHOP);
    for (query, kind, ending) in [
        ("", "text/plain; charset=utf-8", "txt"),
        ("&format=txt", "text/plain; charset=utf-8", "txt"),
        ("&format=md", "text/markdown; charset=utf-8", "md"),
        ("&format=json", "application/json", "json"),
    ] {
        let reply = client.get(&past.path(query)).await.expect(200);
        assert_eq!(reply.header("content-type"), Some(kind));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("access-control-allow-origin"), Some(SHOP));
        assert!(reply.header("ratelimit").is_some());
        let name = reply.header("content-disposition").expect("a file");
        assert!(name.starts_with("attachment") && name.ends_with(&format!(".{ending}\"")));
        let text = reply.text();
        assert!(text.contains(HOSTILE) && text.contains("nine to five"), "{text}");
        assert!(!text.contains("secret plan"), "metadata is nobody's to read here: {text}");
    }
}

#[tokio::test]
async fn as_json_it_is_the_messages_as_every_api_shows_them() {
    let server = TestServer::start().await;
    let past = Past::of(&server, &[SHOP]).await;
    let read = server.client().get(&past.path("&format=json")).await.expect(200).json();
    let messages = read.as_array().expect("messages");
    let roles: Vec<&Value> = messages.iter().map(|message| &message["role"]).collect();
    assert_eq!(roles, ["user", "agent", "user", "agent"]);
    let members: Vec<&String> = messages[1].as_object().expect("an object").keys().collect();
    assert_eq!(members, ["id", "role", "content", "citations", "blocks", "created_at"]);
    assert_eq!(messages[0]["content"], HOSTILE);
    assert_eq!(messages[3]["citations"][0]["title"], "Opening hours");
}

#[tokio::test]
async fn nobody_learns_whether_a_conversation_of_somebody_else_exists() {
    let server = TestServer::start().await;
    let past = Past::of(&server, &[]).await;
    let other = Past::of(&server, &[]).await;
    let client = server.client();
    let (theirs, me) = (past.visitor.conversation_id(), other.visitor.visitor_id());
    let nothing = "0197b1f0-0000-7000-8000-000000000000";
    let none = learned(&client, &path(&past.widget, nothing, &me, "")).await;
    assert_eq!((none.0, &none.1["code"]), (404, &json!("conversation_not_found")));
    for hidden in [
        // Another guest's.
        path(&past.widget, &theirs, &me, ""),
        path(&past.widget, &theirs, "guest_", ""),
        // The visitor's own, by way of another widget, and another widget's by way of theirs.
        path(&other.widget, &theirs, &past.visitor.visitor_id(), ""),
        path(&past.widget, &other.visitor.conversation_id(), &me, ""),
        // What is no id at all.
        path(&past.widget, "..%2f..%2fhealthz", &me, ""),
    ] {
        assert_eq!(learned(&client, &hidden).await, none, "{hidden}");
    }
    let unknown = path(nothing, &theirs, &past.visitor.visitor_id(), "");
    client.get(&unknown).await.problem(404, "widget_not_found");
    // A mere name proves nothing, whatever it asks for.
    let name = learned(&client, &path(&past.widget, &theirs, "alice", "")).await;
    assert_eq!((name.0, &name.1["code"]), (403, &json!("identity_invalid")));
    assert_eq!(learned(&client, &path(&past.widget, nothing, "alice", "")).await, name);
}

#[tokio::test]
async fn who_is_named_by_the_site_needs_the_right_hash_or_token() {
    let server = TestServer::start().await;
    let site = Site::new(&server, &json!({})).await;
    let body = json!({ "widget_id": site.widget, "user_id": "alice" });
    let alice = Visitor::init_with(server.client(), SHOP, &body).await;
    alice.post("messages", &json!({ "content": "When are you open?" })).await.expect(200);
    let path = path(&site.widget, &alice.conversation_id(), "alice", "&format=json");
    let read = async |hash: &str| server.client().get(&path).header("x-user-hash", hash).await;
    let messages = read(&site.hash("alice")).await.expect(200).json();
    assert_eq!(messages.as_array().map(Vec::len), Some(2), "also of one that runs");
    read(&site.hash("bob")).await.problem(403, "identity_invalid");
    read("").await.problem(403, "identity_invalid");
    let token = site.token(&json!({ "sub": "alice", "exp": LATER }));
    server.client().get(&path).header("x-user-token", &token).await.expect(200);
    let stale = site.token(&json!({ "sub": "alice", "exp": 1 }));
    let stale = server.client().get(&path).header("x-user-token", &stale).await;
    stale.problem(403, "identity_invalid");
    server.client().get(&path).await.problem(403, "identity_invalid");
    // Bob, proven, is still not Alice.
    let bobs = path.replace("user_id=alice", "user_id=bob");
    let bob = server.client().get(&bobs).header("x-user-hash", &site.hash("bob")).await;
    bob.problem(404, "conversation_not_found");
}

#[tokio::test]
async fn what_was_erased_is_gone_here_too() {
    let server = TestServer::start().await;
    let past = Past::of(&server, &[SHOP]).await;
    server.client().get(&past.path("")).await.expect(200);
    past.visitor.client.delete("/v1/widget/me").await.expect(204);
    server.client().get(&past.path("")).await.problem(404, "conversation_not_found");
}

#[tokio::test]
async fn the_origin_rule_is_that_of_the_list() {
    let server = TestServer::start().await;
    let past = Past::of(&server, &[SHOP]).await;
    let evil = server.client().origin("https://evil.example").get(&past.path("")).await;
    assert_eq!(evil.header("access-control-allow-origin"), None);
    evil.problem(403, "origin_forbidden");
    let shop = server.client().origin(SHOP);
    let allowed = shop.preflight(&past.path(""), "GET", "x-user-hash").await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some(SHOP));
    let evil = server.client().origin("https://evil.example");
    let refused = evil.preflight(&past.path(""), "GET", "x-user-hash").await;
    assert_eq!(refused.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn everything_that_is_wrong_with_the_address_is_told_at_once() {
    let server = TestServer::start().await;
    let past = Past::of(&server, &[]).await;
    let client = server.client();
    let wrong = past.path("&format=html").replace("user_id=", "user_id=%0a");
    let problem = client.get(&wrong).await.problem(422, "invalid");
    let paths: Vec<&Value> =
        problem["errors"].as_array().expect("errors").iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, ["user_id", "format"]);
    let nobody = past.path("").replace("user_id", "user");
    let problem = client.get(&nobody).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["path"], "user_id");
    client.post(&past.path("")).await.problem(405, "method_not_allowed");
}
