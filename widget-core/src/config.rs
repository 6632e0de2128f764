//! The widget's configuration: rules, defaults and typed access over the raw JSON document.
//!
//! The document itself is the configuration and is never written anew, so what this version does
//! not know stays in it as it came. One static table for each object says what its keys may be;
//! validation, the accessors' defaults and the JSON Schema all come from it.
//!
//! An absent key, `null` and (for optional texts) the empty text all mean the default. Accessors
//! read a damaged document as if the damaged key were absent.
//!
//! ```
//! use serde_json::json;
//! use widget_core::config::{self, V1};
//! use widget_core::language::Language;
//!
//! let config = json!({ "v1": {
//!     "primary_color": "#b83228",
//!     "suggested_questions": [{ "en": "Can you cater for 50?", "de": "Geht das für 50?" }],
//!     "not_known_yet": true,
//! } });
//! assert!(config::validate(&config).is_empty());
//!
//! let v1 = V1::of(&config);
//! assert_eq!(v1.suggested_questions(&Language::only("de")), ["Geht das für 50?"]);
//!
//! let wrong = json!({ "v1": { "theme": "pink", "trigger": { "size": 200 } } });
//! let violations = config::validate(&wrong);
//! assert_eq!(violations[0].path, "config.v1.theme");
//! assert_eq!(violations[1].path, "config.v1.trigger.size");
//! ```

pub(crate) mod accessor;
mod appearance;
mod behaviour;
pub(crate) mod check;
mod document;
pub(crate) mod read;
mod rules;
#[cfg(feature = "json")]
pub(crate) mod schema;
pub(crate) mod table;
mod v1;
mod words;

pub use appearance::{Branding, Chat, Launcher, Offset, Surfaces, ThemeColours};
pub use behaviour::{
    Action, Attachments, BusinessHours, Consent, Disclosure, Languages, LeadCapture, Limits,
    Messages, OpeningHours, ProactiveTrigger, QuickAction, When,
};
pub use document::{Document, Items};
#[cfg(feature = "json")]
pub use schema::schema;
pub use v1::V1;
pub use words::{
    ConversationMode, DisplayMode, LeadStrategy, OncePer, Position, QuickActionType, Shape, Theme,
    Weekday,
};

use crate::error::Violation;
use check::Checker;

/// The most bytes of a configuration, serialized; who holds the bytes measures them.
pub const MAX_BYTES: usize = 262_144;

/// Everything that is wrong with a whole `config` object; paths begin with `config`.
#[must_use]
pub fn validate<D: Document>(config: D) -> Vec<Violation> {
    let mut checker = Checker::at("config");
    if !config.is_object() {
        checker.wrong_type("object");
    }
    let config = Some(config);
    if let Some(v1) = read::member(&config, "v1") {
        checker.within("v1", |checker| checker.object(&v1, &v1::V1_TABLE));
    }
    checker.violations
}

/// Whether a text is an identifier of a form, field, button or trigger: `[a-z][a-z0-9_]{0,63}`.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let [b'a'..=b'z', rest @ ..] = text.as_bytes() else { return false };
    rest.len() < 64 && rest.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Whether a text is a media type or a range of them: `image/png`, `image/*`.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        (1..=127).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    text.split_once('/').is_some_and(|(main, sub)| is_name(main) && (sub == "*" || is_name(sub)))
}

/// Whether a text looks like a name of the IANA time zone database: `Europe/Berlin`, `UTC`,
/// `Etc/GMT+5`. The database itself is the browser's.
fn is_time_zone(text: &str) -> bool {
    let mut parts = 0;
    let valid = text.split('/').all(|part| {
        parts += 1;
        part.len() <= 32
            && part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b))
    });
    let abbreviation = text.len() <= 8 && !text.bytes().any(|b| b.is_ascii_lowercase());
    valid && if parts == 1 { abbreviation } else { parts <= 3 }
}

#[cfg(test)]
mod tests;
