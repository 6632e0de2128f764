//! Pages that refuse something: WebAssembly, scripts, storage; and a server that was upgraded.

use serde_json::json;
use widget_tests::{Page, wait};

use crate::house::{House, part};

#[tokio::test]
async fn under_a_strict_policy_with_a_nonce_the_chat_works() {
    let house = House::with(json!({})).await;
    let server = house.server.base();
    let embed = house.server.embed_url(&house.widget);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-abc' 'wasm-unsafe-eval'; connect-src {server}; \
         style-src 'none'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let page = Page::html(&format!("<script src=\"{embed}\" nonce=abc async></script>"));
    house.site.put("/strict", page.header("content-security-policy", &policy));
    house.browser.open(&house.site.url("/strict")).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let console = house.browser.console().await;
    assert!(console.is_empty(), "{console:?}");
}

#[tokio::test]
async fn where_webassembly_is_refused_the_same_chat_opens_in_a_frame() {
    let house = House::with(json!({})).await;
    house.refuses_wasm().await;
    house.browser.click(part::BUBBLE).await;
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    frame.enter_frame().await.expect("the frame is entered");
    house.browser.type_into(part::INPUT, "When are you open?").await;
    house.browser.click(part::SEND).await;
    house.answered("nine to five").await;
}

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

#[tokio::test]
async fn without_storage_the_chat_works_and_only_forgets() {
    let house = House::with(json!({})).await;
    let embed = house.server.embed_url(&house.widget);
    let block = "<script>for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(self, name, { get() { throw new DOMException('no', 'SecurityError') } })</script>";
    house
        .site
        .put("/blocked", Page::html(&format!("{block}{}", widget_tests::site::snippet(&embed))));
    house.browser.open(&house.site.url("/blocked")).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
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
