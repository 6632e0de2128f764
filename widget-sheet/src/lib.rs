//! The second browser module: what is laid over the chat or between its messages, fetched when it
//! is needed.
//!
//! Most visits see none of it, so the chat does not carry it: forms, the menu with the earlier
//! conversations, files, quick actions. The chat (`widget-wasm/src/sheet.rs`) says what is to be
//! drawn and where, and hears what the visitor decided; a piece draws, reads and checks, and
//! makes the calls of its own that the chat need not know of.
#![deny(clippy::unwrap_used, clippy::expect_used)]

mod answers;
mod call;
mod desk;
mod extras;
mod file;
mod form;
mod hours;
mod menu;
mod page;
mod paper;
mod past;
mod piece;
mod quick;
mod saying;
mod tray;
mod words;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use widget_dom::js::Js;

/// Lays something into an empty element of the widget's shadow root.
///
/// `order` says what for:
/// - `kind`: `before` (the form before a conversation), `feedback` (the one after it), or `card`: what
///   the block shows that the element names, as JSON, in `data-block`; the message it belongs to is
///   in `data-message`. Those of messages are `form`, `lead_form` and `attachment`; those of
///   the chat's own `comment` (on an answer that was judged bad), `attachments` (the files of the
///   next message), `extras` (hours, quick actions, a sound) and `menu`;
/// - `config`: the widget's whole configuration;
/// - `language`, `fallback`: the visitor's language, and the one where that has no words;
/// - `words`: this module's table of words in that language, where it is not English;
/// - `hash`, `values`: what was answered on an earlier visit, as `submit` told it;
/// - `link`: an `EventTarget` with what the chat knows now: `base`, `widget`, `visitor`, `proof`, `voucher`,
///   `conversation`, `token` and `hours`. It hears `ready` when a conversation was begun, or not
///   (then without a token), `sent` when a message went out, `left` when the conversation was, or is
///   over, and `news` when an answer came that is not seen;
/// - `guard`: what keeps an error of ours out of the page.
///
/// `tell` is called with a verb: `skip` (back to the chat), `restart` (a new conversation), `submit`
/// and `{ values, hash }` (the values as JSON, right by the rules of `widget-core`, and the hash of
/// the fields they answer), `open` and a conversation's id, `said` and the messages of one that is over (the chat draws them into
/// the element of that class), `ask` and a question, `show` and the id of a
/// form (it is laid after the messages), `begin` (a conversation, or a new token of it, is needed), `files` and the blocks of
/// the next message's files, `chose` and the id of a quick action (the page is told), `lead` (an
/// address was left), `erased` (everything of the visitor is gone).
///
/// What comes back is called with how things stand: `sending`, `taken`, or `refused` and a sentence.
/// Nothing comes back, and nothing is drawn, where the earlier answers still fit: the same hash, the
/// same questions; and for a block that nobody here knows.
#[wasm_bindgen]
pub fn lay(into: Element, order: JsValue, tell: Function) -> Option<Function> {
    desk::lay(into, &Js(order), tell)
}
