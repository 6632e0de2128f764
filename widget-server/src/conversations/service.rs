//! Starting a conversation and going on in one.

use std::time::Duration;

use serde_json::{Map, Value};
use widget_core::conversation::{Channel, Conversation, ConversationStatus, Handler};
use widget_core::id::{ConversationId, VisitorId};
use widget_core::time::Timestamp;

use super::access::{self, Access, Sight};
use super::metadata;
use crate::app::App;
use crate::auth::identity::{Claimed, IdentityError, Visitor, identify};
use crate::auth::visitor::{Grant, Session, SessionToken};
use crate::http::Problem;
use crate::limits;
use crate::random;
use crate::store::StoreError;
use crate::store::records::{ConversationChange, ConversationRecord, Refusal};
use crate::widgets::served::Served;

/// How far back budgets count and a visitor's conversation is picked up again.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A title is the beginning of the first message.
const TITLE_CHARS: usize = 80;

/// A conversation somebody may go on in.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The conversation.
    pub record: ConversationRecord,
    /// The `seq` of the first message the caller may see; 0 for everything.
    pub from: i64,
    /// Whether it was there before.
    pub resumed: bool,
}

impl Opened {
    /// The conversation as the caller may see it: to whoever sees nothing from before, neither its
    /// title nor what was noted in it.
    #[must_use]
    pub fn shown(&self) -> Conversation {
        shown(&self.record.conversation, self.from)
    }
}

/// A conversation as who sees it from the message `from` on may see it.
#[must_use]
pub fn shown(conversation: &Conversation, from: i64) -> Conversation {
    let mut conversation = conversation.clone();
    if from > 0 {
        conversation.title = None;
        conversation.custom_metadata = Map::new();
    }
    conversation
}

/// Who calls, as the call says and the widget demands.
///
/// # Errors
/// 403 `identity_invalid`.
pub fn visitor_of(
    served: &Served,
    claimed: &Claimed,
    now: Timestamp,
) -> Result<Option<Visitor>, Problem> {
    let required = served.settings().require_identity;
    identify(claimed, &served.record().identity_secrets, required, now).map_err(identity_invalid)
}

