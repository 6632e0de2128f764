//! `/core/agents/{id}/versions`.

use std::str::FromStr;
use std::sync::Arc;

use http::StatusCode;
use schemars::JsonSchema;
use serde_json::Value;
use widget_core::agent;
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::{AgentId, AgentVersionId};

use super::view::VersionView;
use crate::app::App;
use crate::auth::{Caller, caller};
use crate::http::{Outcome, Problem, Request, conditional, response};
use crate::idempotency::{Made, once};
use crate::store::records::{AgentVersion, NewVersion, VersionNumber};
use crate::{knowledge, listing, random};

/// The largest body of a version: its knowledge is in it.
pub const MAX_VERSION_BYTES: usize = 4 * 1024 * 1024;

/// What a version is made of: exactly one of the two.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "NewAgentVersion")]
pub struct NewVersionBody {
    /// The configuration; its schema is at `/core/agent-config-schema`.
    pub config: Option<Value>,
    /// The number of the version whose configuration is copied.
    pub base_version: Option<u32>,
}

/// What a draft is changed to.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "AgentVersionBody")]
pub struct VersionBody {
    /// The configuration, which replaces the former one whole.
    pub config: Value,
}

/// `{n}` in a path: a number or `latest`.
struct Number(VersionNumber);

impl FromStr for Number {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "latest" {
            return Ok(Self(VersionNumber::Latest));
        }
        text.parse().map(|number| Self(VersionNumber::Number(number)))
    }
}

/// Lists the versions of an agent, newest first.
///
/// # Errors
/// 404, and those of every list.
pub async fn list_agent_versions(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let agent = app.store.agent(caller.organization_id, request.param("id")?).await?;
    let page = listing::page_of(&request.query())?;
    let versions = app.store.versions(caller.organization_id, agent.id, page).await?;
    listing::answer(&request, &versions, |version| VersionView::from(version))
}

/// Makes a draft, from a configuration or from another version.
///
/// # Errors
/// 404, 422 with everything that is wrong with the configuration.
pub async fn create_agent_version(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let agent = app.store.agent(caller.organization_id, request.param("id")?).await?;
    let body = request.json().await?;
    let config = new_config(&app, &caller, agent.id, &body).await?;
    once(&app, &caller, &request, &body, async {
        let now = app.clock.now();
        let new = NewVersion {
            id: AgentVersionId::v7(now, &random::bytes()),
            agent_id: agent.id,
            passages: knowledge::passages(&config),
            config,
            now,
        };
        let version = app.store.insert_version(caller.organization_id, new).await?;
        let location = format!("/core/agents/{}/versions/{}", agent.id, version.number);
        Made::created(location, &VersionView::from(&version))
    })
    .await
}

async fn new_config(
    app: &App,
    caller: &Caller,
    agent: AgentId,
    body: &Value,
) -> Result<Value, Problem> {
    match (body.get("config"), body.get("base_version")) {
        (Some(config), None) => checked(config),
        (None, Some(base)) => {
            let number = base.as_u64().and_then(|number| u32::try_from(number).ok());
            let wrong =
                || Problem::unprocessable([Violation::wrong_type("base_version", "integer")]);
            let number = VersionNumber::Number(number.ok_or_else(wrong)?);
            match app.store.version(caller.organization_id, agent, number).await {
                Ok(version) => Ok(version.config),
                Err(crate::store::StoreError::NotFound) => {
                    Err(Problem::unprocessable([Violation::new(
                        "base_version",
                        ViolationCode::UnknownReference,
                    )]))
                }
                Err(error) => Err(error.into()),
            }
        }
        (Some(_), Some(_)) => {
            Err(Problem::unprocessable([Violation::new("base_version", ViolationCode::ExactlyOne)]))
        }
        (None, None) => {
            Err(Problem::unprocessable([Violation::new("config", ViolationCode::Required)]))
        }
    }
}

fn checked(config: &Value) -> Result<Value, Problem> {
    let violations = agent::validate(config);
    if violations.is_empty() { Ok(config.clone()) } else { Err(Problem::unprocessable(violations)) }
}

/// Shows a version by number, or the latest.
///
/// # Errors
/// 404.
pub async fn get_agent_version(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let version = named(&app, &caller, &request).await?;
    conditional::json(&request, StatusCode::OK, &VersionView::from(&version))
}

/// Replaces the configuration of a draft.
///
/// # Errors
/// 404, 412, 422, 409 `version_published`.
pub async fn update_agent_version(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let seen = named(&app, &caller, &request).await?;
    conditional::etag_of(&VersionView::from(&seen))?.check_if_match(&request)?;
    let Some(config) = body.get("config") else {
        return Err(Problem::unprocessable([Violation::new("config", ViolationCode::Required)]));
    };
    let config = checked(config)?;
    let passages = knowledge::passages(&config);
    let now = app.clock.now();
    let version =
        app.store.update_version(caller.organization_id, seen.id, config, passages, now).await?;
    conditional::json(&request, StatusCode::OK, &VersionView::from(&version))
}

/// Publishes a version; it cannot change afterwards.
///
/// # Errors
/// 404.
pub async fn publish_agent_version(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let seen = named(&app, &caller, &request).await?;
    let now = app.clock.now();
    let version = app.store.publish_version(caller.organization_id, seen.id, now).await?;
    response::ok(&VersionView::from(&version))
}

async fn named(app: &App, caller: &Caller, request: &Request) -> Result<AgentVersion, Problem> {
    let Number(number) = request.param("n")?;
    Ok(app.store.version(caller.organization_id, request.param("id")?, number).await?)
}

/// The JSON Schema of a version's configuration.
///
/// # Errors
/// 401, 403.
pub async fn get_agent_config_schema(app: Arc<App>, request: Request) -> Outcome {
    caller(&app, &request).await?;
    conditional::json(&request, StatusCode::OK, &agent::schema())
}
