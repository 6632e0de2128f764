//! The browser module: exports only.
//!
//! [`mount`] is all the loader needs to know, and `picture` all that the server does. Behaviour is in
//! the model, which knows no browser; what is seen in the view; what is done in the effects.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod app;
mod card;
mod effects;
#[cfg(not(target_arch = "wasm32"))]
mod first;
mod language;
mod model;
mod sheet;
mod view;
mod words;

#[cfg(not(target_arch = "wasm32"))]
pub use first::picture;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use widget_dom::js::Js;

/// Puts a widget into the page. `seam` is what `www/loader/loader.js` says it is, in version 1;
/// what comes back is called with a method of the element and what it is given, or with `attach` or
/// `detach`.
#[wasm_bindgen]
pub fn mount(seam: JsValue) -> Result<Function, JsValue> {
    app::mount(&Js(seam)).ok_or(JsValue::UNDEFINED)
}
