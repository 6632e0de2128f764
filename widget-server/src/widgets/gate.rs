//! The way into every public endpoint: a live widget, and an origin that may talk to it.

use std::sync::Arc;

use widget_core::id::WidgetId;
use widget_core::origin::Origin;

use super::origin_rule::{Call, Rule};
use super::served::Served;
use crate::app::App;
use crate::http::cors::{Admits, Asked};
use crate::http::{Problem, Request};

/// Finds the live widget named in the path and checks the call's origin.
///
/// # Errors
/// 404 `widget_not_found`, 403 `origin_forbidden`.
pub async fn enter(app: &App, request: &Request, call: Call) -> Result<Arc<Served>, Problem> {
    let id: WidgetId = request.param("id").map_err(|_| super::served::widget_not_found())?;
    let served = app.served.live(id).await?;
    check_origin(app, request, &served, call)?;
    Ok(served)
}

/// Checks the call's origin against the widget's list of now.
///
/// # Errors
/// 403 `origin_forbidden`.
pub fn check_origin(
    app: &App,
    request: &Request,
    served: &Served,
    call: Call,
) -> Result<(), Problem> {
    let own = Origin::parse(&request.base_url()).ok();
    rule(app, served, own.as_ref()).check(request.origin(), call)
}

/// Decides which origins may read answers: what the shell asks before it sends CORS headers.
#[must_use]
pub fn admits() -> Admits<App> {
    Admits::by(may_read)
}

/// A path with a widget's id asks that widget; `/v1/widget/…` names none, and any live one will do:
/// the exact check is on the request itself.
async fn may_read(app: Arc<App>, asked: Asked) -> bool {
    let own =
        app.config.server.public_url.as_ref().and_then(|url| Origin::parse(url.as_str()).ok());
    if own.is_some() && Origin::from_header(asked.origin()) == own {
        return true;
    }
    match asked.param::<WidgetId>("id") {
        Some(id) => {
            let served = app.served.live(id).await;
            served.is_ok_and(|served| rule(&app, &served, None).admits(asked.origin()))
        }
        None => app.served.some_live_admits(asked.origin()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the lists of domains could not be read");
            false
        }),
    }
}

fn rule<'a>(app: &App, served: &'a Served, own: Option<&'a Origin>) -> Rule<'a> {
    Rule {
        allow_list: served.allow_list(),
        own,
        require_domains: app.config.server.require_domains,
    }
}
