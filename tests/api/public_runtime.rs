//! `/core/public/web-widgets/{id}`: seed 000, row by row, and the rules about visitors.

use serde_json::{Value, json};
use widget_tests::{Client, ModelServer, TestServer};

use crate::identity::{LATER, Site};

const SHOP: &str = "https://shop.example";

fn feedback_form() -> Value {
    json!({ "post_conversation_feedback": { "fields": [
        { "id": "stars", "label": "How was it?", "type": "rating", "required": true },
        { "id": "comment", "label": "Tell us", "type": "textarea" },
    ] } })
}

async fn widget(server: &TestServer, domains: &[&str], v1: &Value) -> String {
    let widget = server.owner().widget(domains, v1).await;
    widget["id"].as_str().expect("an id").to_owned()
}

fn conversations(widget: &str) -> String {
    format!("/core/public/web-widgets/{widget}/conversations")
}

async fn start(client: &Client, widget: &str, body: &Value) -> Value {
    client.post(&conversations(widget)).json(body).await.expect(201).json()
}

#[tokio::test]
async fn the_public_widget_is_the_widget_of_the_management_api() {
    let server = TestServer::start().await;
    let id = widget(&server, &[SHOP], &json!({ "theme": "dark", "unknown": [1] })).await;
    let path = format!("/core/public/web-widgets/{id}");
    let public = server.client().get(&path).await.expect(200);
    assert_eq!(public.header("cache-control"), Some("public, max-age=60"));
    let mut widget = public.json();
    let looks = widget.as_object_mut().and_then(|widget| widget.remove("looks")).expect("looks");
    assert_eq!(widget, server.owner().read(&format!("/core/web-widgets/{id}")).await);
    for (look, colour) in [("light", "--aw-panel:#ffffff;"), ("dark", "--aw-panel:#16181d;")] {
        let sheet = looks[look].as_str().expect("a style sheet");
        assert!(sheet.starts_with(":host{") && sheet.contains(colour), "{sheet}");
    }
    let short = format!("wgt_{}", id.replace('-', ""));
    let same = server.client().get(&format!("/core/public/web-widgets/{short}")).await.expect(200);
    assert_eq!(same.json(), public.json());
}

#[tokio::test]
async fn the_first_picture_of_the_panel_is_there_for_who_names_a_language_that_is_spoken() {
    let server = TestServer::start().await;
    let languages = json!({ "available": ["de", "en"], "default": "en" });
    let title = json!({ "en": "Help", "de": "Hilfe" });
    let v1 = json!({ "languages": languages, "chat": { "title": title } });
    let id = widget(&server, &[SHOP], &v1).await;
    let path = format!("/core/public/web-widgets/{id}");
    let ask = |lang: &str| server.client().get(&format!("{path}?lang={lang}"));
    let german = ask("de-AT").await.expect(200);
    assert_eq!(german.header("cache-control"), Some("public, max-age=60"));
    let first = &german.json()["first"];
    assert_eq!([&first["title"], &first["lang"], &first["mode"]], ["Hilfe", "de", "bubble"]);
    assert!(first["nodes"].to_string().contains("Nachricht schreiben"), "{first}");
    assert_eq!(ask("en").await.expect(200).json()["first"]["title"], "Help");
    for lang in ["fr", "xx", "", "%00", "de,en", "javascript:alert(1)", &"x".repeat(9000)] {
        let plain = ask(lang).await.expect(200).json();
        assert!(plain.get("first").is_none(), "{lang}");
    }
    ask("de").header("origin", "https://else.example").await.expect(403);

    // What is changed is drawn anew, and a form that comes first is no picture.
    let owner = server.owner();
    let change = async |v1: Value| {
        let body = json!({ "config": { "v1": v1 } });
        owner.client().put(&format!("/core/web-widgets/{id}")).json(&body).await.expect(200);
        ask("de").await.expect(200).json()["first"].clone()
    };
    assert_eq!(change(json!({ "chat": { "title": "<b>" } })).await["title"], "<b>");
    let fields = json!([{ "id": "name", "label": "Name", "type": "text" }]);
    let form =
        change(json!({ "pre_conversation_form": { "id": "before", "fields": fields } })).await;
    assert!(form.is_null(), "{form}");
    change(json!({})).await;
    owner.client().post(&format!("/api/v1/widgets/{id}/pause")).await.expect(200);
    let first = ask("en").await.expect(200).json()["first"]["nodes"].to_string();
    assert!(first.contains("takes a break") && !first.contains("textarea"), "{first}");
}

