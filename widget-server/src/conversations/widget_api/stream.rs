//! `GET /v1/widget/stream`: everything that happens in the conversation, whoever caused it; and
//! `POST /v1/widget/stop`.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use schemars::JsonSchema;
use serde::Serialize;
use widget_core::event::StreamEvent;
use widget_core::id::{ConversationId, MessageId};

use super::session::{Holder, holder};
use crate::app::App;
use crate::conversations::hub::{Published, Resume};
use crate::engine::replay::replay;
use crate::http::{Outcome, Request, response, sse};
use crate::store::{Store, StoreError, StoreResult};

/// How often an open stream looks whether its token still opens the conversation.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// Messages after the newest turn that are told anew.
const LATER_MESSAGES: u32 = 30;
/// What is no event's id: the newest turn is told from its beginning.
const UNREADABLE: u64 = 1;

/// Streams the conversation, from now on or from behind `Last-Event-ID`.
///
/// # Errors
/// 401, 403 `origin_forbidden`.
pub async fn stream_widget_conversation(app: Arc<App>, request: Request) -> Outcome {
    let holder = holder(&app, &request).await?;
    let seen = request.header("last-event-id").map(|id| id.trim().parse().unwrap_or(UNREADABLE));
    let id = holder.conversation_id();
    let mut subscription = app.hub.subscribe(id, seen);
    if subscription.resume() == Resume::Unknown {
        subscription.tell_first(newest(app.store.as_ref(), id).await?);
    }
    let visible = only_visible(Arc::clone(&app.store), holder.session.from, subscription);
    let closed = closed(Arc::clone(&app), holder);
    let events = visible.map(|event| event.bytes.clone()).take_until(closed);
    Ok(sse::response(events, app.shutdown.clone()))
}

/// What is told to a client of whose last event nothing is known here any more: the newest turn as
/// it is stored, and what was said after it.
async fn newest(store: &dyn Store, id: ConversationId) -> StoreResult<Vec<StreamEvent>> {
    let mut events = Vec::new();
    let mut told = 0;
    if let Some(turn) = store.last_turn(id).await? {
        told = store.message(turn.user_message_id).await?.seq;
        let answer = match store.message(turn.message_id).await {
            Ok(answer) => Some(answer),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error),
        };
        told = answer.as_ref().map_or(told, |answer| answer.seq.max(told));
        events = replay(&turn, answer.as_ref());
    }
    let later = store.messages(id, told + 1, LATER_MESSAGES).await?;
    events.extend(later.iter().map(|message| StreamEvent::Message(message.to_message())));
    Ok(events)
}

/// Leaves out turns and messages from before `from`.
///
/// The buffer of a conversation is shared by all who listen, and reaches back minutes: to who may
/// not see what was before, it must not be told again. The messages of later events come later.
fn only_visible<S>(
    store: Arc<dyn Store>,
    from: i64,
    events: S,
) -> impl Stream<Item = Arc<Published>> + Send + 'static
where
    S: Stream<Item = Arc<Published>> + Send + 'static,
{
    let state = (Box::pin(events), store, from <= 0);
    stream::unfold(state, move |(mut events, store, mut shown)| async move {
        loop {
            let event = events.next().await?;
            let tells = match &event.event {
                _ if from <= 0 => true,
                StreamEvent::Turn { user_message_id, .. } => {
                    shown = is_visible(store.as_ref(), *user_message_id, from).await;
                    shown
                }
                StreamEvent::Message(message) => is_visible(store.as_ref(), message.id, from).await,
                StreamEvent::Typing { .. }
                | StreamEvent::Handler { .. }
                | StreamEvent::Ended { .. } => true,
                _ => shown,
            };
            if tells {
                return Some((event, (events, store, shown)));
            }
        }
    })
}

async fn is_visible(store: &dyn Store, message: MessageId, from: i64) -> bool {
    store.message(message).await.is_ok_and(|message| message.seq >= from)
}

/// Returns when the token opens the conversation no more: it ended, the widget went, the
/// conversation went over to somebody else.
async fn closed(app: Arc<App>, holder: Holder) {
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let session = &holder.session;
        if app.clock.now() >= session.expires_at
            || app
                .served
                .live(session.widget_id)
                .await
                .is_err_and(|problem| !problem.status().is_server_error())
        {
            return;
        }
        match app.store.conversation(session.conversation_id).await {
            Ok(record) if record.conversation.user_id == session.visitor => {}
            Ok(_) | Err(StoreError::NotFound) => return,
            // The database is away for a moment: nothing is known, so nothing changes.
            Err(_) => {}
        }
    }
}

/// What came of a stop.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Stopped {
    /// Whether an answer was being written. What was said of it is kept.
    stopped: bool,
}

/// Stops the answer that is being written.
///
/// # Errors
/// 401, 403 `origin_forbidden`.
pub async fn stop_widget_turn(app: Arc<App>, request: Request) -> Outcome {
    let holder = holder(&app, &request).await?;
    let ended = app.engine.stop(holder.conversation_id()).await;
    response::ok(&Stopped { stopped: ended.is_some() })
}
