//! Where the widget stands: beside its launcher, above a keyboard on the screen, within what a phone
//! leaves it.

use std::cell::Cell;

use serde_json::{Value, json};
use widget_tests::browser::Look;
use widget_tests::{Page, wait};

use crate::house::{House, part};

const HEAD: &str = ".head";
const WRITE: &str = ".write";
const PANEL: &str = ".panel";
const LAUNCHER: &str = ".b";
const QUESTION: &str = "agent-widget >>> button.s";

const PHONE: Look = Look { still: true, ..Look::LIGHT_PHONE };
const PHONE_ON_ITS_SIDE: Look = Look { width: 844, height: 390, ..PHONE };
const TABLET: Look = Look { width: 820, height: 1180, ..PHONE };
const DESKTOP: Look = Look { still: true, ..Look::LIGHT };

/// Edges in the window, in CSS pixels.
#[derive(Clone, Copy, Debug)]
struct Edges {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Edges {
    fn of(width: u32, top: u32, bottom: u32) -> Self {
        let [width, top, bottom] = [width, top, bottom].map(f64::from);
        Self { left: 0.0, top, right: width, bottom }
    }

    fn holds(self, other: Self) -> bool {
        let within = |outer: f64, inner: f64| outer <= inner + 0.5;
        within(self.left, other.left)
            && within(self.top, other.top)
            && within(other.right, self.right)
            && within(other.bottom, self.bottom)
    }
}

impl House {
    async fn shown(&self, look: Look) {
        self.browser.look(look).await;
        self.browser.reload().await;
        self.browser.wait_for(part::BUBBLE).await;
    }

    async fn opened(&self, look: Look) {
        self.shown(look).await;
        // Where it was left open it opens by itself.
        self.browser.run("sessionStorage.clear()", vec![]).await;
        self.shown(look).await;
        self.browser.click(part::BUBBLE).await;
        self.browser.wait_for(part::INPUT).await;
    }

    /// Where a part of the widget is.
    async fn edges(&self, selector: &str) -> Edges {
        let script = "const { left, top, right, bottom } = document.querySelector('agent-widget')
            .shadowRoot.querySelector(arguments[0]).getBoundingClientRect(); return [left, top, right, bottom]";
        let found = self.browser.run(script, vec![json!(selector)]).await;
        let edge =
            |index: usize| found[index].as_f64().unwrap_or_else(|| panic!("{selector}: {found}"));
        Edges { left: edge(0), top: edge(1), right: edge(2), bottom: edge(3) }
    }

    /// What the browser says while a keyboard is on the screen: this much of the window is seen.
    async fn seen(&self, top: u32, height: u32, scale: f64) {
        let script = "const [offsetTop, height, scale] = arguments;
            for (const [name, value] of Object.entries({ offsetTop, height, scale }))
                Object.defineProperty(visualViewport, name, { configurable: true, get: () => value });
            visualViewport.dispatchEvent(new Event('resize'))";
        self.browser.run(script, vec![json!(top), json!(height), json!(scale)]).await;
    }

    async fn insets(&self, insets: Value) {
        let insets = json!({ "insets": insets });
        self.browser.devtools("Emulation.setSafeAreaInsetsOverride", insets).await;
    }

