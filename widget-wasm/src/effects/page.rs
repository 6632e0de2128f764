//! Small things of the page: time, clipboard, address, chance.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlElement, window};
use widget_core::config::Document;

use super::js::Js;

/// Waits about so long: a quarter more or less, so that many pages do not come back at once.
pub(crate) async fn sleep(ms: u32) {
    let spread = 0.75 + js_sys::Math::random() / 2.0;
    let ms = (f64::from(ms) * spread) as i32;
    let waited = Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    let _ = JsFuture::from(waited).await;
}

/// Puts a text on the clipboard. A page without https has none.
pub(crate) fn copy(text: &str) {
    let navigator = window().map(|window| Js(window.navigator().into()));
    let Some(clipboard) = navigator.and_then(|navigator| navigator.get("clipboard")) else {
        return;
    };
    let Some(write) = clipboard.member::<Function>("writeText") else { return };
    if let Ok(promise) = write.call1(&clipboard.0, &text.into()) {
        // A refusal is nobody's error.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(promise.unchecked_into::<Promise>()).await;
        });
    }
}

/// Tells the page that something happened, as an event of the element.
pub(crate) fn emit(host: &HtmlElement, name: &str) {
    if let Ok(event) = Event::new(name) {
        let _ = host.dispatch_event(&event);
    }
}

/// The page's address.
pub(crate) fn address() -> String {
    window().and_then(|window| window.location().href().ok()).unwrap_or_default()
}

/// The page's title.
pub(crate) fn title() -> String {
    window()
        .and_then(|window| window.document())
        .map(|document| document.title())
        .unwrap_or_default()
}

/// The page's origin as the browser sends it: `null` in a sandbox.
pub(crate) fn origin() -> String {
    Js(js_sys::global().into()).string("origin")
}

/// 128 random bits in hexadecimal. `randomUUID` is missing on pages without https.
pub(crate) fn seed() -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digit =
        |value: u8| DIGITS.get(usize::from(value & 15)).map_or('0', |digit| char::from(*digit));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The languages the visitor wants, the page's own first.
pub(crate) fn languages() -> [String; 2] {
    let window = window();
    let page = window
        .as_ref()
        .and_then(|window| window.document()?.document_element()?.get_attribute("lang"));
    let browser = window.and_then(|window| window.navigator().language());
    [page.unwrap_or_default(), browser.unwrap_or_default()]
}

/// Says something to the owner who reads the console.
pub(crate) fn complain(why: &str) {
    web_sys::console::error_2(&"agent-widget".into(), &JsValue::from_str(why));
}
