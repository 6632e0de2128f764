//! Leads: who a visitor is, and how to reach them.

mod intent;
mod offer;

use std::fmt;

use crate::address::is_email;

pub use intent::shows_intent;
pub use offer::{LeadReason, LeadRule, LeadStanding};

/// An e-mail address in the form by which leads are told apart: trimmed and in lower case.
///
/// The part before the `@` is in theory sensitive to case; no mail provider that matters treats it
/// so, and people do not type it so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// A text that is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailError;

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an e-mail address")
    }
}

impl std::error::Error for EmailError {}

impl Email {
    /// Normalises an address.
    ///
    /// # Errors
    /// [`EmailError`] when it is none.
    ///
    /// ```
    /// use widget_core::lead::Email;
    ///
    /// assert_eq!(Email::parse(" Ada@Example.COM ")?.as_str(), "ada@example.com");
    /// # Ok::<(), widget_core::lead::EmailError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let normal = text.trim().to_lowercase();
        if is_email(&normal) { Ok(Self(normal)) } else { Err(EmailError) }
    }

    /// The normalised address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(feature = "json")]
mod details;
#[cfg(feature = "json")]
pub use details::{LeadDetails, MAX_FIELDS, MAX_NAME_CHARS, MAX_TEXT_CHARS};

#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