#[tokio::test]
async fn a_change_of_the_widget_changes_its_etag_at_once() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({})).await;
    let path = format!("/core/public/web-widgets/{id}");
    let first = server.client().get(&path).await.expect(200);
    let etag = first.header("etag").expect("an ETag").to_owned();
    let known = server.client().get(&path).header("if-none-match", &etag);
    known.clone().await.expect(304);
    let owner = server.owner();
    let change = json!({ "config": { "v1": { "theme": "light" } } });
    owner.client().put(&format!("/core/web-widgets/{id}")).json(&change).await.expect(200);
    let changed = known.await.expect(200);
    assert_ne!(changed.header("etag"), Some(etag.as_str()));
    assert_eq!(changed.json()["config"]["v1"]["theme"], "light");
}

#[tokio::test]
async fn the_configuration_is_kept_encoded_with_a_tag_for_each_encoding() {
    let server = TestServer::start().await;
    let text = "An agent that knows everything about shoes. ".repeat(4);
    let id = widget(&server, &[], &json!({ "intro_subtitle": text })).await;
    let path = format!("/core/public/web-widgets/{id}");
    let mut tags = Vec::new();
    for (accepted, encoding) in [("gzip, br", Some("br")), ("gzip", Some("gzip")), ("", None)] {
        let reply = server.client().get(&path).header("accept-encoding", accepted).await;
        let reply = reply.expect(200);
        assert_eq!(reply.header("content-encoding"), encoding, "{accepted}");
        tags.push(reply.header("etag").expect("an ETag").to_owned());
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
}

#[tokio::test]
async fn what_is_not_live_does_not_exist() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({})).await;
    let owner = server.owner();
    let unpublish = json!({ "published": false });
    owner.client().put(&format!("/core/web-widgets/{id}")).json(&unpublish).await.expect(200);
    let nowhere = "01a1fd7d-0000-7000-8000-000000000000".to_owned();
    for id in [&id, &nowhere, &"nonsense".to_owned()] {
        let client = server.client();
        let body = json!({ "user_id": "guest_1" });
        for call in [
            client.get(&format!("/core/public/web-widgets/{id}")),
            client.post(&conversations(id)).json(&body),
            client.get(&conversations(id)),
            client.get(&format!("/public/embed/{id}")),
            client.get(&format!("/public/embed/{id}/boot")),
            client.get(&format!("/public/embed/{id}/frame")),
            client.get(&format!("/w/{id}")),
        ] {
            call.await.problem(404, "widget_not_found");
        }
    }
}

#[tokio::test]
async fn an_unpublished_version_closes_the_other_gate() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (agent, _) = owner.agent(&json!({})).await;
    let versions = format!("/core/agents/{agent}/versions");
    let draft = owner.made(&versions, &json!({ "config": {} })).await;
    let widget = owner
        .made(
            "/core/web-widgets",
            &json!({ "agent_id": agent, "agent_version_id": draft["id"], "published": true }),
        )
        .await;
    assert_eq!(widget["status"], "draft");
    let path = format!("/core/public/web-widgets/{}", widget["id"].as_str().expect("an id"));
    server.client().get(&path).await.problem(404, "widget_not_found");
    let publish = format!("{versions}/{}/publish", draft["number"]);
    owner.client().post(&publish).json(&json!({})).await.expect(200);
    server.client().get(&path).await.expect(200);
}

#[tokio::test]
async fn a_paused_widget_loads_and_starts_nothing() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({})).await;
    let running = start(&server.client(), &id, &json!({ "user_id": "guest_1" })).await;
    let pause = format!("/api/v1/widgets/{id}/pause");
    server.owner().client().post(&pause).json(&json!({})).await.expect(200);
    let public = server.client().get(&format!("/core/public/web-widgets/{id}")).await.expect(200);
    assert_eq!(public.json()["status"], "paused");
    let new = json!({ "user_id": "guest_1" });
    let path = conversations(&id);
    server.client().post(&path).json(&new).await.problem(409, "widget_paused");
    let resume = json!({ "user_id": "guest_1", "conversation_id": running["conversation"]["id"] });
    server.client().post(&path).json(&resume).await.expect(200);
}

