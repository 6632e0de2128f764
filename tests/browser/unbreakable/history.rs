//! Pages that are left and come back: from the browser's memory, or within a single-page application.

use serde_json::{Value, json};
use widget_tests::{Gate, Page, Script, wait};

use crate::house::{House, part};

/// Leaves for another page and comes back; whether the page was kept as it was, or else why not.
async fn there_and_back(house: &House, meanwhile: impl Future<Output = ()>) -> Value {
    let note = "self.kept = false; addEventListener('pageshow', (e) => self.kept = e.persisted)";
    house.browser.run(note, vec![]).await;
    house.site.put("/elsewhere", Page::html("<h1>Elsewhere</h1>"));
    house.browser.open(&house.site.url("/elsewhere")).await;
    meanwhile.await;
    house.browser.client().back().await.expect("the page before");
    let kept =
        "return self.kept || performance.getEntriesByType('navigation')[0].notRestoredReasons";
    house.browser.run(kept, vec![]).await
}

#[tokio::test]
async fn a_page_with_the_bubble_or_an_idle_chat_comes_back_from_memory() {
    let house = House::with(json!({})).await;
    house.browser.wait_for(part::BUBBLE).await;
    assert_eq!(there_and_back(&house, async {}).await, true);
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.wait_for("agent-widget >>> .tools").await;
    assert_eq!(there_and_back(&house, async {}).await, true);
    house.answered("nine to five").await;
    house.ask("And where is the shop?").await;
    wait::until("a second question", async || {
        let asked = "return document.querySelector('agent-widget').shadowRoot.querySelectorAll('.tools').length";
        (house.browser.run(asked, vec![]).await == 2).then_some(())
    })
    .await;
    house.is_unharmed().await;
}

#[tokio::test]
async fn a_page_that_is_left_in_the_middle_of_an_answer_comes_back_from_memory_and_hears_the_rest()
{
    let (house, gate) = House::half_answered(json!({})).await;
    // The rest is said while nobody hears it.
    assert_eq!(there_and_back(&house, async { gate.open() }).await, true);
    house.answered("The first half and the second.").await;
    house.browser.wait_for("agent-widget >>> .tools").await;

    let gate = Gate::new();
    house.model.next(Script::new().hold(&gate).say("And one more.").finish());
    house.ask("And then?").await;
    gate.reached().await;
    // The rest is still to be said when the page is back.
    assert_eq!(there_and_back(&house, async {}).await, true);
    gate.open();
    house.answered("And one more.").await;
    assert_eq!(house.model.asked().len(), 2, "each question was asked once");
    house.is_unharmed().await;
}

#[tokio::test]
async fn a_page_that_is_frozen_in_the_middle_of_an_answer_hears_the_rest_when_it_thaws() {
    let (house, gate) = House::half_answered(json!({})).await;
    let state = |state: &str| json!({ "state": state });
    house.browser.devtools("Page.setWebLifecycleState", state("frozen")).await;
    gate.open();
    house.browser.devtools("Page.setWebLifecycleState", state("active")).await;
    // It thaws in the background.
    let focus = json!({ "enabled": true });
    house.browser.devtools("Emulation.setFocusEmulationEnabled", focus).await;
    house.answered("The first half and the second.").await;
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
    house.is_unharmed().await;
}

#[tokio::test]
async fn an_application_that_goes_to_a_hidden_path_and_back_in_the_middle_of_an_answer_keeps_it() {
    let (house, gate) = House::half_answered(json!({ "hidden_paths": ["/checkout*"] })).await;
    let width = "return document.querySelector('agent-widget').shadowRoot.querySelector('.panel').clientWidth";
    house.browser.run("history.pushState({}, '', '/checkout/pay')", vec![]).await;
    wait::until("the widget away", async || {
        (house.browser.run(width, vec![]).await == 0).then_some(())
    })
    .await;
    gate.open();
    house.browser.run("history.back()", vec![]).await;
    house.answered("The first half and the second.").await;
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
    house.is_unharmed().await;
}
