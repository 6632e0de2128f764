//! `POST /v1/widget/init` and what its token opens (seed 004).

use serde_json::{Value, json};
use widget_tests::{Call, Client, ModelServer, TestServer};

const SHOP: &str = "https://shop.example";

fn init(client: &Client, body: &Value) -> Call {
    client.post("/v1/widget/init").json(body)
}

async fn widget(server: &TestServer, domains: &[&str]) -> Value {
    server.owner().widget(domains, &json!({ "suggested_questions": ["Hours?"] })).await
}

#[tokio::test]
async fn a_new_visitor_gets_a_conversation_an_id_and_a_token() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let agent = json!({ "greeting": "Hello!", "instructions": "A secret of the owner." });
    let widget =
        owner.widget_of(&agent, &[SHOP], &json!({ "suggested_questions": ["Hours?"] })).await;
    let body = json!({ "widget_id": widget["id"], "page_url": "https://shop.example/a" });
    let reply = init(&server.client().origin(SHOP), &body).await.expect(200);
    assert!(!reply.text().contains("A secret of the owner"));
    assert!(reply.header("ratelimit").is_some_and(|limit| limit.contains("r=59")));
    let answer = reply.json();
    assert!(
        answer["visitor_id"].as_str().is_some_and(|id| id.starts_with("guest_") && id.len() == 38)
    );
    assert_eq!(answer["token"], answer["jwt"]);
    assert_eq!(answer["resumed"], false);
    assert_eq!(answer["messages"], json!([]));
    assert_eq!(answer["agent"]["greeting"], "Hello!");
    assert_eq!(answer["agent"]["suggested_prompts"], json!(["Hours?"]));
    assert_eq!(answer["agent"]["config"], widget["config"]);
    let id = answer["conversation_id"].as_str().expect("an id");
    let read = owner.read(&format!("/core/conversations/{id}")).await;
    assert_eq!(read["custom_metadata"]["page_url"], "https://shop.example/a");
}

#[tokio::test]
async fn the_origin_is_a_hard_gate() {
    let server = TestServer::start().await;
    let listed = widget(&server, &[SHOP, "https://*.shop.example"]).await;
    let open = widget(&server, &[]).await;
    let client = server.client();
    let body = json!({ "widget_id": listed["id"] });
    for origin in [SHOP, "https://a.b.shop.example", server.base()] {
        init(&client.clone().origin(origin), &body).await.expect(200);
    }
    for origin in
        ["https://evil.example", "http://shop.example", "https://shop.example:8443", "null"]
    {
        let reply = init(&client.clone().origin(origin), &body).await;
        reply.problem(403, "origin_forbidden");
    }
    init(&client, &body).await.problem(403, "origin_forbidden");
    let body = json!({ "widget_id": open["id"] });
    init(&client, &body).await.problem(403, "origin_forbidden");
    init(&client.origin("https://any.example"), &body).await.expect(200);
}

#[tokio::test]
async fn domains_can_be_required() {
    let server = TestServer::builder().set("WIDGET_SERVER__REQUIRE_DOMAINS", "true").start().await;
    let open = widget(&server, &[]).await;
    let body = json!({ "widget_id": open["id"] });
    let reply = init(&server.client().origin(SHOP), &body).await;
    reply.problem(403, "origin_forbidden");
    init(&server.client().origin(server.base()), &body).await.expect(200);
}

#[tokio::test]
async fn an_agent_stands_for_its_one_widget_that_admits_the_origin() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (agent, version) = owner.agent(&json!({})).await;
    let make = async |domain: &str| {
        let body = json!({
            "agent_id": agent, "agent_version_id": version, "domains": [domain], "published": true,
        });
        owner.made("/core/web-widgets", &body).await
    };
    make("https://one.example").await;
    make("https://two.example").await;
    make("https://*.two.example").await;
    let two = make("https://two.example").await;
    let client = server.client();
    let body = json!({ "agent_id": agent });
    init(&client.clone().origin("https://one.example"), &body).await.expect(200);
    let ambiguous = init(&client.clone().origin("https://two.example"), &body).await;
    ambiguous.problem(409, "ambiguous_agent");
    let none = init(&client.clone().origin("https://three.example"), &body).await;
    none.problem(403, "origin_forbidden");
    let path = format!("/core/web-widgets/{}", two["id"].as_str().expect("an id"));
    owner.client().delete(&path).await.expect(204);
    init(&client.clone().origin("https://two.example"), &body).await.expect(200);
    let unknown = json!({ "agent_id": "01a1fd7d-0000-7000-8000-000000000000" });
    init(&client.origin(SHOP), &unknown).await.problem(404, "widget_not_found");
}

#[tokio::test]
async fn json_as_plain_text_needs_no_preflight_and_other_types_are_refused() {
    let server = TestServer::start().await;
    let widget = widget(&server, &[SHOP]).await;
    let body = json!({ "widget_id": widget["id"] }).to_string();
    let call = server.client().origin(SHOP).post("/v1/widget/init");
    let text = call.clone().header("content-type", "text/plain;charset=UTF-8").body(body.clone());
    text.await.expect(200);
    let form = call.clone().header("content-type", "application/x-www-form-urlencoded").body(body);
    form.await.problem(415, "unsupported_media_type");
    call.header("content-type", "text/plain").body("{").await.problem(400, "invalid_json");
}