/// The session of the token that came with a call, when it still proves something about this
/// widget. What is no token of ours proves nothing and is no fault: the caller may start anew.
///
/// # Errors
/// Those of the store.
pub async fn proof_of(
    app: &App,
    served: &Served,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Option<Session>, Problem> {
    let Some(token) = token else { return Ok(None) };
    let session = app.tokens.read(token, now).await?.proof(now);
    Ok(session.filter(|session| session.widget_id == served.widget().id))
}

/// Starts a conversation.
///
/// # Errors
/// 403 `identity_invalid`, 409 `widget_paused`, 429 `conversation_limit_reached`.
pub async fn start(
    app: &App,
    served: &Served,
    visitor: Visitor,
    metadata: Map<String, Value>,
) -> Result<Opened, Problem> {
    if served.is_paused() {
        return Err(Problem::conflict(
            "widget_paused",
            "This widget is paused: it takes no new conversations at the moment.",
        ));
    }
    if served.settings().require_identity && !visitor.proven {
        // Known by an old token only.
        return Err(identity_invalid(IdentityError::Unvouched));
    }
    let now = app.clock.now();
    let widget = served.widget();
    let conversation = Conversation {
        id: ConversationId::v7(now, &random::bytes()),
        widget_id: widget.id,
        agent_id: widget.agent_id,
        agent_version_id: widget.agent_version_id,
        user_id: visitor.id,
        channel: Channel::WebRtc,
        status: ConversationStatus::TokenCreated,
        title: None,
        custom_metadata: metadata::with_attributes(metadata, visitor.attributes),
        created_at: now,
        updated_at: now,
        ended_at: None,
    };
    let record = ConversationRecord {
        conversation,
        organization_id: widget.organization_id,
        handler: Handler::Agent,
        proven: visitor.proven,
    };
    let limits = served.settings().visitor_limits(now);
    match app.store.create_conversation(record.clone(), limits).await {
        Ok(()) => Ok(Opened { record, from: 0, resumed: false }),
        Err(StoreError::Refused(Refusal::LimitReached { limit, retry_at })) => {
            let detail = "There are too many conversations right now. Please come back later.";
            let wait = until(retry_at, now);
            Err(limits::rate_of(limit, &limits).exceeded(
                "conversation_limit_reached",
                detail,
                wait,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

/// Goes on in a conversation that the caller names.
///
/// # Errors
/// 404 `conversation_not_found`, 403 `conversation_forbidden` for another widget's or visitor's,
/// 409 `conversation_ended`, 422 for the metadata.
pub async fn resume(
    app: &App,
    served: &Served,
    id: ConversationId,
    visitor: Visitor,
    proof: Option<&Session>,
    metadata: Map<String, Value>,
) -> Result<Opened, Problem> {
    let record = of_widget(app, served, id).await?;
    let access = access::decide(&record.conversation, &visitor, proof).map_err(|_| forbidden())?;
    if record.conversation.status.is_terminal() {
        return Err(ended());
    }
    go_on(app, record, visitor, access, metadata).await
}

/// The proven visitor's newest conversation that is worth going on with, if there is one.
///
/// # Errors
/// Those of the store.
pub async fn newest(
    app: &App,
    served: &Served,
    visitor: &Visitor,
) -> Result<Option<ConversationId>, Problem> {
    if !visitor.proven {
        return Ok(None);
    }
    let since = app.clock.now().plus_ms(-DAY_MS);
    let budget = served.settings().budget();
    let found = app
        .store
        .resumable_conversation(served.widget().id, visitor.id.clone(), since, budget)
        .await?;
    Ok(found.map(|record| record.conversation.id))
}

/// A conversation of this widget.
///
/// # Errors
/// 404 `conversation_not_found`, 403 `conversation_forbidden` when it is another widget's.
pub async fn of_widget(
    app: &App,
    served: &Served,
    id: ConversationId,
) -> Result<ConversationRecord, Problem> {
    let record = app.store.conversation(id).await.map_err(|error| match error {
        StoreError::NotFound => not_found(),
        other => other.into(),
    })?;
    if record.conversation.widget_id == served.widget().id { Ok(record) } else { Err(forbidden()) }
}

/// A conversation that this visitor may read from its beginning.
///
/// # Errors
/// 403 `identity_invalid` for who proves nothing, before anything is looked up; 404
/// `conversation_not_found` for what is not theirs here, so that nobody learns what there is.
pub async fn of_visitor(
    app: &App,
    served: &Served,
    id: ConversationId,
    visitor: &Visitor,
) -> Result<Conversation, Problem> {
    if !visitor.proven {
        return Err(Problem::forbidden(
            "identity_invalid",
            "Only who proved to be this visitor may read what was said before.",
        ));
    }
    match app.store.conversation(id).await {
        Ok(ConversationRecord { conversation, .. })
            if conversation.widget_id == served.widget().id
                && conversation.user_id == visitor.id =>
        {
            Ok(conversation)
        }
        Ok(_) | Err(StoreError::NotFound) => Err(not_found()),
        Err(error) => Err(error.into()),
    }
}

/// A token for the conversation, that shows what the caller may see and no more.
///
/// # Errors
/// Those of the store.
pub async fn token_for(app: &App, opened: &Opened) -> Result<SessionToken, Problem> {
    let conversation = &opened.record.conversation;
    let grant = Grant {
        organization_id: opened.record.organization_id,
        widget_id: conversation.widget_id,
        conversation_id: conversation.id,
        visitor: conversation.user_id.clone(),
        from: opened.from,
    };
    Ok(app.tokens.issue(grant, app.clock.now()).await?)
}

/// Notes that something is said for the first time: the status, and a title out of what is said.
///
/// # Errors
/// Those of the store.
pub async fn note_first_message(
    app: &App,
    record: &ConversationRecord,
    content: &str,
) -> Result<(), Problem> {
    let conversation = &record.conversation;
    let begins = conversation.status == ConversationStatus::TokenCreated;
    if !begins && conversation.title.is_some() {
        return Ok(());
    }
    let change = ConversationChange {
        status: begins.then_some(ConversationStatus::InProgress),
        title: conversation.title.is_none().then(|| title_of(content)),
        ..ConversationChange::default()
    };
    match app.store.update_conversation(conversation.id, change, app.clock.now()).await {
        // It ended in this very moment: there is nothing to note any more.
        Ok(_) | Err(StoreError::Refused(Refusal::Ended)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What a conversation that begins so is called by: the text, or the file where there is none.
#[must_use]
pub fn first_words(content: &str, file: Option<&str>) -> String {
    if content.is_empty() { file.unwrap_or_default().to_owned() } else { content.to_owned() }
}

async fn go_on(
    app: &App,
    record: ConversationRecord,
    visitor: Visitor,
    access: Access,
    metadata: Map<String, Value>,
) -> Result<Opened, Problem> {
    let id = record.conversation.id;
    let from = match access.sight {
        Sight::From(seq) => seq,
        Sight::OnlyNew => app.store.next_seq(id).await?,
    };
    let added = metadata::with_attributes(metadata, visitor.attributes);
    let visitor = access.moves_to.map(|moved| (moved, visitor.proven));
    let record = change(app, record, from, visitor, added).await?;
    Ok(Opened { record, from, resumed: true })
}

/// Adds to what is noted in a conversation; `from` is what its holder may see.
///
/// # Errors
/// 422 when there is too much of it, 409 `conversation_ended`.
pub async fn note(
    app: &App,
    record: &ConversationRecord,
    from: i64,
    added: Map<String, Value>,
) -> Result<ConversationRecord, Problem> {
    if record.conversation.status.is_terminal() {
        return Err(ended());
    }
    change(app, record.clone(), from, None, added).await
}

async fn change(
    app: &App,
    record: ConversationRecord,
    from: i64,
    visitor: Option<(VisitorId, bool)>,
    mut added: Map<String, Value>,
) -> Result<ConversationRecord, Problem> {
    let kept = &record.conversation.custom_metadata;
    // Who may not see what was noted may add to it and not write over it.
    added.retain(|key, value| match kept.get(key) {
        Some(known) => from == 0 && known != value,
        None => true,
    });
    metadata::check_size(kept, &added)?;
    if visitor.is_none() && added.is_empty() {
        return Ok(record);
    }
    let merge_metadata = (!added.is_empty()).then_some(added);
    let change = ConversationChange { visitor, merge_metadata, ..ConversationChange::default() };
    Ok(app.store.update_conversation(record.conversation.id, change, app.clock.now()).await?)
}

fn title_of(content: &str) -> String {
    let line = content.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(TITLE_CHARS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

fn identity_invalid(error: IdentityError) -> Problem {
    Problem::forbidden("identity_invalid", error.to_string())
}

/// The time from `now` to `then`, not negative.
#[must_use]
pub fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(then.ms_since(now)).unwrap_or(0))
}

pub(super) fn not_found() -> Problem {
    Problem::not_found("conversation_not_found")
}

fn forbidden() -> Problem {
    Problem::forbidden(
        "conversation_forbidden",
        "This conversation is not one of this widget and this visitor.",
    )
}

fn ended() -> Problem {
    Problem::conflict("conversation_ended", "This conversation has ended; start a new one.")
}
