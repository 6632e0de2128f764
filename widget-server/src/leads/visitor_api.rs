//! `POST /v1/widget/leads`: a visitor leaves an address (seed 004).

use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::id::{LeadId, VisitorId};
use widget_core::lead::LeadDetails;

use crate::app::App;
use crate::conversations::widget_api::holder;
use crate::http::{Outcome, Problem, Request, response};
use crate::random;
use crate::store::records::NewLead;

/// A lead.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "SubmitLead")]
#[expect(dead_code, reason = "read by the core's `LeadDetails`, documented from here")]
pub struct LeadBody {
    /// The e-mail address: one lead for each agent and address.
    email: String,
    name: Option<String>,
    phone: Option<String>,
    /// Whatever else the form asked for.
    fields: Option<Map<String, Value>>,
}

/// What was taken. Others may have left more under the same address: that is not shown.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SubmittedLead")]
pub struct LeadTaken {
    id: LeadId,
    user_id: VisitorId,
    email: String,
    name: Option<String>,
    phone: Option<String>,
    fields: Map<String, Value>,
}

/// Adds a lead, or fills in the one with this address.
///
/// # Errors
/// 401; 403 `origin_forbidden`; 422; 429 `rate_limited`.
pub async fn submit_widget_lead(app: Arc<App>, mut request: Request) -> Outcome {
    let holder = holder(&app, &request).await?;
    let quota = app.limits.lead(holder.key())?;
    let values = LeadDetails::read(&request.json().await?)
        .map_err(|wrong| Problem::unprocessable(wrong.0))?;
    let now = app.clock.now();
    let new = NewLead {
        id: LeadId::v7(now, &random::bytes()),
        organization_id: holder.record.organization_id,
        agent_id: holder.record.conversation.agent_id,
        widget_id: holder.session.widget_id,
        conversation_id: holder.conversation_id(),
        user_id: holder.session.visitor,
        email: values.email.into(),
        name: values.name,
        phone: values.phone,
        fields: values.fields,
        now,
    };
    let (lead, added) = app.store.upsert_lead(new.clone()).await?;
    let status = if added { StatusCode::CREATED } else { StatusCode::OK };
    let taken = LeadTaken {
        id: lead.id,
        user_id: new.user_id,
        email: new.email,
        name: new.name,
        phone: new.phone,
        fields: new.fields,
    };
    Ok(quota.on(response::json(status, &taken)?))
}
