//! The caller of a management endpoint, as its row demands.

use super::{Caller, Scope};
use crate::app::App;
use crate::http::{Problem, Request};

/// The header in which a personal token names its organization (seed 000).
const ORGANIZATION_HEADER: &str = "x-anyreach-org";

/// Authenticates the request and checks the scope that its row names.
///
/// # Errors
/// 401, 404 for a person who is no member, 403 `insufficient_scope`.
pub async fn caller(app: &App, request: &Request) -> Result<Caller, Problem> {
    let caller =
        app.keys.authenticate(request.bearer(), request.header(ORGANIZATION_HEADER)).await?;
    let needed: Scope = request
        .scope()
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| Problem::internal(format!("{} names no scope", request.route())))?;
    if caller.may(needed) {
        return Ok(caller);
    }
    Err(Problem::forbidden("insufficient_scope", format!("This key lacks the scope `{needed}`.")))
}
