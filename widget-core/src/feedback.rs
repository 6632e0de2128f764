//! What a visitor says after the conversation: what is kept of it, and what is refused.

use crate::config::Document;
use crate::form::table::FeedbackTable;
use crate::form::{Field, read_fields};
use crate::language::Text;

/// The most bytes of `data`, serialized: 16 KB (seed 000).
pub const MAX_BYTES: usize = 16_384;

/// The form after a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedbackForm {
    enabled: bool,
    /// Its heading.
    pub title: Option<Text>,
    /// What stands on the button.
    pub submit_label: Option<Text>,
    /// What is said afterwards.
    pub thank_you_text: Option<Text>,
    /// What is asked.
    pub fields: Vec<Field>,
}

impl FeedbackForm {
    /// Reads `post_conversation_feedback` as far as it is one.
    #[must_use]
    pub fn read<D: Document>(document: Option<D>) -> Self {
        let table = FeedbackTable(document);
        Self {
            enabled: table.enabled().unwrap_or(true),
            title: table.title(),
            submit_label: table.submit_label(),
            thank_you_text: table.thank_you_text(),
            fields: read_fields(table.fields()),
        }
    }

    /// Whether feedback is asked for and taken: there are fields, and it is not switched off.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled && !self.fields.is_empty()
    }
}

#[cfg(feature = "json")]
pub use accept::{FeedbackRefusal, accept};

#[cfg(feature = "json")]
mod accept;
