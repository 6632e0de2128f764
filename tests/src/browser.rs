//! A real browser under its WebDriver, with a new profile for each value: Chromium, unless a test
//! asks for another engine.

use std::cell::RefCell;
use std::path::Path;

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use crate::wait::{until, until_or};

pub use axe::{Breach, Rules};
pub use devtools::{Look, Sent, Storage};
pub use driver::Browser;
pub use engine::Engine;

mod axe;
mod devtools;
mod driver;
mod engine;

/// Finds an element by selectors joined with ` >>> `, each beyond the shadow root of the one before.
const REACH: &str = "
    const [path] = arguments;
    return path.split('>>>').reduce((root, selector) => {
        const scope = root && (root.shadowRoot || root);
        return scope && scope.querySelector(selector.trim());
    }, document) || null;";

impl Browser {
    /// Opens an address and waits until its document has loaded.
    pub async fn open(&self, url: &str) {
        self.client().goto(url).await.unwrap_or_else(|error| panic!("cannot open {url}: {error}"));
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.client().refresh().await.expect("the page can be loaded again");
    }

    /// What a script (with `return`) gives, on the page as it is.
    ///
    /// # Panics
    /// When the script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let outcome = self.client().execute(script, arguments).await;
        outcome.unwrap_or_else(|error| panic!("{error}\nin the script {script}"))
    }

    /// What an asynchronous expression comes to: `fetch(…).then(reply => reply.status)`.
    pub async fn promise(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             Promise.resolve({expression}).then(done, error => done({{ error: String(error) }}));"
        );
        let outcome = self.client().execute_async(&script, Vec::new()).await;
        outcome.unwrap_or_else(|error| panic!("{error}\nin {expression}"))
    }

    /// The element at `path` now, where there is one: `agent-widget >>> button.launcher`.
    pub async fn find(&self, path: &str) -> Option<Element> {
        let found = self.client().execute(REACH, vec![json!(path)]).await.ok()?;
        let id = found.as_object()?.values().next()?.as_str()?;
        Some(Element::from_element_id(self.client().clone(), ElementRef::from(id.to_owned())))
    }

    /// The element at `path`, once it is there.
    pub async fn wait_for(&self, path: &str) -> Element {
        until(&format!("the element {path}"), || self.find(path)).await
    }

    /// Waits until there is nothing at `path`.
    pub async fn wait_gone(&self, path: &str) {
        until(&format!("the end of {path}"), async || {
            self.find(path).await.is_none().then_some(())
        })
        .await;
    }

    /// Waits until the visible text at `path` satisfies `wanted`, and returns it.
    pub async fn wait_text(&self, path: &str, wanted: impl Fn(&str) -> bool) -> String {
        let seen = RefCell::new(None);
        let missed = || format!("the wanted text at {path}, which shows {:?}", seen.borrow());
        until_or(missed, async || {
            let text = self.text(path).await;
            seen.replace(text.clone());
            text.filter(|text| wanted(text))
        })
        .await
    }

    /// The visible text at `path` now.
    pub async fn text(&self, path: &str) -> Option<String> {
        self.find(path).await?.text().await.ok()
    }

    /// Clicks as a person does, once the element is there and takes the click.
    pub async fn click(&self, path: &str) {
        let refused = RefCell::new(None);
        let missed = || format!("a click on {path}: {:?}", refused.borrow());
        until_or(missed, async || {
            let clicked = self.find(path).await?.click().await;
            clicked.map_err(|error| refused.replace(Some(error))).ok()
        })
        .await;
    }

    /// Clicks at a place of the window, in CSS pixels from its top left corner.
    pub async fn click_at(&self, x: f64, y: f64) {
        let mouse = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveTo { duration: None, x, y })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client().perform_actions(mouse).await.expect("the mouse clicks");
    }

    /// Types into the element, key by key, once it is there and takes keys.
    pub async fn type_into(&self, path: &str, text: &str) {
        until(&format!("{path} taking keys"), async || {
            self.find(path).await?.send_keys(text).await.ok()
        })
        .await;
    }

    /// Presses keys one after the other, wherever the focus is: letters, or
    /// [`fantoccini::key::Key`] as a `char`.
    pub async fn press(&self, keys: &[char]) {
        for &key in keys {
            self.chord(&[key]).await;
        }
    }

    /// Presses all these keys, and then lets go of them.
    pub async fn chord(&self, keys: &[char]) {
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        let keyboard = KeyActions::new("keyboard".to_owned());
        let keyboard = down.chain(up).fold(keyboard, KeyActions::then);
        self.client().perform_actions(keyboard).await.expect("the keys are pressed");
    }

    /// Writes a picture of the visible page (PNG).
    pub async fn screenshot(&self, path: &Path) {
        let picture = self.client().screenshot().await.expect("a picture of the page");
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder for the picture");
        }
        std::fs::write(path, picture).expect("a writable picture file");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Page, Site};

    const CARD: &str = "<x-card></x-card><script>
        const root = document.querySelector('x-card').attachShadow({ mode: 'open' });
        root.innerHTML = '<button>Open</button><input><p></p>';
        root.querySelector('button').onclick = () => {
            localStorage.setItem('seen', 'yes');
            fetch('/opened', { method: 'POST', body: 'by hand' });
            root.querySelector('p').textContent = root.querySelector('input').value;
        };
        console.error('told so');
    </script>";

    #[tokio::test]
    async fn a_shadow_root_is_reached_and_what_it_does_is_seen() {
        let site = Site::start().await;
        site.put("/", Page::html(CARD));
        let browser = Browser::start().await;
        browser.open(&site.url("/")).await;
        assert!(browser.storage().await.is_empty());
        browser.type_into("x-card >>> input", "nine to five").await;
        browser.click("x-card >>> button").await;
        browser.wait_text("x-card >>> p", |text| text == "nine to five").await;
        assert_eq!(site.request("/opened").await.body, "by hand");
        assert_eq!(browser.storage().await.local["seen"], "yes");
        let sent = browser.requests().await;
        assert!(sent.iter().any(|sent| sent.url == site.url("/opened") && sent.method == "POST"));
        assert!(browser.console().await.iter().any(|line| line.contains("told so")));
        browser.close().await;
    }

    #[tokio::test]
    async fn a_dark_phone_is_what_the_page_sees() {
        let site = Site::start().await;
        site.put("/", Page::html("<h1>Host</h1>"));
        let browser = Browser::start().await;
        browser.look(Look::DARK_PHONE).await;
        browser.open(&site.url("/")).await;
        let seen = "return [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]";
        assert_eq!(browser.run(seen, Vec::new()).await, json!([390, true]));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let picture = folder.path().join("dark/phone.png");
        browser.screenshot(&picture).await;
        assert!(std::fs::read(picture).expect("a picture").starts_with(b"\x89PNG"));
        browser.close().await;
    }
}
