//! `/core/conversations`: conversations as their owner reads and steers them.

use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde_json::Value;
use widget_core::conversation::{Channel, Handler};
use widget_core::error::{Violation, ViolationCode};
use widget_core::event::StreamEvent;
use widget_core::id::{ConversationId, MessageId};
use widget_core::message::{self, Role};

use super::owner_view::{ConversationDetail, ConversationView, OwnerMessage};
use super::transcript::{self, ALL_MESSAGES, Format, Names};
use crate::app::App;
use crate::auth::{Caller, caller};
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, conditional, response};
use crate::idempotency::{Made, once};
use crate::listing::{self, Filters};
use crate::random;
use crate::store::records::{
    Appended, ConversationChange, ConversationFilter, ConversationRecord, NewMessage,
};

const MAX_EXTERNAL_ID: usize = 128;

/// A message of a person or a program of the owner's.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "OwnerMessageBody")]
pub struct MessageBody {
    /// The text, 1 to 8,000 characters.
    pub content: String,
    /// `agent` (default), `system` or `user`.
    pub role: Option<Role>,
    /// The owner's own id: the same one never makes a second message.
    pub external_id: Option<String>,
}

/// Who is to answer.
#[derive(Debug, JsonSchema)]
pub struct HandlerBody {
    /// `agent` or `human`.
    pub handler: Handler,
}

/// Lists conversations, newest first.
///
/// # Errors
/// 422 for filters, and those of every list.
pub async fn list_conversations(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let query = request.query();
    let mut filters = Filters::of(&query);
    filters.read::<Channel>("channel", "WEBRTC");
    let filter = ConversationFilter {
        organization_id: Some(caller.organization_id),
        widget_id: filters.id("widget_id"),
        agent_id: filters.id("agent_id"),
        status: filters.read("status", "token_created, in_progress, completed or failed"),
        user_id: filters.read("user_id", "1 to 128 visible characters"),
        ids: None,
        created_after: filters.moment("created_after"),
        created_before: filters.moment("created_before"),
    };
    let filter = filters.done(filter)?;
    let page = listing::page_of(&query)?;
    let listed = app.store.conversations(filter, page).await?;
    listing::answer(&request, &listed, |record| ConversationView::from(record))
}

/// Shows a conversation with its messages, feedback and usage.
///
/// # Errors
/// 404.
pub async fn get_conversation(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let record = owned(&app, &caller, request.param("id")?).await?;
    let id = record.conversation.id;
    let messages = app.store.messages(id, 0, ALL_MESSAGES).await?;
    let detail = ConversationDetail {
        conversation: ConversationView::from(&record),
        messages: messages.iter().map(OwnerMessage::from).collect(),
        usage: app.store.conversation_usage(id).await?,
    };
    conditional::json(&request, StatusCode::OK, &detail)
}

/// Deletes a conversation and everything of it but its usage.
///
/// # Errors
/// 404.
pub async fn delete_conversation(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let record = owned(&app, &caller, request.param("id")?).await?;
    app.engine.stop(record.conversation.id).await;
    app.store.delete_conversation(record.conversation.id).await?;
    app.hub.close(record.conversation.id);
    Ok(response::no_content())
}

/// Gives the transcript as a file.
///
/// # Errors
/// 404, 422 for the format.
pub async fn get_conversation_transcript(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let record = owned(&app, &caller, request.param("id")?).await?;
    let format = Format::asked(&request)?;
    let conversation = &record.conversation;
    let agent = app.store.agent(caller.organization_id, conversation.agent_id).await?;
    let names = Names::for_owner(&agent.name);
    transcript::tell(&app, format, conversation, 0, names).await
}

/// Speaks into a conversation; whoever has it open sees it at once.
///
/// # Errors
/// 404, 409 `conversation_ended`, 422.
pub async fn create_conversation_message(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let record = owned(&app, &caller, request.param("id")?).await?;
    let conversation_id = record.conversation.id;
    let MessageBody { content, role, external_id } = MessageBody::read(&body)?;
    once(&app, &caller, &request, &body, async {
        let now = app.clock.now();
        let new = NewMessage {
            id: MessageId::v7(now, &random::bytes()),
            conversation_id,
            role: role.unwrap_or(Role::Agent),
            content,
            citations: Vec::new(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            client_message_id: None,
            external_id,
            budget: None,
            now,
        };
        let Appended { message, added } = app.store.append_message(new).await?;
        if added {
            app.hub.publish(conversation_id, StreamEvent::Message(message.to_message()));
        }
        let location = format!("/core/conversations/{conversation_id}");
        let mut made = Made::created(location, &OwnerMessage::from(&message))?;
        if !added {
            made.status = StatusCode::OK;
        }
        Ok(made)
    })
    .await
}

/// Hands a conversation to a person, or back to the agent.
///
/// # Errors
/// 404, 422.
pub async fn set_conversation_handler(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let record = owned(&app, &caller, request.param("id")?).await?;
    let mut fields = Fields::of(&body)?;
    let handler = fields.parsed::<Handler>("handler", ViolationCode::NotAllowed);
    let handler = fields.required("handler", handler);
    let handler = fields.done(handler)?;
    let id = record.conversation.id;
    if handler == Handler::Human {
        app.engine.stop(id).await;
    }
    let change = ConversationChange { handler: Some(handler), ..ConversationChange::default() };
    let record = app.store.update_conversation(id, change, app.clock.now()).await?;
    app.hub.publish(id, StreamEvent::Handler { handler });
    response::ok(&ConversationView::from(&record))
}

async fn owned(
    app: &App,
    caller: &Caller,
    id: ConversationId,
) -> Result<ConversationRecord, Problem> {
    let record = app.store.conversation(id).await?;
    if record.organization_id == caller.organization_id {
        return Ok(record);
    }
    Err(Problem::not_found("not_found"))
}

impl MessageBody {
    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let content = fields.text("content", usize::MAX);
        let content = fields.required("content", content).map(message::clean_content);
        let content = content.and_then(|cleaned| fields.checked(cleaned));
        let role = fields.parsed("role", ViolationCode::NotAllowed);
        let external_id = fields.text("external_id", MAX_EXTERNAL_ID).map(str::to_owned);
        if external_id.as_deref() == Some("") {
            fields.wrong(Violation::new("external_id", ViolationCode::TooShort));
        }
        fields.done(content.map(|content| Self { content, role, external_id }))
    }
}
