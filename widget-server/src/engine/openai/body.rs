//! What is sent.

use serde::Serialize;

use crate::engine::model::ModelRequest;
use crate::engine::prompt::{self, ChatMessage};

/// How a server differs from the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The limit is called `max_completion_tokens` (newer models of OpenAI's).
    pub(super) renamed_limit: bool,
    /// `stream_options` is not known (older servers): usage is estimated then.
    pub(super) plain_stream: bool,
}

#[derive(Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    messages: Vec<Message>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct Message {
    role: &'static str,
    content: String,
}

impl From<ChatMessage> for Message {
    fn from(message: ChatMessage) -> Self {
        Self { role: message.role.as_str(), content: message.content }
    }
}

/// The body of a request, for the model the version names or else `model`.
pub(super) fn body<'a>(request: &'a ModelRequest, model: &'a str, dialect: Dialect) -> Body<'a> {
    let agent = &request.agent;
    let limit = agent.max_output_tokens;
    Body {
        model: agent.model.as_deref().unwrap_or(model),
        messages: prompt::chat(request).into_iter().map(Message::from).collect(),
        stream: true,
        stream_options: (!dialect.plain_stream).then_some(StreamOptions { include_usage: true }),
        temperature: agent.temperature,
        max_tokens: limit.filter(|_| !dialect.renamed_limit),
        max_completion_tokens: limit.filter(|_| dialect.renamed_limit),
    }
}
