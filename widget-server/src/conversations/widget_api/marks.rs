//! What a visitor thinks: of an answer (`rating`) and of the conversation (`feedback`).

use std::sync::Arc;

use schemars::JsonSchema;
use serde_json::Value;
use widget_core::error::Violation;
use widget_core::id::MessageId;
use widget_core::message::Role;

use super::session::{holder, message_not_found, missing_message};
use crate::app::App;
use crate::conversations::feedback;
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, response};
use crate::store::records::Rating;

/// The most characters of a comment.
const MAX_COMMENT_CHARS: usize = 2_000;

/// What a visitor thinks of an answer.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "RateMessage")]
#[expect(dead_code, reason = "read by `Rate::read`, documented from here")]
pub struct RateBody {
    /// The answer.
    message_id: MessageId,
    /// `up` or `down`.
    value: String,
    /// In the visitor's words, at most 2,000 characters.
    comment: Option<String>,
}

struct Rate {
    message_id: MessageId,
    rating: Rating,
}

impl Rate {
    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let message_id = fields.id("message_id");
        let message_id = fields.required("message_id", message_id);
        let value = fields.text("value", usize::MAX);
        let up = match fields.required("value", value) {
            Some("up") => Some(true),
            Some("down") => Some(false),
            Some(_) => {
                fields.wrong(Violation::not_allowed("value", &["up", "down"]));
                None
            }
            None => None,
        };
        let comment = fields.text("comment", MAX_COMMENT_CHARS).map(str::trim);
        let comment = comment.filter(|comment| !comment.is_empty()).map(ToOwned::to_owned);
        let rate = message_id.zip(up);
        fields
            .done(rate.map(|(message_id, up)| Self { message_id, rating: Rating { up, comment } }))
    }
}

/// Rates an answer; a later rating replaces the earlier one.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 404 `message_not_found`; 422.
pub async fn rate_widget_message(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    let rate = Rate::read(&request.json().await?)?;
    let message = app.store.message(rate.message_id).await.map_err(missing_message)?;
    if !holder.sees(&message) || message.role != Role::Agent {
        return Err(message_not_found());
    }
    let id = holder.conversation_id();
    app.store.rate_message(id, message.id, rate.rating).await.map_err(missing_message)?;
    Ok(quota.on(response::no_content()))
}

/// Keeps the visitor's feedback on the conversation, once.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 413 `feedback_too_large`; 400 `feedback_invalid`,
/// `feedback_not_configured`; 409 `feedback_exists`.
pub async fn submit_widget_feedback(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    let data = feedback::read(&holder.served, &request.json().await?)?;
    feedback::submit(&app, &holder.record.conversation, data).await?;
    Ok(quota.on(response::ok(&feedback::Accepted::default())?))
}
