//! Content security policies of host pages: what a visitor gets under each, and a way on where it
//! is not the chat in the page itself.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};
use widget_tests::{Page, site::snippet, wait};

use crate::house::{House, part};

/// What a visitor gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    /// The chat, in the page.
    TheChat,
    /// The chat in a frame from our server.
    AFrame,
    /// A link to the hosted page.
    ALink,
    /// The hosted page, in a tab of its own.
    ATab,
    /// Nothing; the owner is told why in the console.
    Nothing,
}

use Gets::{AFrame, ALink, ATab, Nothing, TheChat};

/// What stands in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    /// The snippet.
    Plain,
    /// The snippet with the page's nonce.
    WithNonce,
    /// A script in the page that adds the snippet's.
    Starter,
}

use Tag::{Plain, Starter, WithNonce};

/// A policy, how the page has the snippet, and what a visitor gets. `SERVER` is our server, `HASH` that
/// of the starter.
type Row = (&'static str, Tag, Gets);

/// Every policy lets in the page's own empty icon, and nothing else that it does not name.
const POLICIES: &[Row] = &[
    // By host.
    ("script-src SERVER 'wasm-unsafe-eval'; connect-src SERVER", Plain, TheChat),
    ("script-src SERVER 'unsafe-eval'; connect-src SERVER", Plain, TheChat),
    ("script-src SERVER; connect-src SERVER; frame-src SERVER", Plain, AFrame),
    ("script-src SERVER; connect-src SERVER", Plain, ALink),
    ("script-src SERVER 'wasm-unsafe-eval'; frame-src SERVER", Plain, AFrame),
    ("script-src SERVER 'wasm-unsafe-eval'", Plain, ALink),
    ("script-src SERVER/public/embed/ 'wasm-unsafe-eval'; connect-src SERVER", Plain, ATab),
    // By nonce: it holds for what the script fetches.
    ("script-src 'nonce-abc' 'wasm-unsafe-eval'; connect-src SERVER", WithNonce, TheChat),
    ("script-src 'nonce-abc' SERVER 'wasm-unsafe-eval'; connect-src SERVER", WithNonce, TheChat),
    (
        "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src SERVER",
        WithNonce,
        TheChat,
    ),
    (
        "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src SERVER; \
         style-src 'none'; style-src-attr 'none'",
        WithNonce,
        TheChat,
    ),
    (
        "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src SERVER; \
         style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
        WithNonce,
        TheChat,
    ),
    (
        "script-src 'nonce-abc' 'strict-dynamic'; connect-src SERVER; frame-src SERVER",
        WithNonce,
        AFrame,
    ),
    (
        "script-src 'nonce-abc' 'strict-dynamic'; connect-src SERVER; style-src 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        WithNonce,
        ALink,
    ),
    // By hash: what a script adds is let in as well.
    ("script-src 'HASH' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src SERVER", Starter, TheChat),
];

/// The page has no origin: a list of domains does not admit it, and no list does.
const SANDBOX: &[(&str, &str)] = &[("content-security-policy", "sandbox allow-scripts")];

/// The page loads only what says that it may be loaded.
const ISOLATED: &[(&str, &str)] = &[
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// One walk for all policies, since a server and a browser are what takes time.
#[tokio::test]
async fn under_every_policy_there_is_the_chat_or_a_way_on() {
    let house = House::with(json!({})).await;
    let listed = house.site.origin();
    for (policy, tag, gets) in POLICIES {
        let policy = policy.replace("SERVER", house.server.base());
        let policy = format!("default-src 'none'; img-src data:; {policy}");
        let headers = [("content-security-policy", policy.as_str())];
        visit(&house, &headers, *tag, &[&listed], *gets).await;
    }
    visit(&house, ISOLATED, Plain, &[&listed], TheChat).await;
    visit(&house, SANDBOX, Plain, &[&listed], Nothing).await;
    visit(&house, SANDBOX, Plain, &[], TheChat).await;
}

/// A visitor comes to a page with these headers, and gets what is expected.
#[expect(clippy::print_stdout, reason = "a test that fails says where it was")]
async fn visit(house: &House, headers: &[(&str, &str)], tag: Tag, domains: &[&str], gets: Gets) {
    println!("{gets:?} under {headers:?}");
    // A new one each time: nothing of the visit before is known to it.
    let widget = house.server.owner().widget(domains, &json!({})).await;
    let widget = widget["id"].as_str().expect("an id");
    let embed = house.server.embed_url(widget);
    let starter = format!(
        "document.head.append(Object.assign(document.createElement('script'), {{ src: '{embed}' }}))"
    );
    let page = Page::html(&match tag {
        Plain => snippet(&embed),
        WithNonce => snippet(&embed).replace(" async", " nonce=abc async"),
        Starter => format!("<script>{starter}</script>"),
    });
    let hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(&starter)));
    let page = headers
        .iter()
        .fold(page, |page, (name, value)| page.header(name, &value.replace("HASH", &hash)));
    house.site.put("/policy", page);
    house.browser.console().await;
    house.browser.open(&house.site.url("/policy")).await;
    if gets == Nothing {
        return is_told(house, &format!("null is not among {}", domains.join(","))).await;
    }
    house.browser.wait_for(part::BUBBLE).await;
    assert_eq!(house.browser.run(LAUNCHER, vec![]).await, json!([56, 56, true]));
    let hosted = house.server.url(&format!("/w/{widget}"));
    match gets {
        TheChat => {
            answers(house).await;
            // What the second module draws.
            house.browser.click("agent-widget >>> button[data-do=menu]").await;
            house.browser.wait_for("agent-widget >>> .past").await;
            let troubles = house.browser.troubles().await;
            assert!(troubles.is_empty(), "{troubles:?}");
            if headers != SANDBOX {
                let console = house.browser.console().await;
                assert!(console.is_empty(), "{console:?}");
            }
        }
        AFrame => {
            house.browser.run(NOTE_HEARD, vec![]).await;
            house.browser.click(part::BUBBLE).await;
            let frame = house.browser.wait_for("agent-widget >>> iframe").await;
            frame.enter_frame().await.expect("the frame is entered");
            wait::until("the focus in the message field of the frame", async || {
                (house.browser.run(TYPES, vec![]).await == "TEXTAREA").then_some(())
            })
            .await;
            answers(house).await;
            house.browser.client().enter_parent_frame().await.expect("the page around it");
            // On a phone it covers the page: nobody is left before an empty one.
            let heard = house.browser.run("return heard", vec![]).await;
            assert_eq!(heard, json!([["wait", "hidden", "b p"], ["ready", "hidden", "b p"]]));
        }
        ALink => {
            house.browser.click(part::BUBBLE).await;
            let link = house.browser.wait_for("agent-widget >>> a.hint").await;
            let address = link.attr("href").await.expect("an attribute").expect("an address");
            assert!(address.starts_with(&format!("{hosted}?lang=")), "{address}");
            house.browser.wait_gone("agent-widget >>> iframe").await;
            // What had the focus is gone; who presses again is shown the link again.
            assert_eq!(house.browser.run(FOCUSED, vec![]).await, "hint");
            house.browser.click(part::BUBBLE).await;
            assert_eq!(house.browser.run(FOCUSED, vec![]).await, "hint");
        }
        _ => {
            house.browser.click(part::BUBBLE).await;
            let opened = async || {
                let client = house.browser.client();
                wait::until("the hosted page", async || {
                    (client.current_url().await.ok()?.as_str() == hosted).then_some(())
                })
                .await;
            };
            house.second_tab(opened).await;
        }
    }
    house.is_unharmed().await;
}

