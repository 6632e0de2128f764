use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;
use widget_core::event::{FinishReason, Usage};
use widget_core::id::{AttachmentId, TurnId};
use widget_core::time::Timestamp;

use self::server::{Act, Server, done, end, event, refuse, say, serve, usage};
use super::*;
use crate::config::Config;
use crate::engine::brief::AgentBrief;
use crate::engine::model::{Piece, SentFile};
use crate::engine::tests::house::House;

mod server;

fn request() -> ModelRequest {
    let agent = AgentBrief {
        name: "Ada".to_owned(),
        instructions: "Be Ada.".to_owned(),
        temperature: Some(0.5),
        max_output_tokens: Some(300),
        ..AgentBrief::default()
    };
    ModelRequest {
        turn: TurnId::from_uuid(Uuid::from_u128(1)),
        agent: Arc::new(agent),
        locale: None,
        page: None,
        now: Timestamp::EPOCH,
        history: vec![],
        question: "Hours?".to_owned(),
        passages: vec![],
        files: vec![],
        forms: vec![],
    }
}

fn model(server: &Server, silence: Duration) -> OpenAi {
    let options = OpenAiOptions {
        base_url: server.base_url.clone(),
        api_key: Some(Secret::new("sk-hidden")),
        model: "small".to_owned(),
        silence,
    };
    OpenAi::new(&Net::new(&Config::default().net).unwrap(), options)
}

/// The text and the end of an answer.
async fn answer(model: &OpenAi) -> (String, Result<Finish, ModelError>) {
    let (mut sink, mut pieces) = TokenSink::open();
    let answered = async {
        let finish = model.answer(request(), &mut sink).await;
        drop(sink);
        finish
    };
    let heard = async {
        let mut text = String::new();
        while let Some(piece) = pieces.recv().await {
            if let Piece::Text(more) = piece {
                text.push_str(&more);
            }
        }
        text
    };
    let (finish, text) = tokio::join!(answered, heard);
    (text, finish)
}

async fn answer_to(scripts: Vec<Vec<Act>>) -> (String, Result<Finish, ModelError>) {
    let server = serve(scripts).await;
    answer(&model(&server, Duration::from_secs(20))).await
}

fn finish(reason: FinishReason, usage: Option<Usage>) -> Result<Finish, ModelError> {
    Ok(Finish { reason, usage })
}

fn usual() -> Vec<Act> {
    vec![Act::Stream, say("Nine"), say(" to five."), end("stop"), usage(11, 4), done()]
}

#[tokio::test]
async fn an_answer_is_read_with_its_usage_and_the_request_says_what_is_wanted() {
    let mut server = serve(vec![usual()]).await;
    let (text, finished) = answer(&model(&server, Duration::from_secs(20))).await;
    assert_eq!(text, "Nine to five.");
    let cost = Usage { input_tokens: 11, output_tokens: 4 };
    assert_eq!(finished, finish(FinishReason::Stop, Some(cost)));
    let asked = server.requests.recv().await.unwrap();
    assert!(asked.head.starts_with("post /v1/chat/completions "), "{}", asked.head);
    assert!(asked.head.contains("authorization: bearer sk-hidden"), "{}", asked.head);
    let body = asked.body;
    assert_eq!((&body["model"], &body["stream"]), (&json!("small"), &json!(true)));
    assert_eq!((&body["temperature"], &body["max_tokens"]), (&json!(0.5), &json!(300)));
    assert_eq!(body["stream_options"], json!({ "include_usage": true }));
    assert_eq!(body["messages"][0]["role"], "system");
    assert!(body["messages"][1]["content"].as_str().unwrap().contains("Hours?"));
}

#[tokio::test]
async fn words_come_through_before_the_answer_is_over() {
    let (open, gate) = watch::channel(false);
    let server =
        serve(vec![vec![Act::Stream, say("Nine"), Act::Hold(gate), end("stop"), done()]]).await;
    let model = model(&server, Duration::from_secs(20));
    let (mut sink, mut pieces) = TokenSink::open();
    let answered = tokio::spawn(async move { model.answer(request(), &mut sink).await });
    assert_eq!(pieces.recv().await, Some(Piece::Text("Nine".to_owned())));
    open.send(true).unwrap();
    assert_eq!(answered.await.unwrap(), finish(FinishReason::Stop, None));
}

#[tokio::test]
async fn chunks_may_be_cut_and_ended_in_any_way() {
    let stream = "data:{\"choices\":[{\"delta\":{\"content\":\"Ni\"}}]}\r\n\r\n: comment\r\n\r\n\
        event: ping\r\ndata: {\"type\":\"ping\"}\r\n\r\ndata: \r\n\r\n\
        data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\",\"content\":null}}]}\r\n\r\n\
        data: {\"choices\":[{\"delta\":{\"content\":\"ne größe\"},\"finish_reason\":\"length\"}]}\
        \r\n\r\ndata: [DONE]\r\n\r\n";
    let mut script = vec![Act::Stream];
    script.extend(stream.chars().map(|character| Act::Raw(character.to_string())));
    let (text, finished) = answer_to(vec![script]).await;
    assert_eq!(text, "Nine größe");
    assert_eq!(finished, finish(FinishReason::Length, None));
}

