//! Our own pages: the demo, and the hosted chat with and without script.

use serde_json::json;
use widget_tests::{Browser, TestServer};

use crate::house::part;

#[tokio::test]
async fn the_demo_page_answers_a_question_about_this_product() {
    let server = TestServer::start().await;
    let browser = Browser::start().await;
    browser.open(server.demo_page()).await;
    browser.click(part::BUBBLE).await;
    browser.type_into(part::INPUT, "How do I put the widget on my page?").await;
    browser.click(part::SEND).await;
    browser.wait_text(part::ANSWER, |text| text.contains("script")).await;
    let source = browser.wait_for(part::SOURCE).await.attr("href").await.expect("an attribute");
    let source = source.expect("an address");
    assert!(source.starts_with(server.base()) && source.contains("/guide/"), "{source}");
    browser.open(&source).await;
    let heading = browser.text("article h3").await.expect("a heading");
    assert!(!heading.is_empty());
    let console = browser.console().await;
    assert!(console.is_empty(), "{console:?}");
}

#[tokio::test]
async fn the_hosted_page_becomes_the_full_chat() {
    let server = TestServer::start().await;
    let widget = server.owner().widget(&[], &json!({})).await;
    let browser = Browser::start().await;
    browser.open(&server.url(&format!("/w/{}", widget["id"].as_str().expect("an id")))).await;
    browser.type_into(part::INPUT, "When are you open?").await;
    browser.click(part::SEND).await;
    browser.wait_text(part::ANSWER, |text| text.contains("nine to five")).await;
}

#[tokio::test]
async fn the_hosted_page_works_without_script() {
    let server = TestServer::start().await;
    let widget = server.owner().widget(&[], &json!({})).await;
    let browser = Browser::start_with(&["--blink-settings=scriptEnabled=false"]).await;
    browser.open(&server.url(&format!("/w/{}", widget["id"].as_str().expect("an id")))).await;
    let client = browser.client();
    let by = fantoccini::Locator::Css;
    client
        .find(by("textarea"))
        .await
        .expect("a box")
        .send_keys("When are you open?")
        .await
        .expect("keys");
    client.find(by("form button")).await.expect("a button").click().await.expect("a click");
    widget_tests::wait::until("the answer", async || {
        let text = client.find(by("main")).await.ok()?.text().await.ok()?;
        text.contains("nine to five").then_some(())
    })
    .await;
}