    /// Every one of these is within `outer`, or comes to be: browsers tell of a window's new height
    /// with its next frame.
    async fn all_within(&self, outer: Edges, selectors: &[&str], what: &str) {
        for selector in selectors {
            let found = Cell::new(None);
            let missed = || format!("{what}: {selector} within {outer:?}: {:?}", found.get());
            wait::until_or(missed, async || {
                let now = self.edges(selector).await;
                found.set(Some(now));
                outer.holds(now).then_some(())
            })
            .await;
        }
    }
}

#[tokio::test]
async fn the_panel_stands_in_the_window_wherever_the_launcher_does() {
    let positions = ["bottom-right", "bottom-left", "bottom-center", "top-right", "top-left"];
    let house = House::with(json!({})).await;
    let owner = house.server.owner();
    for position in positions {
        let widget = owner.widget(&[&house.site.origin()], &json!({ "position": position })).await;
        let loader = house.server.embed_url(widget["id"].as_str().expect("an id"));
        // The panel may run in another direction than the page around it.
        for (page, panel) in [("ltr", "en"), ("rtl", "ar"), ("ltr", "ar"), ("rtl", "en")] {
            let what = format!("{position} on a page from {page}, the panel in {panel}");
            let html = format!(
                "<!doctype html><html dir={page} lang={panel}><meta charset=utf-8><title>Host</title>\
                 <link rel=icon href=\"data:,\"><body><script src=\"{loader}\" async></script>"
            );
            house.site.put("/place", Page::of("text/html; charset=utf-8", html));
            for look in [DESKTOP, Look { width: 520, ..DESKTOP }] {
                house.browser.look(look).await;
                house.browser.open(&house.site.url("/place")).await;
                house.browser.click(part::BUBBLE).await;
                house.browser.wait_for(part::INPUT).await;
                let window = Edges::of(look.width, 0, look.height);
                house.all_within(window, &[PANEL, HEAD, WRITE, LAUNCHER], &what).await;
                let (panel, launcher) = (house.edges(PANEL).await, house.edges(LAUNCHER).await);
                let apart = panel.bottom <= launcher.top || launcher.bottom <= panel.top;
                assert!(apart, "{what}: {panel:?} covers {launcher:?}");
            }
            house.browser.run("sessionStorage.clear()", vec![]).await;
        }
    }
}

#[tokio::test]
async fn a_keyboard_on_the_screen_covers_neither_the_message_field_nor_the_header() {
    let house = House::with(json!({})).await;
    for look in [PHONE, TABLET] {
        house.opened(look).await;
        // The browser has moved the page up, so that the field is seen.
        house.seen(120, 420, 1.0).await;
        let what = format!("{} px wide", look.width);
        let seen = Edges::of(look.width, 120, 540);
        house.all_within(seen, &[HEAD, WRITE], &what).await;
        if look.width < 481 {
            let panel = house.edges(PANEL).await;
            assert!(
                (panel.top - 120.0).abs() < 1.0 && (panel.bottom - 540.0).abs() < 1.0,
                "{panel:?}"
            );
        }
        // With two fingers the visitor looks closer: that is no keyboard.
        house.seen(0, look.height, 1.0).await;
        let whole = house.edges(PANEL).await;
        house.seen(200, 300, 2.0).await;
        let again = house.edges(PANEL).await;
        assert!(whole.holds(again) && again.holds(whole), "{what}: {whole:?} became {again:?}");
    }
}

#[tokio::test]
async fn on_a_whole_page_the_keyboard_covers_nothing_either() {
    let house = House::with(json!({ "display_mode": "fullscreen" })).await;
    house.opened(PHONE).await;
    house.seen(90, 400, 1.0).await;
    house.all_within(Edges::of(390, 90, 490), &[HEAD, WRITE], "full screen").await;
}

#[tokio::test]
async fn where_a_keyboard_makes_the_window_smaller_the_panel_fits_it() {
    let house = House::with(json!({})).await;
    house.opened(PHONE).await;
    // `interactive-widget=resizes-content`, as the owner of a page may have it.
    house.browser.look(Look { height: 460, ..PHONE }).await;
    house.all_within(Edges::of(390, 0, 460), &[PANEL, HEAD, WRITE], "460 px high").await;
}

#[tokio::test]
async fn what_a_phone_keeps_for_itself_is_left_free() {
    let house = House::with(json!({})).await;
    house.insets(json!({ "top": 47, "bottom": 34, "left": 0, "right": 0 })).await;
    house.shown(PHONE).await;
    let free = Edges::of(390, 47, 844 - 34);
    house.all_within(free, &[LAUNCHER], "upright").await;
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_for(part::INPUT).await;
    house.all_within(free, &[".head h2", ".head button", WRITE], "upright").await;

    house.browser.run("sessionStorage.clear()", vec![]).await;
    house.insets(json!({ "top": 0, "bottom": 21, "left": 47, "right": 47 })).await;
    house.shown(PHONE_ON_ITS_SIDE).await;
    let free = Edges { left: 47.0, right: 844.0 - 47.0, ..Edges::of(844, 0, 390 - 21) };
    house.all_within(free, &[LAUNCHER], "on its side").await;
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_for(part::INPUT).await;
    house.all_within(free, &[".head h2", ".head button", WRITE], "on its side").await;
    wait::until("the panel as the screen", async || {
        house.edges(PANEL).await.holds(Edges::of(844, 0, 390)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn questions_do_not_cover_the_page_of_a_phone_nor_stay_once_they_were_seen_in_the_chat() {
    let house = House::with(json!({ "suggested_questions": ["When are you open?"] })).await;
    let seen = "return document.querySelector('agent-widget').shadowRoot.querySelector('.s').checkVisibility()";
    house.shown(PHONE).await;
    assert_eq!(house.browser.run(seen, vec![]).await, false);
    house.browser.click(part::BUBBLE).await;
    house.browser.wait_for("agent-widget >>> .asks button").await;

    house.browser.run("sessionStorage.clear()", vec![]).await;
    house.shown(DESKTOP).await;
    assert_eq!(house.browser.run(seen, vec![]).await, true);
    // Pointing at the launcher fetches the chat, and takes nothing away from under the pointer.
    let hover =
        "document.querySelector('agent-widget').dispatchEvent(new PointerEvent('pointerenter'))";
    house.browser.run(hover, vec![]).await;
    house.browser.wait_for("agent-widget >>> section.panel").await;
    assert_eq!(house.browser.run(seen, vec![]).await, true);
    house.browser.click(part::BUBBLE).await;
    house.browser.click("agent-widget >>> button[data-do=close]").await;
    house.browser.wait_for(part::CLOSED).await;
    assert_eq!(house.browser.run(seen, vec![]).await, false);
    assert!(house.browser.find(QUESTION).await.is_some(), "it is hidden, not gone");
}
