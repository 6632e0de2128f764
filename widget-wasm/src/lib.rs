//! The browser module: exports only.
//!
//! [`mount`] is all the loader needs to know. Behaviour is in the model, which knows no browser;
//! what is seen in the view; what is done in the effects.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod app;
mod digits;
mod effects;
mod model;
mod view;
mod wording;

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// A small allocator for a small module: 2 KB less than the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Puts a widget into the page. `seam` is what `www/loader/loader.js` says it is, in version 1;
/// what comes back is called with `toggle` (and a question to ask), `open`, `attach` or `detach`.
#[wasm_bindgen]
pub fn mount(seam: JsValue) -> Result<Function, JsValue> {
    let app = app::App::mount(&effects::js::Js(seam)).map_err(|_| JsValue::UNDEFINED)?;
    let call = Closure::<dyn FnMut(String, JsValue)>::new(move |name: String, value: JsValue| {
        app.call(&name, &value);
    });
    Ok(call.into_js_value().unchecked_into())
}
