//! Browsers that keep nothing for a page, or nothing for what a page has in its frames.

use serde_json::{Value, json};
use widget_tests::{Browser, Page, site::snippet};

use crate::house::{House, part};

/// Whether the page is refused its storage.
const REFUSED: &str = "try { return !localStorage } catch { return true }";

/// A widget in a browser that was set up like this.
async fn house(preferences: Value) -> House {
    let browser = Browser::start_preferring(&preferences).await;
    browser.note_troubles().await;
    House::in_browser(browser, House::builtin(), json!({})).await
}

#[tokio::test]
async fn where_the_browser_blocks_all_storage_the_chat_works_and_only_forgets() {
    let house = house(json!({ "profile.default_content_setting_values.cookies": 2 })).await;
    assert_eq!(house.browser.run(REFUSED, vec![]).await, true);
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.is_unharmed().await;
    house.browser.reload().await;
    house.browser.wait_for(part::CLOSED).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let greeted = house.browser.text(part::ANSWER).await.unwrap_or_default();
    assert_eq!(greeted.matches("When are you open?").count(), 1, "a stranger: {greeted}");
    house.is_unharmed().await;
    in_a_frame(&house).await;
}

#[tokio::test]
async fn where_the_browser_blocks_third_parties_the_chat_works_in_the_page_and_in_a_frame() {
    let block =
        json!({ "profile.cookie_controls_mode": 1, "profile.block_third_party_cookies": true });
    let house = house(block).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.reload().await;
    // It was open, so it opens by itself: what is the page's own is kept.
    house.answered("nine to five").await;
    house.is_unharmed().await;
    in_a_frame(&house).await;
}

/// On a page that refuses WebAssembly the chat is in a frame, where it is a third party.
async fn in_a_frame(house: &House) {
    let server = house.server.base();
    let policy = format!("script-src {server}; frame-src {server}");
    // Another widget: nobody has opened it yet.
    let widget = house.server.owner().widget(&[&house.site.origin()], &json!({})).await;
    let page = Page::html(&snippet(&house.server.embed_url(widget["id"].as_str().expect("an id"))));
    house.site.put("/frame", page.header("content-security-policy", &policy));
    house.browser.open(&house.site.url("/frame")).await;
    house.browser.click(part::CLOSED).await;
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    frame.enter_frame().await.expect("the frame is entered");
    house.browser.say("When are you open?").await;
    house.answered("nine to five").await;
    assert_eq!(house.browser.promise("document.hasStorageAccess()").await, false);
    house.browser.client().enter_parent_frame().await.expect("the page around it");
    house.is_unharmed().await;
}
