//! The checker over HTTP: for owners with a key, and for the person at the machine of a demo.

use std::sync::Arc;

use schemars::JsonSchema;
use serde_json::Value;
use widget_core::id::{OrganizationId, WidgetId};

use super::check::{Examiner, Target};
use super::scene::is_loopback;
use crate::app::App;
use crate::auth::caller;
use crate::http::rate::Key;
use crate::http::{FieldError, Outcome, Problem, Request, response};
use crate::store::StoreError;

/// What is asked.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "InstallCheck")]
pub struct CheckInstallBody {
    /// The address of a page that should show the widget; `https://` may be left out.
    pub url: String,
}

/// Looks at a page and says why the widget does not show there.
///
/// # Errors
/// 404, 422 for an address that is none, 429.
pub async fn check_install(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let id: WidgetId = request.param("id")?;
    let body = request.json().await?;
    let organization = caller.organization_id;
    let served = app.store.served_widget(id).await?;
    if served.widget.organization_id != organization {
        return Err(StoreError::NotFound.into());
    }
    let quota = app.limits.install_check(Key::from(*organization.as_uuid()))?;
    let answer = report(&app, &request, &body, Target::Widget(id), Some(organization)).await?;
    Ok(quota.on(answer))
}

/// The same without a key, where nobody but the person at this machine can ask.
///
/// # Errors
/// 404 anywhere else, 422, 429.
pub async fn check_demo_install(app: Arc<App>, mut request: Request) -> Outcome {
    if !is_at_home(&app, &request) {
        return Err(Problem::not_found("not_found"));
    }
    let body = request.json().await?;
    let target = match &body["widget_id"] {
        Value::Null => Target::OnPage,
        id => Target::Widget(id.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| {
            wrong("widget_id", "A widget's id, such as wgt_0198d4a27c117d709a640123456789ab.")
        })?),
    };
    let quota = app.limits.install_check(Key::address(request.client_ip()))?;
    Ok(quota.on(report(&app, &request, &body, target, None).await?))
}

/// Whether this is a server that somebody tries out, and the caller is at the same machine: it
/// listens for this machine only, under no public name, and is called by one of its own names, so
/// that no page of somebody else's can be behind the call (DNS rebinding).
#[must_use]
pub fn is_at_home(app: &App, request: &Request) -> bool {
    let called_as = request.base_url().parse().is_ok_and(|url| is_loopback(&url));
    app.config.server.listen.ip().is_loopback()
        && app.config.server.public_url.is_none()
        && request.client_ip().is_loopback()
        && called_as
}

async fn report(
    app: &App,
    request: &Request,
    body: &Value,
    target: Target,
    organization: Option<OrganizationId>,
) -> Outcome {
    let no_address =
        || wrong("url", "The address of a page, such as https://shop.example/contact.");
    let address = body["url"].as_str().ok_or_else(no_address)?;
    let base = request.base_url();
    let examiner = Examiner {
        config: &app.config,
        store: app.store.as_ref(),
        organization,
        base: &base,
        guarded: app.net.guarded_without_redirects(),
        open: None,
    };
    let report = examiner.examine(address, target).await?.ok_or_else(no_address)?;
    response::ok(&report)
}

fn wrong(path: &str, message: &str) -> Problem {
    Problem::unprocessable([FieldError::new(path, "invalid", message)])
}
