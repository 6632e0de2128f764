//! `POST /v1/widget/messages` and `/messages/stream`: a visitor says something and is answered, at
//! once as a whole or piece by piece.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::conversation::Handler;
use widget_core::event::{StreamEvent, Usage};
use widget_core::id::{ConversationId, MessageId};
use widget_core::message::{Block, Citation, Role};

use super::keep::{Said, budget_exhausted, keep};
use super::say::Say;
use super::session::{Holder, holder, message_not_found, missing_message};
use crate::app::App;
use crate::conversations::hub::TurnEvents;
use crate::conversations::service;
use crate::engine::ask::{Ask, AskError, AskQuestion, Asked, Ended};
use crate::engine::failure::Failure;
use crate::engine::model::Page;
use crate::http::problem::ErrorStatus;
use crate::http::{Outcome, Problem, Request, response, sse};
use crate::rooms;
use crate::store::StoreError;
use crate::store::records::Refusal;

/// A whole answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// The answer.
    message_id: MessageId,
    conversation_id: ConversationId,
    /// Its text, as Markdown.
    content: String,
    citations: Vec<Citation>,
    blocks: Vec<Block>,
    /// Why it ends: `stop`, `length`, `stopped`.
    finish_reason: Option<String>,
    usage: Usage,
}

/// A message that no machine answers here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Kept {
    /// The visitor's message.
    pub message_id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who answers: a person, or the agent in the room.
    pub handler: Handler,
}

/// Keeps a message and answers with the whole answer.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 404 `message_not_found`; 409 `conversation_ended`, `turn_running`,
/// `agent_answers_in_room`, `agent_not_in_room`, `attachment_not_sendable`; 422; 429 `conversation_budget_exhausted`; 502 with
/// the code of the failure; 503 `busy`.
pub async fn create_widget_message(app: Arc<App>, mut request: Request) -> Outcome {
    let holder = holder(&app, &request).await?;
    let say = Say::of(&app, &holder, &request.json().await?).await?;
    if let Some(kept) = deliver_to_room(&app, &holder, &say).await? {
        return response::json(StatusCode::ACCEPTED, &kept);
    }
    let conversation_id = holder.conversation_id();
    let ended = match ask(&app, &holder, say, &request).await? {
        Asked::Answering(answering) => answering.end().await,
        Asked::Answered { end, .. } => end,
        Asked::Kept { message, .. } => {
            let kept = Kept { message_id: message.id, conversation_id, handler: Handler::Human };
            return response::json(StatusCode::ACCEPTED, &kept);
        }
    };
    response::ok(&whole(conversation_id, ended)?)
}

/// Keeps a message and streams the turn that answers it.
///
/// # Errors
/// As [`create_widget_message`]; a failure of the turn is an event of the stream.
pub async fn stream_widget_message(app: Arc<App>, mut request: Request) -> Outcome {
    let holder = holder(&app, &request).await?;
    let say = Say::of(&app, &holder, &request.json().await?).await?;
    if let Some(kept) = deliver_to_room(&app, &holder, &say).await? {
        return response::json(StatusCode::ACCEPTED, &kept);
    }
    match ask(&app, &holder, say, &request).await? {
        Asked::Answering(answering) => Ok(stream_turn(&app, answering.events)),
        Asked::Answered { events, .. } => Ok(stream_turn(&app, events)),
        Asked::Kept { message, .. } => {
            // The last id is that of what was published last: the conversation goes on from it.
            let last = app.hub.position(holder.conversation_id());
            let events = [
                (last.saturating_sub(1), StreamEvent::Handler { handler: Handler::Human }),
                (last, StreamEvent::Message(message.to_message())),
            ];
            let events = events.map(|(id, event)| Bytes::from(event.encode(&id.to_string())));
            Ok(sse::response(stream::iter(events), app.shutdown.clone()))
        }
    }
}

fn stream_turn(app: &App, events: TurnEvents) -> crate::http::Response {
    sse::response(events.map(|event| event.bytes.clone()), app.shutdown.clone())
}

