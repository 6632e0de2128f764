//! Small things of the page: time, clipboard, address, chance.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, ShadowRoot};
use widget_core::config::Document;

use widget_dom::js::{Js, window};

/// About so many milliseconds: a quarter more or less, so that many pages do not come back at once.
pub(crate) fn about(ms: u32) -> i32 {
    (f64::from(ms) * (0.75 + js_sys::Math::random() / 2.0)) as i32
}

/// Puts a text on the clipboard. A page without https has none.
pub(crate) fn copy(text: &str) -> Option<Promise> {
    let clipboard = Js(window().navigator().into()).get("clipboard")?;
    let write = clipboard.member::<Function>("writeText")?;
    Some(write.call1(&clipboard.0, &text.into()).ok()?.unchecked_into())
}

#[wasm_bindgen(module = "/src/element.js")]
extern "C" {
    /// Tells the page that something happened: ids and codes, never what was said. What is empty
    /// is left out. (`catch` as for `fetch_sheet`.)
    #[wasm_bindgen(catch)]
    pub(crate) fn emit(
        host: &HtmlElement,
        news: u8,
        layered: bool,
        conversation: &str,
        message: &str,
        asked: bool,
        code: &str,
    ) -> Result<(), JsValue>;

    /// Listens to what the panel and the page say; what comes back ends that and takes the element
    /// out of the page.
    #[wasm_bindgen(catch)]
    pub(crate) fn listen(root: &ShadowRoot, hear: &Function) -> Result<Function, JsValue>;
}

/// The page's address.
pub(crate) fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// The page's title.
pub(crate) fn title() -> String {
    window().document().map(|document| document.title()).unwrap_or_default()
}

/// The page's origin as the browser sends it: `null` in a sandbox.
pub(crate) fn origin() -> String {
    Js(window().into()).string("origin")
}

/// 128 random bits in hexadecimal. `randomUUID` is missing on pages without https.
pub(crate) fn seed() -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digit =
        |value: u8| DIGITS.get(usize::from(value & 15)).map_or('0', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The languages the visitor wants, the page's own first.
pub(crate) fn languages() -> Vec<String> {
    let window = window();
    let page = window.document().and_then(|document| document.document_element());
    let page = page.and_then(|page| page.get_attribute("lang"));
    let mut languages = vec![page.unwrap_or_default()];
    for own in Js(window.navigator().into()).list("languages") {
        languages.extend(own.text());
    }
    languages
}

/// Says something to the owner who reads the console.
pub(crate) fn complain(why: &str) {
    web_sys::console::warn_2(&"agent-widget".into(), &JsValue::from_str(why));
}
