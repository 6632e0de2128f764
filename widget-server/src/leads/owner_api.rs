//! `/core/leads`: leads as their owner reads them.

use std::sync::Arc;

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::id::{AgentId, ConversationId, LeadId, WidgetId};
use widget_core::time::Timestamp;

use crate::app::App;
use crate::auth::caller;
use crate::http::{Outcome, Problem, Request, conditional, response};
use crate::listing::{self, Filters};
use crate::store::records::{Lead, LeadFilter};

/// A lead.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lead")]
pub struct LeadView {
    /// Its id.
    pub id: LeadId,
    /// The agent.
    pub agent_id: AgentId,
    /// The widget it last came from.
    pub widget_id: Option<WidgetId>,
    /// The conversation it last came from.
    pub conversation_id: Option<ConversationId>,
    /// The address, normalised.
    pub email: String,
    /// The name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Further fields.
    pub fields: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last filled in.
    pub updated_at: Timestamp,
}

impl From<&Lead> for LeadView {
    fn from(lead: &Lead) -> Self {
        Self {
            id: lead.id,
            agent_id: lead.agent_id,
            widget_id: lead.widget_id,
            conversation_id: lead.conversation_id,
            email: lead.email.clone(),
            name: lead.name.clone(),
            phone: lead.phone.clone(),
            fields: lead.fields.clone(),
            created_at: lead.created_at,
            updated_at: lead.updated_at,
        }
    }
}

/// Lists leads, newest first, as JSON or, with `Accept: text/csv`, as CSV.
///
/// # Errors
/// 422 for filters, and those of every list.
pub async fn list_leads(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let query = request.query();
    let mut filters = Filters::of(&query);
    let filter = LeadFilter {
        agent_id: filters.id("agent_id"),
        widget_id: filters.id("widget_id"),
        email: query.get("email").map(|email| email.trim().to_lowercase()),
        created_after: filters.moment("created_after"),
        created_before: filters.moment("created_before"),
    };
    let filter = filters.done(filter)?;
    let page = listing::page_of(&query)?;
    let listed = app.store.leads(caller.organization_id, filter, page).await?;
    if !wants_csv(&request) {
        return listing::answer(&request, &listed, |lead| LeadView::from(lead));
    }
    // The headers that lead to the next page are the same in both forms.
    let paged = listing::answer(&request, &listed, |_| ())?;
    let mut answer = response::with_type(
        StatusCode::OK,
        "text/csv; charset=utf-8; header=present",
        csv(&listed.items)?,
    );
    for name in [header::LINK, header::HeaderName::from_static("x-next-cursor")] {
        if let Some(value) = paged.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    let name = HeaderValue::from_static("attachment; filename=\"leads.csv\"");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(answer)
}

fn wants_csv(request: &Request) -> bool {
    request.header("accept").is_some_and(|accept| accept.contains("text/csv"))
}

fn csv(leads: &[Lead]) -> Result<Vec<u8>, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut rows = || -> Result<(), csv::Error> {
        writer.write_record([
            "id",
            "email",
            "name",
            "phone",
            "agent_id",
            "widget_id",
            "conversation_id",
            "fields",
            "created_at",
            "updated_at",
        ])?;
        for lead in leads {
            let optional = |id: Option<String>| id.unwrap_or_default();
            writer.write_record([
                lead.id.to_string(),
                inert(&lead.email),
                inert(lead.name.as_deref().unwrap_or_default()),
                inert(lead.phone.as_deref().unwrap_or_default()),
                lead.agent_id.to_string(),
                optional(lead.widget_id.map(|id| id.to_string())),
                optional(lead.conversation_id.map(|id| id.to_string())),
                inert(&Value::Object(lead.fields.clone()).to_string()),
                lead.created_at.to_string(),
                lead.updated_at.to_string(),
            ])?;
        }
        Ok(())
    };
    rows().map_err(Problem::internal)?;
    writer.into_inner().map_err(|error| Problem::internal(error.to_string()))
}

/// A text that no spreadsheet takes for a formula (OWASP, "CSV injection").
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Shows a lead.
///
/// # Errors
/// 404.
pub async fn get_lead(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let lead = app.store.lead(caller.organization_id, request.param("id")?).await?;
    conditional::json(&request, StatusCode::OK, &LeadView::from(&lead))
}

/// Deletes a lead.
///
/// # Errors
/// 404.
pub async fn delete_lead(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    app.store.delete_lead(caller.organization_id, request.param("id")?).await?;
    Ok(response::no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_sees_no_formula() {
        for formula in ["=1+1", "+49 30 1", "-1", "@cmd", "\tx"] {
            assert!(inert(formula).starts_with('\''), "{formula}");
        }
        assert_eq!(inert("Ada"), "Ada");
    }
}
