//! `/v1/widget/messages`, `/messages/stream`, `/stream` and `/stop` (seed 004).

use serde_json::{Value, json};
use widget_tests::{Gate, ModelServer, Script, TestServer, Visitor, events};

const SHOP: &str = "https://shop.example";

struct Talk {
    server: TestServer,
    model: ModelServer,
    visitor: Visitor,
}

/// A visitor of a widget whose agent is the scripted model.
async fn talk(v1: Value) -> Talk {
    let model = ModelServer::start().await;
    let server =
        TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
    let openai = json!({ "model": { "provider": "openai", "name": "m" } });
    let widget = server.owner().widget_of(&openai, &[SHOP], &v1).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), SHOP).await;
    Talk { server, model, visitor }
}

fn names(events: &[widget_tests::Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

#[tokio::test]
async fn an_answer_streams_with_the_headers_that_keep_it_unbuffered() {
    let talk = talk(json!({})).await;
    talk.model.next(Script::new().say("Nine").say(" to five.").finish());
    let mut stream = talk.visitor.ask("When are you open?").await;
    let header = |name: &str| stream.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("cache-control"), Some("no-cache, no-transform"));
    assert_eq!(header("x-accel-buffering"), Some("no"));
    assert_eq!(header("access-control-allow-origin"), Some(SHOP));
    let seen = stream.rest().await;
    assert_eq!(seen.first().map(|event| event.name.as_str()), Some("turn"));
    assert_eq!(seen.last().map(|event| event.name.as_str()), Some("done"));
    assert_eq!(events::answer(&seen), "Nine to five.");
    assert_eq!(seen.last().expect("an end").data["finish_reason"], "stop");
    let ids: Vec<u64> = seen
        .iter()
        .map(|event| event.id.as_deref().expect("an id").parse().expect("a number"))
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

#[tokio::test]
async fn the_synchronous_call_waits_for_the_whole_answer() {
    let talk = talk(json!({})).await;
    talk.model.next(Script::answer("Nine to five."));
    let body = json!({ "content": "  When\u{7} are you open? " });
    let answer = talk.visitor.post("messages", &body).await.expect(200).json();
    assert_eq!(answer["content"], "Nine to five.");
    assert_eq!(answer["conversation_id"], talk.visitor.conversation_id());
    assert_eq!(answer["finish_reason"], "stop");
    assert!(answer["usage"]["input_tokens"].is_u64());
    let asked = talk.model.request(0).await.last_message();
    assert!(asked.lines().any(|line| line == "When are you open?"), "{asked}");
    let path = format!("/core/conversations/{}", talk.visitor.conversation_id());
    let read = talk.server.owner().read(&path).await;
    assert_eq!(
        (&read["title"], &read["status"]),
        (&json!("When are you open?"), &json!("in_progress"))
    );
    assert_eq!(read["messages"][1]["id"], answer["message_id"]);
}

#[tokio::test]
async fn a_message_that_is_none_is_refused_with_its_reason() {
    let talk = talk(json!({})).await;
    for body in [
        json!({}),
        json!({ "content": "   " }),
        json!({ "content": 7 }),
        json!({ "content": "x".repeat(8_001) }),
        json!({ "content": "x", "client_message_id": "a b" }),
        json!({ "content": "x", "deliver": "mail" }),
        json!({ "content": "x", "regenerate": talk.visitor.conversation_id() }),
        json!({ "content": "x", "attachments": [{ "id": "a" }] }),
    ] {
        talk.visitor.post("messages", &body).await.problem(422, "invalid");
        talk.visitor.post("messages/stream", &body).await.problem(422, "invalid");
    }
    assert!(talk.model.asked().is_empty());
}

#[tokio::test]
async fn the_same_message_is_joined_while_it_runs_and_replayed_afterwards() {
    let talk = talk(json!({})).await;
    let gate = Gate::new();
    talk.model.next(Script::new().say("Nine").hold(&gate).say(" to five.").finish());
    let body = json!({ "content": "When?", "client_message_id": "m-1" });
    let mut first = talk.visitor.post("messages/stream", &body).events().await;
    first.until("token").await;
    let mut second = talk.visitor.post("messages/stream", &body).events().await;
    second.until("token").await;
    let other = json!({ "content": "Where?" });
    talk.visitor.post("messages", &other).await.problem(409, "turn_running");
    gate.open();
    assert_eq!(names(&second.until("done").await).last(), Some(&"done"));
    first.until("done").await;
    let replayed = talk.visitor.post("messages/stream", &body).events().await.rest().await;
    assert_eq!(events::answer(&replayed), "Nine to five.");
    let whole = talk.visitor.post("messages", &body).await.expect(200).json();
    assert_eq!(whole["content"], "Nine to five.");
    assert_eq!(talk.model.asked().len(), 1, "one message, one turn");
}

#[tokio::test]
async fn a_failed_turn_is_told_and_the_same_message_starts_a_new_one() {
    let talk = talk(json!({})).await;
    talk.model.next(Script::refuse(400, "no such model"));
    let body = json!({ "content": "When?", "client_message_id": "m-1" });
    let failed = talk.visitor.post("messages/stream", &body).events().await.rest().await;
    assert_eq!(names(&failed), ["turn", "error"]);
    assert!(!failed[1].data.to_string().contains("no such model"), "nothing of the inside");
    talk.model.next(Script::refuse(400, "no such model"));
    let failed = talk.visitor.post("messages", &body).await;
    assert_eq!(
        (failed.status, failed.header("content-type")),
        (502, Some("application/problem+json"))
    );
    talk.model.next(Script::answer("Nine."));
    let answer = talk.visitor.post("messages", &body).await.expect(200).json();
    assert_eq!(answer["content"], "Nine.");
    let transcript = talk.visitor.client.get("/v1/widget/transcript?format=json").await.json();
    assert_eq!(transcript.as_array().map(Vec::len), Some(2), "{transcript}");
}

#[tokio::test]
async fn the_last_answer_can_be_given_once_more() {
    let talk = talk(json!({})).await;
    talk.model.next(Script::answer("Nine."));
    let first = talk.visitor.post("messages", &json!({ "content": "When?" })).await.json();
    talk.model.next(Script::answer("At nine."));
    let again = json!({ "regenerate": first["message_id"] });
    let second = talk.visitor.post("messages", &again).await.expect(200).json();
    assert_eq!(second["content"], "At nine.");
    let transcript = talk.visitor.client.get("/v1/widget/transcript?format=json").await.json();
    let said: Vec<&Value> =
        transcript.as_array().expect("messages").iter().map(|it| &it["content"]).collect();
    assert_eq!(said, [&json!("When?"), &json!("At nine.")]);
    talk.visitor.post("messages", &again).await.problem(404, "message_not_found");
    let question = json!({ "regenerate": transcript[0]["id"] });
    talk.visitor.post("messages", &question).await.problem(404, "message_not_found");
    let nowhere = json!({ "regenerate": talk.visitor.conversation_id() });
    talk.visitor.post("messages", &nowhere).await.problem(404, "message_not_found");
}

#[tokio::test]
async fn a_stop_keeps_what_was_said() {
    let talk = talk(json!({})).await;
    talk.model.next(Script::new().say("Nine").stall());
    let mut stream = talk.visitor.ask("When?").await;
    stream.until("token").await;
    let stopped = talk.visitor.post("stop", &json!({})).await.expect(200).json();
    assert_eq!(stopped, json!({ "stopped": true }));
    let end = stream.until("done").await;
    assert_eq!(end.last().expect("an end").data["finish_reason"], "stopped");
    let transcript = talk.visitor.client.get("/v1/widget/transcript?format=json").await.json();
    assert_eq!(transcript[1]["content"], "Nine");
    let nothing = talk.visitor.post("stop", &json!({})).await.expect(200).json();
    assert_eq!(nothing, json!({ "stopped": false }));
}

#[tokio::test]
async fn a_cut_stream_goes_on_exactly_where_it_was() {
    let talk = talk(json!({})).await;
    let gate = Gate::new();
    talk.model.next(Script::new().say("Nine").hold(&gate).say(" to").say(" five.").finish());
    let mut cut = talk.visitor.ask("When?").await;
    let seen = cut.until("token").await;
    let last = seen.last().and_then(|event| event.id.clone()).expect("an id");
    drop(cut);
    gate.open();
    let rest = talk.visitor.listen_after(&last).await.until("done").await;
    assert_eq!(events::answer(&rest), " to five.", "nothing twice, nothing lost");
    let late = talk.visitor.listen_after(&last).await.until("done").await;
    assert_eq!(events::answer(&late), " to five.", "also when it is over");
}

#[tokio::test]
async fn every_tab_hears_everything_and_a_late_one_begins_with_what_runs() {
    let talk = talk(json!({})).await;
    let gate = Gate::new();
    talk.model.next(Script::new().say("Nine").hold(&gate).say(" to five.").finish());
    let mut early = talk.visitor.listen().await;
    let mut asking = talk.visitor.ask("When?").await;
    asking.until("token").await;
    early.until("token").await;
    let mut late = talk.visitor.listen().await;
    let begun = late.until("token").await;
    assert_eq!(names(&begun), ["turn", "token"]);
    gate.open();
    for stream in [&mut early, &mut late] {
        stream.until("done").await;
    }
    let path = format!("/core/conversations/{}/messages", talk.visitor.conversation_id());
    let say = json!({ "content": "A person says hello.", "role": "agent" });
    talk.server.owner().client().post(&path).json(&say).await.expect(201);
    for stream in [&mut early, &mut late] {
        let message = stream.until("message").await;
        assert_eq!(message.last().expect("a message").data["content"], "A person says hello.");
    }
    talk.visitor.post("conversation/end", &json!({})).await.expect(200);
    assert_eq!(early.until("ended").await.last().expect("an end").data["status"], "completed");
}

#[tokio::test]
async fn a_reload_in_the_middle_of_an_answer_loses_nothing() {
    let talk = talk(json!({})).await;
    let gate = Gate::new();
    talk.model.next(Script::new().say("Nine").hold(&gate).say(" to five.").finish());
    let mut stream = talk.visitor.ask("When?").await;
    stream.until("token").await;
    drop(stream);
    let body = json!({
        "widget_id": talk.visitor.init["agent"]["id"], "user_id": talk.visitor.visitor_id(),
    });
    let mut body = body;
    let conversation = format!("/core/conversations/{}", talk.visitor.conversation_id());
    body["widget_id"] = talk.server.owner().read(&conversation).await["widget_id"].clone();
    let back = Visitor::init_with(talk.server.client(), SHOP, &body).await;
    assert_eq!(back.conversation_id(), talk.visitor.conversation_id());
    let from = back.init["last_event_id"].as_str().expect("where to go on").to_owned();
    let mut stream = back.listen_after(&from).await;
    let before = stream.until("token").await;
    gate.open();
    let after = stream.until("done").await;
    let all: Vec<_> = before.into_iter().chain(after).collect();
    assert_eq!(events::answer(&all), "Nine to five.");

    let back = Visitor::init_with(talk.server.client(), SHOP, &body).await;
    assert_eq!(back.init["messages"].as_array().map(Vec::len), Some(2));
    let from = back.init["last_event_id"].as_str().expect("where to go on").to_owned();
    let mut quiet = back.listen_after(&from).await;
    talk.visitor.post("conversation/end", &json!({})).await.expect(200);
    assert_eq!(names(&quiet.until("ended").await), ["ended"], "nothing is told twice");
}

#[tokio::test]
async fn a_conversation_has_a_budget() {
    let talk = talk(json!({ "limits": { "messages_per_conversation": 2 } })).await;
    for number in 0..2 {
        talk.visitor.post("messages", &json!({ "content": number.to_string() })).await.expect(200);
    }
    let limited = talk.visitor.post("messages/stream", &json!({ "content": "more" })).await;
    let wait: u64 = limited.header("retry-after").expect("when").parse().expect("seconds");
    assert!((86_000..=86_400).contains(&wait), "{wait}");
    assert!(limited.header("ratelimit").is_some());
    let problem = limited.problem(429, "conversation_budget_exhausted");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.ends_with('.')));
}

