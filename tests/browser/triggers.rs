//! What the widget does by itself, where the owner wants it.

use serde_json::{Value, json};
use widget_tests::{Browser, Page, Site};

use crate::house::{House, part};

const TEASER: &str = "agent-widget >>> .t";

/// Runs the cases that hold the rule in `widget-core` to the script, as the server would send them.
const CASES: &str = "import('/triggers.js').then(({ machine }) => cases.map(({ name, triggers, remembered, steps }) => {
    const served = ({ when: { url_matches: glob, ...when }, ...rule }) => !glob ? { ...rule, when } : { ...rule, when: { ...when,
        url: `^${glob[0] == '/' ? '\\\\w+:/+[^/]+' : ''}${glob.replace(/[^\\w*\\/]/g, '\\\\$&').replaceAll('*', '.*')}/?([?#].*)?$` } };
    const rules = machine(triggers.map(served), remembered);
    return steps.map(({ page, fires, react }) => {
        const fired = rules.evaluate(page)?.id ?? null;
        if (react) rules.react(react);
        return fired === fires ? null : `${name}: ${JSON.stringify(page)} fired ${fired}`;
    });
}).flat().filter(Boolean))";

#[tokio::test]
async fn the_script_decides_as_the_core_does() {
    let cases = include_str!("../../widget-core/src/trigger/cases.json");
    let site = Site::start().await;
    site.put("/", Page::html(""));
    let script = include_str!("../../www/triggers/triggers.js");
    site.put("/triggers.js", Page::of("text/javascript", script));
    let browser = Browser::start().await;
    browser.open(&site.url("/")).await;
    let wrong = browser.promise(&format!("(async (cases) => {CASES})({cases})")).await;
    assert_eq!(wrong, json!([]));
}

fn teaser(once_per: &str) -> Value {
    json!({"triggers": [{
        "id": "hello", "when": {"seconds_on_page": 0}, "once_per": once_per,
        "action": {"teaser": {"en": "<b>Questions?</b>", "de": "Fragen?"}},
    }]})
}

#[tokio::test]
async fn a_teaser_is_shown_and_nothing_is_kept_until_the_visitor_reacts() {
    let house = House::with(teaser("visitor")).await;
    let shown = house.browser.wait_text(TEASER, |text| text.contains("Questions?")).await;
    assert!(shown.contains("<b>"), "text is text: {shown}");
    assert!(house.browser.storage().await.is_empty());
    let calls = house.calls().await;
    assert_eq!(calls.len(), 2, "the loader and the script of the triggers: {calls:?}");

    house.browser.reload().await;
    house.browser.wait_for(TEASER).await;
    house.browser.click("agent-widget >>> .t button + button").await;
    house.browser.wait_gone(TEASER).await;
    house.browser.reload().await;
    house.browser.wait_for(part::BUBBLE).await;
    assert!(house.browser.find(TEASER).await.is_none(), "dismissed is dismissed");
    assert_eq!(house.calls().await.iter().filter(|call| call.starts_with("POST")).count(), 0);
}

#[tokio::test]
async fn a_second_widget_on_the_page_does_what_its_own_owner_wants() {
    let house = House::with(json!({})).await;
    house.browser.wait_for(part::BUBBLE).await;
    let other = house.server.owner().widget(&[&house.site.origin()], &teaser("page")).await;
    let other = house.server.embed_url(other["id"].as_str().expect("an id"));
    let add = "document.head.append(Object.assign(document.createElement('script'), { src: arguments[0] }))";
    house.browser.run(add, vec![json!(other)]).await;
    house.browser.wait_text("agent-widget2 >>> .t", |text| text.contains("Questions?")).await;
}

#[tokio::test]
async fn a_teaser_speaks_the_pages_language_and_a_click_on_it_opens_the_chat() {
    let house = House::with(teaser("session")).await;
    let german = "<script>document.documentElement.lang = 'de-AT'</script>";
    let widget = widget_tests::site::snippet(&house.server.embed_url(&house.widget));
    house.site.put("/de", Page::html(&format!("{german}{widget}")));
    house.browser.open(&house.site.url("/de")).await;
    house.browser.wait_text(TEASER, |text| text.contains("Fragen?")).await;
    let cross = "return document.querySelector('agent-widget').shadowRoot.querySelector('.t button + button').ariaLabel";
    assert_eq!(house.browser.run(cross, vec![]).await, json!("Schließen"));
    house.browser.click("agent-widget >>> .t button").await;
    house.browser.wait_for(part::INPUT).await;
    assert!(house.browser.find(TEASER).await.is_none());
}

#[tokio::test]
async fn scrolling_far_enough_opens_the_panel() {
    let house = House::with(json!({"triggers": [{
        "id": "far", "when": {"scroll_percent": 60, "url_matches": "/long"}, "action": {"open": true},
    }]}))
    .await;
    let widget = widget_tests::site::snippet(&house.server.embed_url(&house.widget));
    house.site.put("/long", Page::html(&format!("<div style='height:4000px'></div>{widget}")));
    house.browser.open(&house.site.url("/long")).await;
    house.browser.wait_for(part::BUBBLE).await;
    house.browser.run("scrollTo(0, 1000)", vec![]).await;
    assert!(house.browser.find(part::INPUT).await.is_none());
    house.browser.run("scrollTo(0, 3000)", vec![]).await;
    house.browser.wait_for(part::INPUT).await;
}

#[tokio::test]
async fn a_message_of_a_trigger_is_what_the_agent_says_first() {
    let house = House::with(json!({"triggers": [{
        "id": "offer", "when": {"seconds_on_page": 0},
        "action": {"message": {"en": "Do you know our **new** catalogue?"}},
    }]}))
    .await;
    house.browser.click("agent-widget >>> .t button").await;
    house.answered("Do you know our new catalogue?").await;
    assert!(!house.calls().await.iter().any(|call| call.starts_with("POST")), "nothing was begun");
}

#[tokio::test]
async fn a_form_of_a_trigger_stands_in_the_chat() {
    let house = House::with(json!({
        "forms": [{"id": "call", "title": "Shall we call you?", "fields": [
            {"id": "phone", "label": "Phone", "type": "tel", "required": true},
        ]}],
        "triggers": [{"id": "call", "when": {"seconds_on_page": 0}, "action": {"form": "call"}}],
    }))
    .await;
    house.browser.wait_text(part::PANEL, |text| text.contains("Shall we call you?")).await;
    house.browser.type_into("agent-widget >>> .card input[type=tel]", "+49 30 1234567").await;
    house.browser.click("agent-widget >>> .card button[type=submit]").await;
    house.answered("1234567").await;
}
