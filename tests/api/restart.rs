//! Killed, stopped and started again: nothing that was acknowledged is lost.

use serde_json::json;
use widget_tests::{Gate, ModelServer, Script, TestServer, events};

async fn with_model(model: &ModelServer) -> TestServer {
    TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await
}

fn openai() -> serde_json::Value {
    json!({"model": {"provider": "openai", "name": "test"}, "instructions": "Be brief."})
}

#[tokio::test]
async fn after_a_kill_the_unfinished_turn_is_told_and_the_same_message_may_be_tried_again() {
    let model = ModelServer::start().await;
    let gate = Gate::new();
    model.next(Script::new().say("Half an ").hold(&gate).say("answer").finish());
    let mut server = with_model(&model).await;
    let widget = server.owner().widget_of(&openai(), &[], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), "https://a.example").await;
    let ask = json!({"content": "Well?", "client_message_id": "m-1"});
    let mut stream = visitor.post("messages/stream", &ask).events().await;
    let seen = stream.until("token").await;
    let last = seen.last().and_then(|event| event.id.clone()).expect("an event id");
    server.kill();
    assert!(stream.breaks_off().await);

    server.restart().await;
    let mut after = visitor.listen_after(&last).await;
    let seen = after.until("error").await;
    let error = seen.last().expect("an error event");
    assert!(error.data["code"] == "turn_interrupted", "{error:?}");

    model.next(Script::answer("A whole answer."));
    let again = visitor.post("messages/stream", &ask).events().await.until("done").await;
    assert_eq!(events::answer(&again), "A whole answer.");
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    let conversation = server.owner().read(&path).await;
    let said: Vec<&str> = conversation["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .filter_map(|message| message["content"].as_str())
        .collect();
    assert_eq!(said, ["Well?", "A whole answer."], "one question, one answer");
}

#[tokio::test]
async fn a_running_answer_ends_before_the_server_stops() {
    let model = ModelServer::start().await;
    let gate = Gate::new();
    model.next(Script::new().say("Before ").hold(&gate).say("and after.").finish());
    let mut server = with_model(&model).await;
    let widget = server.owner().widget_of(&openai(), &[], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), "https://a.example").await;
    let mut stream = visitor.ask("Well?").await;
    stream.until("token").await;
    let ended = {
        server.program().signal(widget_tests::Signal::TERM);
        widget_tests::wait::until("the server takes nothing new", || async {
            tokio::net::TcpStream::connect(server.base().trim_start_matches("http://")).await.err()
        })
        .await;
        gate.open();
        let rest = stream.until("done").await;
        assert_eq!(events::answer(&rest).trim(), "and after.");
        server.exited().await
    };
    assert!(ended.success(), "{ended:?}");
    server.restart().await;
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    let conversation = server.owner().read(&path).await;
    assert_eq!(conversation["messages"][1]["content"], "Before and after.");
}

#[tokio::test]
async fn an_answer_is_stored_when_nobody_listens_any_more() {
    let model = ModelServer::start().await;
    let gate = Gate::new();
    model.next(Script::new().say("Said ").hold(&gate).say("to nobody.").finish());
    let server = with_model(&model).await;
    let widget = server.owner().widget_of(&openai(), &[], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), "https://a.example").await;
    let mut stream = visitor.ask("Well?").await;
    stream.until("token").await;
    drop(stream);
    gate.open();
    let path = format!("/core/conversations/{}", visitor.conversation_id());
    widget_tests::wait::until("the answer is stored", || async {
        let conversation = server.owner().read(&path).await;
        (conversation["messages"][1]["content"] == "Said to nobody.").then_some(())
    })
    .await;
}
