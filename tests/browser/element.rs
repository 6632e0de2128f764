//! The element as the page's own scripts use it: methods, and what the page hears.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use widget_tests::{Page, wait};

use crate::house::{House, part};

const NOTE: &str = "self.heard = []; const element = document.querySelector('agent-widget');
    for (const name of 'ready open close conversationstart message conversationend error'.split(' '))
        element.on(name, ({ type, detail }) => self.heard.push({ type, ...detail }));";

/// Calls a method of the element.
async fn call(house: &House, method: &str, value: Value) {
    let script = "document.querySelector('agent-widget')[arguments[0]](arguments[1])";
    house.browser.run(script, vec![json!(method), value]).await;
}

/// What the page heard, once the last of it is this.
async fn heard(house: &House, last: &str) -> Vec<Value> {
    wait::until(last, async || {
        let heard = house.browser.run("return self.heard", vec![]).await;
        let heard = heard.as_array().cloned().unwrap_or_default();
        heard.last().is_some_and(|event| event["type"] == last).then_some(heard)
    })
    .await
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|event| event["type"].as_str()).collect()
}

/// Signs with the widget's identity secret, a new one each time.
async fn sign(house: &House, text: &str) -> Vec<u8> {
    let path = format!("/core/web-widgets/{}/identity-secret", house.widget);
    let made = house.server.owner().made(&path, &json!({})).await;
    let secret = made["secret"].as_str().expect("a secret");
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.chain_update(text.as_bytes()).finalize().into_bytes().to_vec()
}

/// The hash with which the site vouches for a visitor.
async fn vouch(house: &House, user: &str) -> String {
    sign(house, user).await.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The token with which it does so until 2100.
async fn token(house: &House, user: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"sub": user, "exp": 4_102_444_800_i64});
    let signed = format!("{}.{}", part(json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(house, &signed).await);
    format!("{signed}.{signature}")
}

/// The conversations the owner sees, newest first.
async fn conversations(house: &House) -> Vec<Value> {
    let list = house.server.owner().read("/core/conversations").await;
    list.as_array().cloned().expect("a list")
}

#[tokio::test]
async fn a_guest_who_signs_in_keeps_the_conversation_and_after_signing_out_is_a_stranger() {
    let house = House::with(json!({})).await;
    let hash = vouch(&house, "alice").await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    call(&house, "identify", json!({"userId": "alice", "userHash": hash})).await;
    wait::until("the conversation is hers", async || {
        let all = conversations(&house).await;
        (all.len() == 1 && all[0]["user_id"] == "alice").then_some(())
    })
    .await;

    call(&house, "logout", Value::Null).await;
    house.browser.wait_gone(part::QUESTION).await;
    let storage = house.browser.storage().await;
    assert!(storage.local.is_empty(), "{storage:?}");
    house.ask("Who am I?").await;
    house.browser.wait_for(part::QUESTION).await;
    wait::until("a second conversation", async || {
        let all = conversations(&house).await;
        let guest = all[0]["user_id"].as_str().unwrap_or_default().starts_with("guest_");
        (all.len() == 2 && guest).then_some(())
    })
    .await;
}

#[tokio::test]
async fn whom_the_site_names_by_a_token_finds_earlier_conversations_in_the_menu() {
    let house = House::with(json!({"require_identity": true})).await;
    let token = token(&house, "alice").await;
    call(&house, "identify", json!({"userToken": token})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click("agent-widget >>> button[data-do=menu]").await;
    house.browser.wait_text("agent-widget >>> .past", |text| text.contains("When are you")).await;
}

#[tokio::test]
async fn who_signs_out_leaves_nothing_even_where_the_chat_was_not_fetched() {
    let house = House::with(json!({})).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.click("agent-widget >>> button[data-do=close]").await;
    house.browser.wait_for(part::CLOSED).await;
    house.browser.reload().await;
    house.browser.wait_for(part::BUBBLE).await;
    assert!(!house.browser.storage().await.local.is_empty());
    // The page is left in the same breath, as a link to sign out does it.
    let script = "document.querySelector('agent-widget').logout(); location.reload()";
    house.browser.run(script, vec![]).await;
    house.browser.wait_for(part::BUBBLE).await;
    let storage = house.browser.storage().await;
    assert!(storage.local.is_empty(), "{storage:?}");
}

#[tokio::test]
async fn what_is_called_before_anything_was_fetched_waits_and_counts_from_the_first_question() {
    let house = House::with(json!({"require_identity": true})).await;
    let hash = vouch(&house, "alice").await;
    let embed = widget_tests::site::snippet(&house.server.embed_url(&house.widget));
    let early = format!(
        "<script>self.agentWidget = [
            ['identify', {{ userId: 'alice', userHash: '{hash}' }}], ['setMetadata', {{ plan: 'pro' }}],
            ['setLocale', 'de'], ['setTheme', 'dark'],
        ]</script>{embed}"
    );
    house.site.put("/early", Page::html(&early));
    house.browser.open(&house.site.url("/early")).await;
    house.browser.wait_for(part::BUBBLE).await;
    assert!(house.browser.storage().await.is_empty());
    let calls = house.calls().await;
    assert!(calls.iter().all(|call| call.contains("/public/embed/")), "{calls:?}");

    house.ask("When are you open?").await;
    house.browser.wait_for(part::SOURCE).await;
    let all = conversations(&house).await;
    assert_eq!(all[0]["user_id"], "alice");
    let id = all[0]["id"].as_str().expect("an id");
    let read = house.server.owner().read(&format!("/core/conversations/{id}")).await;
    let metadata = &read["custom_metadata"];
    assert_eq!((&metadata["plan"], &metadata["locale"]), (&json!("pro"), &json!("de")));
    let look =
        "const panel = document.querySelector('agent-widget').shadowRoot.querySelector('.panel');
        return [panel.lang, getComputedStyle(panel).colorScheme]";
    assert_eq!(house.browser.run(look, vec![]).await, json!(["de", "dark"]));
}

