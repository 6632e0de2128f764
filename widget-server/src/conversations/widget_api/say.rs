//! What a visitor says, as it comes.

use schemars::JsonSchema;
use serde_json::Value;
use widget_core::attachment::{Attached, MAX_PER_MESSAGE};
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::{AttachmentId, ConversationId, MessageId};
use widget_core::message::{ClientMessageId, clean_caption, clean_content};

use super::init::MAX_URL_CHARS;
use super::session::Holder;
use crate::app::App;
use crate::engine::ask::AskQuestion;
use crate::engine::model::Page;
use crate::fields::Fields;
use crate::http::Problem;
use crate::store::StoreError;

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
    /// Files that were uploaded to `/v1/widget/attachments`, at most 5 ids. With them `content` may
    /// be absent.
    attachments: Option<Vec<AttachmentId>>,
}

/// What is said, read from a body.
pub(super) struct Say {
    pub(super) question: AskQuestion,
    /// Files to go with the question, which does not have them yet.
    attachments: Vec<AttachmentId>,
    pub(super) page: Option<Page>,
    pub(super) to_room: bool,
}

impl Say {
    /// Reads a body, and the files it names.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub(super) async fn of(app: &App, holder: &Holder, body: &Value) -> Result<Self, Problem> {
        let mut say = Self::read(body)?;
        let named = std::mem::take(&mut say.attachments);
        if let AskQuestion::Message { files, .. } = &mut say.question {
            *files = find(app, holder.conversation_id(), named).await?;
        }
        Ok(say)
    }

    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let client_message_id = read_client_message_id(&mut fields);
        let attachments = read_attachments(&mut fields);
        let question = read_question(&mut fields, client_message_id, !attachments.is_empty());
        let url = fields.text("page_url", MAX_URL_CHARS).map(ToOwned::to_owned);
        let title = fields.text("page_title", MAX_TITLE_CHARS).map(ToOwned::to_owned);
        let page = (url.is_some() || title.is_some()).then_some(Page { url, title });
        let deliver = fields.text("deliver", usize::MAX);
        if deliver.is_some_and(|to| to != "room") {
            fields.wrong(Violation::not_allowed("deliver", &["room"]));
        }
        let to_room = deliver.is_some();
        fields.done(question.map(|question| Self { question, attachments, page, to_room }))
    }
}

/// The client's own id of what it says.
pub(super) fn read_client_message_id(fields: &mut Fields<'_>) -> Option<String> {
    let id = fields.text("client_message_id", usize::MAX)?;
    fields.checked(ClientMessageId::parse(id)).map(String::from)
}

/// The ids of files, each once.
fn read_attachments(fields: &mut Fields<'_>) -> Vec<AttachmentId> {
    let Some(named) = fields.array("attachments") else { return Vec::new() };
    if named.len() > MAX_PER_MESSAGE {
        let violation = Violation::new("attachments", ViolationCode::TooMany);
        fields.wrong(violation.max(MAX_PER_MESSAGE as f64));
        return Vec::new();
    }
    let mut ids = Vec::new();
    for (at, id) in named.iter().enumerate() {
        let path = format!("attachments[{at}]");
        match id.as_str().and_then(|id| id.parse().ok()) {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => fields.wrong(Violation::new(path, ViolationCode::Duplicate)),
            None => fields.wrong(Violation::new(path, ViolationCode::InvalidId)),
        }
    }
    ids
}

/// The files of these ids, which must be the conversation's. (Whether they may still be sent is
/// decided where the message is kept: the same message may come twice.)
async fn find(
    app: &App,
    conversation: ConversationId,
    named: Vec<AttachmentId>,
) -> Result<Vec<Attached>, Problem> {
    let mut files = Vec::with_capacity(named.len());
    let mut unknown = Vec::new();
    for (at, id) in named.into_iter().enumerate() {
        match app.store.attachment(id).await {
            Ok(file) if file.conversation_id == conversation => files.push(file.shown()),
            Ok(_) | Err(StoreError::NotFound) => {
                let path = format!("attachments[{at}]");
                unknown.push(Violation::new(path, ViolationCode::UnknownReference));
            }
            Err(error) => return Err(error.into()),
        }
    }
    if unknown.is_empty() { Ok(files) } else { Err(Problem::unprocessable(unknown)) }
}

fn read_question(
    fields: &mut Fields<'_>,
    client_message_id: Option<String>,
    with_files: bool,
) -> Option<AskQuestion> {
    let files = Vec::new();
    match (fields.get("content"), fields.get("regenerate")) {
        (Some(_), Some(_)) => {
            let mut violation = Violation::new("content", ViolationCode::ExactlyOne);
            violation.params.allowed = &["content", "regenerate"];
            fields.wrong(violation);
            None
        }
        (None, Some(_)) => {
            if with_files {
                let violation = Violation::new("attachments", ViolationCode::TooMany);
                fields.wrong(violation.max(0.0));
            }
            fields.id("regenerate").map(AskQuestion::Again)
        }
        (None, None) if with_files => {
            Some(AskQuestion::Message { content: String::new(), files, client_message_id })
        }
        _ => {
            let content = fields.text("content", usize::MAX);
            let content = fields.required("content", content)?;
            let clean = if with_files { clean_caption } else { clean_content };
            let content = fields.checked(clean(content))?;
            Some(AskQuestion::Message { content, files, client_message_id })
        }
    }
}
