//! `/core/web-widgets`: widgets as their owner manages them (seed 000).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::{AgentId, AgentVersionId, OrganizationId, WidgetId};
use widget_core::widget::{NewWidget, WidgetPatch};

use super::hours;
use super::view::WidgetView;
use crate::app::App;
use crate::auth::caller;
use crate::http::{Outcome, Problem, Request, conditional, response};
use crate::idempotency::{Made, once};
use crate::listing::{self, Filters};
use crate::random;
use crate::rooms;
use crate::store::StoreError;
use crate::store::records::{Refusal, ServedWidget, Widget, WidgetChange, WidgetFilter};

/// The largest body: 256 KB of configuration and the rest.
pub const MAX_WIDGET_BYTES: usize = 320 * 1024;
/// A rotated identity secret stays valid this long.
const FORMER_SECRET_VALID_MS: i64 = 24 * 3_600_000;

/// What a widget is made of.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "NewWebWidget")]
pub struct NewWidgetBody {
    /// The agent to serve.
    pub agent_id: AgentId,
    /// The version to run.
    pub agent_version_id: AgentVersionId,
    /// A name; the agent's, where there is none.
    pub name: Option<String>,
    /// The origins that may embed and call it, at most 100; empty: any.
    pub domains: Option<Vec<String>>,
    /// Whether it is live; `false` unless given.
    pub published: Option<bool>,
    /// Appearance and behaviour; its schema is at `/core/widget-config-schema`.
    pub config: Option<Value>,
}

/// What a widget is changed to: what is present replaces the stored value whole.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "WebWidgetPatch")]
pub struct WidgetPatchBody {
    /// The agent to serve.
    pub agent_id: Option<AgentId>,
    /// The version to run.
    pub agent_version_id: Option<AgentVersionId>,
    /// A name; `null` takes it away.
    pub name: Option<String>,
    /// The origins that may embed and call it.
    pub domains: Option<Vec<String>>,
    /// Whether it is live.
    pub published: Option<bool>,
    /// Appearance and behaviour.
    pub config: Option<Value>,
}

/// The secret that signs a site's identities, shown once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IdentitySecretView {
    /// The key of HMAC-SHA256, used as this very text. Shown once.
    pub secret: String,
}

/// Lists widgets, newest first.
///
/// # Errors
/// 422 for filters, and those of every list.
pub async fn list_web_widgets(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let query = request.query();
    let mut filters = Filters::of(&query);
    let filter = WidgetFilter {
        agent_id: filters.id("agent_id"),
        agent_version_id: filters.id("agent_version_id"),
        published: filters.read("published", "true or false"),
        created_after: filters.moment("created_after"),
        created_before: filters.moment("created_before"),
        updated_after: filters.moment("updated_after"),
        updated_before: filters.moment("updated_before"),
    };
    let filter = filters.done(filter)?;
    let page = listing::page_of(&query)?;
    let listed = app.store.widgets(caller.organization_id, filter, page).await?;
    let mut views = Vec::with_capacity(listed.items.len());
    for widget in &listed.items {
        views.push(view(&app, &served(&app, caller.organization_id, widget.id).await?));
    }
    let mut views = views.into_iter();
    listing::answer(&request, &listed, |_| views.next())
}

/// Makes a widget.
///
/// # Errors
/// 422 with everything that is wrong, agent and version included.
pub async fn create_web_widget(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let new = hours::with_zone(&body, NewWidget::read(&body));
    let new = new.map_err(|wrong| Problem::unprocessable(wrong.0))?;
    once(&app, &caller, &request, &body, async {
        let now = app.clock.now();
        let widget = Widget {
            id: WidgetId::v7(now, &random::bytes()),
            organization_id: caller.organization_id,
            agent_id: new.agent_id,
            agent_version_id: new.agent_version_id,
            name: new.name,
            domains: new.domains,
            published: new.published,
            paused: false,
            config: new.config,
            revision: 1,
            created_at: now,
            updated_at: now,
        };
        let id = widget.id;
        app.store.insert_widget(widget).await.map_err(told)?;
        let served = served(&app, caller.organization_id, id).await?;
        Made::created(format!("/core/web-widgets/{id}"), &view(&app, &served))
    })
    .await
}

