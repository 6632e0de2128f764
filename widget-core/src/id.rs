//! Identifiers, parsed at the border: a value of one of these types is valid by construction.
//!
//! Every id is a UUID (version 7, so that ids sort by the moment they were made). `wgt_` followed
//! by the same 32 hexadecimal digits is another *spelling* of an id, the one the widgets API
//! writes; every id is read in both spellings.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use uuid::Uuid;

use crate::scan::{is_blank, nibble, push_hex};
use crate::time::Timestamp;

/// The prefix of the short spelling.
const SHORT_PREFIX: &str = "wgt_";

/// A text that is not an identifier of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an identifier")
    }
}

impl std::error::Error for IdError {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is already known to name such a thing.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Makes a UUIDv7 from a moment and random bits: the clock and the dice are the
            /// caller's.
            #[must_use]
            pub fn v7(at: Timestamp, random: &[u8; 10]) -> Self {
                Self(v7(at, random))
            }

            /// The UUID itself.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// The hyphenated spelling; the same as `to_string` without the formatting machinery,
            /// which costs the browser 3 KB.
            #[must_use]
            pub fn spelled(&self) -> String {
                spelled(&self.0)
            }

            /// The short spelling: `wgt_` and 32 hexadecimal digits.
            #[must_use]
            pub fn short(&self) -> String {
                short(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                f.write_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))?;
                f.write_str(")")
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer
                    .serialize_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(UuidVisitor).map(Self)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    )+};
}

ids! {
    /// An organization: the tenant that owns everything else.
    OrganizationId;
    /// An agent: who speaks in a widget.
    AgentId;
    /// One version of an agent, draft or published.
    AgentVersionId;
    /// A widget.
    WidgetId;
    /// A conversation between a visitor and an agent.
    ConversationId;
    /// A message in a conversation.
    MessageId;
    /// A turn: the answering of one message.
    TurnId;
    /// A captured lead.
    LeadId;
    /// A management key (`ak_…`).
    KeyId;
    /// A visitor token (`jti`) or a person's token (`pat_…`).
    TokenId;
    /// A person who belongs to organizations.
    PersonId;
    /// A document of an agent's knowledge.
    DocumentId;
    /// A file a visitor attached.
    AttachmentId;
    /// One request, for tracing it through logs.
    RequestId;
}

/// `Uuid` reads further spellings (braces, `urn:uuid:`) that are not ours, and is twice as large.
#[inline(never)]
fn parse(text: &str) -> Result<Uuid, IdError> {
    let (digits, hyphens) = match text.strip_prefix(SHORT_PREFIX) {
        Some(digits) => (digits, false),
        None => (text, true),
    };
    let mut bytes = [0_u8; 16];
    let mut nibbles = 0;
    for (place, byte) in digits.bytes().enumerate() {
        if hyphens && matches!(place, 8 | 13 | 18 | 23) {
            if byte != b'-' {
                return Err(IdError);
            }
            continue;
        }
        let (Some(nibble), Some(slot)) = (nibble(byte), bytes.get_mut(nibbles / 2)) else {
            return Err(IdError);
        };
        *slot = *slot << 4 | nibble;
        nibbles += 1;
    }
    if nibbles == 32 { Ok(Uuid::from_bytes(bytes)) } else { Err(IdError) }
}

/// The hyphenated spelling.
#[inline(never)]
fn spelled(uuid: &Uuid) -> String {
    let mut text = String::new();
    for (place, byte) in uuid.as_bytes().iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        push_hex(&mut text, *byte);
    }
    text
}

fn short(uuid: &Uuid) -> String {
    let mut buffer = Uuid::encode_buffer();
    let mut text = String::from(SHORT_PREFIX);
    text.push_str(uuid.simple().encode_lower(&mut buffer));
    text
}

fn v7(at: Timestamp, random: &[u8; 10]) -> Uuid {
    let ms = u64::try_from(at.ms()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, random).into_uuid()
}

struct UuidVisitor;

impl de::Visitor<'_> for UuidVisitor {
    type Value = Uuid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
        parse(text).map_err(E::custom)
    }
}

/// What a site or the widget calls a visitor (`user_id`): 1–128 visible characters.
///
/// An id that starts with `guest_` was made by the widget from 128 random bits and is a secret of
/// that browser; it never belongs in a log, a room or another visitor's answer. `Debug` therefore
/// shows a guest's id only as `guest_…`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitorId(String);

impl VisitorId {
    /// The longest id, in characters.
    pub const MAX_CHARS: usize = 128;

    /// Takes a text that has 1–128 characters, all of them visible.
    ///
    /// # Errors
    /// [`IdError`] when it is empty, too long, or holds white space, control or invisible
    /// characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let visible = !text.is_empty()
            && text.chars().all(is_visible)
            && text.chars().nth(Self::MAX_CHARS).is_none();
        if visible { Ok(Self(text.to_owned())) } else { Err(IdError) }
    }

    /// A guest's id from 128 random bits: `guest_` and 32 hexadecimal digits.
    #[must_use]
    pub fn guest(random: [u8; 16]) -> Self {
        let mut buffer = Uuid::encode_buffer();
        let mut text = String::from("guest_");
        text.push_str(Uuid::from_bytes(random).simple().encode_lower(&mut buffer));
        Self(text)
    }

    /// Whether the id is one the widget made for an unknown visitor.
    #[must_use]
    pub fn is_guest(&self) -> bool {
        self.0.starts_with("guest_")
    }

    /// The id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character leaves ink: no white space, no control, no zero-width or direction mark,
/// no filler. Two ids that look alike but are not would let one visitor pass for another.
pub(crate) fn is_visible(c: char) -> bool {
    !(is_blank(c)
        || c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        ))
}

impl FromStr for VisitorId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl AsRef<str> for VisitorId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorId(")?;
        f.write_str(if self.is_guest() { "guest_…" } else { &self.0 })?;
        f.write_str(")")
    }
}

impl Serialize for VisitorId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for VisitorId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for VisitorId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VisitorId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "minLength": 1, "maxLength": Self::MAX_CHARS })
    }
}

#[cfg(test)]
mod tests;
