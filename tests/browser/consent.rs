//! Consent: the message is held, and nothing is stored or sent before the visitor agrees.

use serde_json::json;

use crate::house::{House, part};

const HELD: &str = "agent-widget >>> .ask .plain";
const AGREE: &str = "agent-widget >>> .ask .fill";
const DECLINE: &str = "agent-widget >>> .ask .link";

#[tokio::test]
async fn a_message_waits_for_consent_and_goes_out_with_it() {
    let house = House::with(json!({ "consent": { "required": true } })).await;
    house.ask("When are you open?").await;
    house.browser.wait_text(HELD, |text| text == "When are you open?").await;
    nothing_left(&house).await;

    // Who does not agree has the message back, to be changed or left.
    house.browser.click(DECLINE).await;
    let field = house.browser.wait_for(part::INPUT).await;
    let value = field.prop("value").await.expect("a property");
    assert_eq!(value.as_deref(), Some("When are you open?"));
    nothing_left(&house).await;

    house.browser.click(part::SEND).await;
    house.browser.click(AGREE).await;
    house.answered("nine to five").await;
    // Once is enough.
    house.ask("And on Saturdays?").await;
    house.browser.wait_gone(HELD).await;
    house.browser.reload().await;
    house.answered("nine to five").await;
    assert!(house.browser.find(HELD).await.is_none());
}

async fn nothing_left(house: &House) {
    let calls = house.calls().await;
    assert!(calls.iter().all(|call| call.starts_with("GET ")), "{calls:?}");
    let storage = house.browser.storage().await;
    assert!(storage.local.is_empty(), "{storage:?}");
}
