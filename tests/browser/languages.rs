//! What the widget says by itself, in the visitor's language.

use serde_json::{Value, json};
use widget_tests::Page;

use crate::house::{House, part};

const CLOSE: &str = "agent-widget >>> button[data-do=close]";
const TOOLS: &str = "agent-widget >>> .tools";
const SHEET: &str = "agent-widget >>> form.sheet";
const SUBMIT: &str = "agent-widget >>> form.sheet button[type=submit]";

/// What stands in for the chat where nothing of it may run.
const HINT: &str = "agent-widget >>> a.hint";

/// In the widget's shadow root, where there is one.
const ROOT: &str = "const root = document.querySelector('agent-widget').shadowRoot;";

impl House {
    /// The host page in a language of its own, or without one, for a visitor with these wishes.
    async fn speak(&self, page: &str, wishes: &str) {
        self.speak_under("", page, wishes).await;
    }

    /// The same where the page has a policy.
    async fn speak_under(&self, policy: &str, page: &str, wishes: &str) {
        let agent = self.browser.run("return navigator.userAgent", vec![]).await;
        let visitor = json!({ "userAgent": agent, "acceptLanguage": wishes });
        self.browser.devtools("Emulation.setUserAgentOverride", visitor).await;
        let loader = self.server.embed_url(&self.widget);
        let html = format!(
            "<!doctype html><html {page}><meta charset=utf-8><title>Host</title>\
             <link rel=icon href=\"data:,\"><body><script src=\"{loader}\" async></script>"
        );
        let page = Page::of("text/html; charset=utf-8", html);
        self.site.put("/spoken", page.header("content-security-policy", policy));
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
    // An empty field begins where the panel's words do, one with words where theirs do.
    let empty = "return getComputedStyle(root.querySelector('textarea')).unicodeBidi";
    assert_eq!(house.inside(empty).await, "normal");
    house.browser.type_into(part::INPUT, "Hello").await;
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

/// Every language's words.
fn languages() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../www/languages");
    let files = std::fs::read_dir(folder).expect("the folder of the languages");
    let words = files.map(|file| {
        let file = file.expect("a file").path();
        let tag = file.file_stem().expect("a name").to_string_lossy().into_owned();
        (tag, serde_json::from_slice(&std::fs::read(&file).expect("words")).expect("JSON"))
    });
    words.collect()
}

#[tokio::test]
async fn where_nothing_may_run_the_visitor_is_told_in_every_language_and_led_to_a_page_in_it() {
    let house = House::with(json!({})).await;
    let server = house.server.base();
    let policy =
        format!("default-src 'none'; script-src {server}; connect-src {server}; frame-src 'none'");
    let languages = languages();
    assert_eq!(languages.len(), 15);
    let sentence = |tag: &str| {
        let (_, words) = languages.iter().find(|(known, _)| known == tag).expect("a language");
        words["stand_in"]["refused"].as_str().expect("a sentence").to_owned()
    };
    let told = async |page: &str, wishes: &str, tag: &str| {
        house.speak_under(&policy, page, wishes).await;
        house.browser.click(part::BUBBLE).await;
        let said = house.browser.wait_for(HINT).await.text().await.expect("a text");
        assert_eq!(said, sentence(tag), "{page} {wishes}");
        assert_eq!(house.attribute(HINT, "lang").await, tag);
    };
    // The page's language, else the browser's, else English.
    for (tag, _) in &languages {
        told(&format!("lang={tag}"), "en", tag).await;
    }
    told("", "pt-BR,en", "pt").await;
    told("lang=sv", "de", "de").await;
    told("lang=sv", "sv", "en").await;
    told("lang=de-AT", "en", "de").await;

    // A click on it opens the page.
    // chromedriver's own way to click fails at links that stand beside the body.
    let place = "const { x, y, width } = root.querySelector('.hint').getBoundingClientRect();
        return [x + width / 2, y + 20]";
    let place = house.inside(place).await;
    let at = |index: usize| place[index].as_f64().expect("a number");
    house.browser.click_at(at(0), at(1)).await;
    let client = house.browser.client();
    let pages = widget_tests::wait::until("the new tab", async || {
        let pages = client.windows().await.ok()?;
        (pages.len() == 2).then_some(pages)
    })
    .await;
    client.switch_to_window(pages[1].clone()).await.expect("the new tab");
    let input = house.browser.wait_for(part::INPUT).await;
    let placeholder = input.attr("placeholder").await.expect("an attribute");
    assert_eq!(placeholder.as_deref(), Some("Nachricht schreiben\u{a0}…"));
}

#[tokio::test]
async fn the_frame_speaks_the_language_of_the_page_it_stands_on() {
    let house = House::with(json!({})).await;
    let server = house.server.base();
    let policy = format!(
        "default-src 'none'; script-src {server}; connect-src {server}; frame-src {server}"
    );
    house.speak_under(&policy, "lang=ar dir=rtl", "en").await;
    house.browser.click(part::BUBBLE).await;
    let frame = house.browser.wait_for("agent-widget >>> iframe").await;
    frame.enter_frame().await.expect("the frame is entered");
    assert_eq!(house.attribute(part::INPUT, "placeholder").await, "اكتب رسالة…");
    assert_eq!(house.attribute(part::PANEL, "dir").await, "rtl");
}

#[tokio::test]
async fn a_chat_that_is_not_there_is_told_to_people_in_their_language() {
    let house = House::with(json!({ "hosted_page": false })).await;
    let visitor = json!({ "headers": { "Accept-Language": "fr-CA,en" } });
    house.browser.devtools("Network.enable", json!({})).await;
    house.browser.devtools("Network.setExtraHTTPHeaders", visitor).await;
    for (query, tag, direction) in [("", "fr-CA", "ltr"), ("?lang=he", "he", "rtl")] {
        house.browser.open(&house.server.url(&format!("/w/{}{query}", house.widget))).await;
        let primary = tag.split('-').next().unwrap_or(tag);
        let (_, words) = languages().into_iter().find(|(known, _)| known == primary).expect(tag);
        let said = house.browser.text("main").await;
        assert_eq!(said.as_deref(), words["chat"]["gone"].as_str());
        let page = "return [document.documentElement.lang, document.dir]";
        assert_eq!(house.browser.run(page, vec![]).await, json!([tag, direction]));
    }
}
