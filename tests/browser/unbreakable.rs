//! Host pages that make it hard: their styles, their scripts, their clocks, what they do to the element.

use serde_json::json;
use widget_tests::{Gate, Page, Script, site::snippet, wait};

use crate::house::{House, part};

/// Opens a page of the site with this before the snippet.
async fn on_a_page(house: &House, head: &str) {
    let embed = snippet(&house.server.embed_url(&house.widget));
    house.site.put("/hard", Page::html(&format!("{head}{embed}")));
    house.browser.open(&house.site.url("/hard")).await;
}

#[tokio::test]
async fn hostile_styles_of_the_page_do_not_reach_the_chat_and_ours_not_the_page() {
    let house = House::with(json!({})).await;
    let styles = "<style>
        * { all: unset !important; display: block !important; color: #ff0001 !important; font-size: 3px !important }
        agent-widget { display: none; position: static; width: 0; opacity: 1; transform: scale(0) }
        button, section, textarea { visibility: hidden !important; z-index: -1 !important }
        body { transform: translateX(40px); filter: blur(1px); overflow: hidden; height: 10px }
        #cover { position: fixed; inset: 0; z-index: 2147482999; background: #000 }
    </style><div id=cover></div><p id=own style='margin: 7px'>Text of the page</p>";
    on_a_page(&house, styles).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let look = "const host = document.querySelector('agent-widget'), root = host.shadowRoot;
        const box = (path) => root.querySelector(path).getBoundingClientRect(), { round } = Math;
        const launcher = box('button.b'), panel = box('.panel'), said = getComputedStyle(root.querySelector('.msg.agent p'));
        return [...[innerWidth - launcher.right, innerHeight - launcher.bottom, launcher.width, panel.width].map(round),
            said.color != 'rgb(255, 0, 1)', parseInt(said.fontSize) > 12,
            document.elementFromPoint(launcher.x + 28, launcher.y + 28) == host]";
    // The launcher may still be on its way back from under the pointer.
    wait::until("the chat in its own looks", async || {
        let found = house.browser.run(look, vec![]).await;
        (found == json!([20, 20, 56, 400, true, true, true])).then_some(())
    })
    .await;
    let own = "return document.querySelector('#own').getAttributeNames().join() + document.styleSheets.length";
    assert_eq!(house.browser.run(own, vec![]).await, json!("id,style1"));
}

#[tokio::test]
async fn what_a_page_puts_in_the_place_of_the_browsers_own_is_used_with_care() {
    let house = House::with(json!({})).await;
    // What monitoring, zones and old shims do; and a clock that is ten years off.
    let script = "<script>
        const real = self.fetch;
        self.asked = 0;
        self.fetch = function (...all) { asked++; return Promise.resolve(real.apply(this, all)) };
        self.Promise = class extends Promise {};
        const now = Date.now;
        Date.now = () => now() + 3e11;
        Array.prototype.flat = String.prototype.at = function () { throw new Error('a shim of the page') };
        Object.prototype.extra = 1;
        JSON.parse = ((parse) => (...all) => parse(...all))(JSON.parse);
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') };
        self.errors = [];
        addEventListener('error', ({ message }) => errors.push(message));
        addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));
    </script>";
    on_a_page(&house, script).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    assert_eq!(house.browser.run("return errors", vec![]).await, json!([]));
}

#[tokio::test]
async fn an_element_that_is_taken_out_and_put_back_in_the_middle_of_an_answer_goes_on() {
    let house = House::scripted(json!({})).await;
    let gate = Gate::new();
    house
        .model
        .next(Script::new().say("The first half ").hold(&gate).say("and the second.").finish());
    house.ask("Well?").await;
    house.answered("The first half").await;
    house
        .browser
        .run("self.kept = document.querySelector('agent-widget'); kept.remove()", vec![])
        .await;
    gate.open();
    house.browser.wait_gone(part::HOST).await;
    house.browser.run("document.body.append(kept)", vec![]).await;
    house.answered("The first half and the second.").await;
    // A single-page application goes elsewhere and comes back.
    house.browser.run("history.pushState({}, '', '/elsewhere'); history.back()", vec![]).await;
    house.answered("The first half and the second.").await;
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
}

#[tokio::test]
async fn a_name_that_is_taken_gets_a_number() {
    let house = House::with(json!({})).await;
    let script =
        "<script>customElements.define('agent-widget', class extends HTMLElement {})</script>";
    on_a_page(&house, script).await;
    house.browser.click("agent-widget2 >>> button.b").await;
    house.browser.type_into("agent-widget2 >>> textarea", "When are you open?").await;
    house.browser.click("agent-widget2 >>> button.send").await;
    house.browser.wait_text("agent-widget2 >>> .log", |text| text.contains("nine to five")).await;
}
