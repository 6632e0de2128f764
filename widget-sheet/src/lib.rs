//! The second browser module: what is laid over the chat, fetched when it is needed.
//!
//! Most visits see none of it, so the chat does not carry it. Today these are the forms before and
//! after a conversation; what else is a form or a list over the chat belongs here too, as a further
//! `kind`. Behaviour is in the chat's model (`widget-wasm/src/model/sheet.rs`): a sheet draws,
//! reads and checks, and tells the chat what the visitor decided.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod form;
mod sheet;
mod words;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use widget_dom::js::Js;

/// Lays a sheet into an empty element of the widget's shadow root.
///
/// `order` says what for:
/// - `kind`: `before` (the form before a conversation) or `feedback` (the one after it);
/// - `form`: the form's definition, the object of the configuration as it is;
/// - `language`, `fallback`: the visitor's language, and the one where that has no words;
/// - `words`: this module's table of words in that language, where it is not English;
/// - `hash`, `values`: what was answered on an earlier visit, as `submit` told it;
/// - `guard`: what keeps an error of ours out of the page.
///
/// `tell` is called with `skip`, `restart`, or `submit` and `{ values, hash }`: the values as JSON,
/// right by the rules of `widget-core`, and the hash of the fields they answer.
///
/// What comes back is called with how things stand: `sending`, `taken`, or `refused` and a sentence.
/// Nothing comes back, and nothing is drawn, where the earlier answers still fit: the same hash, the
/// same questions.
#[wasm_bindgen]
pub fn lay(into: Element, order: JsValue, tell: Function) -> Option<Function> {
    sheet::lay(into, &Js(order), tell)
}
