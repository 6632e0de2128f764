//! One conversation on all subdomains of a site, where its owner wants that: what the cookie holds,
//! when it is written, and when it is gone.

use serde_json::{Value, json};
use widget_tests::browser::Storage;
use widget_tests::{Gate, Page, Script, site::snippet};

use crate::house::{House, part};

/// Two subdomains of a site; Chromium finds everything below `localhost` on loopback.
struct Shop {
    house: House,
    www: String,
    help: String,
}

impl Shop {
    /// A widget that may stand on both, with a snippet that shares the visitor among all of `domain`.
    async fn sharing(domain: &str) -> Self {
        Self::of(&House::builtin(), domain).await
    }

    /// The same, of this agent.
    async fn of(agent: &Value, domain: &str) -> Self {
        let mut house = House::with(json!({})).await;
        let port = house.site.origin().rsplit(':').next().unwrap_or_default().to_owned();
        let on = |name: &str| format!("http://{name}.shop.localhost:{port}");
        let (www, help) = (on("www"), on("help"));
        let widget = house.server.owner().widget_of(agent, &[&www, &help], &json!({})).await;
        widget["id"].as_str().expect("an id").clone_into(&mut house.widget);
        let tag = snippet(&house.server.embed_url(&house.widget));
        let tag = tag.replace("<script ", &format!("<script data-cookie=\"{domain}\" "));
        house.site.put("/shop", Page::html(&tag));
        Self { house, www, help }
    }

    /// Opens the page on one of the subdomains, and waits for the bubble.
    async fn open(&self, origin: &str) {
        self.house.browser.open(&format!("{origin}/shop")).await;
        self.house.browser.wait_for(part::BUBBLE).await;
    }

    async fn storage(&self) -> Storage {
        self.house.browser.storage().await
    }
}

#[tokio::test]
async fn a_conversation_goes_on_from_one_subdomain_to_the_next_and_ends_on_all() {
    let shop = Shop::sharing("shop.localhost").await;
    let (house, browser) = (&shop.house, &shop.house.browser);
    shop.open(&shop.www).await;
    assert!(shop.storage().await.is_empty(), "nothing before the visitor acts");
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let cookies = shop.storage().await.cookies;
    assert!(cookies.contains("guest_") && !cookies.contains("token"), "{cookies}");

    shop.open(&shop.help).await;
    browser.click(part::BUBBLE).await;
    house.answered("nine to five").await;
    house.ask("And on weekdays?").await;
    browser.wait_text(part::ANSWER, |text| text.matches("nine to five").count() > 1).await;
    shop.open(&shop.www).await;
    house.answered("And on weekdays?").await;
    let list = house.server.owner().read("/core/conversations").await;
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");

    // Signed out on one, where the chat was not even fetched, and by who leaves at once.
    browser.click("agent-widget >>> button[data-do=close]").await;
    shop.open(&shop.help).await;
    let leave = "sessionStorage.clear(); document.querySelector('agent-widget').logout(); location.reload()";
    browser.run(leave, vec![]).await;
    browser.wait_for(part::BUBBLE).await;
    let left = shop.storage().await;
    assert!(left.local.is_empty() && left.cookies.is_empty(), "{left:?}");
    shop.open(&shop.www).await;
    assert_eq!(shop.storage().await.cookies, "");
    browser.click(part::BUBBLE).await;
    browser.wait_for(part::INPUT).await;
    assert!(browser.find(part::QUESTION).await.is_none(), "a stranger");
    house.ask("When are you open?").await;
    browser.wait_for(part::SOURCE).await;
    let list = house.server.owner().read("/core/conversations").await;
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
}

#[tokio::test]
async fn who_signs_out_on_one_subdomain_is_signed_out_of_a_page_left_open_on_another() {
    let shop = Shop::sharing("shop.localhost").await;
    let (house, browser) = (&shop.house, &shop.house.browser);
    shop.open(&shop.www).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    let client = browser.client();
    let page = client.window().await.expect("the page's tab");
    let tab = client.new_window(true).await.expect("a second tab").handle;
    client.switch_to_window(tab).await.expect("the second tab");
    shop.open(&shop.help).await;
    let leave = "document.querySelector('agent-widget').logout()";
    browser.run(leave, vec![]).await;
    assert_eq!(shop.storage().await.cookies, "");

    client.switch_to_window(page).await.expect("the page's tab");
    browser.wait_gone(part::QUESTION).await;
    let left = shop.storage().await;
    assert!(left.local.is_empty() && left.cookies.is_empty(), "{left:?}");
    house.ask("And on weekdays?").await;
    house.answered("nine to five").await;
    let list = house.server.owner().read("/core/conversations").await;
    assert_eq!(list.as_array().map(Vec::len), Some(2), "a stranger's own: {list}");
}

#[tokio::test]
async fn an_answer_that_ends_after_a_sign_out_elsewhere_does_not_bring_the_visitor_back() {
    let agent = json!({"model": {"provider": "openai", "name": "test"}});
    let shop = Shop::of(&agent, "shop.localhost").await;
    let (house, browser) = (&shop.house, &shop.house.browser);
    let gate = Gate::new();
    house.model.next(Script::new().say("The first half ").hold(&gate).say("and more.").finish());
    shop.open(&shop.www).await;
    house.ask("Well?").await;
    house.answered("The first half").await;
    // What another subdomain does, and this page does not hear of.
    let leave = "document.cookie =
        `agent-widget${arguments[0]}=;domain=shop.localhost;path=/;max-age=0`";
    browser.run(leave, vec![json!(house.widget)]).await;
    gate.open();
    browser.wait_for("agent-widget >>> .tools").await;
    assert_eq!(shop.storage().await.cookies, "", "the whole answer was kept, and nobody with it");
    browser.click("agent-widget >>> button[data-do=close]").await;
    browser.wait_gone(part::QUESTION).await;
    assert!(shop.storage().await.local.is_empty());
}

#[tokio::test]
async fn where_the_cookie_is_refused_the_chat_remembers_as_it_does_without() {
    let shop = Shop::sharing("elsewhere.localhost").await;
    let house = &shop.house;
    shop.open(&shop.www).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    assert_eq!(shop.storage().await.cookies, "");
    let console = house.browser.console().await;
    assert!(console.iter().any(|line| line.contains("data-cookie")), "{console:?}");
    house.browser.reload().await;
    house.answered("nine to five").await;
}

#[tokio::test]
async fn a_cookie_that_makes_no_sense_is_none() {
    let shop = Shop::sharing("shop.localhost").await;
    let house = &shop.house;
    shop.open(&shop.www).await;
    // A longer path comes first, so that ours cannot take its place.
    let spoil =
        "document.cookie = `agent-widget${arguments[0]}=%E0%A4%A;path=/shop;domain=shop.localhost`";
    house.browser.run(spoil, vec![json!(house.widget)]).await;
    house.ask("When are you open?").await;
    house.answered("nine to five").await;
    house.browser.reload().await;
    house.answered("nine to five").await;
}