#[tokio::test]
async fn a_conversation_starts_with_everything_a_browser_needs() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({})).await;
    let metadata = json!({ "plan": "pro", "feedback_form": { "stars": 5 }, "_verified": {} });
    let body = json!({ "user_id": "guest_1", "custom_metadata": metadata });
    let started = start(&server.client(), &id, &body).await;
    let conversation = &started["conversation"];
    assert_eq!(conversation["widget_id"], id);
    assert_eq!(conversation["status"], "token_created");
    assert_eq!(conversation["channel"], "WEBRTC");
    assert_eq!(conversation["user_id"], "guest_1");
    assert_eq!(conversation["custom_metadata"], json!({ "plan": "pro" }));
    assert_eq!(started["connection_details"], Value::Null, "no room without a LiveKit");
    let capabilities = json!({
        "supportsVideoInput": false, "supportsScreenShare": false, "supportsVoice": false,
    });
    assert_eq!(started["capabilities"], capabilities);
    let token = started["session"]["token"].as_str().expect("a token");
    let transcript = server.client().bearer(token).get("/v1/widget/transcript").await;
    transcript.expect(200);
}

#[tokio::test]
async fn a_wrong_body_is_told_with_everything_that_is_wrong() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({})).await;
    let path = conversations(&id);
    let client = server.client();
    let body = json!({ "user_id": "a b", "conversation_id": 7, "custom_metadata": [] });
    let problem = client.post(&path).json(&body).await.problem(422, "invalid");
    let wrong: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["path"].as_str())
        .collect();
    assert_eq!(wrong, ["user_id", "conversation_id", "custom_metadata"]);
    client.post(&path).json(&json!({})).await.problem(422, "invalid");
    client.post(&path).json(&json!({ "user_id": "x".repeat(129) })).await.problem(422, "invalid");
    let big = json!({ "user_id": "guest_1", "custom_metadata": { "x": "y".repeat(17_000) } });
    client.post(&path).json(&big).await.problem(422, "invalid");
    let huge = json!({ "user_id": "guest_1", "custom_metadata": { "x": "y".repeat(70_000) } });
    client.post(&path).json(&huge).await.problem(413, "body_too_large");
    let text = client.post(&path).header("content-type", "text/plain").body("{}");
    text.await.problem(415, "unsupported_media_type");
    client
        .post(&path)
        .header("content-type", "application/json")
        .body("{")
        .await
        .problem(400, "invalid_json");
}

#[tokio::test]
async fn resuming_goes_on_in_the_same_conversation_and_finds_whose_it_is() {
    let server = TestServer::start().await;
    let (one, other) =
        (widget(&server, &[], &json!({})).await, widget(&server, &[], &json!({})).await);
    let client = server.client();
    let started = start(&client, &one, &json!({ "user_id": "guest_1" })).await;
    let id = &started["conversation"]["id"];
    let resume = json!({ "user_id": "guest_1", "conversation_id": id });
    let resumed = client.post(&conversations(&one)).json(&resume).await.expect(200).json();
    assert_eq!(resumed["conversation"]["id"], *id);
    let elsewhere = client.post(&conversations(&other)).json(&resume).await;
    elsewhere.problem(403, "conversation_forbidden");
    let nowhere = "01a1fd7d-0000-7000-8000-000000000000";
    let unknown = json!({ "user_id": "guest_1", "conversation_id": nowhere });
    let reply = client.post(&conversations(&one)).json(&unknown).await;
    reply.problem(404, "conversation_not_found");
    let stranger = json!({ "user_id": "guest_2", "conversation_id": id });
    let reply = client.post(&conversations(&one)).json(&stranger).await;
    reply.problem(403, "conversation_forbidden");

    let token = resumed["session"]["token"].as_str().expect("a token");
    client.clone().bearer(token).post("/v1/widget/conversation/end").await.expect(200);
    let reply = client.post(&conversations(&one)).json(&resume).await;
    reply.problem(409, "conversation_ended");
}

