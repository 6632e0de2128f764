//! Leads, telemetry, forms, ratings, feedback, transcript and erasure (seed 004 and the contract).

use serde_json::{Value, json};
use widget_tests::{ModelServer, TestServer, Visitor, wait};

const SHOP: &str = "https://shop.example";
const LATELY: &str = "2026-11-20T10:00:00Z";

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

async fn visitor(server: &TestServer, v1: &Value) -> (Value, Visitor) {
    let widget = server.owner().widget(&[SHOP], v1).await;
    let visitor = server.visitor(id(&widget), SHOP).await;
    (widget, visitor)
}

#[tokio::test]
async fn a_lead_is_one_for_each_address_and_shows_only_what_this_visitor_sent() {
    let server = TestServer::start().await;
    let (widget, ada) = visitor(&server, &json!({})).await;
    let first = json!({ "email": " Ada@Example.com", "name": "Ada", "fields": { "guests": 50 } });
    let first = ada.post("leads", &first).await.expect(201).json();
    assert_eq!((&first["email"], &first["name"]), (&json!("ada@example.com"), &json!("Ada")));
    let other = server.visitor(id(&widget), SHOP).await;
    let second = json!({ "email": "ada@example.com", "phone": "+49 30 1234567" });
    let second = other.post("leads", &second).await.expect(200).json();
    assert_eq!(second["name"], Value::Null, "another visitor's name is not shown");
    assert_eq!(second["fields"], json!({}));
    let kept = server.owner().read("/core/leads").await;
    assert_eq!(kept.as_array().map(Vec::len), Some(1));
    assert_eq!((&kept[0]["name"], &kept[0]["phone"]), (&json!("Ada"), &json!("+49 30 1234567")));
    assert_eq!(kept[0]["fields"], json!({ "guests": 50 }));
}

#[tokio::test]
async fn leads_are_checked_and_limited_to_five_a_minute() {
    let server = TestServer::start().await;
    let (_, visitor) = visitor(&server, &json!({})).await;
    for wrong in
        [json!({}), json!({ "email": "ada" }), json!({ "email": "a@b.example", "phone": "x" })]
    {
        visitor.post("leads", &wrong).await.problem(422, "invalid");
    }
    let lead = json!({ "email": "a@b.example" });
    let (begun, mut admitted) = (std::time::Instant::now(), 3);
    let limited = loop {
        let reply = visitor.post("leads", &lead).await;
        if reply.status >= 300 {
            break reply;
        }
        admitted += 1;
        // One comes back every twelve seconds, which a very busy machine may well need.
        assert!(admitted <= 5 + begun.elapsed().as_secs() / 12 + 1, "{admitted}");
    };
    assert!(admitted >= 5, "{admitted}");
    assert!(limited.header("retry-after").is_some());
    limited.problem(429, "rate_limited");
}

#[tokio::test]
async fn events_are_taken_one_or_many_with_the_token_in_either_place() {
    let server = TestServer::start().await;
    let (widget, visitor) = visitor(&server, &json!({})).await;
    let event = json!({ "name": "launcher.opened", "at": LATELY });
    let taken = visitor.post("events", &event).await.expect(202);
    assert_eq!(taken.json(), json!({ "accepted": 1 }));
    let many = json!({ "events": vec![&event; 50] });
    visitor.post("events", &many).await.expect(202);
    let beacon = json!({ "events": [event], "token": visitor.init["token"] });
    let call = server.client().origin(SHOP).post("/v1/widget/events");
    call.header("content-type", "text/plain;charset=UTF-8")
        .body(beacon.to_string())
        .await
        .expect(202);
    let path = format!("/core/web-widgets/{}/events", id(&widget));
    wait::until("52 events are counted", || async {
        (server.owner().read(&path).await[0]["count"] == 52).then_some(())
    })
    .await;
}

