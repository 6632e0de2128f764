//! What the server streams: turns, tokens, citations, and what happens in a conversation.
//!
//! On the wire each event is a server-sent event with an `id`, the name of [`StreamEvent::name`]
//! and JSON as `data`; [`sse`] holds the bytes. Clients ignore names they do not know.

mod read;
pub mod sse;

use serde::{Deserialize, Serialize};

use crate::conversation::{ConversationStatus, Handler};
use crate::id::{MessageId, TurnId};
use crate::message::{Block, Citation, Message, Raw, Role};
use crate::wire_enum::wire_enum;

/// One event of a conversation's stream.
///
/// `D` is what holds the parts whose shape is the model's or the owner's: `serde_json::Value` on
/// the server, a handle to a JavaScript value in the browser.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum StreamEvent<D = Raw> {
    /// A turn began, or is told anew: the text of that message is empty again.
    Turn {
        /// The turn.
        turn_id: TurnId,
        /// The question it answers.
        user_message_id: MessageId,
        /// The id the answer has or will have.
        message_id: MessageId,
    },
    /// More of the answer's text.
    Token {
        /// The piece to append.
        text: String,
    },
    /// Where the answer comes from; replaces what was said before.
    Citations {
        /// All citations so far.
        citations: Vec<Citation>,
    },
    /// A tool was called, or its call moved on.
    ToolCall(ToolCall<D>),
    /// More than text, at this place of the answer.
    Block(Block<D>),
    /// The turn failed.
    Error {
        /// Stable, `snake_case`.
        code: String,
        /// A sentence a visitor may read.
        detail: String,
        /// Whether sending the same message again makes sense.
        retryable: bool,
    },
    /// The turn ended and its answer is kept.
    Done {
        /// The answer.
        message_id: MessageId,
        /// What it cost.
        usage: Usage,
        /// Why it ends here.
        finish_reason: FinishReason,
    },
    /// A whole message, said outside of a turn.
    Message(Message<D>),
    /// Somebody began or ceased to write.
    Typing {
        /// Who.
        role: Role,
        /// Whether they write now.
        active: bool,
    },
    /// Somebody else answers from now on.
    Handler {
        /// Who.
        handler: Handler,
    },
    /// The conversation is over.
    Ended {
        /// How.
        status: ConversationStatus,
    },
}

/// A call of a tool as clients see it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ToolCall<D = Raw> {
    /// The call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Where it stands.
    pub state: ToolState,
    /// What it is called with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<D>,
    /// What came of it, or why nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<D>,
}

wire_enum! {
    /// Where a call of a tool stands.
    pub enum ToolState {
        /// The server runs it.
        Running = "running",
        /// The client is to run it and answer with `tool_results`.
        Requested = "requested",
        /// It answered.
        Done = "done",
        /// It did not.
        Failed = "failed",
    }
}

wire_enum! {
    /// Why an answer ends.
    pub enum FinishReason {
        /// It was complete.
        Stop = "stop",
        /// It reached the most tokens an answer may have.
        Length = "length",
        /// The visitor stopped it; what was said is kept.
        Stopped = "stopped",
        /// The model's provider refused to go on.
        ContentFilter = "content_filter",
    }
}

/// Tokens of a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Usage {
    /// Tokens the model read.
    pub input_tokens: u64,
    /// Tokens the model wrote.
    pub output_tokens: u64,
}

impl<D> StreamEvent<D> {
    /// Every name, in the order of the documentation.
    pub const NAMES: &[&str] = &[
        "turn",
        "token",
        "citations",
        "tool_call",
        "block",
        "error",
        "done",
        "message",
        "typing",
        "handler",
        "ended",
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Turn { .. } => "turn",
            Self::Token { .. } => "token",
            Self::Citations { .. } => "citations",
            Self::ToolCall(_) => "tool_call",
            Self::Block(_) => "block",
            Self::Error { .. } => "error",
            Self::Done { .. } => "done",
            Self::Message(_) => "message",
            Self::Typing { .. } => "typing",
            Self::Handler { .. } => "handler",
            Self::Ended { .. } => "ended",
        }
    }

    /// Whether the turn is over with this event.
    #[must_use]
    pub const fn ends_turn(&self) -> bool {
        matches!(self, Self::Error { .. } | Self::Done { .. })
    }
}

#[cfg(feature = "json")]
impl StreamEvent {
    /// The JSON of the `data` lines.
    #[must_use]
    pub fn data(&self) -> String {
        serde_json::to_string(self).expect("keys are strings and no part refuses to be written")
    }

    /// The whole event as bytes for the stream. Ids increase by conversation.
    #[must_use]
    pub fn encode(&self, id: &str) -> String {
        sse::encode(id, self.name(), &self.data())
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
