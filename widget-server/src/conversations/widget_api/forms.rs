//! `POST /v1/widget/forms`: a form a visitor has filled in.
//!
//! The form before the conversation goes into `custom_metadata`; every other one is something the
//! visitor says, and so becomes a message, where agent and owner find it.

use std::fmt::Write as _;
use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use widget_core::error::{Violation, ViolationCode};
use widget_core::form::{CleanValues, FieldType, Form, check_values};
use widget_core::id::MessageId;
use widget_core::language::Language;
use widget_core::message::Block;

use super::init::language;
use super::keep::{Said, keep};
use super::say::read_client_message_id;
use super::session::{Holder, holder, message_not_found, missing_message};
use crate::app::App;
use crate::conversations::service;
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, response};

/// A form's name is an id in the configuration.
const MAX_FORM_ID_CHARS: usize = 64;

/// What is filled in.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "SubmitForm")]
#[expect(dead_code, reason = "read by `Submission::read`, documented from here")]
pub struct FormBody {
    /// The form, as the widget's configuration names it.
    form_id: String,
    /// Values by field id.
    values: Map<String, Value>,
    /// The message that showed the form.
    message_id: Option<MessageId>,
    /// The client's own id: the same one is never kept twice.
    client_message_id: Option<String>,
}

/// A form that was taken.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FormSubmitted")]
pub struct FormView {
    form_id: String,
    /// The message it has become; absent for the form before the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<MessageId>,
}

struct Submission {
    form_id: String,
    message_id: Option<MessageId>,
    client_message_id: Option<String>,
}

impl Submission {
    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let form_id = fields.text("form_id", MAX_FORM_ID_CHARS);
        let form_id = fields.required("form_id", form_id).map(ToOwned::to_owned);
        let values = fields.object("values").map(|_| ());
        fields.required("values", values);
        let message_id = fields.id("message_id");
        let client_message_id = read_client_message_id(&mut fields);
        let form_id = form_id.filter(|_| values.is_some());
        fields.done(form_id.map(|form_id| Self { form_id, message_id, client_message_id }))
    }
}

/// A form of the widget, and where its values go.
enum Found {
    BeforeConversation(Form),
    During(Form),
}

fn find(holder: &Holder, id: &str) -> Result<Found, Problem> {
    let v1 = holder.served.v1();
    if let Some(form) = v1.pre_conversation_form().filter(|form| form.id == id) {
        return Ok(Found::BeforeConversation(form));
    }
    let others = v1.forms().into_iter().chain(v1.lead_capture().form());
    others.into_iter().find(|form| form.id == id).map(Found::During).ok_or_else(|| {
        let violation = Violation::new("form_id", ViolationCode::UnknownReference);
        Problem::unprocessable([violation.value(id)])
    })
}

/// Keeps a form.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 404 `message_not_found`; 409 `conversation_ended`; 422 for each
/// field.
pub async fn submit_widget_form(app: Arc<App>, mut request: Request) -> Outcome {
    let quota = app.limits.public(&request)?;
    let holder = holder(&app, &request).await?;
    let body = request.json().await?;
    let submission = Submission::read(&body)?;
    if let Some(id) = submission.message_id {
        let message = app.store.message(id).await.map_err(missing_message)?;
        if !holder.sees(&message) {
            return Err(message_not_found());
        }
    }
    let found = find(&holder, &submission.form_id)?;
    let (Found::BeforeConversation(form) | Found::During(form)) = &found;
    let values = check_values(&form.fields, &body["values"]).map_err(|wrong| {
        Problem::unprocessable(wrong.into_iter().map(|violation| violation.under("values")))
    })?;
    let message_id = match &found {
        Found::BeforeConversation(_) => {
            service::note(&app, &holder.record, holder.session.from, values.into_json()).await?;
            None
        }
        Found::During(form) => {
            let language = language(&holder.served, None, &request);
            let said = said(form, values, &submission, &language)?;
            Some(keep(&app, &holder, said).await?.id)
        }
    };
    let view = FormView { form_id: submission.form_id, message_id };
    Ok(quota.on(response::json(StatusCode::CREATED, &view)?))
}

fn said(
    form: &Form,
    values: CleanValues,
    submission: &Submission,
    language: &Language,
) -> Result<Said, Problem> {
    let content = in_words(form, &values, language);
    let mut block =
        json!({ "type": "form_values", "form_id": form.id, "values": values.into_json() });
    if let Some(id) = submission.message_id {
        // So that whoever shows the conversation again knows which of its forms is done.
        block["message_id"] = json!(id);
    }
    let blocks = vec![Block::try_from(block).map_err(Problem::internal)?];
    let client_message_id = submission.client_message_id.clone();
    Ok(Said { content, blocks, client_message_id, ..Said::default() })
}

/// The form as its visitor would say it: one line for each field that people see.
fn in_words(form: &Form, values: &CleanValues, language: &Language) -> String {
    let mut words = form.title.as_ref().map(|title| title.resolve(language).to_owned());
    let words = words.get_or_insert_with(|| form.id.clone());
    for field in form.fields.iter().filter(|field| field.field_type != FieldType::Hidden) {
        if let Some(value) = values.get(&field.id) {
            let label = field.label.resolve(language);
            let value = match value.clone().into_json() {
                Value::String(text) => text,
                other => other.to_string(),
            };
            // Writing to a String cannot fail.
            let _ = write!(words, "\n{label}: {value}");
        }
    }
    std::mem::take(words)
}
