//! `custom_metadata`: what callers note in a conversation, and what no caller may.

use serde_json::{Map, Value};
use widget_core::conversation::{FEEDBACK_KEY, MAX_METADATA_BYTES, clean_metadata};
use widget_core::error::{Violation, ViolationCode};

use crate::http::Problem;

/// Where the attributes that a site vouches for are kept in `custom_metadata`. No field of a form
/// can have this name, and no caller sets it.
const VERIFIED_KEY: &str = "_verified";

/// `custom_metadata` as a caller sent it, without what no caller sets.
///
/// # Errors
/// A violation when it is no object or over 16 KB.
pub fn read(sent: Option<&Value>) -> Result<Map<String, Value>, Violation> {
    let mut metadata = clean_metadata(sent.cloned().unwrap_or_default())?;
    metadata.shift_remove(VERIFIED_KEY);
    Ok(metadata)
}

/// Adds what the site vouches for.
pub(super) fn with_attributes(
    mut metadata: Map<String, Value>,
    attributes: Map<String, Value>,
) -> Map<String, Value> {
    if !attributes.is_empty() {
        metadata.insert(VERIFIED_KEY.to_owned(), Value::Object(attributes));
    }
    metadata
}

/// Many small additions must not outgrow the limit on one large one.
pub(super) fn check_size(
    kept: &Map<String, Value>,
    added: &Map<String, Value>,
) -> Result<(), Problem> {
    if added.is_empty() {
        return Ok(());
    }
    let mut whole = kept.clone();
    whole.extend(added.clone());
    whole.shift_remove(FEEDBACK_KEY);
    let bytes = serde_json::to_vec(&whole).map_err(Problem::internal)?.len();
    if bytes <= MAX_METADATA_BYTES {
        return Ok(());
    }
    let violation = Violation::new("custom_metadata", ViolationCode::TooBig);
    Err(Problem::unprocessable([violation.max(MAX_METADATA_BYTES as f64)]))
}
