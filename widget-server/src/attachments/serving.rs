//! Handing a file out so that nothing in it runs.
//!
//! Raster images whose bytes were checked are shown; everything else is only offered to be saved.
//! The type is the one that was checked, never guessed (`nosniff`), what is not known is plain
//! bytes, and should a browser open any of it as a page after all, that page may do nothing.

use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::stream;
use http::{HeaderName, HeaderValue, header};
use widget_core::attachment::{is_known, is_picture};

use crate::http::{Body, Outcome, Problem, Response};
use crate::store::Store;
use crate::store::records::AttachmentRecord;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Headers that every file has. It is read by pages of other origins, its address is a secret, and
/// it is somebody's own: no cache keeps it beyond its erasure.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "private, no-store"),
    (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (RESOURCE_POLICY, "cross-origin"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

/// Answers with a file, read from the store as fast as it is taken.
pub(super) fn respond(store: &Arc<dyn Store>, file: &AttachmentRecord) -> Outcome {
    let mut response = Response::new(body(Arc::clone(store), file));
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let known = is_known(&file.media_type);
    let content_type = if known { file.media_type.as_str() } else { "application/octet-stream" };
    let content_type = HeaderValue::from_str(content_type).map_err(Problem::internal)?;
    headers.insert(header::CONTENT_TYPE, content_type);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(file.bytes));
    let disposition = disposition(&file.name, is_picture(&file.media_type));
    let disposition = HeaderValue::from_str(&disposition).map_err(Problem::internal)?;
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn body(store: Arc<dyn Store>, file: &AttachmentRecord) -> Body {
    let (id, pieces) = (file.id, file.pieces);
    Body::stream(stream::unfold(0, move |number| {
        let store = Arc::clone(&store);
        async move {
            if number == pieces {
                return None;
            }
            match store.attachment_piece(id, number).await {
                Ok(piece) => Some((piece, number + 1)),
                // It was erased meanwhile, or the store failed: the client sees that it is short.
                Err(error) => {
                    tracing::debug!(%error, "a file ended early");
                    None
                }
            }
        }
    }))
}

/// `Content-Disposition` (RFC 6266) with the name in both of its forms.
fn disposition(name: &str, shown: bool) -> String {
    let mut out = String::from(if shown { "inline" } else { "attachment" });
    let plain = |c: char| if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') { c } else { '_' };
    out.push_str("; filename=\"");
    out.extend(name.chars().map(plain));
    out.push_str("\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_both_forms_and_ends_no_header() {
        assert_eq!(
            disposition("Cat 1.png", true),
            "inline; filename=\"Cat 1.png\"; filename*=UTF-8''Cat%201.png"
        );
        assert_eq!(
            disposition("Kä\"\\\r\n.pdf", false),
            "attachment; filename=\"K_____.pdf\"; filename*=UTF-8''K%C3%A4%22%5C%0D%0A.pdf"
        );
    }
}
