//! Markdown.

mod link;

pub use link::is_safe_link;
