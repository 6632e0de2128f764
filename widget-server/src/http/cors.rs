//! Which other origins may read an answer.
//!
//! Public and visitor rows echo the exact origin, and only one that the feature behind [`Admits`]
//! admits; on errors as well, so that the page can read them. `*` is sent for assets only, and
//! credentials are never allowed. What a handler allows or refuses is its own exact check.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::request::{Found, Matched};
use super::{Access, Problem, Response, response};

const ALLOWED_HEADERS: &str = "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, X-User-Hash, X-User-Token, If-None-Match";
const EXPOSED_HEADERS: &str =
    "Retry-After, RateLimit, RateLimit-Policy, Link, X-Next-Cursor, X-Request-Id, ETag, Location";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What a feature is asked: may this origin talk to this route?
#[derive(Clone, Debug)]
pub struct Asked {
    /// Checked to be readable.
    pub(crate) origin: HeaderValue,
    pub(crate) matched: Arc<Matched>,
}

impl Asked {
    /// The origin as the browser sent it; `null` is one too.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.origin.to_str().unwrap_or_default()
    }

    /// The pattern of the route: `/core/public/web-widgets/{id}`.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.matched.pattern
    }

    /// A parameter of the path, where it is there and readable.
    #[must_use]
    pub fn param<T: FromStr>(&self, name: &str) -> Option<T> {
        self.matched.param(name)
    }
}

/// The feature's answer to [`Asked`].
pub struct Admission {
    admitted: bool,
    found: Found,
}

impl Admission {
    /// Hands what was looked up on to the handler ([`Request::found`](super::Request::found)).
    #[must_use]
    pub fn found<T: Any + Send + Sync>(mut self, thing: Arc<T>) -> Self {
        self.found = Some(thing);
        self
    }
}

impl From<bool> for Admission {
    fn from(admitted: bool) -> Self {
        Self { admitted, found: None }
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Admission({})", self.admitted)
    }
}

type Answer = Pin<Box<dyn Future<Output = Admission> + Send>>;

/// The feature that answers [`Asked`].
pub struct Admits<S>(Box<dyn Fn(Arc<S>, Asked) -> Answer + Send + Sync>);

impl<S> Admits<S> {
    /// Wraps `async fn(Arc<S>, Asked) -> Admission`, or one that says just yes or no.
    pub fn by<A, F>(admits: A) -> Self
    where
        A: Fn(Arc<S>, Asked) -> F + Send + Sync + 'static,
        F: Future<Output: Into<Admission>> + Send + 'static,
    {
        Self(Box::new(move |state, asked| {
            let answer = admits(state, asked);
            Box::pin(async { answer.await.into() })
        }))
    }

    /// Admits nobody.
    #[must_use]
    pub fn nobody() -> Self {
        Self::by(|_, _| async { false })
    }
}

impl<S> fmt::Debug for Admits<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Admits")
    }
}

/// What the answer to one request says about origins.
#[derive(Debug)]
pub(crate) enum Cors {
    /// Nothing: management, pages.
    Silent,
    /// Everybody: assets.
    Everybody,
    /// This one, or none of those that a cache might ask for later.
    Exactly(Option<HeaderValue>),
}

impl Cors {
    pub(crate) async fn decide<S>(
        admits: &Admits<S>,
        state: &Arc<S>,
        matched: &Arc<Matched>,
        headers: &HeaderMap,
    ) -> (Self, Found) {
        match matched.access {
            Access::Management { .. } | Access::Open => (Self::Silent, None),
            Access::Asset => (Self::Everybody, None),
            Access::Public | Access::Visitor => {
                let Some(origin) = headers.get(ORIGIN).filter(|value| value.to_str().is_ok())
                else {
                    return (Self::Exactly(None), None);
                };
                let asked = Asked { origin: origin.clone(), matched: Arc::clone(matched) };
                let Admission { admitted, found } = (admits.0)(Arc::clone(state), asked).await;
                (Self::Exactly(admitted.then(|| origin.clone())), found)
            }
        }
    }

    /// Adds what the browser needs to hand the answer to the page.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        match self {
            Self::Silent => {}
            Self::Everybody => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
            }
            Self::Exactly(origin) => {
                headers.append(VARY, HeaderValue::from_static("Origin"));
                if let Some(origin) = origin {
                    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                    let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
                    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
                }
            }
        }
    }

    /// The answer to `OPTIONS`: what may be asked here, and by whom.
    pub(crate) fn answer_options(
        &self,
        headers: &HeaderMap,
        allow: HeaderValue,
    ) -> Result<Response, Problem> {
        let preflight = headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = response::status(StatusCode::NO_CONTENT);
        let out = response.headers_mut();
        match self {
            Self::Exactly(None) if preflight => {
                let detail = "This origin is not on the widget's list of domains.";
                return Err(Problem::forbidden("origin_forbidden", detail));
            }
            Self::Exactly(_) | Self::Everybody if preflight => {
                out.insert(ACCESS_CONTROL_ALLOW_METHODS, allow);
                let allowed = HeaderValue::from_static(ALLOWED_HEADERS);
                out.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
                out.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
                out.append(VARY, HeaderValue::from_static("Access-Control-Request-Method"));
                out.append(VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
            }
            _ => {
                out.insert(http::header::ALLOW, allow);
            }
        }
        Ok(response)
    }
}

/// Whether a request is an `OPTIONS` one.
pub(crate) fn is_options(method: &Method) -> bool {
    method == Method::OPTIONS
}
