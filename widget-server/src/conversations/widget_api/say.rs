//! What a visitor says, as it comes.

use schemars::JsonSchema;
use serde_json::Value;
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::MessageId;
use widget_core::message::{ClientMessageId, clean_content};

use super::init::MAX_URL_CHARS;
use crate::engine::ask::AskQuestion;
use crate::engine::model::Page;
use crate::fields::Fields;
use crate::http::Problem;

/// The most characters of a page's title.
const MAX_TITLE_CHARS: usize = 300;

/// What a visitor says.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "Say")]
#[expect(dead_code, reason = "read by `Say::read`, documented from here")]
pub struct SayBody {
    /// The text, 1–8,000 characters; or `regenerate`.
    content: Option<String>,
    /// The conversation's last answer, to be given once more.
    regenerate: Option<MessageId>,
    /// The client's own id of the message: the same one never makes a second message.
    client_message_id: Option<String>,
    /// The page the visitor is on.
    page_url: Option<String>,
    /// Its title.
    page_title: Option<String>,
    /// `room`: the text is only kept; the agent hears it in the room.
    deliver: Option<String>,
}

/// What is said, read from a body.
pub(super) struct Say {
    pub(super) question: AskQuestion,
    pub(super) page: Option<Page>,
    pub(super) to_room: bool,
}

impl Say {
    /// Reads a body.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub(super) fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let client_message_id = fields
            .text("client_message_id", usize::MAX)
            .and_then(|id| fields.checked(ClientMessageId::parse(id)))
            .map(|id| id.as_str().to_owned());
        let question = read_question(&mut fields, client_message_id);
        let url = fields.text("page_url", MAX_URL_CHARS).map(ToOwned::to_owned);
        let title = fields.text("page_title", MAX_TITLE_CHARS).map(ToOwned::to_owned);
        let page = (url.is_some() || title.is_some()).then_some(Page { url, title });
        let deliver = fields.text("deliver", usize::MAX);
        if deliver.is_some_and(|to| to != "room") {
            fields.wrong(Violation::not_allowed("deliver", &["room"]));
        }
        if fields.array("attachments").is_some_and(|attachments| !attachments.is_empty()) {
            let violation = Violation::new("attachments", ViolationCode::TooMany);
            fields.wrong(violation.max(0.0));
        }
        let to_room = deliver.is_some();
        fields.done(question.map(|question| Self { question, page, to_room }))
    }
}

fn read_question(
    fields: &mut Fields<'_>,
    client_message_id: Option<String>,
) -> Option<AskQuestion> {
    match (fields.get("content"), fields.get("regenerate")) {
        (Some(_), Some(_)) => {
            let mut violation = Violation::new("content", ViolationCode::ExactlyOne);
            violation.params.allowed = &["content", "regenerate"];
            fields.wrong(violation);
            None
        }
        (None, Some(_)) => fields.id("regenerate").map(AskQuestion::Again),
        _ => {
            let content = fields.text("content", usize::MAX);
            let content = fields.required("content", content)?;
            let content = fields.checked(clean_content(content))?;
            Some(AskQuestion::Message { content, client_message_id })
        }
    }
}
