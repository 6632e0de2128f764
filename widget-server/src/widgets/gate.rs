//! The way into every public endpoint: a live widget, and an origin that may talk to it.

use std::sync::Arc;

use widget_core::id::WidgetId;
use widget_core::origin::Origin;

use super::origin_rule::{Call, Rule};
use super::served::Served;
use crate::app::App;
use crate::http::cors::{Admission, Admits, Asked};
use crate::http::{Problem, Request};

/// Finds the live widget named in the path and checks the call's origin.
///
/// # Errors
/// 404 `widget_not_found`, 403 `origin_forbidden`.
pub async fn enter(app: &App, request: &Request, call: Call) -> Result<Arc<Served>, Problem> {
    let served = match request.found::<Served>() {
        // Found a moment ago under this very id. Whoever changes something looks again: the body
        // may have taken its time.
        Some(served) if request.method().is_safe() => served,
        _ => {
            let id = request.param("id").map_err(|_| super::served::widget_not_found())?;
            app.served.live(id).await?
        }
    };
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
    // The list first: what our own origin is takes longer to find out.
    if request.origin().is_some_and(|origin| rule(app, served, None).admits(origin)) {
        return Ok(());
    }
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
async fn may_read(app: Arc<App>, asked: Asked) -> Admission {
    let Some(id) = asked.param::<WidgetId>("id") else {
        let live = app.served.some_live_admits(asked.origin()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the lists of domains could not be read");
            false
        });
        return Admission::from(live || is_own(&app, asked.origin()));
    };
    match app.served.live(id).await {
        Ok(served) => {
            let admitted =
                rule(&app, &served, None).admits(asked.origin()) || is_own(&app, asked.origin());
            Admission::from(admitted).found(served)
        }
        Err(_) => Admission::from(is_own(&app, asked.origin())),
    }
}

/// Whether it is the origin of `server.public_url`.
fn is_own(app: &App, origin: &str) -> bool {
    let url = app.config.server.public_url.as_ref();
    let own = url.and_then(|url| Origin::parse(url.as_str()).ok());
    own.is_some() && Origin::from_header(origin) == own
}

fn rule<'a>(app: &App, served: &'a Served, own: Option<&'a Origin>) -> Rule<'a> {
    Rule {
        allow_list: served.allow_list(),
        own,
        require_domains: app.config.server.require_domains,
    }
}
