//! Messages and what hangs on them: citations and blocks.

use serde::{Deserialize, Serialize};

use crate::error::{Violation, ViolationCode};
use crate::id::MessageId;
use crate::markdown::is_safe_link;
use crate::scan::{all, cut, trim};
use crate::time::Timestamp;
use crate::wire_enum::wire_enum;

/// The most characters of a message, after trimming.
pub const MAX_CONTENT_CHARS: usize = 8_000;

/// The most characters of a client's own id of a message.
pub const MAX_CLIENT_ID_CHARS: usize = 128;

/// What holds a JSON document where nothing else is said.
#[cfg(feature = "json")]
pub type Raw = serde_json::Value;
/// What holds a JSON document where nothing else is said.
#[cfg(not(feature = "json"))]
pub type Raw = ();

wire_enum! {
    /// Who speaks.
    pub enum Role {
        /// The visitor.
        User = "user",
        /// The agent, or a person of the owner's who took over.
        Agent = "agent",
        /// The system: a notice, spoken by nobody.
        System = "system",
    }
}

/// One message of a conversation as every API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(bound(deserialize = "Block<D>: Deserialize<'de>"))]
pub struct Message<D = Raw> {
    /// Its id.
    pub id: MessageId,
    /// Who speaks.
    pub role: Role,
    /// The text: markdown from an agent, plain text from a visitor.
    pub content: String,
    /// Where the text comes from, in the order it is cited.
    pub citations: Vec<Citation>,
    /// More than text.
    pub blocks: Vec<Block<D>>,
    /// When it was said.
    pub created_at: Timestamp,
}

/// Where an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Citation {
    /// The title of the page or document.
    pub title: String,
    /// Its address, where it has one. Show it with [`link`](Self::link).
    pub url: Option<String>,
    /// The passage the answer leans on.
    pub quote: Option<String>,
}

impl Citation {
    /// The address when it is safe to be a link. An address comes from a crawled page or from a
    /// model, so it is never put into `href` unchecked.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| is_safe_link(url))
    }
}

/// More than text: a JSON object whose `type` says how to show it. Clients ignore unknown types.
#[derive(Clone, Debug, PartialEq)]
pub struct Block<D = Raw> {
    pub(crate) kind: String,
    pub(crate) raw: D,
}

impl<D> Block<D> {
    /// The `type`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The whole object, `type` included.
    #[must_use]
    pub const fn raw(&self) -> &D {
        &self.raw
    }

    /// The whole object, `type` included.
    #[must_use]
    pub fn into_raw(self) -> D {
        self.raw
    }
}

impl<D: Serialize> Serialize for Block<D> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

#[cfg(feature = "json")]
impl TryFrom<serde_json::Value> for Block {
    type Error = Violation;

    /// Takes an object with a `type`.
    fn try_from(raw: serde_json::Value) -> Result<Self, Violation> {
        if !raw.is_object() {
            return Err(Violation::wrong_type("", "object"));
        }
        match raw.get("type").map(serde_json::Value::as_str) {
            Some(Some(kind)) if !kind.is_empty() => Ok(Self { kind: kind.to_owned(), raw }),
            Some(None) => Err(Violation::wrong_type("type", "text")),
            _ => Err(Violation::new("type", ViolationCode::Required)),
        }
    }
}

#[cfg(feature = "json")]
impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = serde_json::Value::deserialize(deserializer)?;
        Self::try_from(raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl<D> schemars::JsonSchema for Block<D> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Block".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "More than text; unknown types are ignored.",
            "properties": { "type": { "type": "string", "minLength": 1 } },
            "required": ["type"],
        })
    }
}

/// The text of a message as it is kept: control characters other than newline and tab are removed
/// (so `\r\n` becomes `\n`), then white space at both ends; 1–8,000 characters remain.
///
/// Everything else is text and stays, direction marks included: a message is shown as text, where
/// they are needed to write right-to-left languages.
///
/// # Errors
/// A violation at `content` when nothing or too much remains.
pub fn clean_content(content: &str) -> Result<String, Violation> {
    let text = clean_caption(content)?;
    if text.is_empty() {
        return Err(Violation::new("content", ViolationCode::Required));
    }
    Ok(text)
}

/// What was typed: without white space at its ends, and no longer than a message may be.
#[must_use]
pub fn typed(text: &str) -> &str {
    let text = trim(text);
    let (mut count, mut end) = (0, 0);
    all(text, &mut |at, c| {
        count += 1;
        end = at + c.len_utf8();
        count < MAX_CONTENT_CHARS
    });
    cut(text, 0, end)
}

/// The text beside files that are sent: as [`clean_content`], but nothing may remain.
///
/// # Errors
/// A violation at `content` when too much remains.
pub fn clean_caption(content: &str) -> Result<String, Violation> {
    let kept: String =
        content.chars().filter(|&c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    let text = kept.trim();
    if text.chars().nth(MAX_CONTENT_CHARS).is_some() {
        let violation = Violation::new("content", ViolationCode::TooLong);
        return Err(violation.max(MAX_CONTENT_CHARS as f64));
    }
    Ok(if text.len() == kept.len() { kept } else { text.to_owned() })
}

/// A client's own id of a message: 1–128 visible ASCII characters. The same one never makes a
/// second message in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClientMessageId(String);

impl ClientMessageId {
    /// Takes an id as a client sent it.
    ///
    /// # Errors
    /// A violation at `client_message_id` when it is empty, too long or holds anything else than
    /// visible ASCII.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let refused = |code| Violation::new("client_message_id", code);
        if text.is_empty() {
            return Err(refused(ViolationCode::Required));
        }
        if text.len() > MAX_CLIENT_ID_CHARS {
            return Err(refused(ViolationCode::TooLong).max(MAX_CLIENT_ID_CHARS as f64));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused(ViolationCode::InvalidId));
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ClientMessageId> for String {
    fn from(id: ClientMessageId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests;