#[tokio::test]
async fn an_ended_conversation_takes_no_message() {
    let talk = talk(json!({})).await;
    let end = talk.visitor.post("conversation/end", &json!({})).await.expect(200).json();
    assert_eq!(end["status"], "completed");
    talk.visitor.post("conversation/end", &json!({})).await.expect(200);
    let late = talk.visitor.post("messages", &json!({ "content": "Hello?" })).await;
    late.problem(409, "conversation_ended");
}

#[tokio::test]
async fn while_a_person_has_the_conversation_a_message_is_kept_and_no_machine_answers() {
    let talk = talk(json!({})).await;
    let path = format!("/core/conversations/{}/handler", talk.visitor.conversation_id());
    let human = json!({ "handler": "human" });
    talk.server.owner().client().post(&path).json(&human).await.expect(200);
    let body = json!({ "content": "Is anybody there?", "client_message_id": "m-1" });
    let seen = talk.visitor.post("messages/stream", &body).events().await.rest().await;
    assert_eq!(names(&seen), ["handler", "message"]);
    assert_eq!(seen[1].data["content"], "Is anybody there?");
    let kept = talk.visitor.post("messages", &body).await.expect(202).json();
    assert_eq!(kept["message_id"], seen[1].data["id"], "the same message");
    assert_eq!(kept["handler"], "human");
    assert!(talk.model.asked().is_empty());
}
