//! What the browser modules share: `widget-wasm`, the chat, and `widget-sheet`, what is laid over
//! it. Nothing here knows of either.
//!
//! Both modules draw into the same shadow root, so their styles lie here side by side (`style/`); the
//! build gives each module its own. What only one of them uses is not compiled into the other.
#![deny(clippy::unwrap_used, clippy::expect_used)]

pub mod digits;
pub mod dom;
pub mod icon;
pub mod js;
pub mod painter;
#[cfg(not(target_arch = "wasm32"))]
mod picture;
pub mod wording;

/// A small allocator for small modules: 2 KB less than the standard library's.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
