//! What is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::engine::model::ModelRequest;
use crate::engine::prompt::{self, ChatMessage, Picture};

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
    content: Content,
}

/// A text where that is all, which every server understands; else parts.
#[derive(Serialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text { text: String },
    ImageUrl { image_url: ImageUrl },
}

#[derive(Serialize)]
struct ImageUrl {
    url: String,
}

impl From<ChatMessage> for Message {
    fn from(message: ChatMessage) -> Self {
        let ChatMessage { role, content, pictures } = message;
        let content = if pictures.is_empty() {
            Content::Text(content)
        } else {
            let text = std::iter::once(Part::Text { text: content });
            Content::Parts(text.chain(pictures.iter().map(Part::from)).collect())
        };
        Self { role: role.as_str(), content }
    }
}

impl From<&Picture> for Part {
    fn from(picture: &Picture) -> Self {
        let bytes = STANDARD.encode(&picture.bytes);
        let url = format!("data:{};base64,{bytes}", picture.media_type);
        Self::ImageUrl { image_url: ImageUrl { url } }
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
