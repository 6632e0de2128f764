//! A conversation as a document: plain text, Markdown or JSON.

use std::fmt::Write as _;
use std::str::FromStr;

use http::{HeaderValue, StatusCode, header};
use widget_core::attachment::Attached;
use widget_core::conversation::Conversation;
use widget_core::message::{Message, Role};

use crate::app::App;
use crate::http::{Outcome, Problem, Request, response};
use crate::store::records::MessageRecord;

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

/// What heads a transcript.
#[derive(Debug, Clone, Copy)]
struct Heading<'a> {
    /// The conversation's id.
    id: &'a str,
    /// The name of who answers.
    agent: &'a str,
    /// Its title.
    title: Option<&'a str>,
}

/// Answers with what was said in a conversation from the message `from` on, by the visitor and an
/// agent of this name.
///
/// # Errors
/// Those of the store.
pub async fn tell(
    app: &App,
    format: Format,
    conversation: &Conversation,
    from: i64,
    agent: &str,
) -> Outcome {
    let messages = app.store.messages(conversation.id, from, ALL_MESSAGES).await?;
    let messages: Vec<Message> = messages.iter().map(MessageRecord::to_message).collect();
    let id = conversation.id.to_string();
    answer(format, Heading { id: &id, agent, title: conversation.title.as_deref() }, &messages)
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

fn speaker(role: Role, agent: &str) -> &str {
    match role {
        Role::User => "Visitor",
        Role::Agent => agent,
        Role::System => "System",
    }
}

fn text(heading: Heading<'_>, messages: &[Message]) -> String {
    let mut out = format!("{}\n\n", heading.title.unwrap_or("Conversation"));
    for message in messages {
        let who = speaker(message.role, heading.agent);
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
    let mut out = format!("# {}\n\n", heading.title.unwrap_or("Conversation"));
    for message in messages {
        let who = speaker(message.role, heading.agent);
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
