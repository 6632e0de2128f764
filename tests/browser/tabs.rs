//! The same conversation in two tabs.

use serde_json::json;

use crate::house::{House, part};

#[tokio::test]
async fn what_is_said_in_one_tab_is_there_in_the_other() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let client = house.browser.client();
    let first = client.window().await.expect("a tab");
    let second = client.new_window(true).await.expect("a second tab").handle;
    client.switch_to_window(second.clone()).await.expect("the second tab");
    house.browser.open(&house.site.url("/")).await;
    house.browser.click(part::BUBBLE).await;
    house.answered("nine to five").await;

    house.ask("And where do I find you?").await;
    house.browser.wait_for("agent-widget >>> .tools").await;
    client.switch_to_window(first).await.expect("the first tab");
    house.answered("And where do I find you?").await;

    // Who signs out in one has signed out in the other.
    let logout = "document.querySelector('agent-widget').logout()";
    house.browser.run(logout, vec![]).await;
    house.browser.wait_gone(part::QUESTION).await;
    client.switch_to_window(second).await.expect("the second tab");
    house.browser.wait_gone(part::QUESTION).await;
}
