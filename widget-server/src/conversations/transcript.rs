//! A conversation as a document: plain text, Markdown or JSON.

use std::fmt::Write as _;
use std::str::FromStr;

use http::{HeaderValue, StatusCode, header};
use serde_json::Value;
use widget_core::attachment::Attached;
use widget_core::conversation::Conversation;
use widget_core::message::{Message, Role};

use super::widget_api::init::language;
use crate::app::App;
use crate::http::{Outcome, Problem, Request, response};
use crate::languages::Words;
use crate::store::records::MessageRecord;
use crate::widgets::served::Served;

/// More messages than any conversation's budget lets a visitor write.
pub(super) const ALL_MESSAGES: u32 = 100_000;

/// The form of a transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// `text/plain`
    #[default]
    Text,
    /// `text/markdown`
    Markdown,
    /// `application/json`
    Json,
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "txt" => Ok(Self::Text),
            "md" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

impl Format {
    /// What a query may ask for.
    pub(super) const EXPECTED: &str = "txt, md or json";

    /// What the query asks for; text where it asks for nothing.
    ///
    /// # Errors
    /// 422 for anything else.
    pub fn asked(request: &Request) -> Result<Self, Problem> {
        let format = request.query().parsed("format", Self::EXPECTED);
        format.map(Option::unwrap_or_default).map_err(|error| Problem::unprocessable([error]))
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}

/// Who speaks in a transcript, and what it says by itself, in its reader's language.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    agent: &'a str,
    visitor: &'a str,
    /// A conversation without a title.
    untitled: &'a str,
}

impl<'a> Names<'a> {
    /// As the owner reads them.
    #[must_use]
    pub fn for_owner(agent: &'a str) -> Self {
        Self { agent, visitor: "Visitor", untitled: "Conversation" }
    }

    /// As the visitor reads them: in the language of the conversation, else of the browser.
    pub(super) fn for_visitor(
        served: &'a Served,
        conversation: &Conversation,
        request: &Request,
    ) -> Self {
        let locale = conversation.custom_metadata.get("locale").and_then(Value::as_str);
        let words = Words::of(&language(served, locale, request));
        let agent = &served.record().agent.name;
        Self { agent, visitor: &words.chat.you, untitled: &words.sheet.untitled }
    }
}

/// What heads a transcript.
#[derive(Debug, Clone, Copy)]
struct Heading<'a> {
    /// The conversation's id.
    id: &'a str,
    /// Its title.
    title: Option<&'a str>,
    names: Names<'a>,
}

/// Answers with what was said in a conversation from the message `from` on.
///
/// # Errors
/// Those of the store.
pub async fn tell(
    app: &App,
    format: Format,
    conversation: &Conversation,
    from: i64,
    names: Names<'_>,
) -> Outcome {
    let messages = app.store.messages(conversation.id, from, ALL_MESSAGES).await?;
    let messages: Vec<Message> = messages.iter().map(MessageRecord::to_message).collect();
    let id = conversation.id.to_string();
    answer(format, Heading { id: &id, title: conversation.title.as_deref(), names }, &messages)
}

/// The transcript as a file to be saved.
fn answer(format: Format, heading: Heading<'_>, messages: &[Message]) -> Outcome {
    let mut answer = match format {
        Format::Text => response::with_type(
            StatusCode::OK,
            "text/plain; charset=utf-8",
            text(heading, messages),
        ),
        Format::Markdown => response::with_type(
            StatusCode::OK,
            "text/markdown; charset=utf-8",
            markdown(heading, messages),
        ),
        Format::Json => response::ok(messages)?,
    };
    let name =
        format!("attachment; filename=\"conversation-{}.{}\"", heading.id, format.extension());
    let name = HeaderValue::from_str(&name).map_err(Problem::internal)?;
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

impl<'a> Heading<'a> {
    fn title(&self) -> &'a str {
        self.title.unwrap_or(self.names.untitled)
    }

    fn speaker(&self, role: Role) -> &'a str {
        match role {
            Role::User => self.names.visitor,
            Role::Agent => self.names.agent,
            Role::System => "System",
        }
    }
}

fn text(heading: Heading<'_>, messages: &[Message]) -> String {
    let mut out = format!("{}\n\n", heading.title());
    for message in messages {
        let who = heading.speaker(message.role);
        let _ = writeln!(out, "[{}] {who}:\n{}", message.created_at, message.content);
        for file in message.blocks.iter().filter_map(Attached::of) {
            let _ = writeln!(out, "  + {} ({}, {} bytes)", file.name, file.media_type, file.bytes);
        }
        for citation in &message.citations {
            let _ = writeln!(out, "  - {} {}", citation.title, citation.link().unwrap_or_default());
        }
        out.push('\n');
    }
    out
}

fn markdown(heading: Heading<'_>, messages: &[Message]) -> String {
    let mut out = format!("# {}\n\n", heading.title());
    for message in messages {
        let who = heading.speaker(message.role);
        let _ = writeln!(out, "**{who}** · {}\n\n{}\n", message.created_at, message.content);
        for file in message.blocks.iter().filter_map(Attached::of) {
            let (name, media_type) = (file.name.replace('`', "'"), file.media_type);
            let _ = writeln!(out, "- `{name}` ({media_type}, {} bytes)", file.bytes);
        }
        for citation in &message.citations {
            match citation.link() {
                Some(link) => {
                    let _ = writeln!(out, "- [{}](<{link}>)", citation.title);
                }
                None => {
                    let _ = writeln!(out, "- {}", citation.title);
                }
            }
        }
        out.push('\n');
    }
    out
}
