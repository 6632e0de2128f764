//! The end of a conversation: ending it, taking it along, erasing it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use widget_core::conversation::ConversationStatus;
use widget_core::event::StreamEvent;
use widget_core::id::ConversationId;
use widget_core::time::Timestamp;

use super::session::{Holder, holder};
use crate::app::App;
use crate::conversations::service;
use crate::conversations::transcript::{self, Format, Names};
use crate::http::{Outcome, Problem, Request, response};
use crate::store::records::{
    ConversationChange, ConversationFilter, ConversationRecord, Page, Refusal,
};
use crate::store::{StoreError, StoreResult};

/// Conversations that are closed at a time.
const CLOSED_AT_ONCE: u32 = 200;

/// A conversation that is over.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EndedConversation")]
pub struct EndedView {
    conversation_id: ConversationId,
    status: ConversationStatus,
    ended_at: Option<Timestamp>,
}

/// Ends the conversation; ending it twice is ending it once.
///
/// # Errors
/// 401; 403 `origin_forbidden`.
pub async fn end_widget_conversation(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    let record = if holder.record.conversation.status.is_terminal() {
        holder.record
    } else {
        end(&app, holder).await?
    };
    let conversation = record.conversation;
    Ok(quota.on(response::ok(&EndedView {
        conversation_id: conversation.id,
        status: conversation.status,
        ended_at: conversation.ended_at,
    })?))
}

async fn end(app: &App, holder: Holder) -> StoreResult<ConversationRecord> {
    let id = holder.conversation_id();
    // Keeps what was said of a running answer.
    app.engine.stop(id).await;
    let status = Some(ConversationStatus::Completed);
    let change = ConversationChange { status, ..ConversationChange::default() };
    match app.store.update_conversation(id, change, app.clock.now()).await {
        Ok(record) => {
            app.hub.publish(id, StreamEvent::Ended { status: record.conversation.status });
            Ok(record)
        }
        // Somebody else ended it in this very moment, and told everybody.
        Err(StoreError::Refused(Refusal::Ended)) => app.store.conversation(id).await,
        Err(error) => Err(error),
    }
}

/// The conversation as a file, as far as the visitor may see it.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 422 for the format.
pub async fn get_widget_transcript(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    let format = Format::asked(&request)?;
    let from = holder.session.from;
    let conversation = service::shown(&holder.record.conversation, from);
    let names = Names::for_visitor(&holder.served, &conversation, &request);
    let answer = transcript::tell(&app, format, &conversation, from, names).await?;
    Ok(quota.on(answer))
}

/// Erases everything that is kept of the visitor with this widget; usage stays.
///
/// A visitor nobody vouches for holds this one conversation and may erase no other's: the name may
/// be somebody else's.
///
/// # Errors
/// 401; 403 `origin_forbidden`, `identity_invalid`.
pub async fn erase_widget_visitor(app: Arc<App>, request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    if !holder.session.sees_all() {
        return Err(Problem::forbidden(
            "identity_invalid",
            "Only who proved to be this visitor may erase what is kept of them.",
        ));
    }
    let visitor = holder.session.visitor.clone();
    let widget = holder.session.widget_id;
    if holder.record.proven {
        let filter = ConversationFilter {
            widget_id: Some(widget),
            user_id: Some(visitor.clone()),
            ..ConversationFilter::default()
        };
        let ids = ids_of(&app, filter).await?;
        for id in &ids {
            app.engine.stop(*id).await;
        }
        app.store.erase_visitor(widget, visitor).await?;
        ids.into_iter().for_each(|id| app.hub.close(id));
    } else {
        let id = holder.conversation_id();
        app.engine.stop(id).await;
        app.store.delete_conversation(id).await?;
        app.hub.close(id);
    }
    Ok(quota.on(response::no_content()))
}

async fn ids_of(app: &App, filter: ConversationFilter) -> StoreResult<Vec<ConversationId>> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = Page { limit: CLOSED_AT_ONCE, after };
        let listed = app.store.conversations(filter.clone(), page).await?;
        ids.extend(listed.items.iter().map(|record| record.conversation.id));
        after = listed.next;
        if after.is_none() {
            return Ok(ids);
        }
    }
}