/// Shows a widget.
///
/// # Errors
/// 404.
pub async fn get_web_widget(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let served = served(&app, caller.organization_id, request.param("id")?).await?;
    conditional::json(&request, StatusCode::OK, &view(&app, &served))
}

/// Replaces the fields that are present, each one whole.
///
/// # Errors
/// 404, 412, 422.
pub async fn update_web_widget(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let id = request.param("id")?;
    let body = request.json().await?;
    let seen = served(&app, caller.organization_id, id).await?;
    conditional::etag_of(&view(&app, &seen))?.check_if_match(&request)?;
    let patch = hours::with_zone(&body, WidgetPatch::read(&body));
    let patch = patch.map_err(|wrong| Problem::unprocessable(wrong.0))?;
    let expected = conditional::is_guarded(&request).then_some(seen.widget.revision);
    let change = WidgetChange {
        agent_id: patch.agent_id,
        agent_version_id: patch.agent_version_id,
        name: patch.name,
        domains: patch.domains,
        published: patch.published,
        paused: None,
        config: patch.config,
    };
    let now = app.clock.now();
    app.store
        .update_widget(caller.organization_id, id, change, expected, now)
        .await
        .map_err(told)?;
    let served = served(&app, caller.organization_id, id).await?;
    conditional::json(&request, StatusCode::OK, &view(&app, &served))
}

/// Deletes a widget and everything of it but usage.
///
/// # Errors
/// 404, 412.
pub async fn delete_web_widget(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let id = request.param("id")?;
    let seen = served(&app, caller.organization_id, id).await?;
    conditional::etag_of(&view(&app, &seen))?.check_if_match(&request)?;
    let expected = conditional::is_guarded(&request).then_some(seen.widget.revision);
    app.store.delete_widget(caller.organization_id, id, expected).await?;
    Ok(response::no_content())
}

/// Makes or rotates the secret that signs identities; the former one stays valid for 24 hours.
///
/// # Errors
/// 404.
pub async fn create_identity_secret(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let id = request.param("id")?;
    once(&app, &caller, &request, &Value::Null, async {
        let secret = URL_SAFE_NO_PAD.encode(random::bytes::<32>());
        let now = app.clock.now();
        let until = now.plus_ms(FORMER_SECRET_VALID_MS);
        let bytes = secret.clone().into_bytes();
        app.store.set_identity_secret(caller.organization_id, id, bytes, until, now).await?;
        let location = format!("/core/web-widgets/{id}");
        let mut made = Made::created(location, &IdentitySecretView { secret })?;
        made.secrets = &["secret"];
        Ok(made)
    })
    .await
}

/// The JSON Schema of a widget's configuration.
///
/// # Errors
/// 401, 403.
pub async fn get_widget_config_schema(app: Arc<App>, request: Request) -> Outcome {
    caller(&app, &request).await?;
    conditional::json(&request, StatusCode::OK, &widget_core::config::schema())
}

pub(super) async fn served(
    app: &App,
    organization: OrganizationId,
    id: WidgetId,
) -> Result<ServedWidget, Problem> {
    let served = app.store.served_widget(id).await?;
    if served.widget.organization_id == organization {
        return Ok(served);
    }
    Err(Problem::not_found("not_found"))
}

fn view(app: &App, served: &ServedWidget) -> WidgetView {
    WidgetView::of(served, rooms::capabilities(&app.config, &served.version.config))
}

/// Agent and version that do not exist or do not belong together are wrong fields of the body.
fn told(error: StoreError) -> Problem {
    match error {
        StoreError::Refused(Refusal::VersionMismatch) => Problem::unprocessable([Violation::new(
            "agent_version_id",
            ViolationCode::UnknownReference,
        )]),
        other => other.into(),
    }
}