#[tokio::test]
async fn a_list_names_only_what_the_caller_may_know() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &json!({})).await;
    let client = server.client();
    let mut made = Vec::new();
    for user in ["guest_1", "guest_1", "alice"] {
        let body = json!({ "user_id": user, "custom_metadata": { "secret": true } });
        let started = start(&client, &id, &body).await;
        made.push(started["conversation"]["id"].as_str().expect("an id").to_owned());
    }
    let path = conversations(&id);
    let list = async |query: &str| client.get(&format!("{path}?{query}")).await.expect(200).json();
    assert_eq!(list("").await, json!([]), "nobody's conversations are enumerable");
    assert_eq!(list("user_id=guest_9").await, json!([]));
    let own = list("user_id=guest_1&channel=webrtc").await;
    let ids: Vec<&Value> = own.as_array().expect("a list").iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [&json!(made[1]), &json!(made[0])], "newest first");
    let members: Vec<&String> = own[0].as_object().expect("an object").keys().collect();
    assert_eq!(members, ["id", "status", "channel", "created_at", "updated_at"]);
    let known = list(&format!("ids={},{}", made[0], made[2])).await;
    assert_eq!(known.as_array().map(Vec::len), Some(2));

    let page = client.get(&format!("{path}?user_id=guest_1&limit=1")).await.expect(200);
    assert!(page.header("link").is_some_and(|link| link.contains("rel=\"next\"")));
    let cursor = page.header("x-next-cursor").expect("a cursor");
    let next = list(&format!("user_id=guest_1&limit=1&cursor={cursor}")).await;
    assert_eq!(next[0]["id"], made[0]);
    for (query, status, code) in [
        ("limit=0", 422, "invalid"),
        ("limit=201", 422, "invalid"),
        ("cursor=x", 400, "invalid_cursor"),
        ("channel=email", 422, "invalid"),
        ("ids=x", 422, "invalid"),
    ] {
        client.get(&format!("{path}?{query}")).await.problem(status, code);
    }
}

#[tokio::test]
async fn where_identity_is_required_a_list_needs_the_hash_or_a_token() {
    let server = TestServer::start().await;
    let site = Site::new(&server, &json!({ "require_identity": true })).await;
    let path = conversations(&site.widget);
    let client = server.client();
    let alice = json!({ "user_id": "alice" });
    client.post(&path).json(&alice).await.problem(403, "identity_invalid");
    let signed = json!({ "user_id": "alice", "user_hash": site.hash("alice") });
    start(&client, &site.widget, &signed).await;
    let list = client.get(&format!("{path}?user_id=alice"));
    list.clone().await.problem(403, "identity_invalid");
    list.clone().header("x-user-hash", &site.hash("bob")).await.problem(403, "identity_invalid");
    let token = |sub: &str| site.token(&json!({ "sub": sub, "exp": LATER }));
    let bobs = list.clone().header("x-user-token", &token("bob")).await;
    bobs.problem(403, "identity_invalid");
    for (name, proof) in [("x-user-hash", site.hash("alice")), ("x-user-token", token("alice"))] {
        let listed = list.clone().header(name, &proof).await.expect(200).json();
        assert_eq!(listed.as_array().map(Vec::len), Some(1), "{name}");
    }
}

