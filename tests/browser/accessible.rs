//! What holds for people who see, hear or move differently, in every state of the widget.

use fantoccini::key::Key;
use serde_json::{Value, json};
use widget_tests::browser::{Breach, Look, Rules};
use widget_tests::{Browser, Gate, Script};

use crate::house::{House, part};
use crate::states::{Reader, Stage, states};

/// What a person sees who prefers stillness.
const STILL: Look = Look { still: true, ..Look::LIGHT };

/// The same window at 200 % and at 400 %.
const ZOOMED: [(&str, Look); 2] = [
    ("200 %", Look { width: 640, height: 400, ..STILL }),
    ("400 %", Look { width: 320, height: 256, ..STILL }),
];

/// One walk for all that is looked at, since the way to a state is what takes time.
#[tokio::test]
async fn every_state_is_accessible() {
    let stage = Stage::start().await;
    let browser = &stage.browser;
    let mut complaints = Vec::new();
    for (_, state) in states() {
        let mut complain = |what: &str, found: Vec<String>| {
            complaints.extend(found.iter().map(|one| format!("{}, {what}: {one}", state.name)));
        };
        stage.reach(state, Reader::English, STILL).await;
        complain("light", axe(browser, Rules::Everything).await);
        complain("24 px", inspect(browser, "targets").await);
        complain("stillness", inspect(browser, "still").await);
        stage.show(Look { dark: true, ..STILL }).await;
        complain("dark", axe(browser, Rules::Contrast).await);
        for (zoom, look) in ZOOMED {
            stage.show(look).await;
            complain(zoom, inspect(browser, "fit").await);
        }
        stage.show(Look { forced_colours: true, ..STILL }).await;
        complain("forced colours", inspect(browser, "edges").await);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn the_keyboard_alone_is_enough() {
    let house = House::with(json!({})).await;
    let browser = &house.browser;
    browser.wait_for(part::BUBBLE).await;
    browser.press(&[Key::Tab.into()]).await;
    has_focus(browser, "Chat").await;
    browser.press(&[Key::Enter.into()]).await;
    has_focus(browser, "Your message").await;
    browser.press(&"When are you open?".chars().collect::<Vec<_>>()).await;
    browser.press(&[Key::Enter.into()]).await;
    house.answered("nine to five").await;
    browser.wait_for("agent-widget >>> .tools button").await;

    // From the message field back through everything that can be used, to the head of the panel.
    let mut stops = Vec::new();
    while stops.last().is_none_or(|stop| stop != "More") {
        assert!(stops.len() < 20, "the way back does not end: {stops:?}");
        browser.chord(&[Key::Shift.into(), Key::Tab.into()]).await;
        stops.push(focused(browser).await);
        assert_eq!(inspect(browser, "focus").await, [""; 0]);
    }
    for control in [
        "Copy answer",
        "Helpful",
        "Not helpful",
        "1Opening hours",
        "Close chat",
        "End conversation",
    ] {
        assert!(stops.iter().any(|stop| stop == control), "{control} is not among {stops:?}");
    }
    browser.press(&[Key::Escape.into()]).await;
    has_focus(browser, "Chat").await;
}

#[tokio::test]
async fn a_finished_answer_is_said_once_and_its_words_are_not_said_as_they_come() {
    let house = House::scripted(json!({})).await;
    let gate = Gate::new();
    let answer = Script::new().say("From nine ").hold(&gate).say("to five.").finish();
    house.model.next(answer);
    house.ask("When are you open?").await;
    house.answered("From nine").await;
    let listen = "const root = document.querySelector('agent-widget').shadowRoot;
        self.said = [];
        for (const region of root.querySelectorAll('[aria-live=polite], [aria-live=assertive]'))
            new MutationObserver(() => said.push(region.textContent)).observe(region,
                { childList: true, characterData: true, subtree: true });
        return [root.querySelectorAll('[aria-live=polite]').length, root.querySelector('.log').ariaLive]";
    assert_eq!(house.browser.run(listen, vec![]).await, json!([1, "off"]));
    gate.open();
    house.answered("From nine to five.").await;
    house.browser.wait_for("agent-widget >>> .tools button").await;
    let said = widget_tests::wait::until("the answer being said", async || {
        let said = house.browser.run("return said", vec![]).await;
        said.as_array().is_some_and(|said| !said.is_empty()).then_some(said)
    })
    .await;
    assert_eq!(said, json!(["Assistant: From nine to five."]));
}

async fn axe(browser: &Browser, rules: Rules) -> Vec<String> {
    browser.axe(rules).await.iter().map(Breach::to_string).collect()
}

/// A sentence for everything that is not as it should be; see `accessible/inspect.js`.
async fn inspect(browser: &Browser, what: &str) -> Vec<String> {
    let found = browser.run(include_str!("accessible/inspect.js"), vec![json!(what)]).await;
    let found = found.as_array().unwrap_or_else(|| panic!("{what}: {found}"));
    found.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What the element with the focus is called.
async fn focused(browser: &Browser) -> String {
    let script = "let e = document.activeElement;
        while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
        return (e.ariaLabel ?? e.textContent).trim()";
    browser.run(script, vec![]).await.as_str().unwrap_or_default().to_owned()
}

async fn has_focus(browser: &Browser, name: &str) {
    widget_tests::wait::until(&format!("the focus on {name}"), async || {
        (focused(browser).await == name).then_some(())
    })
    .await;
    assert_eq!(inspect(browser, "focus").await, [""; 0]);
}
