//! `/core/agents`.

use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde_json::Value;
use widget_core::id::AgentId;

use super::view::AgentView;
use crate::app::App;
use crate::auth::caller;
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, conditional, response};
use crate::idempotency::{Made, once};
use crate::store::StoreError;
use crate::store::records::{Agent, Refusal};
use crate::{listing, random};

/// What an agent is made of or changed to.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "AgentBody")]
pub struct AgentBody {
    /// Its name, 1 to 200 characters.
    pub name: String,
}

impl AgentBody {
    fn read(body: &Value) -> Result<Self, Problem> {
        let mut fields = Fields::of(body)?;
        let name = fields.name("name");
        fields.done(name.map(|name| Self { name }))
    }
}

/// Lists the agents of the organization, newest first.
///
/// # Errors
/// Those of every list.
pub async fn list_agents(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let page = listing::page_of(&request.query())?;
    let agents = app.store.agents(caller.organization_id, page).await?;
    listing::answer(&request, &agents, |agent| AgentView::from(agent))
}

/// Makes an agent.
///
/// # Errors
/// 422 for the name.
pub async fn create_agent(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let AgentBody { name } = AgentBody::read(&body)?;
    once(&app, &caller, &request, &body, async {
        let now = app.clock.now();
        let agent = Agent {
            id: AgentId::v7(now, &random::bytes()),
            organization_id: caller.organization_id,
            name,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        app.store.insert_agent(agent.clone()).await?;
        Made::created(format!("/core/agents/{}", agent.id), &AgentView::from(&agent))
    })
    .await
}

/// Shows an agent.
///
/// # Errors
/// 404.
pub async fn get_agent(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let agent = app.store.agent(caller.organization_id, request.param("id")?).await?;
    conditional::json(&request, StatusCode::OK, &AgentView::from(&agent))
}

/// Renames an agent.
///
/// # Errors
/// 404, 412, 422.
pub async fn update_agent(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let AgentBody { name } = AgentBody::read(&body)?;
    let now = app.clock.now();
    let organization = caller.organization_id;
    let seen = app.store.agent(organization, request.param("id")?).await?;
    conditional::etag_of(&AgentView::from(&seen))?.check_if_match(&request)?;
    let expected = conditional::is_guarded(&request).then_some(seen.revision);
    let agent = app.store.update_agent(organization, seen.id, name, expected, now).await?;
    conditional::json(&request, StatusCode::OK, &AgentView::from(&agent))
}

/// Deletes an agent with its versions.
///
/// # Errors
/// 404, 412, 409 `agent_in_use` while a widget serves it.
pub async fn delete_agent(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let organization = caller.organization_id;
    let seen = app.store.agent(organization, request.param("id")?).await?;
    conditional::etag_of(&AgentView::from(&seen))?.check_if_match(&request)?;
    let expected = conditional::is_guarded(&request).then_some(seen.revision);
    match app.store.delete_agent(organization, seen.id, expected).await {
        Err(StoreError::Refused(Refusal::InUse)) => Err(Problem::conflict(
            "agent_in_use",
            "A widget serves this agent; delete the widget or give it another agent first.",
        )),
        other => {
            other?;
            Ok(response::no_content())
        }
    }
}
