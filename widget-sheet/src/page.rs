//! The page, as a piece hears it and asks of it.

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

#[wasm_bindgen(module = "/src/page.js")]
extern "C" {
    /// Gives this module's style sheet to the shadow root, unless an earlier piece has.
    pub(crate) fn dress(into: &Element);

    /// Has it hear what happens, each in a word, with what it is about.
    pub(crate) fn listen(into: &Element, hear: &Function);

    /// Hears what the chat says to all.
    pub(crate) fn attend(link: &JsValue, word: &str, hear: &Function);

    /// Lets the visitor choose files.
    pub(crate) fn choose(into: &Element);

    /// The first bytes of a file, as an array of bytes.
    pub(crate) fn head(file: &JsValue, size: u32) -> Promise;

    /// Has the browser save a file.
    pub(crate) fn save(file: &JsValue, name: &str);

    /// Whether the visitor's answer to a form, which a message showed, stands further down.
    pub(crate) fn is_done(into: &Element, form: &str, message: Option<&str>) -> bool;

    /// Whether it lies in a conversation that is over and read.
    pub(crate) fn is_past(into: &Element) -> bool;

    /// Puts the focus on the first thing that a selector fits.
    pub(crate) fn focus(into: &Element, place: &str);

    /// Calls back after so many milliseconds.
    pub(crate) fn after(ms: i32, then: &Function);
}
