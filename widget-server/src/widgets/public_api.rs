//! `GET /core/public/web-widgets/{id}`: what the embed renders from (seed 000).

use std::sync::Arc;

use super::gate;
use super::origin_rule::Call;
use crate::app::App;
use crate::http::{Outcome, Request, response};

/// How long a page may go on with what it has read (API, section 3).
pub(super) const BRIEFLY: &str = "public, max-age=60";

/// The widget object, from memory.
///
/// # Errors
/// 404 `widget_not_found`, 403 `origin_forbidden`.
pub async fn get_public_web_widget(app: Arc<App>, request: Request) -> Outcome {
    let served = gate::enter(&app, &request, Call::Reads).await?;
    Ok(response::cached(served.configuration().respond(&request), BRIEFLY))
}