#[tokio::test]
async fn events_that_were_taken_are_counted_also_when_the_server_stops_at_once() {
    let mut server = TestServer::start().await;
    let (widget, visitor) = visitor(&server, &json!({})).await;
    let event = json!({ "name": "launcher.opened", "at": LATELY });
    visitor.post("events", &event).await.expect(202);
    assert!(server.terminate().await.success());
    server.restart().await;
    let counts = server.owner().read(&format!("/core/web-widgets/{}/events", id(&widget))).await;
    assert_eq!(counts[0]["count"], 1);
}

#[tokio::test]
async fn before_there_is_a_token_events_name_the_widget_and_make_no_visitor() {
    let server = TestServer::start().await;
    let widget = server.owner().widget(&[SHOP], &json!({})).await;
    let event = json!({ "name": "launcher.shown", "at": LATELY, "widget_id": widget["id"] });
    let send = |event: &Value| server.client().post("/v1/widget/events").json(event);
    send(&event).header("origin", SHOP).await.expect(202);
    send(&event).header("origin", "https://evil.example").await.problem(403, "origin_forbidden");
    send(&event).await.problem(403, "origin_forbidden");
    let nameless = json!({ "name": "launcher.shown", "at": LATELY });
    send(&nameless).header("origin", SHOP).await.problem(422, "invalid");
    assert_eq!(server.owner().read("/core/conversations").await, json!([]));
}

#[tokio::test]
async fn events_that_are_none_are_refused() {
    let server = TestServer::start().await;
    let (_, visitor) = visitor(&server, &json!({})).await;
    let event = json!({ "name": "launcher.opened", "at": LATELY });
    for wrong in [
        json!({ "name": "launcher.exploded", "at": LATELY }),
        json!({ "name": "launcher.opened", "at": "yesterday" }),
        json!({ "events": [] }),
        json!({ "events": vec![&event; 51] }),
        json!({ "events": [event, 7] }),
        json!({ "name": "link.clicked", "at": LATELY, "data": { "x": "y".repeat(5_000) } }),
    ] {
        visitor.post("events", &wrong).await.problem(422, "invalid");
    }
    let huge = json!({ "name": "link.clicked", "at": LATELY, "data": "x".repeat(300_000) });
    visitor.post("events", &huge).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn the_form_before_the_conversation_is_noted_and_others_are_said() {
    let server = TestServer::start().await;
    let v1 = json!({
        "pre_conversation_form": { "id": "before", "name": "before", "title": "Before", "submit_label": "Go", "fields": [
            { "id": "email", "label": "E-mail", "type": "email", "required": true },
        ] },
        "forms": [{ "id": "order", "name": "order", "title": "Your order", "submit_label": "Go", "fields": [
            { "id": "guests", "label": "Guests", "type": "number", "min": 1 },
            { "id": "secret", "label": "Secret", "type": "hidden", "default": "s" },
        ] }],
    });
    let (_, visitor) = visitor(&server, &v1).await;
    let submit = |form: &str, values: Value| {
        visitor.post("forms", &json!({ "form_id": form, "values": values }))
    };
    let problem = submit("before", json!({ "email": "ada" })).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["path"], "values.email");
    let taken = submit("before", json!({ "email": "ada@example.com" })).await.expect(201).json();
    assert_eq!(taken, json!({ "form_id": "before" }));
    let taken = submit("order", json!({ "guests": 50, "spam": 1 })).await.expect(201).json();
    submit("other", json!({})).await.problem(422, "invalid");
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    let read = server.owner().read(&path).await;
    assert_eq!(read["custom_metadata"], json!({ "email": "ada@example.com" }));
    let message = &read["messages"][0];
    assert_eq!(message["id"], taken["message_id"]);
    assert_eq!(message["content"], "Your order\nGuests: 50");
    assert_eq!(message["blocks"][0]["values"], json!({ "guests": 50, "secret": "s" }));
}

