//! Conversations: what the APIs show of one, and how its status moves.

use crate::wire_enum::{UnknownWord, wire_enum};

wire_enum! {
    /// Where a conversation stands.
    ///
    /// ```text
    /// token_created ──> in_progress ──> completed
    ///       │                │    └───> failed
    ///       └────────────────┴─ (also straight to either end)
    /// ```
    ///
    /// The last two are terminal. What happens in a room (a hang-up, a reload) never makes a
    /// conversation terminal: only its `end`, the owner, or an error that cannot be mended do.
    pub enum ConversationStatus {
        /// Made; nothing was said yet.
        TokenCreated = "token_created",
        /// Something was said.
        InProgress = "in_progress",
        /// Ended by the visitor or the owner.
        Completed = "completed",
        /// Ended by an error that cannot be mended.
        Failed = "failed",
    }
}

impl ConversationStatus {
    /// Whether nothing follows.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }

    /// Whether a conversation that stands here may move to `next`. Staying is not a move.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::TokenCreated => !matches!(next, Self::TokenCreated),
            Self::InProgress => next.is_terminal(),
            Self::Completed | Self::Failed => false,
        }
    }
}

wire_enum! {
    /// Who answers a conversation.
    pub enum Handler {
        /// The agent.
        Agent = "agent",
        /// A person of the owner's: the agent stays silent.
        Human = "human",
    }
}

/// The way a conversation is held. There is one: text and voice share the same session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Channel {
    /// `WEBRTC`.
    #[default]
    WebRtc,
}

impl Channel {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        "WEBRTC"
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Channel {
    type Err = UnknownWord;

    /// Reads the word in upper, lower or mixed case.
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        if word.eq_ignore_ascii_case(Self::WebRtc.as_str()) {
            Ok(Self::WebRtc)
        } else {
            Err(UnknownWord)
        }
    }
}

impl serde::Serialize for Channel {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Channel {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        word.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Channel {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Channel".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": [Self::WebRtc.as_str()] })
    }
}

#[cfg(feature = "json")]
pub use record::{Conversation, clean_metadata};

/// The key of `custom_metadata` that holds the submitted feedback; no caller sets it.
pub const FEEDBACK_KEY: &str = "feedback_form";

/// The most bytes of `custom_metadata` as JSON.
pub const MAX_METADATA_BYTES: usize = 16_384;

#[cfg(feature = "json")]
mod record {
    use serde::{Deserialize, Serialize};
    use serde_json::{Map, Value};

    use super::{Channel, ConversationStatus, FEEDBACK_KEY, MAX_METADATA_BYTES};
    use crate::error::{Violation, ViolationCode};
    use crate::id::{AgentId, AgentVersionId, ConversationId, VisitorId, WidgetId};
    use crate::time::Timestamp;

    /// A conversation as every API shows it.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
    pub struct Conversation {
        /// Its id.
        pub id: ConversationId,
        /// The widget it was begun in.
        pub widget_id: WidgetId,
        /// The agent that answers.
        pub agent_id: AgentId,
        /// The version of the agent, for the conversation's whole life.
        pub agent_version_id: AgentVersionId,
        /// The visitor.
        pub user_id: VisitorId,
        /// The way it is held.
        pub channel: Channel,
        /// Where it stands.
        pub status: ConversationStatus,
        /// A few words that name it in a list.
        pub title: Option<String>,
        /// What the caller and the forms have noted, and `feedback_form`.
        pub custom_metadata: Map<String, Value>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it last changed.
        pub updated_at: Timestamp,
        /// When it became terminal.
        pub ended_at: Option<Timestamp>,
    }

    /// `custom_metadata` as a caller sent it, ready to be kept: an object (or `null` for an empty
    /// one) of at most 16 KB as JSON, without the reserved `feedback_form`.
    ///
    /// # Errors
    /// A violation at `custom_metadata` when it is no object, or too big.
    pub fn clean_metadata(metadata: Value) -> Result<Map<String, Value>, Violation> {
        let mut metadata = match metadata {
            Value::Null => return Ok(Map::new()),
            Value::Object(metadata) => metadata,
            _ => return Err(Violation::wrong_type("custom_metadata", "object")),
        };
        metadata.shift_remove(FEEDBACK_KEY);
        let bytes = serde_json::to_vec(&metadata).map_or(usize::MAX, |json| json.len());
        if bytes > MAX_METADATA_BYTES {
            let violation = Violation::new("custom_metadata", ViolationCode::TooBig);
            return Err(violation.max(MAX_METADATA_BYTES as f64));
        }
        Ok(metadata)
    }
}

#[cfg(test)]
mod tests;
