//! Host pages that make it hard: their styles, their scripts, their clocks, what they do to the element.

use serde_json::json;
use widget_tests::{Gate, Page, Script, site::snippet, wait};

use crate::house::{House, part};

mod history;
mod insecure;
mod network;

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
    house.is_unharmed().await;
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
    </script>";
    on_a_page(&house, script).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.is_unharmed().await;
}

/// Some tools for consent and privacy do so.
#[tokio::test]
async fn a_fetch_of_the_pages_that_throws_is_one_that_failed() {
    let house = House::with(json!({})).await;
    let throws =
        "self.real ??= fetch; self.fetch = () => { throw new Error('not without consent') };";
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.run(throws, vec![]).await;
    house.browser.type_into(part::INPUT, "And where do you open?").await;
    house.browser.click(part::SEND).await;
    house.browser.wait_text(part::BAR, |text| !text.is_empty()).await;
    house.browser.run("self.fetch = real; dispatchEvent(new Event('online'))", vec![]).await;
    wait::until("the second answer", async || {
        let answers = "return document.querySelector('agent-widget').shadowRoot.querySelectorAll('.tools').length";
        (house.browser.run(answers, vec![]).await == 2).then_some(())
    })
    .await;
    house.is_unharmed().await;
    // From the beginning: the frame has its own.
    house.browser.click("agent-widget >>> button[data-do=close]").await;
    on_a_page(&house, &format!("<script>{throws}</script>")).await;
    house.browser.click(part::BUBBLE).await;
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    frame.enter_frame().await.expect("the frame is entered");
    house.browser.say("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.client().enter_parent_frame().await.expect("the page around it");
    house.is_unharmed().await;
}

#[tokio::test]
async fn what_a_page_pushes_by_mistake_harms_neither_it_nor_what_comes_after() {
    let house = House::with(json!({})).await;
    let early = "<script>self.agentWidget = [['opne'], 'x', null, ['setLocale', 'de'], ['send', 'When are you open?']]</script>";
    on_a_page(&house, early).await;
    house.answered("nine to five").await;
    house
        .browser
        .run("agentWidget.push(); agentWidget.push(['opne']); agentWidget.push(['close'])", vec![])
        .await;
    house.browser.wait_for(part::CLOSED).await;
    house.is_unharmed().await;
}

/// Shops that work offline have one: every request of the page goes through it.
#[tokio::test]
async fn through_a_service_worker_of_the_page_the_answer_still_streams() {
    let house = House::scripted(json!({})).await;
    let worker = "addEventListener('activate', (event) => event.waitUntil(clients.claim()));
        addEventListener('fetch', (event) => event.respondWith(caches.open('all').then(async (kept) => {
            const found = await kept.match(event.request);
            if (found) return found;
            const response = await fetch(event.request);
            if (event.request.method == 'GET') kept.put(event.request, response.clone()).catch(() => {});
            return response;
        })));";
    house.site.put("/worker.js", Page::of("text/javascript", worker));
    let register =
        "navigator.serviceWorker.register('/worker.js').then(() => new Promise((done) => {
        const { serviceWorker } = navigator;
        serviceWorker.controller ? done(1) : serviceWorker.oncontrollerchange = () => done(1);
    }))";
    assert_eq!(house.browser.promise(register).await, 1);
    for (question, half) in [("Well?", "Half of one "), ("And then?", "Half of two ")] {
        let gate = Gate::new();
        house.model.next(Script::new().say(half).hold(&gate).say("and the rest.").finish());
        house.ask(question).await;
        house.answered(half.trim()).await;
        gate.open();
        house.answered(&format!("{half}and the rest.")).await;
        house.browser.reload().await;
        house.answered(&format!("{half}and the rest.")).await;
    }
    house.is_unharmed().await;
}

#[tokio::test]
async fn an_element_that_is_taken_out_and_put_back_in_the_middle_of_an_answer_goes_on() {
    let (house, gate) = House::half_answered(json!({})).await;
    house
        .browser
        .run("self.kept = document.querySelector('agent-widget'); kept.remove()", vec![])
        .await;
    gate.open();
    house.browser.wait_gone(part::HOST).await;
    house.browser.run("document.body.append(kept)", vec![]).await;
    house.answered("The first half and the second.").await;
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
    house.is_unharmed().await;
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
    house.is_unharmed().await;
}

#[tokio::test]
async fn a_page_that_empties_itself_in_the_middle_of_an_answer_loses_nothing() {
    let (house, gate) = House::half_answered(json!({})).await;
    // The widget stands beside the body.
    house.browser.run("document.body.innerHTML = '<h1>Another view</h1>'", vec![]).await;
    house.browser.wait_for(part::PANEL).await;
    // A page that writes itself anew, its scripts included.
    let anew = "document.documentElement.innerHTML = '<head></head><body><h1>Anew</h1></body>';
        const script = document.createElement('script');
        script.src = arguments[0];
        document.body.append(script);";
    let embed = house.server.embed_url(&house.widget);
    house.browser.run(anew, vec![json!(embed)]).await;
    gate.open();
    // It was open, so it opens by itself; the name of the first is still taken.
    let whole = |text: &str| text.contains("The first half and the second.");
    house.browser.wait_text("agent-widget2 >>> .log", whole).await;
    assert!(house.browser.find(part::HOST).await.is_none());
    assert_eq!(house.model.asked().len(), 1, "the model was asked once");
    house.is_unharmed().await;
}

#[tokio::test]
async fn two_widgets_on_one_page_answer_each_in_its_own_conversation() {
    let house = House::scripted(json!({})).await;
    let agent = json!({ "model": { "provider": "openai", "name": "test" } });
    let v1 = json!({ "position": "bottom-left" });
    let other = house.server.owner().widget_of(&agent, &[&house.site.origin()], &v1).await;
    let other = other["id"].as_str().expect("an id");
    let [one, two] = [&house.widget, other].map(|id| snippet(&house.server.embed_url(id)));
    house.site.put("/two", Page::html(&format!("{one}{}", two.replace(" async", ""))));
    house.browser.open(&house.site.url("/two")).await;
    house.browser.wait_for("agent-widget2 >>> button.b").await;
    // Both are being answered at the same time.
    let gates = [Gate::new(), Gate::new()];
    for (at, gate) in gates.iter().enumerate() {
        let tag = ["agent-widget", "agent-widget2"][at];
        let script = Script::new().say(&format!("Half of {at} ")).hold(gate).say("and all of it.");
        house.model.next(script.finish());
        house.browser.click(&format!("{tag} >>> button.b")).await;
        house.browser.type_into(&format!("{tag} >>> textarea"), "Well?").await;
        house.browser.click(&format!("{tag} >>> button.send")).await;
        gate.reached().await;
    }
    gates.iter().for_each(Gate::open);
    for (at, tag) in ["agent-widget", "agent-widget2"].into_iter().enumerate() {
        let whole = format!("Half of {at} and all of it.");
        let log = format!("{tag} >>> .log");
        let said = house.browser.wait_text(&log, |text| text.contains(&whole)).await;
        assert_eq!(said.matches("Half of").count(), 1, "nothing of the other: {said}");
    }
    let kept = house.server.owner().read("/core/conversations").await;
    assert_eq!(kept.as_array().map(Vec::len), Some(2));
    assert_ne!(kept[0]["widget_id"], kept[1]["widget_id"]);
    house.is_unharmed().await;
}
