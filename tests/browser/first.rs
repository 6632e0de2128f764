//! The first picture of the panel, which stands while the module that draws it is on its way.

use serde_json::{Value, json};
use widget_tests::{Line, wait};

use crate::house::{House, part};

/// Script and configuration come through, WebAssembly does not.
const ALL_BUT_WASM: usize = 20_000;

/// What is in the panel and how it stands, as it is written: without what the second module has drawn
/// in its places, and the region of the language.
const PANEL: &str = "const host = document.querySelector('agent-widget');
    const panel = host.shadowRoot.querySelector('.panel').cloneNode(true);
    for (const card of panel.querySelectorAll('.card')) {
        card.replaceChildren();
        delete card.dataset.laid;
    }
    delete panel.dataset.away;
    panel.lang = panel.lang.split('-')[0];
    return host.attributes.open.value + host.attributes.mode.value + panel.outerHTML";

/// Whether the chat itself is there, not only its picture.
const HERE: &str =
    "return document.querySelector('agent-widget').shadowRoot.querySelector('.b').className == 'b'";

/// A visitor has pressed the launcher of this widget, and sees the picture; what is held back comes
/// when the line is told to hold.
async fn pressed(v1: Value) -> (House, Line) {
    let house = House::with(v1).await;
    let line = Line::to(house.server.base()).await;
    house.come_by(&line).await;
    line.stalls_after(ALL_BUT_WASM);
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_for(part::INPUT).await;
    assert_eq!(house.browser.run(HERE, vec![]).await, false, "the chat is not here yet");
    (house, line)
}

async fn here(house: &House, line: &Line) {
    line.holds();
    wait::until("the chat", async || (house.browser.run(HERE, vec![]).await == true).then_some(()))
        .await;
}

/// Notes whatever is put into the panel or taken out of it.
const WATCH: &str = "self.moved = [];
    new MutationObserver((all) => {
        for (const { addedNodes, removedNodes } of all)
            self.moved.push(...addedNodes, ...removedNodes);
    }).observe(document.querySelector('agent-widget').shadowRoot.querySelector('.panel'),
        { childList: true, subtree: true });
    self.field = document.querySelector('agent-widget').shadowRoot.querySelector('textarea')";

const SAME: &str = "const { activeElement } = document.querySelector('agent-widget').shadowRoot;
    return [self.moved.length, self.field == activeElement, self.field.value]";

#[tokio::test]
async fn the_chat_takes_its_picture_over_as_it_is_with_what_was_typed() {
    let (house, line) = pressed(json!({"suggested_questions": ["Where are you?"]})).await;
    house.browser.type_into(part::INPUT, "When are").await;
    house.browser.run(WATCH, vec![]).await;
    here(&house, &line).await;
    assert_eq!(house.browser.run(SAME, vec![]).await, json!([0, true, "When are"]));
    house.browser.say(" you open?").await;
    house.browser.wait_text(part::QUESTION, |text| text == "When are you open?").await;
    house.answered("nine to five").await;
    house.is_unharmed().await;
}

#[tokio::test]
async fn what_is_pressed_before_the_chat_is_here_is_done_when_it_is() {
    let (house, line) = pressed(json!({})).await;
    house.browser.say("When are you open?").await;
    assert!(house.browser.find(part::QUESTION).await.is_none());
    here(&house, &line).await;
    house.browser.wait_text(part::QUESTION, |text| text == "When are you open?").await;
    house.answered("nine to five").await;

    let line = Line::to(house.server.base()).await;
    house.come_by(&line).await;
    line.stalls_after(ALL_BUT_WASM);
    house.browser.click(part::BUBBLE).await;
    house.browser.click("agent-widget >>> [data-do=close]").await;
    here(&house, &line).await;
    house.browser.wait_for(part::CLOSED).await;
    house.is_unharmed().await;
}

#[tokio::test]
async fn where_the_chat_does_not_come_the_picture_goes_and_what_was_sent_goes_another_way() {
    let (house, line) = pressed(json!({})).await;
    // Nothing was typed yet: nothing is sent.
    house.browser.click(part::SEND).await;
    house.browser.say("When are you open?").await;
    line.breaks_after(ALL_BUT_WASM);
    house.browser.wait_for("agent-widget >>> a.hint").await;
    house.browser.wait_for(part::CLOSED).await;
    let panel = house.browser.find(part::PANEL).await.expect("the panel");
    assert!(!panel.is_displayed().await.expect("the page"), "the picture is gone");
    line.holds();
    house.browser.click(part::BUBBLE).await;
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    frame.enter_frame().await.expect("the frame is entered");
    house.answered("nine to five").await;
    let questions = "return [...document.querySelector('agent-widget').shadowRoot
        .querySelectorAll('.msg.user .text')].map((asked) => asked.textContent)";
    assert_eq!(house.browser.run(questions, vec![]).await, json!(["When are you open?"]));
    house.browser.client().enter_parent_frame().await.expect("the page around it");
    house.is_unharmed().await;
}

#[tokio::test]
async fn who_was_here_before_sees_no_picture_of_an_empty_chat() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let line = Line::to(house.server.base()).await;
    let kept = house.browser.run("return {...localStorage}", vec![]).await;
    house.come_by(&line).await;
    house.browser.run("Object.assign(localStorage, arguments[0])", vec![kept]).await;
    line.stalls_after(ALL_BUT_WASM);
    house.browser.click(part::BUBBLE).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert!(house.browser.find(part::INPUT).await.is_none());
    here(&house, &line).await;
    house.answered("nine to five").await;
    house.is_unharmed().await;
}

/// Widgets that look different.
fn kinds() -> [Value; 6] {
    [
        json!({}),
        json!({
            "theme": "dark",
            "chat": {"title": "Shop", "subtitle": "Since *1897*", "placeholder": "<b>Ask</b>"},
            "messages": {"welcome": "# Hello\n- [one](https://a.example)\n- `two`\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
            "suggested_questions": ["One?", "Two?"],
        }),
        json!({
            "intro_title": "Ask us", "intro_subtitle": "anything",
            "branding": {"label": "By us", "url": "https://us.example"},
            "attachments": {"enabled": true},
            "disclosure": {"show": false},
        }),
        json!({"consent": {"required": true}, "languages": {"available": ["ar"], "default": "ar"}}),
        json!({
            "languages": {"available": ["de", "en"], "default": "en"},
            "quick_actions": [{"id": "call", "label": "Call me", "type": "message", "value": "Call"}],
        }),
        json!({"display_mode": "fullscreen"}),
    ]
}

#[tokio::test]
async fn the_picture_is_what_the_chat_draws() {
    let house = House::with(json!({})).await;
    let owner = house.server.owner();
    for (v1, lang) in kinds().into_iter().zip(["en", "de", "en-GB", "ar", "de", "ja"]) {
        // A line of its own: what one has carried counts for as long as it is used.
        let line = Line::to(house.server.base()).await;
        let path = format!("/core/web-widgets/{}", house.widget);
        let body = json!({"config": {"v1": v1}});
        owner.client().put(&path).json(&body).await.expect(200);
        house.come_by_speaking(lang, &line).await;
        line.stalls_after(ALL_BUT_WASM);
        house.browser.click(part::BUBBLE).await;
        house.browser.wait_for(part::INPUT).await;
        let picture = house.browser.run(PANEL, vec![]).await;
        here(&house, &line).await;
        // Words of another language than English come a moment after the chat.
        wait::until(&format!("the same in {lang}"), async || {
            let drawn = house.browser.run(PANEL, vec![]).await;
            (drawn == picture).then_some(())
        })
        .await;
    }
    house.is_unharmed().await;
}
