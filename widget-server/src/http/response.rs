//! Responses and the few ways to make one.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::{Body, Problem, json};

/// A response of this server.
pub type Response = hyper::Response<Body>;

/// JSON with a status.
///
/// # Errors
/// An internal problem when `value` cannot be serialized.
pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Result<Response, Problem> {
    let bytes = serde_json::to_vec(value).map_err(Problem::internal)?;
    Ok(with_type(status, json::CONTENT_TYPE, bytes))
}

/// 200 with JSON.
///
/// # Errors
/// An internal problem when `value` cannot be serialized.
pub fn ok<T: Serialize + ?Sized>(value: &T) -> Result<Response, Problem> {
    json(StatusCode::OK, value)
}

/// 201 with `Location` and JSON.
///
/// # Errors
/// An internal problem when `value` cannot be serialized.
pub fn created<T: Serialize + ?Sized>(location: &str, value: &T) -> Result<Response, Problem> {
    let mut response = json(StatusCode::CREATED, value)?;
    let location = HeaderValue::from_str(location).map_err(Problem::internal)?;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// 204.
#[must_use]
pub fn no_content() -> Response {
    status(StatusCode::NO_CONTENT)
}

/// A status without a body.
#[must_use]
pub fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A redirect (303) to `location`.
///
/// # Errors
/// An internal problem when `location` is no header value.
pub fn see_other(location: &str) -> Result<Response, Problem> {
    let mut response = status(StatusCode::SEE_OTHER);
    let location = HeaderValue::from_str(location).map_err(Problem::internal)?;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// Bytes of a known type: `with_type(StatusCode::OK, "text/csv; charset=utf-8", csv)`.
pub fn with_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A page with its content security policy; a page without one cannot be made.
///
/// # Errors
/// An internal problem when `policy` is no header value.
pub fn html(body: impl Into<Body>, policy: &str) -> Result<Response, Problem> {
    let mut response = with_type(StatusCode::OK, "text/html; charset=utf-8", body);
    let policy = HeaderValue::from_str(policy).map_err(Problem::internal)?;
    response.headers_mut().insert(http::header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Adds a header whose value is fixed.
#[must_use]
pub fn with_header(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

/// Adds `Cache-Control`: `"no-store"`, `"public, max-age=60"`.
#[must_use]
pub fn cached(response: Response, value: &'static str) -> Response {
    with_header(response, CACHE_CONTROL, value)
}