const LAUNCHER: &str =
    "const button = document.querySelector('agent-widget').shadowRoot.querySelector('button.b');
    const { width, height } = button.getBoundingClientRect();
    return [width, height, parseInt(getComputedStyle(button).borderRadius) >= width / 2]";

const FOCUSED: &str =
    "return document.querySelector('agent-widget').shadowRoot.activeElement.className";

/// Notes what the frame says, and how frame and launcher look until then.
const NOTE_HEARD: &str = "self.heard = [];
    addEventListener('message', ({ data }) => {
        const root = document.querySelector('agent-widget').shadowRoot;
        const { visibility } = getComputedStyle(root.querySelector('iframe'));
        heard.push([data, visibility, root.querySelector('button.b').className]);
    })";

const TYPES: &str = "return document.hasFocus()
    && document.querySelector('agent-widget')?.shadowRoot.activeElement?.tagName";

async fn answers(house: &House) {
    if house.browser.find(part::CLOSED).await.is_some() {
        house.browser.click(part::BUBBLE).await;
    }
    house.browser.say("When are you open?").await;
    house.answered("nine to five").await;
}

async fn is_told(house: &House, why: &str) {
    wait::until("the console says why", async || {
        house.browser.console().await.iter().any(|line| line.contains(why)).then_some(())
    })
    .await;
    assert!(house.browser.find(part::HOST).await.is_none(), "nothing is painted");
    house.is_unharmed().await;
}
