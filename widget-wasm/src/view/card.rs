//! Places for what the second module draws.

use widget_dom::painter::{Key, Painter};

/// The menu.
pub(super) const MENU: &str = r#"{"type":"menu"}"#;
/// What was wrong with an answer.
pub(super) const COMMENT: &str = r#"{"type":"comment"}"#;
/// What few widgets have.
pub(super) const EXTRAS: &str = r#"{"type":"extras"}"#;
/// The files of the next message.
pub(super) const FILES: &str = r#"{"type":"attachments"}"#;

/// A place for what a block shows, with the id of its message. (`App::lay_cards` has it drawn.)
pub(super) fn card(p: &mut Painter, key: Key, block: &str, message: &str) {
    p.part(key, "div", "card").with("data-block", block);
    if !message.is_empty() {
        p.with("data-message", message);
    }
    p.close();
}
