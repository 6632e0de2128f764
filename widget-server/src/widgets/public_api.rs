//! `GET /core/public/web-widgets/{id}`: what the embed renders from (seed 000).

use std::sync::Arc;

use http::HeaderValue;
use http::header::CACHE_CONTROL;

use super::gate;
use super::origin_rule::Call;
use crate::app::App;
use crate::http::{Outcome, Problem, Request, Response, response};

/// How long a page may go on with what it has read (API, section 3).
pub(super) const BRIEFLY: &str = "public, max-age=60";

/// The same in milliseconds.
const BRIEF_MS: i64 = 60_000;

/// The widget object, from memory.
///
/// # Errors
/// 404 `widget_not_found`, 403 `origin_forbidden`.
pub async fn get_public_web_widget(app: Arc<App>, request: Request) -> Outcome {
    let served = gate::enter(&app, &request, Call::Reads).await?;
    let first = match request.query().get("lang") {
        Some(wish) => app.served.first(&served, wish).await,
        None => None,
    };
    let object = first.as_deref().unwrap_or(served.configuration());
    let answer = response::cached(object.respond(&request), BRIEFLY);
    match served.changes_at().map(|change| change.ms_since(app.clock.now())) {
        Some(left) if left < BRIEF_MS => until(answer, left),
        _ => Ok(answer),
    }
}

/// What the answer says of people changes soon: nobody goes on with it longer than that.
fn until(mut answer: Response, left_ms: i64) -> Outcome {
    let value = format!("public, max-age={}", left_ms.max(0) / 1000);
    let value = HeaderValue::from_str(&value).map_err(Problem::internal)?;
    answer.headers_mut().insert(CACHE_CONTROL, value);
    Ok(answer)
}
