//! Reading JSON bodies: content type first, then syntax.

use http::header;
use serde_json::Value;

use super::problem::ErrorStatus;
use super::{Problem, Request};

/// The content type of every JSON answer.
pub const CONTENT_TYPE: &str = "application/json";

/// What a row accepts as the type of a JSON body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// `application/json` and `application/…+json`.
    Json,
    /// Also `text/plain`, which a browser sends across origins without a preflight, and no type at
    /// all, as `navigator.sendBeacon` of some browsers has it.
    JsonAsText,
}

/// 415 unless the request says that its body is JSON.
pub(crate) fn check_content_type(request: &Request, accepts: Accepts) -> Result<(), Problem> {
    let essence = request
        .header(header::CONTENT_TYPE.as_str())
        .map(|value| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let accepted = match essence.as_deref() {
        Some("application/json") => true,
        Some("text/plain") | None => accepts == Accepts::JsonAsText,
        Some(other) => other.starts_with("application/") && other.ends_with("+json"),
    };
    if accepted {
        return Ok(());
    }
    Err(Problem::new(
        ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "Send the body as JSON, with the header Content-Type: application/json.",
    ))
}

/// 400 unless `bytes` are one JSON document.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    if bytes.is_empty() {
        return Err(Problem::bad_request("invalid_json", "The body is empty; send a JSON object."));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Problem::bad_request("invalid_json", format!("The body is not JSON, at {place}."))
    })
}
