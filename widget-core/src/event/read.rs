//! Reading events and their parts out of a document, whoever holds it.
//!
//! A reader is lenient: a server newer than the client may leave out, add and rename what is not
//! needed to go on. Only what an event is nothing without must be there.

#![expect(clippy::needless_pass_by_value, reason = "a document is a cheap handle")]

use std::str::FromStr;

use super::{FinishReason, StreamEvent, ToolCall, ToolState, Usage};
use crate::config::Document;
use crate::message::{Block, Citation, Message};
use crate::time::Timestamp;

impl<D: Document> StreamEvent<D> {
    /// Reads the event of that name from its `data`; `None` for a name this version does not know
    /// and for data without what the event needs. Clients ignore both.
    ///
    /// ```
    /// use serde_json::json;
    /// use widget_core::event::StreamEvent;
    ///
    /// let data = json!({ "text": "Hel" });
    /// let event = StreamEvent::read("token", &data);
    /// assert_eq!(event, Some(StreamEvent::Token { text: "Hel".into() }));
    /// assert_eq!(StreamEvent::read("not_known_yet", &data), None);
    /// ```
    #[must_use]
    pub fn read(name: &str, data: D) -> Option<Self> {
        Some(match name {
            "turn" => Self::Turn {
                turn_id: parsed(&data, "turn_id")?,
                user_message_id: parsed(&data, "user_message_id")?,
                message_id: parsed(&data, "message_id")?,
            },
            "token" => Self::Token { text: text(&data, "text")? },
            "citations" => Self::Citations { citations: list(&data, "citations", Citation::read) },
            "tool_call" => Self::ToolCall(ToolCall {
                id: text(&data, "id")?,
                name: text(&data, "name")?,
                state: parsed(&data, "state").unwrap_or(ToolState::Running),
                arguments: data.get("arguments"),
                result: data.get("result"),
            }),
            "block" => Self::Block(Block::read(data)?),
            "error" => Self::Error {
                code: text(&data, "code")?,
                detail: text(&data, "detail").unwrap_or_default(),
                retryable: flag(&data, "retryable"),
            },
            "done" => Self::Done {
                message_id: parsed(&data, "message_id")?,
                usage: data.get("usage").map(Usage::read).unwrap_or_default(),
                finish_reason: parsed(&data, "finish_reason").unwrap_or(FinishReason::Stop),
            },
            "message" => Self::Message(Message::read(data)?),
            "typing" => {
                Self::Typing { role: parsed(&data, "role")?, active: flag(&data, "active") }
            }
            "handler" => Self::Handler { handler: parsed(&data, "handler")? },
            "ended" => Self::Ended { status: parsed(&data, "status")? },
            _ => return None,
        })
    }
}

impl<D: Document> Message<D> {
    /// Reads a message; `None` without an id, a role or a text.
    #[must_use]
    pub fn read(data: D) -> Option<Self> {
        Some(Self {
            id: parsed(&data, "id")?,
            role: parsed(&data, "role")?,
            content: text(&data, "content")?,
            citations: list(&data, "citations", Citation::read),
            blocks: list(&data, "blocks", Block::read),
            created_at: text(&data, "created_at")
                .and_then(|time| Timestamp::parse(&time).ok())
                .unwrap_or(Timestamp::EPOCH),
        })
    }
}

impl<D: Document> Block<D> {
    /// Reads a block; `None` for anything else than an object with a `type`.
    #[must_use]
    pub fn read(raw: D) -> Option<Self> {
        let kind = text(&raw, "type").filter(|kind| !kind.is_empty())?;
        Some(Self { kind, raw })
    }
}

impl Citation {
    /// Reads a citation; `None` without a title.
    #[must_use]
    pub fn read<D: Document>(data: D) -> Option<Self> {
        Some(Self {
            title: text(&data, "title")?,
            url: text(&data, "url"),
            quote: text(&data, "quote"),
        })
    }
}

impl Usage {
    /// Reads what is there; the rest is nought.
    #[must_use]
    pub fn read<D: Document>(data: D) -> Self {
        // A float that is negative, too large or no number becomes the nearest whole one.
        let tokens = |key| data.get(key).and_then(|n| n.number()).unwrap_or_default() as u64;
        Self { input_tokens: tokens("input_tokens"), output_tokens: tokens("output_tokens") }
    }
}

/// The entries of a list that can be read. (A plain loop: chained iterators cost the browser a
/// kilobyte.)
fn list<D: Document, T>(data: &D, key: &str, read: fn(D) -> Option<T>) -> Vec<T> {
    let mut out = Vec::new();
    if let Some(list) = data.get(key) {
        for index in 0..list.len().unwrap_or(0) {
            out.extend(list.at(index).and_then(read));
        }
    }
    out
}

fn text<D: Document>(data: &D, key: &str) -> Option<String> {
    data.get(key)?.text()
}

fn flag<D: Document>(data: &D, key: &str) -> bool {
    data.get(key).and_then(|flag| flag.boolean()).unwrap_or_default()
}

fn parsed<D: Document, T: FromStr>(data: &D, key: &str) -> Option<T> {
    text(data, key)?.parse().ok()
}

#[cfg(feature = "json")]
mod owned {
    use serde_json::Value;

    use super::{Block, Message, StreamEvent, ToolCall};

    impl StreamEvent {
        /// Reads an event from the text of its `data` lines: the counterpart of
        /// [`data`](Self::data).
        #[must_use]
        pub fn parse(name: &str, data: &str) -> Option<Self> {
            let data: Value = serde_json::from_str(data).ok()?;
            StreamEvent::read(name, &data).map(StreamEvent::into_owned)
        }
    }

    impl StreamEvent<&Value> {
        /// The same event with documents of its own.
        #[must_use]
        pub fn into_owned(self) -> StreamEvent {
            match self {
                Self::Turn { turn_id, user_message_id, message_id } => {
                    StreamEvent::Turn { turn_id, user_message_id, message_id }
                }
                Self::Token { text } => StreamEvent::Token { text },
                Self::Citations { citations } => StreamEvent::Citations { citations },
                Self::ToolCall(ToolCall { id, name, state, arguments, result }) => {
                    let (arguments, result) = (arguments.cloned(), result.cloned());
                    StreamEvent::ToolCall(ToolCall { id, name, state, arguments, result })
                }
                Self::Block(block) => StreamEvent::Block(block.into_owned()),
                Self::Error { code, detail, retryable } => {
                    StreamEvent::Error { code, detail, retryable }
                }
                Self::Done { message_id, usage, finish_reason } => {
                    StreamEvent::Done { message_id, usage, finish_reason }
                }
                Self::Message(message) => StreamEvent::Message(message.into_owned()),
                Self::Typing { role, active } => StreamEvent::Typing { role, active },
                Self::Handler { handler } => StreamEvent::Handler { handler },
                Self::Ended { status } => StreamEvent::Ended { status },
            }
        }
    }

    impl Message<&Value> {
        /// The same message with documents of its own.
        #[must_use]
        pub fn into_owned(self) -> Message {
            let Self { id, role, content, citations, blocks, created_at } = self;
            let blocks = blocks.into_iter().map(Block::into_owned).collect();
            Message { id, role, content, citations, blocks, created_at }
        }
    }

    impl Block<&Value> {
        /// The same block with a document of its own.
        #[must_use]
        pub fn into_owned(self) -> Block {
            Block { kind: self.kind, raw: self.raw.clone() }
        }
    }
}
