//! Strong entity tags and the requests that depend on them.

use http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Body, Problem, Request, Response, response};

/// A strong entity tag with its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(HeaderValue);

impl ETag {
    /// The tag of these very bytes: half of their SHA-256 in hexadecimal.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        use std::fmt::Write;
        let mut text = String::with_capacity(34);
        text.push('"');
        for byte in &Sha256::digest(bytes)[..16] {
            let _ = write!(text, "{byte:02x}");
        }
        text.push('"');
        Self(HeaderValue::from_str(&text).expect("hexadecimal digits"))
    }

    /// The tag of the same content in another encoding: `"…-br"`.
    #[must_use]
    pub fn encoded(&self, encoding: &str) -> Self {
        let text = format!("\"{}-{encoding}\"", self.opaque());
        Self(HeaderValue::from_str(&text).expect("a tag and a token"))
    }

    /// As the value of a header.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Whether `If-None-Match` names this tag (weak comparison, RFC 9110 13.1.2).
    #[must_use]
    pub fn is_known_to(&self, headers: &HeaderMap) -> bool {
        self.is_listed(headers.get_all(IF_NONE_MATCH).iter(), |tag| {
            tag.strip_prefix("W/").unwrap_or(tag).to_owned()
        })
    }

    /// 412 when `If-Match` is there and names another state (strong comparison).
    ///
    /// # Errors
    /// `precondition_failed`.
    pub fn check_if_match(&self, request: &Request) -> Result<(), Problem> {
        let headers = request.headers();
        let listed = || self.is_listed(headers.get_all(IF_MATCH).iter(), str::to_owned);
        if !headers.contains_key(IF_MATCH) || listed() {
            return Ok(());
        }
        Err(Problem::precondition_failed())
    }

    fn opaque(&self) -> &str {
        self.0.to_str().unwrap_or_default().trim_matches('"')
    }

    fn is_listed<'a>(
        &self,
        values: impl Iterator<Item = &'a HeaderValue>,
        strip: impl Fn(&str) -> String,
    ) -> bool {
        values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || strip(tag).as_bytes() == self.0.as_bytes())
    }
}

/// Adds the tag; the answer to a reader who has this state already is 304.
#[must_use]
pub fn with_etag(request: &Request, etag: &ETag, mut response: Response) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && response.status() == StatusCode::OK && etag.is_known_to(request.headers()) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(http::header::CONTENT_TYPE);
    }
    response.headers_mut().insert(ETAG, etag.header_value());
    response
}

/// JSON with the tag of its bytes, or 304.
///
/// # Errors
/// An internal problem when `value` cannot be serialized.
pub fn json<T: Serialize + ?Sized>(
    request: &Request,
    status: StatusCode,
    value: &T,
) -> Result<Response, Problem> {
    let response = response::json(status, value)?;
    let etag = ETag::of(response.body().as_bytes().map_or(&[], |bytes| bytes));
    Ok(with_etag(request, &etag, response))
}

/// The tag that [`json`] gives to `value`, for `If-Match` before a change.
///
/// # Errors
/// An internal problem when `value` cannot be serialized.
pub fn etag_of<T: Serialize + ?Sized>(value: &T) -> Result<ETag, Problem> {
    serde_json::to_vec(value).map(|bytes| ETag::of(&bytes)).map_err(Problem::internal)
}

/// Whether the request only wants to change the state it names (`If-Match` other than `*`).
#[must_use]
pub fn is_guarded(request: &Request) -> bool {
    let header = request.headers().get(IF_MATCH);
    header.is_some_and(|value| value.as_bytes() != b"*")
}
