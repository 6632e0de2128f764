use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const TURN: &str = "019d7a2e-5f10-7cc3-9a41-000000000001";
const QUESTION: &str = "019d7a2e-5f10-7cc3-9a41-000000000002";
const ANSWER: &str = "019d7a2e-5f10-7cc3-9a41-000000000003";

/// One of each event, with the `data` it has on the wire.
fn one_of_each() -> Vec<(StreamEvent, serde_json::Value)> {
    let answer = ANSWER.parse().unwrap();
    let message = json!({
        "id": ANSWER, "role": "agent", "content": "Hi.",
        "citations": [{ "title": "Hours", "url": "https://example.com", "quote": null }],
        "blocks": [{ "type": "chart", "points": [1, 2.5] }],
        "created_at": "2026-04-09T14:12:00.000Z",
    });
    let citation = Citation { title: "Hours".into(), url: None, quote: Some("At nine.".into()) };
    vec![
        (
            StreamEvent::Turn {
                turn_id: TURN.parse().unwrap(),
                user_message_id: QUESTION.parse().unwrap(),
                message_id: answer,
            },
            json!({ "turn_id": TURN, "user_message_id": QUESTION, "message_id": ANSWER }),
        ),
        (StreamEvent::Token { text: "Hé\n".into() }, json!({ "text": "Hé\n" })),
        (
            StreamEvent::Citations { citations: vec![citation] },
            json!({ "citations": [{ "title": "Hours", "url": null, "quote": "At nine." }] }),
        ),
        (
            StreamEvent::ToolCall(ToolCall {
                id: "call_1".into(),
                name: "stock".into(),
                state: ToolState::Requested,
                arguments: Some(json!({ "sku": 7 })),
                result: None,
            }),
            json!({ "id": "call_1", "name": "stock", "state": "requested", "arguments": { "sku": 7 } }),
        ),
        (
            StreamEvent::Block(json!({ "type": "form", "form_id": "x" }).try_into().unwrap()),
            json!({ "type": "form", "form_id": "x" }),
        ),
        (
            StreamEvent::Error {
                code: "model_unavailable".into(),
                detail: "Please try again.".into(),
                retryable: true,
            },
            json!({ "code": "model_unavailable", "detail": "Please try again.", "retryable": true }),
        ),
        (
            StreamEvent::Done {
                message_id: answer,
                usage: Usage { input_tokens: 12, output_tokens: 3 },
                finish_reason: FinishReason::Stop,
            },
            json!({
                "message_id": ANSWER,
                "usage": { "input_tokens": 12, "output_tokens": 3 },
                "finish_reason": "stop",
            }),
        ),
        (StreamEvent::Message(serde_json::from_value(message.clone()).unwrap()), message),
        (
            StreamEvent::Typing { role: Role::Agent, active: true },
            json!({ "role": "agent", "active": true }),
        ),
        (StreamEvent::Handler { handler: Handler::Human }, json!({ "handler": "human" })),
        (
            StreamEvent::Ended { status: ConversationStatus::Completed },
            json!({ "status": "completed" }),
        ),
    ]
}

#[test]
fn every_event_has_its_name_and_its_data() {
    let events = one_of_each();
    assert_eq!(
        events.iter().map(|(event, _)| event.name()).collect::<Vec<_>>(),
        StreamEvent::<()>::NAMES
    );
    for (event, data) in events {
        assert_eq!(event.data(), data.to_string(), "{}", event.name());
    }
}

#[test]
fn an_event_is_one_server_sent_event() {
    let mut decoder = sse::Decoder::default();
    let event = StreamEvent::<Raw>::Token { text: "a\nb".into() };
    decoder.push(event.encode("41").as_bytes());
    let sent = decoder.next().unwrap().unwrap();
    assert_eq!((sent.id.as_deref(), sent.event.as_str()), (Some("41"), "token"));
    assert_eq!(sent.data, r#"{"text":"a\nb"}"#);
}

#[test]
fn an_event_is_read_back_as_it_was_written() {
    for (event, data) in one_of_each() {
        assert_eq!(
            StreamEvent::read(event.name(), &data).map(StreamEvent::into_owned).as_ref(),
            Some(&event)
        );
        assert_eq!(StreamEvent::parse(event.name(), &event.data()), Some(event));
    }
}

#[test]
fn a_newer_server_is_understood_as_far_as_possible() {
    let read = |name: &str, data: serde_json::Value| StreamEvent::parse(name, &data.to_string());
    assert_eq!(read("thought", json!({ "text": "x" })), None, "an unknown name is ignored");
    assert_eq!(
        read(
            "done",
            json!({ "message_id": ANSWER, "finish_reason": "new", "usage": { "input_tokens": -1 } })
        ),
        Some(StreamEvent::Done {
            message_id: ANSWER.parse().unwrap(),
            usage: Usage::default(),
            finish_reason: FinishReason::Stop,
        })
    );
    let citations = json!({ "citations": [{ "title": "a", "rank": 1 }, { "url": "x" }, 7] });
    let Some(StreamEvent::Citations { citations }) = read("citations", citations) else {
        panic!("read")
    };
    assert_eq!(citations, [Citation { title: "a".into(), url: None, quote: None }]);
}

#[test]
fn an_event_without_what_it_needs_is_ignored() {
    for (event, data) in one_of_each() {
        if !matches!(event, StreamEvent::Citations { .. }) {
            assert_eq!(StreamEvent::parse(event.name(), "{}"), None, "{}", event.name());
        }
        for wrong in ["", "[]", "null", "7", "{\"id\":{}}"] {
            let _ = StreamEvent::parse(event.name(), wrong);
        }
        // Every key in turn is of another type: nothing panics.
        for key in data.as_object().unwrap().keys() {
            let mut data = data.clone();
            data[key] = json!([[]]);
            let _ = StreamEvent::parse(event.name(), &data.to_string());
        }
    }
}
