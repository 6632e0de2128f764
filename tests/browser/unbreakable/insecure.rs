//! Pages without https, which are no secure contexts: browsers keep some of what they can from them.

use fantoccini::key::Key;
use serde_json::json;
use widget_tests::{Browser, Page, site::snippet};

use crate::house::{House, part};

#[tokio::test]
async fn on_a_page_without_https_the_chat_works_and_an_answer_is_copied() {
    let browser = Browser::start_with(&["--host-resolver-rules=MAP shop.test 127.0.0.1"]).await;
    browser.note_troubles().await;
    let house = House::in_browser(browser, House::builtin(), json!({})).await;
    let origin = house.site.origin_at("shop.test");
    let widget = house.server.owner().widget(&[&origin], &json!({})).await;
    let embed = house.server.embed_url(widget["id"].as_str().expect("an id"));
    house.site.put("/insecure", Page::html(&snippet(&embed)));
    house.browser.open(&format!("{origin}/insecure")).await;
    let secure = "return [isSecureContext, !!crypto.randomUUID, !!navigator.clipboard]";
    assert_eq!(house.browser.run(secure, vec![]).await, json!([false, false, false]));
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click("agent-widget >>> button[data-do^=copy]").await;
    house.browser.click(part::INPUT).await;
    house.browser.chord(&[Key::Control.into(), 'v']).await;
    let pasted =
        "return document.querySelector('agent-widget').shadowRoot.querySelector('textarea').value";
    let pasted = house.browser.run(pasted, vec![]).await;
    assert!(pasted.as_str().is_some_and(|text| text.contains("nine to five")), "{pasted}");
    house.is_unharmed().await;
    let console = house.browser.console().await;
    assert!(console.is_empty(), "{console:?}");
}
