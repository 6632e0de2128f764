//! Reading what went wrong: for the log in the server's own words, for the turn as a kind.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use serde_json::Value;

use super::body::Dialect;
use super::retry::Failed;
use super::wire::Complaint;
use crate::config::Secret;
use crate::engine::model::ModelError;

/// How much of an error's body is read.
const MOST_READ: usize = 16 << 10;
/// How much of it is logged, in characters.
const MOST_LOGGED: usize = 300;

/// A refused request.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) failed: Failed,
    /// What the server would rather have been sent.
    pub(super) wants: Dialect,
}

/// Reads an answer with an error status.
pub(super) async fn read(response: Response, key: Option<&Secret>) -> Refused {
    let status = response.status();
    let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let after = after.and_then(|text| text.trim().parse().ok()).map(Duration::from_secs);
    let body = beginning(response).await;
    let complaint = match serde_json::from_str::<Value>(&body) {
        Ok(json) if !json["error"].is_null() => Complaint::of(&json["error"]),
        Ok(json) => Complaint::of(&json),
        Err(_) => Complaint { message: body, kind: String::new() },
    };
    let wants = if status.is_client_error() { wants(&complaint) } else { Dialect::default() };
    let said = format!("{status}: {}", for_log(&complaint.message, key));
    Refused { failed: classify(status, &complaint, said, after), wants }
}

/// A request that got no answer.
pub(super) fn transport(error: &reqwest::Error) -> Failed {
    // The address is the operator's own business, not the log's.
    let said = chain(error);
    if error.is_builder() {
        return Failed::finally(ModelError::Refused(said));
    }
    Failed::for_now(ModelError::Unavailable(said), None)
}

/// An error reported inside a stream.
pub(super) fn reported(error: &Value) -> Failed {
    let complaint = Complaint::of(error);
    let code = error["code"].as_u64().or_else(|| error["status"].as_u64());
    let status = code.and_then(|code| u16::try_from(code).ok());
    let status = status.and_then(|code| StatusCode::from_u16(code).ok());
    let said = format!("in the stream: {}", for_log(&complaint.message, None));
    classify(status.unwrap_or(StatusCode::BAD_GATEWAY), &complaint, said, None)
}

fn classify(
    status: StatusCode,
    complaint: &Complaint,
    said: String,
    after: Option<Duration>,
) -> Failed {
    let kind = complaint.kind.as_str();
    let message = complaint.message.to_lowercase();
    if kind.contains("context_length") || message.contains("maximum context length") {
        return Failed::finally(ModelError::TooLong(said));
    }
    if kind.contains("content_filter") || kind.contains("content_policy") {
        return Failed::finally(ModelError::Filtered(said));
    }
    if kind.contains("insufficient_quota") {
        // It comes as 429, but waiting does not pay the bill.
        return Failed::finally(ModelError::Refused(said));
    }
    if status == StatusCode::TOO_MANY_REQUESTS || kind.contains("rate_limit") {
        return Failed::for_now(ModelError::Busy(said), after);
    }
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        return Failed::for_now(ModelError::Unavailable(said), after);
    }
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Failed::finally(ModelError::TooLong(said));
    }
    Failed::finally(ModelError::Refused(said))
}

fn wants(complaint: &Complaint) -> Dialect {
    Dialect {
        renamed_limit: complaint.message.contains("max_completion_tokens"),
        plain_stream: complaint.message.contains("stream_options"),
    }
}

/// The beginning of a body, as text.
pub(super) async fn beginning(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        body.extend_from_slice(&bytes);
        if body.len() >= MOST_READ {
            body.truncate(MOST_READ);
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// A provider's words on one line, short, and without the key, which some repeat.
fn for_log(text: &str, key: Option<&Secret>) -> String {
    let text = match key {
        Some(key) if !key.expose().is_empty() => text.replace(key.expose(), "<hidden>"),
        _ => text.to_owned(),
    };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MOST_LOGGED).collect()
}

/// An error with its causes, without the address.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut said = match (error.is_connect(), error.is_timeout()) {
        (true, _) => "cannot connect".to_owned(),
        (_, true) => "no answer in time".to_owned(),
        _ => "the connection failed".to_owned(),
    };
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        said = format!("{said}: {cause}");
        source = cause.source();
    }
    said
}