#[tokio::test]
async fn an_answer_whose_end_was_told_needs_no_done() {
    let (text, finished) =
        answer_to(vec![vec![Act::Stream, say("Nine"), end("content_filter")]]).await;
    assert_eq!((text.as_str(), finished), ("Nine", finish(FinishReason::ContentFilter, None)));
}

#[tokio::test]
async fn a_cut_in_the_middle_fails_and_is_not_tried_again() {
    let (text, finished) = answer_to(vec![vec![Act::Stream, say("Nine")]]).await;
    assert_eq!(text, "Nine");
    assert!(matches!(finished, Err(ModelError::Cut(_))), "{finished:?}");
}

#[tokio::test]
async fn a_cut_before_the_first_word_is_tried_again() {
    let (text, finished) = answer_to(vec![vec![Act::Stream], vec![], usual()]).await;
    assert_eq!(text, "Nine to five.");
    assert!(finished.is_ok(), "{finished:?}");
}

#[tokio::test]
async fn a_stall_has_an_end() {
    for script in
        [vec![Act::Stall], vec![Act::Stream, Act::Stall], vec![Act::Stream, say("Ni"), Act::Stall]]
    {
        let server = serve(vec![script]).await;
        let (_, finished) = answer(&model(&server, Duration::from_millis(50))).await;
        assert!(matches!(finished, Err(ModelError::TimedOut(_))), "{finished:?}");
    }
}

