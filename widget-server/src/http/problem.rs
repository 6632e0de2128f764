//! The one shape of an error: an RFC 9457 problem document.
//!
//! A problem has two texts. What stands in the document (`detail`, `errors`) is for the caller and
//! says what to do; what went wrong inside (`source`) is for the log and never leaves the server.
//! A status is an [`ErrorStatus`], so an error that reports success cannot be written. Handlers
//! return problems, the shell turns them into responses and logs them once.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::{Body, Response};

/// A status between 400 and 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorStatus(StatusCode);

macro_rules! error_statuses {
    ($($name:ident),* $(,)?) => {
        #[expect(missing_docs, reason = "the names are the standard's own")]
        impl ErrorStatus {
            $(pub const $name: Self = Self(StatusCode::$name);)*
        }
    };
}

error_statuses!(
    BAD_REQUEST,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    REQUEST_TIMEOUT,
    CONFLICT,
    GONE,
    PRECONDITION_FAILED,
    PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    UNPROCESSABLE_ENTITY,
    TOO_MANY_REQUESTS,
    INTERNAL_SERVER_ERROR,
    BAD_GATEWAY,
    SERVICE_UNAVAILABLE,
    GATEWAY_TIMEOUT,
);

impl From<ErrorStatus> for StatusCode {
    fn from(status: ErrorStatus) -> Self {
        status.0
    }
}

/// One thing that is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// Where: `config.v1.trigger.size`, `fields[2].label`, or the name of a parameter.
    pub path: String,
    /// What, for a program.
    pub code: Cow<'static, str>,
    /// What, for a person.
    pub message: String,
}

impl FieldError {
    /// A violation at `path`.
    pub fn new(
        path: impl Into<String>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), code: code.into(), message: message.into() }
    }
}

impl From<widget_core::error::Violation> for FieldError {
    fn from(violation: widget_core::error::Violation) -> Self {
        let message = violation.message();
        Self { path: violation.path, code: violation.code.as_str().into(), message }
    }
}

/// An error as the caller sees it, and its inner cause as only the log sees it.
#[derive(Debug)]
pub struct Problem(Box<Inner>);

#[derive(Debug)]
struct Inner {
    status: ErrorStatus,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    headers: HeaderMap,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The document on the wire.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Document<'a> {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// Stable, for a program to act on.
    code: &'a str,
    /// A sentence that says what to do.
    detail: &'a str,
    /// Every field that is wrong, where fields are.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schemars(default)]
    errors: &'a [FieldError],
    /// The same as the header `X-Request-Id`.
    request_id: &'a str,
}

impl Problem {
    /// A problem with a stable `code` and a sentence that a person can act on.
    pub fn new(
        status: ErrorStatus,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            headers: HeaderMap::new(),
            source: None,
        }))
    }

    /// 400.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorStatus::BAD_REQUEST, code, detail)
    }

    /// 401 with `WWW-Authenticate: Bearer`.
    pub fn unauthorized(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorStatus::UNAUTHORIZED, code, detail)
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// 403.
    pub fn forbidden(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorStatus::FORBIDDEN, code, detail)
    }

    /// 404, in the same words for what does not exist and for what is not the caller's.
    #[must_use]
    pub fn not_found(code: &'static str) -> Self {
        Self::new(ErrorStatus::NOT_FOUND, code, "There is nothing here by that name or id.")
    }

    /// 409.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorStatus::CONFLICT, code, detail)
    }

    /// 412: the state that the caller has seen is gone.
    #[must_use]
    pub fn precondition_failed() -> Self {
        let detail = "It was changed since you read it; read it again and repeat your change.";
        Self::new(ErrorStatus::PRECONDITION_FAILED, "precondition_failed", detail)
    }

    /// 413 for a body over `limit` bytes.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("The body is over the limit of {limit} bytes.");
        Self::new(ErrorStatus::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    }

    /// 422 with everything that is wrong.
    pub fn unprocessable<E: Into<FieldError>>(errors: impl IntoIterator<Item = E>) -> Self {
        let errors: Vec<FieldError> = errors.into_iter().map(Into::into).collect();
        let detail = match errors.as_slice() {
            [only] if only.path.is_empty() => only.message.clone(),
            [only] => format!("{}: {}", only.path, only.message),
            several => format!("{} values are not accepted; see errors.", several.len()),
        };
        let mut problem = Self::new(ErrorStatus::UNPROCESSABLE_ENTITY, "invalid", detail);
        problem.0.errors = errors;
        problem
    }

    /// 429 that may be tried again after `wait`. [`super::rate::Rate`] alone makes them: it adds the
    /// headers that belong to every one.
    pub(super) fn too_many_requests(
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        wait: Duration,
    ) -> Self {
        Self::new(ErrorStatus::TOO_MANY_REQUESTS, code, detail).retry_after(wait)
    }

    /// 405 naming the methods that exist.
    pub(crate) fn method_not_allowed(allow: HeaderValue) -> Self {
        Self::new(
            ErrorStatus::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address exists, but not for this method; see the Allow header.",
        )
        .with_header(ALLOW, allow)
    }

    /// 500: `source` is logged, the caller learns nothing of it.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(
            ErrorStatus::INTERNAL_SERVER_ERROR,
            "internal",
            "The server failed to answer. It has been logged under this request id.",
        )
        .because(source)
    }

    /// 503: something this server needs does not answer now; `source` is logged.
    pub fn unavailable(
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::new(ErrorStatus::SERVICE_UNAVAILABLE, code, detail).because(source)
    }

    /// Adds the fields that are wrong.
    #[must_use]
    pub fn with_errors<E: Into<FieldError>>(mut self, errors: impl IntoIterator<Item = E>) -> Self {
        self.0.errors.extend(errors.into_iter().map(Into::into));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Sets `Retry-After` in whole seconds, rounded up, at least one.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with_header(RETRY_AFTER, HeaderValue::from(seconds.max(1)))
    }

    /// Adds the inner cause, for the log only.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status.0
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The sentence for the caller.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The inner cause and its causes in one line.
    pub(crate) fn cause(&self) -> Option<String> {
        let mut text = self.0.source.as_ref()?.to_string();
        let mut next = self.0.source.as_ref()?.source();
        while let Some(error) = next {
            text.push_str(": ");
            text.push_str(&error.to_string());
            next = error.source();
        }
        Some(text)
    }

    /// The response that carries this problem.
    #[must_use]
    pub fn into_response(self, request_id: &str) -> Response {
        let Inner { status, code, detail, errors, headers, .. } = *self.0;
        let document = Document {
            kind: "about:blank",
            title: status.0.canonical_reason().unwrap_or("Error"),
            status: status.0.as_u16(),
            code,
            detail: &detail,
            errors: &errors,
            request_id,
        };
        let bytes = serde_json::to_vec(&document).expect("strings and numbers serialize");
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = status.0;
        *response.headers_mut() = headers;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        response
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.status.0.as_u16(), self.0.code, self.0.detail)
    }
}

impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as &(dyn Error + 'static))
    }
}