#[tokio::test]
async fn a_wrong_body_is_told_with_everything_that_is_wrong() {
    let server = TestServer::start().await;
    let client = server.client().origin(SHOP);
    let body = json!({ "widget_id": "x", "new": "yes", "user_id": "", "custom_metadata": 7 });
    let problem = init(&client, &body).await.problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(4), "{problem}");
    init(&client, &json!({})).await.problem(422, "invalid");
    let id = "01a1fd7d-0000-7000-8000-000000000000";
    init(&client, &json!({ "widget_id": id, "agent_id": id })).await.problem(422, "invalid");
    init(&client, &json!({ "widget_id": id })).await.problem(404, "widget_not_found");
    init(&client, &json!([])).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_visitor_who_comes_back_goes_on_with_the_last_thirty_messages() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let widget = server.owner().widget_of(&openai, &[SHOP], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), SHOP).await;
    for number in 0..17 {
        visitor
            .post("messages", &json!({ "content": format!("number {number}") }))
            .await
            .expect(200);
    }
    let client = server.client().origin(SHOP);
    let back = json!({ "widget_id": widget["id"], "user_id": visitor.visitor_id() });
    let answer = init(&client, &back).await.expect(200).json();
    assert_eq!(answer["conversation_id"], visitor.conversation_id());
    assert_eq!(answer["resumed"], true);
    let messages = answer["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 30);
    assert_eq!(messages[0]["content"], "number 2", "the last thirty, oldest first");
    let mut new = back.clone();
    new["new"] = true.into();
    let fresh = init(&client, &new).await.expect(200).json();
    assert_ne!(fresh["conversation_id"], visitor.conversation_id());
    let mut named = back;
    named["conversation_id"] = visitor.conversation_id().into();
    let named = init(&client, &named).await.expect(200).json();
    assert_eq!(named["conversation_id"], visitor.conversation_id());
}

#[tokio::test]
async fn the_token_opens_its_conversation_and_closes_with_its_widget() {
    let server = TestServer::start().await;
    let widget = widget(&server, &[SHOP]).await;
    let id = widget["id"].as_str().expect("an id");
    let visitor = server.visitor(id, SHOP).await;
    let client = visitor.client.clone().without("origin");
    let call = client.get("/v1/widget/transcript");
    call.clone().await.expect(200);
    let foreign = call.clone().header("origin", "https://evil.example");
    foreign.await.problem(403, "origin_forbidden");
    let missing = server.client().get("/v1/widget/transcript").await;
    assert_eq!(missing.header("www-authenticate"), Some("Bearer"));
    missing.problem(401, "token_missing");
    for wrong in ["x", "a.b.c", server.key()] {
        let wrong = server.client().bearer(wrong).get("/v1/widget/transcript").await;
        wrong.problem(401, "token_invalid");
    }
    let owner = server.owner();
    let path = format!("/core/web-widgets/{id}");
    let publish =
        |published: bool| owner.client().put(&path).json(&json!({ "published": published }));
    publish(false).await.expect(200);
    call.clone().await.problem(401, "token_invalid");
    publish(true).await.expect(200);
    call.clone().await.expect(200);
    let pause = format!("/api/v1/widgets/{id}/pause");
    owner.client().post(&pause).json(&json!({})).await.expect(200);
    call.clone().await.expect(200);
    owner.client().delete(&path).await.expect(204);
    call.await.problem(401, "token_invalid");
}

#[tokio::test]
async fn sixty_visitors_a_minute_may_arrive_from_one_address() {
    let server = TestServer::start().await;
    let client = server.client().origin(SHOP);
    let body = json!({ "widget_id": "01a1fd7d-0000-7000-8000-000000000000" });
    let (begun, mut admitted) = (std::time::Instant::now(), 0);
    let limited = loop {
        let reply = init(&client, &body).await;
        if reply.status == 429 {
            break reply;
        }
        reply.problem(404, "widget_not_found");
        admitted += 1;
        // One comes back every second, which a busy machine may well need.
        assert!(admitted <= 60 + begun.elapsed().as_secs(), "{admitted}");
    };
    assert!(admitted >= 60, "{admitted}");
    let wait: u64 =
        limited.header("retry-after").expect("when to come back").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(limited.header("ratelimit-policy").is_some_and(|policy| policy.contains("q=60;w=60")));
    limited.problem(429, "rate_limited");
    let elsewhere = client.clone().header("x-forwarded-for", "203.0.113.7");
    init(&elsewhere, &body).await.problem(404, "widget_not_found");
}

#[tokio::test]
async fn a_visitors_conversations_are_limited_where_the_owner_says_so() {
    let server = TestServer::start().await;
    let limits = json!({ "limits": { "conversations_per_day": 2 } });
    let widget = server.owner().widget(&[], &limits).await;
    let client = server.client().origin(SHOP);
    let body = json!({ "widget_id": widget["id"], "user_id": "guest_1", "new": true });
    for _ in 0..2 {
        init(&client, &body).await.expect(200);
    }
    let limited = init(&client, &body).await;
    assert!(limited.header("retry-after").is_some());
    let (policy, state) = (limited.header("ratelimit-policy"), limited.header("ratelimit"));
    assert_eq!(policy, Some("\"conversations_per_day\";q=2;w=86400"));
    assert!(state.is_some_and(|state| state.starts_with("\"conversations_per_day\";r=0;t=8")));
    limited.problem(429, "conversation_limit_reached");
}
