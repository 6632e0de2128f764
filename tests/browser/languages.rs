//! What the widget says by itself, in the visitor's language.

use serde_json::{Value, json};
use widget_tests::Page;

use crate::house::{House, part};

const CLOSE: &str = "agent-widget >>> button[data-do=close]";
const TOOLS: &str = "agent-widget >>> .tools";
const SHEET: &str = "agent-widget >>> form.sheet";
const SUBMIT: &str = "agent-widget >>> form.sheet button[type=submit]";

/// In the widget's shadow root, where there is one.
const ROOT: &str = "const root = document.querySelector('agent-widget').shadowRoot;";

impl House {
    /// The host page in a language of its own, or without one, for a visitor with these wishes.
    async fn speak(&self, page: &str, wishes: &str) {
        let agent = self.browser.run("return navigator.userAgent", vec![]).await;
        let visitor = json!({ "userAgent": agent, "acceptLanguage": wishes });
        self.browser.devtools("Emulation.setUserAgentOverride", visitor).await;
        let loader = self.server.embed_url(&self.widget);
        let html = format!(
            "<!doctype html><html {page}><meta charset=utf-8><title>Host</title>\
             <link rel=icon href=\"data:,\"><body><script src=\"{loader}\" async></script>"
        );
        self.site.put("/spoken", Page::of("text/html; charset=utf-8", html));
        self.browser.open(&self.site.url("/spoken")).await;
        self.browser.wait_for(part::BUBBLE).await;
    }

    /// The files of words that were fetched.
    async fn words(&self) -> Vec<String> {
        let calls = self.calls().await.into_iter();
        calls.filter(|call| call.contains("/assets/") && call.ends_with(".json")).collect()
    }

    async fn attribute(&self, path: &str, name: &str) -> String {
        let found = self.browser.wait_for(path).await.attr(name).await.expect("an attribute");
        found.unwrap_or_default()
    }

    /// What `script` returns of the shadow root.
    async fn inside(&self, script: &str) -> Value {
        self.browser.run(&format!("{ROOT}{script}"), vec![]).await
    }
}

#[tokio::test]
async fn a_german_browser_is_answered_in_german_and_never_sees_english() {
    let house = House::with(json!({})).await;
    house.speak("", "de-AT,en").await;
    assert!(house.words().await.is_empty(), "nothing of it before the visitor acts");
    house
        .inside(
            "self.seen = ''; new MutationObserver(() => seen += root.querySelector('.panel')?.innerHTML)
                .observe(root, { childList: true, subtree: true })",
        )
        .await;
    house.browser.click(part::BUBBLE).await;
    let placeholder = house.attribute(part::INPUT, "placeholder").await;
    assert_eq!(placeholder, "Nachricht schreiben\u{a0}…");
    assert_eq!(house.attribute(part::PANEL, "lang").await, "de-AT");
    let seen = house.inside("return seen").await.to_string();
    assert!(seen.contains("Nachricht schreiben"), "{seen}");
    assert!(!seen.contains("Write a message") && !seen.contains("One moment"), "{seen}");
    let words = house.words().await;
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].starts_with("GET /assets/de-"), "{words:?}");

    // A number takes the form that the language has for it.
    house.ask("When are you open?").await;
    house.browser.wait_for(TOOLS).await;
    house.browser.click(CLOSE).await;
    let owner = house.server.owner();
    let listed = owner.read(&format!("/core/conversations?widget_id={}", house.widget)).await;
    let path = format!("/core/conversations/{}", listed[0]["id"].as_str().expect("an id"));
    let handler = owner.client().post(&format!("{path}/handler"));
    handler.json(&json!({ "handler": "human" })).await.expect(200);
    for (number, said) in [(1, "1 neue Nachricht"), (2, "2 neue Nachrichten")] {
        owner.made(&format!("{path}/messages"), &json!({ "content": "Hallo!" })).await;
        let unread = format!("agent-widget >>> button[data-unread='{number}']");
        assert_eq!(house.attribute(&unread, "aria-description").await, said);
    }
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_gone("agent-widget >>> button[aria-description]").await;
}