#[tokio::test]
async fn an_answer_is_rated_and_nothing_else_is() {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let widget = server.owner().widget_of(&openai, &[SHOP], &json!({})).await;
    let visitor = server.visitor(id(&widget), SHOP).await;
    let answer = visitor.post("messages", &json!({ "content": "When?" })).await.expect(200).json();
    let rate = |message: &Value, value: &str| {
        let body = json!({ "message_id": message, "value": value, "comment": " Good " });
        visitor.post("rating", &body)
    };
    rate(&answer["message_id"], "up").await.expect(204);
    rate(&answer["message_id"], "down").await.expect(204);
    rate(&answer["message_id"], "sideways").await.problem(422, "invalid");
    rate(&answer["conversation_id"], "up").await.problem(404, "message_not_found");
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    let messages = server.owner().read(&path).await["messages"].clone();
    assert_eq!(
        (&messages[1]["rating"], &messages[1]["rating_comment"]),
        (&json!("down"), &json!("Good"))
    );
    rate(&messages[0]["id"], "up").await.problem(404, "message_not_found");
    let other = server.visitor(id(&widget), SHOP).await;
    let body = json!({ "message_id": answer["message_id"], "value": "up" });
    other.post("rating", &body).await.problem(404, "message_not_found");
}

#[tokio::test]
async fn feedback_through_the_widget_api_obeys_the_same_rules() {
    let server = TestServer::start().await;
    let field = json!({ "id": "stars", "label": "How was it?", "type": "rating" });
    let v1 = json!({ "post_conversation_feedback": { "fields": [field] } });
    let (_, visitor) = visitor(&server, &v1).await;
    visitor.post("conversation/end", &json!({})).await.expect(200);
    let send = |data: Value| visitor.post("feedback", &json!({ "data": data }));
    send(json!({ "spam": 1 })).await.problem(400, "feedback_invalid");
    send(json!({ "stars": 4 })).await.expect(200);
    send(json!({ "stars": 5 })).await.problem(409, "feedback_exists");
}

#[tokio::test]
async fn a_visitor_takes_the_transcript_along() {
    let server = TestServer::start().await;
    let (_, visitor) = visitor(&server, &json!({})).await;
    for (format, kind) in
        [("", "text/plain"), ("?format=md", "text/markdown"), ("?format=json", "application/json")]
    {
        let reply = visitor.client.get(&format!("/v1/widget/transcript{format}")).await.expect(200);
        assert!(reply.header("content-type").is_some_and(|found| found.starts_with(kind)));
    }
    let wrong = visitor.client.get("/v1/widget/transcript?format=pdf").await;
    wrong.problem(422, "invalid");
}

#[tokio::test]
async fn a_visitor_erases_everything_that_is_theirs_and_nothing_else() {
    let server = TestServer::start().await;
    let (widget, ada) = visitor(&server, &json!({})).await;
    let other = server.visitor(id(&widget), SHOP).await;
    let body = json!({ "widget_id": widget["id"], "user_id": ada.visitor_id(), "new": true });
    let second = Visitor::init_with(server.client(), SHOP, &body).await;
    ada.post("leads", &json!({ "email": "ada@example.com" })).await.expect(201);
    let mut open = second.listen().await;
    ada.client.delete("/v1/widget/me").await.expect(204);
    assert!(open.next_or_end().await.is_none(), "open streams end");
    for gone in [&ada, &second] {
        gone.client.get("/v1/widget/transcript").await.problem(401, "token_invalid");
    }
    other.client.get("/v1/widget/transcript").await.expect(200);
    let left = server.owner().read("/core/conversations").await;
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    assert_eq!(server.owner().read("/core/leads").await, json!([]));
}

#[tokio::test]
async fn a_name_nobody_vouches_for_erases_only_the_conversation_it_holds() {
    let server = TestServer::start().await;
    let widget = server.owner().widget(&[SHOP], &json!({})).await;
    let body = json!({ "widget_id": widget["id"], "user_id": "alice", "new": true });
    let first = Visitor::init_with(server.client(), SHOP, &body).await;
    let second = Visitor::init_with(server.client(), SHOP, &body).await;
    second.client.delete("/v1/widget/me").await.expect(204);
    first.client.get("/v1/widget/transcript").await.expect(200);
}
