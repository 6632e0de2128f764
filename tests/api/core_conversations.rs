//! `/core/conversations`: what the owner reads and steers.

use serde_json::{Value, json};
use widget_tests::{TestServer, Visitor, events};

async fn talk(server: &TestServer) -> (Value, Visitor) {
    let widget = server.owner().widget(&["https://shop.example"], &json!({})).await;
    let id = widget["id"].as_str().expect("an id").to_owned();
    let visitor = server.visitor(&id, "https://shop.example").await;
    visitor.ask("When are you open?").await.until("done").await;
    (widget, visitor)
}

#[tokio::test]
async fn the_owner_finds_the_conversation_with_messages_sources_and_usage() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (widget, visitor) = talk(&server).await;
    let path = format!("/core/conversations?widget_id={}", widget["id"].as_str().expect("an id"));
    let listed = owner.read(&path).await;
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["id"], visitor.conversation_id());
    assert_eq!(listed[0]["channel"], "WEBRTC");
    let detail = owner.read(&format!("/core/conversations/{}", visitor.conversation_id())).await;
    let messages = detail["messages"].as_array().expect("messages");
    assert_eq!(messages[0]["role"], "user");
    assert_eq!(messages[0]["content"], "When are you open?");
    assert_eq!(messages[1]["role"], "agent");
    assert!(messages[1]["content"].as_str().is_some_and(|text| text.contains("nine to five")));
    assert_eq!(messages[1]["citations"][0]["url"], "https://shop.example/hours");
    assert_eq!(detail["usage"], json!({"input_tokens": 0, "output_tokens": 0}), "it costs nothing");

    for filter in ["status=in_progress", "channel=webrtc", "created_after=2020-01-01T00:00:00Z"] {
        let some = owner.read(&format!("{path}&{filter}")).await;
        assert_eq!(some.as_array().map(Vec::len), Some(1), "{filter}");
    }
    for filter in ["status=failed", "user_id=somebody", "created_before=2020-01-01T00:00:00Z"] {
        assert_eq!(owner.read(&format!("{path}&{filter}")).await, json!([]), "{filter}");
    }
    owner.client().get(&format!("{path}&status=open")).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_transcript_comes_in_three_forms() {
    let server = TestServer::start().await;
    let (_, visitor) = talk(&server).await;
    let path = format!("/core/conversations/{}/transcript", visitor.conversation_id());
    for (format, kind) in
        [("txt", "text/plain"), ("md", "text/markdown"), ("json", "application/json")]
    {
        let reply =
            server.owner().client().get(&format!("{path}?format={format}")).await.expect(200);
        assert!(reply.header("content-type").is_some_and(|found| found.starts_with(kind)));
        assert!(reply.header("content-disposition").is_some_and(|name| name.contains(format)));
        assert!(reply.text().contains("When are you open?"));
    }
    server.owner().client().get(&format!("{path}?format=pdf")).await.problem(422, "invalid");
}

#[tokio::test]
async fn the_visitors_own_transcript_speaks_the_visitors_language() {
    let server = TestServer::start().await;
    let (_, visitor) = talk(&server).await;
    let path = "/v1/widget/transcript";
    let french = visitor.client.get(path).header("accept-language", "fr").await.expect(200).text();
    assert!(french.contains("] Vous:\nWhen are you open?"), "{french}");
    let owner = format!("/core/conversations/{}/transcript", visitor.conversation_id());
    let owner = server.owner().client().get(&owner).await.expect(200).text();
    assert!(owner.contains("] Visitor:\nWhen are you open?"), "{owner}");
}

#[tokio::test]
async fn a_person_takes_over_speaks_and_gives_the_conversation_back() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (_, visitor) = talk(&server).await;
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    let mut open = visitor.listen().await;
    let hand =
        |to: &str| owner.client().post(&format!("{path}/handler")).json(&json!({"handler": to}));
    hand("human").await.expect(200);
    assert!(
        open.until("handler").await.last().is_some_and(|event| event.data["handler"] == "human")
    );

    let say = json!({"content": "This is Ada. How can I help?", "external_id": "desk-1"});
    let message = format!("{path}/messages");
    let first = owner.client().post(&message).json(&say).await.expect(201).json();
    let again = owner.client().post(&message).json(&say).await.expect(200).json();
    assert_eq!(first["id"], again["id"], "one message for each external id");
    assert!(
        open.until("message")
            .await
            .last()
            .is_some_and(|event| event.data.to_string().contains("This is Ada"))
    );

    let question = visitor.post("messages", &json!({"content": "Are you human?"})).await;
    assert!(question.status < 300, "kept, and no machine answers: {question:?}");
    let seen = open.until("message").await;
    assert!(seen.iter().all(|event| event.name != "turn"), "{seen:?}");

    hand("agent").await.expect(200);
    let answered = visitor.ask("When are you open?").await.until("done").await;
    assert!(events::answer(&answered).contains("nine to five"));
    hand("robot").await.problem(422, "invalid");
}

#[tokio::test]
async fn a_deleted_conversation_is_gone_for_everyone() {
    let server = TestServer::start().await;
    let (_, visitor) = talk(&server).await;
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    server.owner().client().delete(&path).await.expect(204);
    server.owner().client().get(&path).await.problem(404, "not_found");
    let listed = server.owner().read("/core/conversations").await;
    assert_eq!(listed, json!([]));
    assert!(visitor.client.get("/v1/widget/transcript").await.status >= 400);
}

#[tokio::test]
async fn leads_and_events_reach_their_owner() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (widget, visitor) = talk(&server).await;
    let lead = json!({"email": " Ada@Example.COM ", "name": "=Ada", "fields": {"plan": "pro"}});
    visitor.post("leads", &lead).await.expect(201);
    let listed = owner.read("/core/leads?email=ada@example.com").await;
    assert_eq!(listed[0]["email"], "ada@example.com");
    assert_eq!(listed[0]["fields"], json!({"plan": "pro"}));
    let csv = owner.client().get("/core/leads").header("accept", "text/csv").await.expect(200);
    assert!(csv.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")));
    assert!(csv.text().contains("'=Ada"), "no formula for a spreadsheet: {}", csv.text());

    let events = json!({"events": [
        {"name": "launcher.opened", "at": "2026-11-20T10:00:00Z"},
        {"name": "launcher.opened", "at": "2026-11-20T11:00:00Z"},
    ]});
    visitor.post("events", &events).await.expect(202);
    let path = format!("/core/web-widgets/{}/events", widget["id"].as_str().expect("an id"));
    let counts = widget_tests::wait::until("events are counted", || async {
        let counts = owner.read(&path).await;
        counts.as_array().is_some_and(|counts| !counts.is_empty()).then_some(counts)
    })
    .await;
    assert_eq!(counts, json!([{"name": "launcher.opened", "day": "2026-11-20", "count": 2}]));

    let lead = format!("/core/leads/{}", listed[0]["id"].as_str().expect("an id"));
    owner.client().delete(&lead).await.expect(204);
    owner.client().get(&lead).await.problem(404, "not_found");
}
