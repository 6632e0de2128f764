//! Feedback on a conversation: what is kept, and that it is kept once.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::conversation::Conversation;
use widget_core::feedback::{self, FeedbackRefusal, MAX_BYTES};

use crate::app::App;
use crate::fields::Fields;
use crate::http::Problem;
use crate::http::problem::ErrorStatus;
use crate::store::StoreError;
use crate::store::records::Refusal;
use crate::widgets::served::Served;

/// Field values by field id.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "Feedback")]
#[expect(dead_code, reason = "read by `read`, documented from here")]
pub struct FeedbackBody {
    /// Values by field id, at most 16 KB.
    data: Map<String, Value>,
}

/// `{"status": "ok"}`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FeedbackAccepted")]
pub struct Accepted {
    status: &'static str,
}

impl Default for Accepted {
    fn default() -> Self {
        Self { status: "ok" }
    }
}

/// What can be kept of a body: its size is looked at first, then whether the widget asks at all.
///
/// # Errors
/// 422 without an object `data`, 413 `feedback_too_large`, 400 `feedback_not_configured` or
/// `feedback_invalid`.
pub fn read(served: &Served, body: &Value) -> Result<Map<String, Value>, Problem> {
    let mut fields = Fields::of(body)?;
    let is_object = fields.object("data").map(|_| ());
    fields.required("data", is_object);
    fields.done(is_object)?;
    let form = served.v1().post_conversation_feedback();
    feedback::accept(&form, &body["data"]).map_err(refused)
}

/// Keeps feedback that was [`read`], once.
///
/// # Errors
/// 409 `feedback_exists`.
pub async fn submit(
    app: &App,
    conversation: &Conversation,
    data: Map<String, Value>,
) -> Result<(), Problem> {
    match app.store.submit_feedback(conversation.id, data, app.clock.now()).await {
        Err(StoreError::Refused(Refusal::FeedbackExists)) => Err(Problem::conflict(
            "feedback_exists",
            "Feedback on this conversation was given already; it is kept as it is.",
        )),
        outcome => Ok(outcome?),
    }
}

fn refused(refusal: FeedbackRefusal) -> Problem {
    match refusal {
        FeedbackRefusal::TooLarge => Problem::new(
            ErrorStatus::PAYLOAD_TOO_LARGE,
            "feedback_too_large",
            format!("Feedback may have at most {MAX_BYTES} bytes as JSON."),
        ),
        FeedbackRefusal::NotConfigured => {
            Problem::bad_request("feedback_not_configured", "This widget asks for no feedback.")
        }
        FeedbackRefusal::Invalid(wrong) => Problem::bad_request(
            "feedback_invalid",
            "Nothing of this can be kept: no value fits a field of the feedback form.",
        )
        .with_errors(wrong),
    }
}
