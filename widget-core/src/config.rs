//! The widget's configuration, read straight from its JSON document.

mod document;

pub use document::{Document, Items};
