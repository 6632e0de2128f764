//! `connection_details`: a pass to a room of an external LiveKit, and what is said there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use widget_tests::{TestServer, Visitor};

const SHOP: &str = "https://shop.example";

async fn with_livekit() -> TestServer {
    TestServer::builder()
        .set("WIDGET_LIVEKIT__URL", "wss://rooms.example")
        .set("WIDGET_LIVEKIT__API_KEY", "key")
        .set("WIDGET_LIVEKIT__API_SECRET", "a secret of at least thirty-two characters")
        .start()
        .await
}

async fn widget(server: &TestServer) -> String {
    let agent = json!({
        "livekit": { "agent_name": "support" },
        "vision": { "video_input": true },
    });
    let widget = server.owner().widget_of(&agent, &[SHOP], &json!({})).await;
    widget["id"].as_str().expect("an id").to_owned()
}

async fn start(server: &TestServer, widget: &str, body: &Value) -> Value {
    let path = format!("/core/public/web-widgets/{widget}/conversations");
    let reply = server.client().origin(SHOP).post(&path).json(body).await;
    assert!(matches!(reply.status, 200 | 201), "{reply:?}");
    reply.json()
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

#[tokio::test]
async fn every_start_and_resume_is_a_fresh_room_with_the_agent_sent_for() {
    let server = with_livekit().await;
    let id = widget(&server).await;
    let first = start(&server, &id, &json!({ "user_id": "guest_secret" })).await;
    let details = &first["connection_details"];
    assert_eq!(details["url"], "wss://rooms.example");
    let capabilities = json!({
        "supportsVideoInput": true, "supportsScreenShare": false, "supportsVoice": true,
    });
    assert_eq!(first["capabilities"], capabilities);
    let pass = claims(&details["token"]);
    assert_eq!(pass["sub"], details["identity"]);
    assert_eq!(pass["video"]["room"], details["room"]);
    assert_eq!(pass["video"]["canPublishSources"], json!(["microphone", "camera"]));
    let agent = json!({ "agentName": "support", "metadata": first["conversation"]["id"] });
    assert_eq!(pass["roomConfig"]["agents"], json!([agent]));
    assert!(!pass.to_string().contains("guest_"), "{pass}");

    let resume = json!({
        "user_id": "guest_secret", "conversation_id": first["conversation"]["id"],
    });
    let second = start(&server, &id, &resume).await;
    for name in ["room", "identity", "token"] {
        assert_ne!(second["connection_details"][name], details[name], "{name}");
    }
}

#[tokio::test]
async fn without_a_livekit_there_is_no_room_and_no_voice() {
    let server = TestServer::start().await;
    let id = widget(&server).await;
    let started = start(&server, &id, &json!({ "user_id": "guest_1" })).await;
    assert_eq!(started["connection_details"], Value::Null);
    assert_eq!(started["capabilities"]["supportsVoice"], false);
}

#[tokio::test]
async fn what_the_agent_hears_in_the_room_is_only_kept_here() {
    let server = with_livekit().await;
    let id = widget(&server).await;
    let visitor: Visitor = server.visitor(&id, SHOP).await;
    let say = json!({ "content": "Hello?", "client_message_id": "m-1" });
    visitor.post("messages", &say).await.problem(409, "agent_answers_in_room");
    visitor.post("messages/stream", &say).await.problem(409, "agent_answers_in_room");
    let mut room = say.clone();
    room["deliver"] = "room".into();
    let mut other_tab = visitor.listen().await;
    let kept = visitor.post("messages", &room).await.expect(202).json();
    let again = visitor.post("messages", &room).await.expect(202).json();
    assert_eq!(kept["message_id"], again["message_id"]);
    let heard = other_tab.until("message").await;
    assert_eq!(heard.last().expect("a message").data["content"], "Hello?");

    // The worker writes its side back.
    let path = format!("/core/conversations/{}/messages", visitor.conversation_id());
    let answer = json!({ "content": "Hi!", "role": "agent", "external_id": "t-1" });
    server.owner().client().post(&path).json(&answer).await.expect(201);
    let transcript = visitor.client.get("/v1/widget/transcript?format=json").await.json();
    assert_eq!(
        (&transcript[0]["content"], &transcript[1]["content"]),
        (&json!("Hello?"), &json!("Hi!"))
    );
}

#[tokio::test]
async fn an_agent_that_answers_here_is_not_in_a_room() {
    let server = with_livekit().await;
    let widget = server.owner().widget(&[SHOP], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), SHOP).await;
    let say = json!({ "content": "Hello?", "deliver": "room" });
    visitor.post("messages", &say).await.problem(409, "agent_not_in_room");
}