#[tokio::test]
async fn whoever_resumes_without_proof_sees_nothing_from_before() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let made = server.owner().widget_of(&openai, &[], &json!({})).await;
    let id = made["id"].as_str().expect("an id");
    let client = server.client();
    let body = json!({ "user_id": "alice", "custom_metadata": { "email": "a@example.com" } });
    let first = start(&client, id, &body).await;
    let say = async |session: &Value, content: &str| {
        let token = session["session"]["token"].as_str().expect("a token");
        let body = json!({ "content": content });
        let client = client.clone().bearer(token);
        client.post("/v1/widget/messages").json(&body).await.expect(200).json()
    };
    say(&first, "My secret is blue.").await;

    let resume = json!({ "user_id": "alice", "conversation_id": first["conversation"]["id"] });
    let resumed = client.post(&conversations(id)).json(&resume).await.expect(200).json();
    assert_eq!(resumed["conversation"]["title"], Value::Null);
    assert_eq!(resumed["conversation"]["custom_metadata"], json!({}));
    let token = resumed["session"]["token"].as_str().expect("a token");
    let stranger = client.clone().bearer(token);
    let transcript = stranger.get("/v1/widget/transcript?format=json").await.expect(200);
    assert_eq!(transcript.json(), json!([]));
    let mut stream = stranger.get("/v1/widget/stream").header("last-event-id", "1").events().await;
    say(&resumed, "What was my secret?").await;
    let seen = stream.until("done").await;
    assert!(seen.iter().all(|event| !event.data.to_string().contains("blue")), "{seen:?}");
    let asked = model.request(1).await.request.json().to_string();
    assert!(!asked.contains("blue"), "the model knows none of it: {asked}");
    stranger.delete("/v1/widget/me").await.problem(403, "identity_invalid");

    // The token of before is proof, and shows everything.
    let token = first["session"]["token"].as_str().expect("a token");
    let proven = client.clone().bearer(token).post(&conversations(id)).json(&resume).await;
    assert_eq!(proven.expect(200).json()["conversation"]["title"], "My secret is blue.");
}

#[tokio::test]
async fn feedback_is_kept_once_and_only_what_the_form_asks() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &feedback_form()).await;
    let client = server.client();
    let started = start(&client, &id, &json!({ "user_id": "guest_1" })).await;
    let conversation = started["conversation"]["id"].as_str().expect("an id");
    let path = format!("{}/{conversation}/feedback", conversations(&id));
    let send = async |data: Value| client.post(&path).json(&json!({ "data": data })).await;

    send(json!({ "comment": "x".repeat(16_384) })).await.problem(413, "feedback_too_large");
    let problem = send(json!({ "stars": 9, "spam": 1 })).await.problem(400, "feedback_invalid");
    assert_eq!(problem["errors"][0]["path"], "data.stars");
    client.post(&path).json(&json!({})).await.problem(422, "invalid");
    let kept = send(json!({ "stars": 5, "spam": "x", "comment": 7 })).await.expect(200);
    assert_eq!(kept.json(), json!({ "status": "ok" }));
    send(json!({ "stars": 1 })).await.problem(409, "feedback_exists");
    let read = server.owner().read(&format!("/core/conversations/{conversation}")).await;
    assert_eq!(read["custom_metadata"]["feedback_form"], json!({ "stars": 5 }));
}

#[tokio::test]
async fn of_feedback_that_arrives_together_exactly_one_is_kept() {
    let server = TestServer::start().await;
    let id = widget(&server, &[], &feedback_form()).await;
    let client = server.client();
    let started = start(&client, &id, &json!({ "user_id": "guest_1" })).await;
    let conversation = started["conversation"]["id"].as_str().expect("an id");
    let path = format!("{}/{conversation}/feedback", conversations(&id));
    let calls = (1..=5).map(|stars| {
        let call = client.post(&path).json(&json!({ "data": { "stars": stars } }));
        tokio::spawn(async move { call.await.status })
    });
    let mut statuses = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        statuses.push(call.await.expect("a reply"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409]);
}

#[tokio::test]
async fn feedback_needs_a_form_and_the_widgets_own_conversation() {
    let server = TestServer::start().await;
    let (with, without) =
        (widget(&server, &[], &feedback_form()).await, widget(&server, &[], &json!({})).await);
    let client = server.client();
    let started = start(&client, &without, &json!({ "user_id": "guest_1" })).await;
    let conversation = started["conversation"]["id"].as_str().expect("an id");
    let body = json!({ "data": { "stars": 5 } });
    let send = async |widget: &str, conversation: &str| {
        let path = format!("{}/{conversation}/feedback", conversations(widget));
        client.post(&path).json(&body).await
    };
    send(&without, conversation).await.problem(400, "feedback_not_configured");
    send(&with, conversation).await.problem(403, "conversation_forbidden");
    let nowhere = "01a1fd7d-0000-7000-8000-000000000000";
    send(&with, nowhere).await.problem(404, "conversation_not_found");
}
