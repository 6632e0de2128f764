//! Files that visitors send: which, how large, and under what name.
//!
//! The same rules before the browser uploads a file and when the server receives it. Three things
//! must agree, because each of them is only somebody's word: the media type that is declared, the
//! ending of the name, and the first bytes. Types whose bytes are not known here are taken only
//! where the owner names them one by one, and are never shown, only handed over.
//!
//! ```
//! use serde_json::json;
//! use widget_core::attachment::{Refusal, Rules};
//! use widget_core::config::V1;
//!
//! let config = json!({ "v1": { "attachments": { "enabled": true, "max_mb": 5 } } });
//! let rules = Rules::of(&V1::of(&config).attachments());
//! let file = rules.check("C:\\fakepath\\Cat.PNG", "image/png", b"\x89PNG\r\n\x1a\n...")?;
//! assert_eq!((file.name.as_str(), file.media_type.as_str()), ("Cat.png", "image/png"));
//! assert_eq!(rules.check("cat.png", "image/png", b"<svg>"), Err(Refusal::TypeMismatch));
//! assert_eq!(rules.check_size(6_000_000), Err(Refusal::TooLarge { max_bytes: 5_000_000 }));
//! # Ok::<(), Refusal>(())
//! ```

mod kinds;
mod name;
mod shown;

use std::fmt;

use crate::config::{Attachments, Document};
use crate::scan::{cut, find, find_last, trim};
use kinds::Kind;

pub use kinds::{is_known, is_picture};
pub use name::{MAX_NAME_CHARS, clean_name};
pub use shown::{Attached, BLOCK};

/// How many of a file's first bytes [`Rules::check`] wants to see.
pub const HEAD_BYTES: usize = 512;

/// The most files of one message.
pub const MAX_PER_MESSAGE: usize = 5;

/// What may be sent where the owner names no types: pictures that every browser shows, and
/// documents that run nothing.
pub const DEFAULT_TYPES: &[&str] =
    &["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];

/// A megabyte as people and disks count it.
const MEGABYTE: u64 = 1_000_000;

/// What a widget lets its visitors send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    enabled: bool,
    max_bytes: u64,
    types: Vec<String>,
}

/// A file that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name as it is kept: without folders, with the ending of its type.
    pub name: String,
    /// What it is, in lower case and without parameters.
    pub media_type: String,
}

/// Why a file may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The widget takes no files.
    NotConfigured,
    /// There is nothing in it.
    Empty,
    /// It is larger than files may be.
    TooLarge {
        /// The most bytes.
        max_bytes: u64,
    },
    /// Files of this type are not taken.
    TypeNotAllowed,
    /// It is not what its name or its declared type says.
    TypeMismatch,
}

impl Refusal {
    /// The code of the answer: stable, `snake_case`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotConfigured => "attachments_not_configured",
            Self::Empty => "attachment_empty",
            Self::TooLarge { .. } => "attachment_too_large",
            Self::TypeNotAllowed => "attachment_type_not_allowed",
            Self::TypeMismatch => "attachment_type_mismatch",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

impl Rules {
    /// Reads the rules of a widget's configuration.
    #[must_use]
    pub fn of<D: Document>(attachments: &Attachments<D>) -> Self {
        let mut types = attachments.types();
        if types.is_empty() {
            types = DEFAULT_TYPES.iter().map(|name| (*name).to_owned()).collect();
        }
        types.iter_mut().for_each(|name| name.make_ascii_lowercase());
        Self {
            enabled: attachments.enabled(),
            max_bytes: u64::from(attachments.max_mb().unsigned_abs()) * MEGABYTE,
            types,
        }
    }

    /// Whether any file may be sent.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// The largest file, in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// What may be sent, as media types and ranges of them (`image/*`): fit for the `accept` of a
    /// file input.
    #[must_use]
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// Whether a file of so many bytes may be sent.
    ///
    /// # Errors
    /// [`Refusal`].
    pub const fn check_size(&self, bytes: u64) -> Result<(), Refusal> {
        match bytes {
            _ if !self.enabled => Err(Refusal::NotConfigured),
            0 => Err(Refusal::Empty),
            _ if bytes > self.max_bytes => Err(Refusal::TooLarge { max_bytes: self.max_bytes }),
            _ => Ok(()),
        }
    }

    /// Whether a file may be sent, by its name, the type that is declared for it (empty where
    /// nobody knows) and its first [`HEAD_BYTES`] bytes (all of a shorter one).
    ///
    /// A picture that is another picture than it says is taken for what it is.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(&self, name: &str, declared: &str, head: &[u8]) -> Result<File, Refusal> {
        if !self.enabled {
            return Err(Refusal::NotConfigured);
        }
        if head.is_empty() {
            return Err(Refusal::Empty);
        }
        let name = clean_name(name);
        let (stem, ending) = name::split(&name);
        let declared = essence(declared);
        let Some(kind) = Kind::find(&declared, ending)? else {
            return self.unknown(name, declared);
        };
        let kind = kind.as_it_is(head).ok_or(Refusal::TypeMismatch)?;
        if !self.admits(kind) {
            return Err(Refusal::TypeNotAllowed);
        }
        let ending = if kind.has_ending(ending) { ending } else { kind.ending() };
        Ok(File { name: name::join(stem, ending), media_type: kind.media_type.to_owned() })
    }

    fn admits(&self, kind: &Kind) -> bool {
        self.types.iter().any(|allowed| match find_last(allowed, b'*') {
            Some(end) => cut(kind.media_type, 0, end) == cut(allowed, 0, end),
            None => kind.is_called(allowed),
        })
    }

    /// A type whose bytes nobody here knows: on the owner's explicit word only, never by a range.
    fn unknown(&self, name: String, declared: String) -> Result<File, Refusal> {
        if self.types.contains(&declared) {
            let name = if name.is_empty() { name::NAMELESS.to_owned() } else { name };
            Ok(File { name, media_type: declared })
        } else {
            Err(Refusal::TypeNotAllowed)
        }
    }
}

/// A media type without parameters, in lower case.
fn essence(declared: &str) -> String {
    trim(cut(declared, 0, find(declared, b";"))).to_ascii_lowercase()
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