#[tokio::test]
async fn arabic_runs_from_right_to_left_and_each_text_in_its_own_direction() {
    let house = House::scripted(json!({})).await;
    house.model.usually(widget_tests::Script::answer("We are open.\n\n```\nlet x = 1;\n```"));
    house.speak("lang=ar dir=rtl", "en").await;
    house.ask("When?").await;
    house.browser.wait_for(TOOLS).await;
    assert_eq!(house.attribute(part::PANEL, "dir").await, "rtl");
    assert_eq!(house.attribute(part::INPUT, "placeholder").await, "اكتب رسالة…");
    let found = house
        .inside(
            "const style = (path) => getComputedStyle(root.querySelector(path));
             const said = root.querySelector('.msg.user + .msg.agent p'), range = document.createRange();
             range.selectNodeContents(said);
             // English stands at the left of its paragraph.
             const left = range.getBoundingClientRect().left - said.getBoundingClientRect().left;
             return [style('.panel').direction, style('.msg.user .text').unicodeBidi,
                 style('.msg.agent p').unicodeBidi, style('pre').direction, style('textarea').unicodeBidi,
                 Math.abs(left) < 2]",
        )
        .await;
    assert_eq!(found, json!(["rtl", "plaintext", "plaintext", "ltr", "plaintext", true]));
}

#[tokio::test]
async fn the_owners_words_come_before_ours_language_by_language() {
    let house = House::with(json!({
        "languages": { "default": "fr", "available": ["fr", "de"] },
        "messages": { "welcome": { "de": "Moin!", "fr": "Salut !" } },
        "disclosure": { "text": { "de": "Hier antwortet ein Automat." } },
        "pre_conversation_form": { "id": "who", "fields": [
            { "id": "email", "label": { "de": "Adresse" }, "type": "email", "required": true },
        ] },
    }))
    .await;
    house.speak("lang=de", "en").await;
    house.browser.click(part::BUBBLE).await;
    // The module of the forms is given its words with its order.
    house.browser.wait_for(SHEET).await;
    house.browser.click(SUBMIT).await;
    let panel = house.browser.wait_text(part::PANEL, |text| text.contains("füllen")).await;
    assert!(panel.contains("Chat starten") && panel.contains("Adresse"), "{panel}");
    house.browser.type_into("agent-widget >>> input[type=email]", "ada@example.com").await;
    house.browser.click(SUBMIT).await;
    house.browser.wait_for(part::INPUT).await;
    // The greeting comes with the conversation, a moment after the chat is there.
    let said = ["Moin!", "Hier antwortet ein Automat."];
    house
        .browser
        .wait_text(part::PANEL, |text| said.iter().all(|words| text.contains(words)))
        .await;
    assert_eq!(house.attribute(part::INPUT, "placeholder").await, "Nachricht schreiben\u{a0}…");

    // A language that the widget is not shown in becomes its default.
    let files = house.words().await.len();
    house.browser.run("sessionStorage.clear(); localStorage.clear()", vec![]).await;
    house.speak("lang=es", "es").await;
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_text(part::PANEL, |text| text.contains("Démarrer")).await;
    let words = house.words().await.split_off(files);
    assert!(words.iter().all(|call| call.starts_with("GET /assets/fr-")), "{words:?}");
}

#[tokio::test]
async fn words_that_do_not_come_leave_the_chat_in_english() {
    let house = House::with(json!({})).await;
    house.browser.devtools("Network.enable", json!({})).await;
    let lost = json!({ "urls": ["*/assets/ja-*"] });
    house.browser.devtools("Network.setBlockedURLs", lost).await;
    house.speak("lang=ja", "ja").await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    assert_eq!(house.attribute(part::INPUT, "placeholder").await, "Write a message…");
}
