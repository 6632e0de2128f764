//! From the token of a call to the conversation it opens.

use std::sync::Arc;

use http::StatusCode;
use widget_core::id::ConversationId;

use crate::app::App;
use crate::auth::visitor::{Presented, Session};
use crate::http::rate::Key;
use crate::http::{Problem, Request};
use crate::store::StoreError;
use crate::store::records::{ConversationRecord, MessageRecord};
use crate::widgets::gate;
use crate::widgets::origin_rule::Call;
use crate::widgets::served::Served;

/// Who holds a valid token, and for what.
#[derive(Debug)]
pub struct Holder {
    /// What the token says.
    pub session: Session,
    /// The widget as it is now: live.
    pub served: Arc<Served>,
    /// The conversation as it is now: still the holder's.
    pub record: ConversationRecord,
}

impl Holder {
    /// The conversation's id.
    #[must_use]
    pub fn conversation_id(&self) -> ConversationId {
        self.record.conversation.id
    }

    /// Under what the token's calls are counted.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::from(*self.session.id.as_uuid())
    }

    /// Whether the holder may see this message.
    #[must_use]
    pub fn sees(&self, message: &MessageRecord) -> bool {
        message.conversation_id == self.conversation_id() && message.seq >= self.session.from
    }
}

/// Opens the conversation of the bearer token.
///
/// # Errors
/// 401 `token_missing`, `token_invalid`, `token_expired`; 403 `origin_forbidden`.
pub async fn holder(app: &App, request: &Request) -> Result<Holder, Problem> {
    let token = request.bearer().ok_or_else(|| {
        let detail = "This call needs the token from /v1/widget/init: `Authorization: Bearer …`.";
        Problem::unauthorized("token_missing", detail)
    })?;
    holder_of(app, request, token).await
}

/// Opens the conversation of a token that came another way.
///
/// # Errors
/// As [`holder`].
pub async fn holder_of(app: &App, request: &Request, token: &str) -> Result<Holder, Problem> {
    let session = match app.tokens.read(token, app.clock.now()).await? {
        Presented::Valid(session) => session,
        Presented::Expired(_) => {
            let detail = "This token has expired; call /v1/widget/init for a fresh one.";
            return Err(Problem::unauthorized("token_expired", detail));
        }
        Presented::Unknown => return Err(closed()),
    };
    // Unpublishing or deleting the widget closes its tokens at once.
    let served = app.served.live(session.widget_id).await.map_err(|problem| {
        if problem.status() == StatusCode::NOT_FOUND { closed() } else { problem }
    })?;
    gate::check_origin(app, request, &served, Call::Proven)?;
    let record = match app.store.conversation(session.conversation_id).await {
        Ok(record) => record,
        Err(StoreError::NotFound) => return Err(closed()),
        Err(error) => return Err(error.into()),
    };
    // The visitor has signed in since: the conversation is another's now.
    if record.conversation.user_id != session.visitor {
        return Err(closed());
    }
    Ok(Holder { session, served, record })
}

fn closed() -> Problem {
    let detail = "This token opens nothing any more; call /v1/widget/init for a fresh one.";
    Problem::unauthorized("token_invalid", detail)
}

/// To a visitor a message that they may not see does not exist.
pub(super) fn message_not_found() -> Problem {
    Problem::not_found("message_not_found")
}

pub(super) fn missing_message(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => message_not_found(),
        other => other.into(),
    }
}
