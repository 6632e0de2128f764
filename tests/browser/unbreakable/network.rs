//! Networks that are slow, or break.

use serde_json::json;
use widget_tests::Line;

use crate::house::{House, part};

/// A slow line of the third generation, as browsers' tools pretend it: there and back in
/// milliseconds, and bytes in a second.
const SLOW: (u32, u32) = (400, 50_000);

const PRESS: &str =
    "const button = document.querySelector('agent-widget').shadowRoot.querySelector('button.b');
    button.click();
    return button.className";

#[tokio::test]
async fn on_a_slow_line_the_press_is_answered_at_once_and_nothing_is_sent_twice() {
    let house = House::with(json!({})).await;
    house.browser.slow(SLOW.0, SLOW.1).await;
    house.browser.reload().await;
    house.browser.wait_for(part::BUBBLE).await;
    let before = house.calls().await.len();
    // An impatient visitor presses three times.
    for _ in 0..3 {
        assert_eq!(house.browser.run(PRESS, vec![]).await, "b p", "it is on its way");
    }
    house.browser.say("When are you open?").await;
    house.browser.wait_text(part::QUESTION, |text| text == "When are you open?").await;
    house.answered("nine to five").await;
    let class = "return document.querySelector('agent-widget').shadowRoot.querySelector('button.b').className";
    assert_eq!(house.browser.run(class, vec![]).await, "b");
    let calls = house.calls().await.split_off(before);
    let mut once = calls.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), calls.len(), "each was sent once: {calls:#?}");
    let asked = calls.iter().filter(|call| call.starts_with("POST")).count();
    assert_eq!(asked, 2, "a conversation, and a question in it: {calls:#?}");
    house.is_unharmed().await;
}

/// Somewhere in the middle of the module, which is the largest of what is fetched.
const MIDDLE: usize = 20_000;

#[tokio::test]
async fn however_the_line_breaks_while_the_chat_is_fetched_the_next_press_works() {
    let house = House::with(json!({})).await;
    let line = Line::to(house.server.base()).await;

    house.come_by(&line).await;
    line.breaks_once_after(MIDDLE);
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.is_unharmed().await;

    // The whole line is dead: the visitor is shown so by the browser itself.
    house.come_by(&line).await;
    line.dies_after(MIDDLE);
    house.browser.click(part::BUBBLE).await;
    house.second_tab(async || {}).await;
    line.holds();
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.is_unharmed().await;

    // Only what is small comes through.
    house.come_by(&line).await;
    line.breaks_after(MIDDLE);
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_for("agent-widget >>> a.hint").await;
    line.holds();
    house.browser.click(part::BUBBLE).await;
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    assert!(house.browser.find("agent-widget >>> a.hint").await.is_none(), "it is not needed");
    frame.enter_frame().await.expect("the frame is entered");
    house.browser.say("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.client().enter_parent_frame().await.expect("the page around it");
    house.is_unharmed().await;
}
