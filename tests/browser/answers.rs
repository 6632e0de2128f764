//! Asking, and keeping the answer whatever happens.

use serde_json::json;
use widget_tests::browser::Engine;
use widget_tests::{Gate, Script};

use crate::house::{House, part};

#[tokio::test]
async fn a_visitor_asks_and_gets_an_answer_with_its_source() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    let log = house.answered("nine to five").await;
    assert!(log.contains("Hello there!"), "the agent greets: {log}");
    let source = house.browser.wait_for(part::SOURCE).await;
    let address = source.attr("href").await.expect("an attribute");
    assert_eq!(address.as_deref(), Some("https://shop.example/hours"));
    let relation = source.attr("rel").await.expect("an attribute").unwrap_or_default();
    assert!(relation.contains("noopener"), "{relation}");

    let path = format!("/core/conversations?widget_id={}", house.widget);
    let listed = house.server.owner().read(&path).await;
    let id = listed[0]["id"].as_str().expect("a conversation");
    let found = house.server.owner().read(&format!("/core/conversations/{id}")).await;
    assert_eq!(found["messages"][0]["content"], "When are you open?");
    assert!(house.browser.console().await.is_empty(), "nothing complains");
}

#[tokio::test]
async fn a_mark_in_the_answer_leads_to_its_source_and_does_not_move_when_that_comes() {
    let agent = json!({ "model": { "provider": "openai", "name": "test" }, "knowledge": [{
        "title": "Opening \"hours\"", "url": "https://shop.example/hours",
        "content": "When are you open? From nine to five.",
    }] });
    let house = House::on(Engine::Chromium, agent, json!({})).await;
    let gate = Gate::new();
    let half = Script::new().say("From **nine [1]** and then").hold(&gate);
    house.model.next(half.say(" to five; `a[1]` is code.").finish());
    house.ask("When are you open?").await;
    let place = "const { offsetLeft, offsetTop, offsetWidth } = document.querySelector('agent-widget').shadowRoot
        .querySelector('.text sup'); return [offsetLeft, offsetTop, offsetWidth]";
    house.browser.wait_text("agent-widget >>> .live sup", |text| text == "1").await;
    assert!(house.browser.find("agent-widget >>> .live sup a").await.is_none());
    let before = house.browser.run(place, vec![]).await;
    gate.open();
    for _ in 0..2 {
        let mark = house.browser.wait_for("agent-widget >>> .text strong sup a").await;
        let address = mark.attr("href").await.expect("an attribute");
        assert_eq!(address.as_deref(), Some("https://shop.example/hours"));
        let label = mark.attr("aria-label").await.expect("an attribute");
        assert_eq!(label.as_deref(), Some("1: Opening \"hours\""));
        house.browser.wait_text("agent-widget >>> .text code", |text| text == "a[1]").await;
        assert_eq!(house.browser.run(place, vec![]).await, before);
        house.browser.reload().await;
    }
}

#[tokio::test]
async fn what_looks_like_a_mark_and_is_none_is_text() {
    let house = House::scripted(json!({})).await;
    house.model.next(Script::answer("Hello."));
    house.ask("Well?").await;
    house.answered("Hello.").await;
    let owner = house.server.owner();
    let listed = owner.read("/core/conversations").await;
    let path = format!("/core/conversations/{}/messages", listed[0]["id"].as_str().expect("an id"));
    owner.made(&path, &json!({ "content": "The [1] of [2]." })).await;
    house.answered("The [1] of [2].").await;
    assert!(house.browser.find("agent-widget >>> .text sup").await.is_none());
}

#[tokio::test]
async fn the_answer_streams_in_and_a_reload_in_its_middle_loses_nothing() {
    let house = House::scripted(json!({})).await;
    let gate = Gate::new();
    house
        .model
        .next(Script::new().say("The **first** half ").hold(&gate).say("and the second.").finish());
    house.ask("Well?").await;
    house.answered("The first half").await;
    let bold = house.browser.text("agent-widget >>> .msg.agent strong").await;
    assert_eq!(bold.as_deref(), Some("first"), "Markdown becomes elements");

    house.browser.reload().await;
    // It was open, so it opens by itself.
    house.answered("The first half").await;
    gate.open();
    house.answered("The first half and the second.").await;
    assert_eq!(house.browser.text(part::QUESTION).await.as_deref(), Some("Well?"));
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
}

#[tokio::test]
async fn a_server_killed_in_mid_answer_is_told_and_a_retry_answers_the_same_message() {
    let mut house = House::scripted(json!({})).await;
    let gate = Gate::new();
    house.model.next(Script::new().say("Half an ").hold(&gate).say("answer").finish());
    house.ask("Well?").await;
    house.answered("Half an").await;
    house.model.next(Script::answer("A whole answer."));
    house.server.restart().await;
    house.browser.click(&format!("{} button", part::FAILURE)).await;
    house.answered("A whole answer.").await;
    let listed = house.server.owner().read("/core/conversations").await;
    let id = listed[0]["id"].as_str().expect("a conversation");
    let found = house.server.owner().read(&format!("/core/conversations/{id}")).await;
    assert_eq!(found["messages"].as_array().map(Vec::len), Some(2), "{found}");
}

#[tokio::test]
async fn an_answer_is_stopped_and_what_was_said_is_kept() {
    let house = House::scripted(json!({})).await;
    let gate = Gate::new();
    house.model.next(Script::new().say("Said so far").hold(&gate).say(" and never this").finish());
    house.ask("Well?").await;
    house.answered("Said so far").await;
    house.browser.click("agent-widget >>> button[data-do=stop]").await;
    house.browser.wait_for("agent-widget >>> button[data-do=send]").await;
    let text = house.answered("Said so far").await;
    assert!(!text.contains("never"), "{text}");
}

#[tokio::test]
async fn a_person_of_the_owners_appears_in_the_open_chat() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let listed = house.server.owner().read("/core/conversations").await;
    let path = format!("/core/conversations/{}", listed[0]["id"].as_str().expect("an id"));
    let owner = house.server.owner();
    owner
        .client()
        .post(&format!("{path}/handler"))
        .json(&json!({"handler": "human"}))
        .await
        .expect(200);
    owner.made(&format!("{path}/messages"), &json!({"content": "Ada here, how can I help?"})).await;
    house.answered("Ada here").await;
}

#[tokio::test]
async fn hostile_answers_stay_text() {
    let house = House::scripted(json!({})).await;
    let evil = "<img src=x onerror=\"document.title='owned'\"> [click](javascript:alert(1)) <script>document.title='owned'</script>";
    house.model.next(Script::answer(evil));
    house.ask("<b>Well</b>?").await;
    house.answered("<img src=x").await;
    let question = house.browser.text(part::QUESTION).await;
    assert_eq!(question.as_deref(), Some("<b>Well</b>?"));
    assert!(house.browser.find("agent-widget >>> .msg.agent img").await.is_none());
    assert!(house.browser.find("agent-widget >>> .msg.agent .text a").await.is_none());
    assert_eq!(house.browser.run("return document.title", vec![]).await, "Host page");
}

#[tokio::test]
async fn the_visitor_is_told_when_the_budget_is_used_up() {
    let house = House::with(json!({"limits": {"messages_per_conversation": 1}})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.ask("And on Sundays?").await;
    let bar = house.browser.wait_text(part::BAR, |text| text.contains("limit")).await;
    assert!(bar.contains("New conversation"), "there is a way on: {bar}");
}
