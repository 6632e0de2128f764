//! Forms: before the conversation, and feedback after it.

use serde_json::{Value, json};

use crate::house::{House, part};

const SUBMIT: &str = "agent-widget >>> form.sheet button[type=submit]";

async fn first_conversation(house: &House) -> Value {
    let listed = house.server.owner().read("/core/conversations").await;
    let id = listed[0]["id"].as_str().expect("a conversation").to_owned();
    house.server.owner().read(&format!("/core/conversations/{id}")).await
}

#[tokio::test]
async fn a_form_comes_first_is_checked_in_the_browser_and_is_shown_once() {
    let form = json!({"id": "who", "title": "Before we begin", "fields": [
        {"id": "email", "label": "E-mail", "type": "email", "required": true},
    ]});
    let house = House::with(json!({"pre_conversation_form": form})).await;
    house.browser.click(part::BUBBLE).await;
    house.browser.type_into("agent-widget >>> input[type=email]", "not an address").await;
    house.browser.click(SUBMIT).await;
    house.browser.wait_for("agent-widget >>> .wrong").await;
    assert!(!house.calls().await.iter().any(|call| call.starts_with("POST")), "nothing was sent");
    house
        .browser
        .type_into("agent-widget >>> input[type=email]", "\u{e009}a\u{e000}ada@example.com")
        .await;
    house.browser.click(SUBMIT).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    assert_eq!(first_conversation(&house).await["custom_metadata"]["email"], "ada@example.com");

    // The panel was open, so it opens again by itself, and no form comes first.
    house.browser.reload().await;
    house.browser.wait_for(part::INPUT).await;
}

#[tokio::test]
async fn feedback_is_given_after_the_end_and_reaches_the_owner() {
    let form = json!({"enabled": true, "title": "How was it?", "thank_you_text": "Thanks a lot!", "fields": [
        {"id": "rating", "label": "Rating", "type": "rating", "max": 5, "required": true},
        {"id": "comment", "label": "Comment", "type": "textarea"},
    ]});
    let house = House::with(json!({"post_conversation_feedback": form})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click("agent-widget >>> button[data-do='end?']").await;
    house.browser.click("agent-widget >>> button[data-do=end]").await;
    house.browser.wait_text(part::PANEL, |text| text.contains("How was it?")).await;
    let choose = "document.querySelector('agent-widget').shadowRoot.querySelectorAll('form.sheet input[type=radio]')[3].click()";
    house.browser.run(choose, vec![]).await;
    house.browser.type_into("agent-widget >>> form.sheet textarea", "Quick and right.").await;
    house.browser.click(SUBMIT).await;
    house.browser.wait_text(part::PANEL, |text| text.contains("Thanks a lot!")).await;
    let conversation = first_conversation(&house).await;
    assert_eq!(
        conversation["custom_metadata"]["feedback_form"],
        json!({"rating": 4, "comment": "Quick and right."})
    );
    assert_eq!(conversation["status"], "completed");
}