#[tokio::test]
async fn a_server_that_keeps_the_connection_open_after_the_end_is_not_waited_for() {
    let script = vec![Act::Stream, say("Nine"), end("stop"), done(), Act::Stall];
    let (text, finished) = answer_to(vec![script]).await;
    assert_eq!((text.as_str(), finished.is_ok()), ("Nine", true));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_when_it_says_so() {
    let busy =
        refuse("429 Too Many Requests", "retry-after: 0\r\n", r#"{"error":{"message":"slow"}}"#);
    let broken = refuse("503 Service Unavailable", "", "<html>down</html>");
    let (text, _) = answer_to(vec![busy, broken, usual()]).await;
    assert_eq!(text, "Nine to five.");
}

#[tokio::test]
async fn a_server_that_is_busy_for_long_is_not_waited_for() {
    let busy = refuse("429 Too Many Requests", "retry-after: 3600\r\n", r#"{"error":"later"}"#);
    let (_, finished) = answer_to(vec![busy]).await;
    assert_eq!(finished, Err(ModelError::Busy("429 Too Many Requests: later".to_owned())));
}

#[tokio::test]
async fn refusals_are_told_apart_and_never_show_the_key() {
    let wrong_key = r#"{"error":{"message":"Incorrect API key provided: sk-hidden.","type":"x"}}"#;
    let (_, refused) = answer_to(vec![refuse("401 Unauthorized", "", wrong_key)]).await;
    let said = "401 Unauthorized: Incorrect API key provided: <hidden>.".to_owned();
    assert_eq!(refused, Err(ModelError::Refused(said)));

    let long = r#"{"error":{"message":"m","code":"context_length_exceeded"}}"#;
    let (_, refused) = answer_to(vec![refuse("400 Bad Request", "", long)]).await;
    assert!(matches!(refused, Err(ModelError::TooLong(_))), "{refused:?}");

    let filtered = r#"{"error":{"message":"m","code":"content_filter"}}"#;
    let (_, refused) = answer_to(vec![refuse("400 Bad Request", "", filtered)]).await;
    assert!(matches!(refused, Err(ModelError::Filtered(_))), "{refused:?}");

    let broke = r#"{"error":{"message":"m","code":"insufficient_quota"}}"#;
    let (_, refused) = answer_to(vec![refuse("429 Too Many Requests", "", broke)]).await;
    assert!(matches!(refused, Err(ModelError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_a_server_does_not_understand_is_not_sent_again() {
    let limit = r#"{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}"#;
    let stream = r#"{"detail":"unknown field stream_options"}"#;
    let refusals =
        [refuse("400 Bad Request", "", limit), refuse("422 Unprocessable Content", "", stream)];
    let mut server = serve([refusals.to_vec(), vec![usual(), usual()]].concat()).await;
    let model = model(&server, Duration::from_secs(20));
    assert!(answer(&model).await.1.is_ok());
    assert!(answer(&model).await.1.is_ok());
    for _ in 0..2 {
        server.requests.recv().await;
    }
    for _ in 0..2 {
        let body = server.requests.recv().await.unwrap().body;
        assert_eq!((&body["max_tokens"], &body["stream_options"]), (&json!(null), &json!(null)));
        assert_eq!(body["max_completion_tokens"], 300);
    }
}

#[tokio::test]
async fn an_error_inside_the_stream_is_an_error() {
    let error = event(&json!({ "error": { "message": "overloaded", "code": 503 } }));
    let (text, finished) = answer_to(vec![vec![Act::Stream, error.clone()], usual()]).await;
    assert_eq!((text.as_str(), finished.is_ok()), ("Nine to five.", true));
    let (_, finished) = answer_to(vec![vec![Act::Stream, say("Nine"), error]]).await;
    assert!(matches!(finished, Err(ModelError::Unavailable(_))), "{finished:?}");
}

#[tokio::test]
async fn a_chunk_that_cannot_be_read_ends_the_answer() {
    let broken = Act::Raw("data: {\"choices\": [\n\n".to_owned());
    let (text, finished) = answer_to(vec![vec![Act::Stream, say("Nine"), broken]]).await;
    assert_eq!(text, "Nine");
    assert!(matches!(finished, Err(ModelError::Malformed(_))), "{finished:?}");
    let endless = Act::Raw(format!("data: {}", "x".repeat(300 << 10)));
    let (_, finished) = answer_to(vec![vec![Act::Stream, endless, Act::Stall]]).await;
    assert!(matches!(finished, Err(ModelError::Malformed(_))), "{finished:?}");
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let whole = r#"{"choices":[{"message":{"role":"assistant","content":"<think>hm</think>Nine."},
        "finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1}}"#;
    let (text, finished) = answer_to(vec![refuse("200 OK", "", whole)]).await;
    assert_eq!(text, "Nine.");
    let cost = Usage { input_tokens: 2, output_tokens: 1 };
    assert_eq!(finished, finish(FinishReason::Stop, Some(cost)));
    let (_, finished) = answer_to(vec![refuse("200 OK", "", r#"{"error":"no such model"}"#)]).await;
    assert!(finished.is_err());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_without_its_address() {
    let server = serve(vec![]).await;
    let mut model = model(&server, Duration::from_millis(600));
    // Nothing listens on the discard port.
    model.options.base_url = "http://127.0.0.1:9/v1".to_owned();
    let (_, finished) = answer(&model).await;
    let Err(ModelError::Unavailable(said)) = finished else { panic!("{finished:?}") };
    assert!(said.starts_with("cannot connect") && !said.contains("/v1"), "{said}");
}

#[tokio::test]
async fn a_visitor_is_told_calmly_and_nothing_of_the_inside() {
    let wrong_key = r#"{"error":{"message":"Incorrect API key provided: sk-hidden."}}"#;
    let server = serve(vec![refuse("401 Unauthorized", "", wrong_key)]).await;
    let house = House::answered_by(Arc::new(model(&server, Duration::from_secs(20)))).await;
    let events: Vec<_> = house.ask("Hours?").await.events.collect().await;
    let told = String::from_utf8(events.last().unwrap().bytes.to_vec()).unwrap();
    assert!(told.contains("\"code\":\"model_refused\""), "{told}");
    for inside in ["sk-", "API key", "127.0.0.1", "401"] {
        assert!(!told.contains(inside), "{inside} in {told}");
    }
}

#[tokio::test]
async fn who_stops_listening_hangs_up() {
    let mut server = serve(vec![vec![Act::Stream, say("Nine"), Act::Stall]]).await;
    let model = model(&server, Duration::from_secs(20));
    let (mut sink, mut pieces) = TokenSink::open();
    {
        let mut answering = Box::pin(model.answer(request(), &mut sink));
        tokio::select! {
            _ = &mut answering => panic!("it is not over"),
            piece = pieces.recv() => assert_eq!(piece, Some(Piece::Text("Nine".to_owned()))),
        }
    }
    server.left.recv().await.unwrap();
}

#[test]
fn a_text_is_sent_as_text_and_a_picture_as_a_part_beside_it() {
    let mut with = request();
    with.files = vec![SentFile {
        id: AttachmentId::from_uuid(Uuid::from_u128(2)),
        name: "a.png".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 3,
        picture: Some(Bytes::from_static(b"\x89PN")),
    }];
    let sent = serde_json::to_value(body::body(&with, "m", Dialect::default())).unwrap();
    assert!(sent["messages"][0]["content"].is_string());
    let parts = &sent["messages"][1]["content"];
    assert_eq!(parts[0]["type"], "text");
    assert!(parts[0]["text"].as_str().is_some_and(|text| text.contains("Hours?")));
    let image =
        json!({ "type": "image_url", "image_url": { "url": "data:image/png;base64,iVBO" } });
    assert_eq!(parts[1], image);
}
