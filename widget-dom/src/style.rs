//! The style sheets of the shadow root, without comments and needless white space.

/// The launcher once the chat is here, the panel and the messages.
pub const CHAT: &str = include_str!(concat!(env!("OUT_DIR"), "/chat.css"));

/// Forms; it builds on [`CHAT`].
pub const SHEET: &str = include_str!(concat!(env!("OUT_DIR"), "/sheet.css"));