/// Keeps the text of a visitor whose agent hears it in the room. `None`: it is answered here.
async fn deliver_to_room(app: &App, holder: &Holder, say: &Say) -> Result<Option<Kept>, Problem> {
    let version = rooms::version_of(app, &holder.served, &holder.record.conversation).await?;
    match (rooms::agent_in_room(&version).is_some(), say.to_room) {
        (false, false) => Ok(None),
        (true, false) => Err(Problem::conflict(
            "agent_answers_in_room",
            "This agent answers in its room: send `deliver: \"room\"` and the text on `lk.chat`.",
        )),
        (false, true) => Err(Problem::conflict(
            "agent_not_in_room",
            "This agent answers here and not in a room: leave out `deliver`.",
        )),
        (true, true) => match &say.question {
            AskQuestion::Message { content, files, client_message_id } => {
                let said = Said {
                    content: content.clone(),
                    blocks: files.iter().map(Block::from).collect(),
                    attachments: files.iter().map(|file| file.id).collect(),
                    client_message_id: client_message_id.clone(),
                };
                let message = keep(app, holder, said).await?;
                let conversation_id = holder.conversation_id();
                let handler = holder.record.handler;
                Ok(Some(Kept { message_id: message.id, conversation_id, handler }))
            }
            AskQuestion::Again(_) => Err(Problem::conflict(
                "agent_answers_in_room",
                "This agent answers in its room; ask it there to answer again.",
            )),
        },
    }
}

/// Asks, as the hosted page does, too.
///
/// # Errors
/// As [`create_widget_message`], without the failures of the turn.
async fn ask(app: &App, holder: &Holder, say: Say, request: &Request) -> Result<Asked, Problem> {
    let locale = holder.record.conversation.custom_metadata.get("locale").and_then(Value::as_str);
    let accepted = request.header("accept-language").and_then(|tags| tags.split([',', ';']).next());
    let locale = locale.or(accepted).map(str::trim).map(ToOwned::to_owned);
    ask_in(app, holder, say.question, say.page, locale).await
}

/// Asks a question in the holder's conversation.
///
/// # Errors
/// As [`create_widget_message`], without the failures of the turn.
pub(crate) async fn ask_in(
    app: &App,
    holder: &Holder,
    question: AskQuestion,
    page: Option<Page>,
    locale: Option<String>,
) -> Result<Asked, Problem> {
    if let AskQuestion::Again(id) = question {
        let answer = app.store.message(id).await.map_err(missing_message)?;
        if !holder.sees(&answer) || answer.role != Role::Agent {
            return Err(message_not_found());
        }
    }
    let first = match &question {
        AskQuestion::Message { content, files, .. } => {
            Some(service::first_words(content, files.first().map(|file| file.name.as_str())))
        }
        AskQuestion::Again(_) => None,
    };
    let budget = holder.served.settings().budget();
    let ask = Ask {
        conversation: holder.record.clone(),
        served: Arc::clone(holder.served.record()),
        question,
        visible_from: holder.session.from,
        budget,
        locale,
        page,
    };
    let asked = app.engine.ask(ask).await.map_err(|error| refused(app, error, budget.messages))?;
    // A `client_message_id` of somebody who was here before shows nothing of what they said.
    let question = match &asked {
        Asked::Answering(answering) => answering.turn.user_message_id,
        Asked::Answered { end, .. } => end.turn.user_message_id,
        Asked::Kept { message, .. } => message.id,
    };
    if !holder.session.sees_all() && !holder.sees(&app.store.message(question).await?) {
        return Err(message_not_found());
    }
    if let Some(words) = first {
        service::note_first_message(app, &holder.record, &words).await?;
    }
    Ok(asked)
}

fn whole(conversation_id: ConversationId, ended: Ended) -> Result<Answer, Problem> {
    if let Some(failure) = ended.failure {
        return Err(failed(failure));
    }
    let (message_id, usage) = (ended.turn.message_id, ended.usage());
    let finish_reason = ended.turn.finish_reason;
    let said = ended.message.map(|message| (message.content, message.citations, message.blocks));
    let (content, citations, blocks) = said.unwrap_or_default();
    Ok(Answer { message_id, conversation_id, content, citations, blocks, finish_reason, usage })
}

/// A turn that failed, to a client that waits for its whole answer.
fn failed(failure: Failure) -> Problem {
    let problem = Problem::new(ErrorStatus::BAD_GATEWAY, failure.code, failure.detail);
    if failure.retryable { problem.retry_after(Duration::from_secs(1)) } else { problem }
}

fn refused(app: &App, error: AskError, messages: u32) -> Problem {
    match error {
        AskError::Ended => {
            Problem::conflict("conversation_ended", "This conversation has ended; start a new one.")
        }
        AskError::TurnRunning => Problem::conflict(
            "turn_running",
            "An answer is still being written; wait for it or stop it first.",
        ),
        AskError::BudgetExhausted { retry_at } => budget_exhausted(app, messages, retry_at),
        AskError::NotAttachable => StoreError::Refused(Refusal::NotAttachable).into(),
        AskError::NotFound => message_not_found(),
        AskError::Busy { retry_after } => Problem::new(
            ErrorStatus::SERVICE_UNAVAILABLE,
            "busy",
            "Many people are asking right now. Please try again in a moment.",
        )
        .retry_after(retry_after),
        AskError::Store(error) => error.into(),
    }
}
