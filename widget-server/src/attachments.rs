//! Files that visitors send: taking them in, and handing them out.
//!
//! A file is uploaded first and then named in a message. It is never trusted: what it is was
//! checked by the rules of `widget-core`, and whatever it is, it is served so that nothing in it
//! runs.

pub mod owner_api;
mod serving;
mod upload;
pub mod visitor_api;

use std::time::Duration;

use widget_core::attachment::Refusal;

use crate::http::Problem;
use crate::http::problem::ErrorStatus;
use crate::store::StoreError;

/// A large file over a slow line.
pub const UPLOAD_TIME: Duration = Duration::from_secs(120);

/// The largest file that any configuration allows, in bytes.
pub const MAX_BYTES: usize = 100_000_000;

/// To whoever may not have a file it does not exist.
fn not_found() -> Problem {
    Problem::not_found("attachment_not_found")
}

fn missing(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => not_found(),
        other => other.into(),
    }
}

/// A file that may not be sent, in words that its visitor can act on.
fn refused(refusal: Refusal) -> Problem {
    let code = refusal.code();
    match refusal {
        Refusal::NotConfigured => Problem::bad_request(code, "This widget takes no files."),
        Refusal::Empty => Problem::bad_request(code, "This file is empty."),
        Refusal::TooLarge { max_bytes } => {
            let detail =
                format!("This file is too large; it may have {} MB.", max_bytes / 1_000_000);
            Problem::new(ErrorStatus::PAYLOAD_TOO_LARGE, code, detail)
        }
        Refusal::TypeNotAllowed => Problem::new(
            ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
            code,
            "Files of this type are not taken here.",
        ),
        Refusal::TypeMismatch => Problem::new(
            ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
            code,
            "This file is not what its name or its type says; save it anew and try again.",
        ),
    }
}
