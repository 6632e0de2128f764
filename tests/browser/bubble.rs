//! Before the visitor acts: what is painted, and what is neither sent nor stored.

use serde_json::json;
use widget_tests::{Page, Site};

use crate::house::{House, part};

#[tokio::test]
async fn the_bubble_costs_one_request_and_stores_nothing() {
    let house = House::with(json!({"suggested_questions": ["When are you open?"]})).await;
    house.browser.wait_for(part::BUBBLE).await;
    let text = house.browser.text("agent-widget >>> button.s").await;
    assert_eq!(text.as_deref(), Some("When are you open?"));
    assert_eq!(house.calls().await, [format!("GET /public/embed/{}", house.widget)]);
    let storage = house.browser.storage().await;
    assert!(storage.is_empty(), "{storage:?}");
    let console = house.browser.console().await;
    assert!(console.is_empty(), "{console:?}");
}

#[tokio::test]
async fn pointing_at_the_bubble_loads_the_chat_and_still_sends_nothing_of_the_visitor() {
    let house = House::with(json!({})).await;
    house.browser.wait_for(part::BUBBLE).await;
    let hover =
        "document.querySelector('agent-widget').dispatchEvent(new PointerEvent('pointerenter'))";
    house.browser.run(hover, vec![]).await;
    widget_tests::wait::until("the module is fetched", async || {
        house.calls().await.iter().any(|call| call.contains(".wasm")).then_some(())
    })
    .await;
    assert!(house.calls().await.iter().all(|call| call.starts_with("GET ")));
    assert!(house.browser.storage().await.is_empty());
}

#[tokio::test]
async fn a_page_that_is_not_listed_sees_nothing_and_its_owner_is_told_why() {
    let house = House::with(json!({})).await;
    let page = house.site.other_origin();
    house.browser.open(&format!("{page}/")).await;
    widget_tests::wait::until("the console says why", async || {
        house.browser.console().await.iter().any(|line| line.contains(&page)).then_some(())
    })
    .await;
    assert!(house.browser.find(part::HOST).await.is_none(), "nothing is painted");
    assert!(house.browser.storage().await.is_empty());
}

#[tokio::test]
async fn the_widget_stays_away_from_hidden_paths() {
    let house = House::with(json!({"hidden_paths": ["/checkout/*"]})).await;
    let page = Page::with_widget(&house.server.embed_url(&house.widget));
    house.site.put("/checkout/pay", page);
    house.browser.wait_for(part::BUBBLE).await;
    house.browser.open(&house.site.url("/checkout/pay")).await;
    house.browser.wait_for(part::HOST).await;
    let hidden =
        "return document.querySelector('agent-widget').getBoundingClientRect().width === 0";
    assert_eq!(house.browser.run(hidden, vec![]).await, true);
}

#[tokio::test]
async fn the_snippet_twice_shows_one_widget_and_two_widgets_show_two() {
    let house = House::with(json!({})).await;
    let embed = widget_tests::site::snippet(&house.server.embed_url(&house.widget));
    house.site.put("/twice", Page::html(&format!("{embed}{embed}")));
    house.browser.open(&house.site.url("/twice")).await;
    house.browser.wait_for(part::BUBBLE).await;
    let count = "return [...document.querySelectorAll('*')].filter(e => e.shadowRoot).length";
    assert_eq!(house.browser.run(count, vec![]).await, 1);

    let other = house
        .server
        .owner()
        .widget(&[&house.site.origin()], &json!({"position": "bottom-left"}))
        .await;
    let other = house.server.embed_url(other["id"].as_str().expect("an id"));
    house.site.put("/two", Page::html(&format!("{embed}{}", widget_tests::site::snippet(&other))));
    house.browser.open(&house.site.url("/two")).await;
    widget_tests::wait::until("two widgets", async || {
        (house.browser.run(count, vec![]).await == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_paused_widget_says_so_and_an_unpublished_one_is_not_there() {
    let house = House::with(json!({})).await;
    let owner = house.server.owner();
    owner.client().post(&format!("/api/v1/widgets/{}/pause", house.widget)).await.expect(200);
    house.browser.reload().await;
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_text(part::BAR, |text| text.contains("break")).await;

    let path = format!("/core/web-widgets/{}", house.widget);
    owner.client().put(&path).json(&json!({"published": false})).await.expect(200);
    let site = Site::with_widget(&house.server.embed_url(&house.widget)).await;
    house.browser.open(&site.url("/")).await;
    assert!(house.browser.find(part::HOST).await.is_none());
}
