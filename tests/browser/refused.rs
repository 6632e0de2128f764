//! Pages that refuse something: WebAssembly, scripts, storage; and a server that was upgraded.

use serde_json::json;
use widget_tests::{Browser, wait};

use crate::house::{House, part};

mod policies;
mod storage;

#[tokio::test]
async fn a_server_upgraded_under_an_open_page_still_answers() {
    let house = House::with(json!({})).await;
    house.browser.wait_for(part::BUBBLE).await;
    // What an upgrade does to a page that is open: the hashed files it was told of are gone.
    let lose = "const real = self.fetch; let lost = 0;
        self.fetch = (url, ...rest) => String(url).endsWith('.wasm') && !lost++
            ? Promise.resolve(new Response('', { status: 404 })) : real(url, ...rest);";
    house.browser.run(lose, vec![]).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let calls = house.calls().await;
    let loaders = calls.iter().filter(|call| call.contains("/public/embed/")).count();
    assert_eq!(loaders, 2, "the loader was asked for the new names: {calls:?}");
}

/// As in the Lockdown Mode of Apple's systems, where neither the page nor our frame has it.
#[tokio::test]
async fn where_there_is_no_webassembly_at_all_the_hosted_page_answers() {
    let browser = Browser::start_with(&["--js-flags=--jitless"]).await;
    browser.note_troubles().await;
    let house = House::in_browser(browser, House::builtin(), json!({})).await;
    assert_eq!(house.browser.run("return typeof WebAssembly", vec![]).await, "undefined");
    // The page is in a language that is not the browser's.
    house.browser.run("document.documentElement.lang = 'de-AT'", vec![]).await;
    house.browser.click(part::BUBBLE).await;
    let link = house.browser.wait_for("agent-widget >>> a.hint").await;
    assert!(link.text().await.expect("a text").contains("Tab öffnen"));
    house.browser.wait_gone("agent-widget >>> iframe").await;
    house.is_unharmed().await;
    let address = link.attr("href").await.expect("an attribute").expect("an address");
    house.browser.open(&address).await;
    house.browser.type_into("textarea", "When are you open?").await;
    house.browser.click("form button").await;
    house.browser.wait_text("main", |text| text.contains("nine to five")).await;
    house.is_unharmed().await;
}

#[tokio::test]
async fn offline_is_said_and_the_question_goes_out_when_the_network_is_back() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.online(false).await;
    house.browser.type_into(part::INPUT, "And where do you open?").await;
    house.browser.click(part::SEND).await;
    wait::until("the visitor is told", async || {
        let bar = house.browser.text(part::BAR).await;
        let failure = house.browser.text(part::FAILURE).await;
        bar.or(failure).filter(|text| !text.is_empty())
    })
    .await;
    house.browser.online(true).await;
    wait::until("the second answer", async || {
        if let Some(retry) = house.browser.find(&format!("{} button", part::FAILURE)).await {
            let _ = retry.click().await;
        }
        let count = "return document.querySelector('agent-widget').shadowRoot.querySelectorAll('.msg.user').length";
        let text = house.browser.text(part::ANSWER).await.unwrap_or_default();
        (house.browser.run(count, vec![]).await == 2 && text.contains("nine to five")).then_some(())
    })
    .await;
}