#[tokio::test]
async fn what_is_called_while_the_chat_is_on_its_way_happens_once() {
    let house = House::with(json!({})).await;
    house.browser.wait_for(part::BUBBLE).await;
    house.browser.run(NOTE, vec![]).await;
    let impatient = "const element = document.querySelector('agent-widget');
        element.open(); element.close(); element.open(); element.send('When are you open?')";
    house.browser.run(impatient, vec![]).await;
    let events = wait::until("a conversation", async || {
        let heard = house.browser.run("return self.heard", vec![]).await;
        let heard = heard.as_array().cloned().unwrap_or_default();
        types(&heard).contains(&"conversationstart").then_some(heard)
    })
    .await;
    let expected = ["ready", "open", "close", "open", "conversationstart"];
    assert_eq!(types(&events)[..5], expected);
}

#[tokio::test]
async fn a_wrong_signature_is_told_to_the_visitor_in_a_sentence_and_to_the_owner_in_detail() {
    let house = House::with(json!({})).await;
    vouch(&house, "alice").await;
    house.browser.wait_for(part::BUBBLE).await;
    house.browser.run(NOTE, vec![]).await;
    call(&house, "identify", json!({"userId": "alice", "userHash": "00".repeat(32)})).await;
    house.ask("When are you open?").await;
    house.browser.wait_text(part::BAR, |text| text.contains("went wrong")).await;
    let events = heard(&house, "error").await;
    assert_eq!(events.last().map(|event| &event["code"]), Some(&json!("identity_invalid")));
}

#[tokio::test]
async fn the_page_hears_what_happens_in_its_order_and_never_what_is_said() {
    let house = House::with(json!({})).await;
    let embed = house.server.embed_url(&house.widget);
    let snippet = format!("<script src=\"{embed}\" data-datalayer async></script>");
    house.site.put("/layered", Page::html(&snippet));
    house.browser.open(&house.site.url("/layered")).await;
    house.browser.wait_for(part::BUBBLE).await;
    house.browser.run(NOTE, vec![]).await;
    let unruly =
        "document.querySelector('agent-widget').on('open', () => { throw new Error('the page') })";
    house.browser.run(unruly, vec![]).await;
    house.ask("When are you open?").await;
    house.browser.wait_for(part::SOURCE).await;
    // A listener may call a method at once.
    let closer =
        "document.querySelector('agent-widget').on('conversationend', (e) => e.target.close())";
    house.browser.run(closer, vec![]).await;
    house.browser.click("agent-widget >>> [data-do='end?']").await;
    house.browser.click("agent-widget >>> [data-do=end]").await;
    let events = heard(&house, "close").await;
    let expected =
        ["ready", "open", "conversationstart", "message", "message", "conversationend", "close"];
    assert_eq!(types(&events), expected);
    assert_eq!((&events[3]["role"], &events[4]["role"]), (&json!("user"), &json!("agent")));
    assert!(events[4]["messageId"].is_string());
    assert_eq!(events[2]["conversationId"], events[5]["conversationId"]);
    let layer = house.browser.run("return self.dataLayer", vec![]).await;
    assert_eq!(layer[1]["event"], "agent_widget_open");
    let told = format!("{layer} {events:?}");
    assert!(!told.contains("open?") && !told.contains("nine"), "{told}");
}

#[tokio::test]
async fn a_method_that_cannot_take_what_it_is_given_warns_and_the_chat_goes_on() {
    let house = House::with(json!({})).await;
    call(&house, "open", Value::Null).await;
    house.browser.wait_for(part::INPUT).await;
    let wrong = [
        ("send", json!(7)),
        ("identify", json!("alice")),
        ("identify", json!({"userId": 7})),
        ("setMetadata", json!("plan")),
        ("setMetadata", json!({"long": "x".repeat(9_000)})),
        ("setLocale", json!("german!")),
        ("setTheme", json!("blue")),
    ];
    for (method, value) in wrong {
        call(&house, method, value).await;
    }
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
}

#[tokio::test]
async fn destroyed_it_leaves_nothing_on_the_page() {
    let house = House::with(json!({})).await;
    let calls = async || house.calls().await.len();
    house.ask("When are you open?").await;
    house.browser.wait_for(part::SOURCE).await;
    call(&house, "destroy", Value::Null).await;
    house.browser.wait_gone(part::HOST).await;
    let before = calls().await;
    let stir = "dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'));
        document.dispatchEvent(new Event('visibilitychange')); agentWidget.push(['open'])";
    house.browser.run(stir, vec![]).await;
    house.browser.promise("new Promise((done) => requestAnimationFrame(() => done(1)))").await;
    assert_eq!(calls().await, before);
    assert!(house.browser.find(part::HOST).await.is_none());
    let console = house.browser.console().await;
    assert!(console.is_empty(), "{console:?}");
}
