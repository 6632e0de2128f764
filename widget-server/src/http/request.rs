//! A request as a handler sees it: matched, its caller known, its body still unread.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header, request::Parts};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use serde_json::Value;

use super::incoming::BodyReader;
use super::json::{self, Accepts};
use super::proxy::Client;
use super::request_id::RequestId;
use super::{Access, Problem, Query};

/// A matched request.
#[derive(Debug)]
pub struct Request {
    pub(crate) parts: Parts,
    pub(crate) body: Unread,
    pub(crate) matched: Arc<Matched>,
    pub(crate) caller: Caller,
    pub(crate) found: Found,
}

/// What was found while the origin was looked at.
pub(crate) type Found = Option<Arc<dyn Any + Send + Sync>>;

/// The body that waits to be read.
#[derive(Debug)]
pub(crate) enum Unread {
    Socket(Incoming),
    Taken,
}

/// What the router found out.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    pub(crate) pattern: &'static str,
    pub(crate) names: Arc<[&'static str]>,
    /// Percent-decoded, in the order of `names`.
    pub(crate) values: Vec<String>,
    pub(crate) access: Access,
    /// The length of the public path that the request carried.
    pub(crate) skipped: usize,
    pub(crate) body_limit: usize,
}

/// What is known of who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) peer: SocketAddr,
    pub(crate) client: Client,
    pub(crate) id: RequestId,
    /// Where this server is reached from outside, without a trailing slash.
    pub(crate) public_url: Option<Arc<str>>,
}

impl Request {
    /// The method; `HEAD` arrives as it is, at the handler of `GET`.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The address as it was asked for.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The path below the public path: what the pattern was matched against.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.parts.uri.path()[self.matched.skipped..]
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// One header, where it is there and readable.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// The pattern of the route: `/core/web-widgets/{id}`.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.matched.pattern
    }

    /// The scope that the row names, where it is a management row.
    #[must_use]
    pub fn scope(&self) -> Option<&'static str> {
        match self.matched.access {
            Access::Management { scope } => Some(scope),
            _ => None,
        }
    }

    /// A parameter of the path.
    ///
    /// # Errors
    /// 404 when it cannot be read as a `T`: no such thing can exist.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.matched.param(name).ok_or_else(|| Problem::not_found("not_found"))
    }

    /// The decoded query.
    #[must_use]
    pub fn query(&self) -> Query {
        Query::parse(self.parts.uri.query().unwrap_or_default())
    }

    /// The other end of the connection: a proxy, where there is one.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.caller.peer
    }

    /// The address of who asks, behind the proxies that are trusted.
    #[must_use]
    pub fn client_ip(&self) -> IpAddr {
        self.caller.client.ip
    }

    /// The name of this request in logs and answers.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.caller.id.as_str()
    }

    /// The `Origin` header.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.parts.headers.get(header::ORIGIN)?.to_str().ok()
    }

    /// What the feature found out when it was asked about the request's origin
    /// ([`Admission::found`](super::cors::Admission)), so that a reader need not look again.
    #[must_use]
    pub fn found<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(self.found.as_ref()?).downcast().ok()
    }

    /// The token of `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let value = self.parts.headers.get(header::AUTHORIZATION)?;
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
    }

    /// Where this server is reached, without a trailing slash: `server.public_url`, else the
    /// scheme and host of this very request.
    #[must_use]
    pub fn base_url(&self) -> String {
        if let Some(url) = &self.caller.public_url {
            return url.to_string();
        }
        let client = &self.caller.client;
        let host = client.host.as_deref().or_else(|| self.host()).unwrap_or("localhost");
        format!("{}://{host}", if client.secure { "https" } else { "http" })
    }

    fn host(&self) -> Option<&str> {
        let named = self.parts.uri.authority().map(http::uri::Authority::as_str);
        let sent = || self.parts.headers.get(header::HOST)?.to_str().ok();
        named.or_else(sent).filter(|host| is_host(host))
    }

    /// Reads the body, at most `limit` bytes of it.
    ///
    /// # Errors
    /// 413 from the announced length before anything is read, or while it streams in; 408 when it
    /// comes too slowly; 400 when it breaks off.
    pub async fn body(&mut self, limit: usize) -> Result<Bytes, Problem> {
        self.body_reader(limit)?.whole().await
    }

    /// The body as it comes, at most `limit` bytes of it.
    ///
    /// # Errors
    /// 413 from the announced length.
    pub fn body_reader(&mut self, limit: usize) -> Result<BodyReader, Problem> {
        let incoming = match std::mem::replace(&mut self.body, Unread::Taken) {
            Unread::Taken => None,
            Unread::Socket(incoming) => Some(incoming),
        };
        BodyReader::open(incoming, limit)
    }

    /// Reads the body within the limit of its row.
    ///
    /// # Errors
    /// As [`Request::body`].
    pub async fn bytes(&mut self) -> Result<Bytes, Problem> {
        self.body(self.matched.body_limit).await
    }

    /// Reads the body as JSON within the limit of its row.
    ///
    /// # Errors
    /// 415 for another content type, 400 for what is no JSON, and those of [`Request::body`].
    pub async fn json(&mut self) -> Result<Value, Problem> {
        self.json_as(Accepts::Json).await
    }

    /// Like [`Request::json`], and JSON sent as `text/plain`, which needs no preflight.
    ///
    /// # Errors
    /// As [`Request::json`].
    pub async fn json_as_text_or_json(&mut self) -> Result<Value, Problem> {
        self.json_as(Accepts::JsonAsText).await
    }

    async fn json_as(&mut self, accepts: Accepts) -> Result<Value, Problem> {
        json::check_content_type(self, accepts)?;
        let bytes = self.bytes().await?;
        json::parse(&bytes)
    }

    /// Takes the right to switch protocols, where the client asked for it (WebSocket).
    pub fn take_upgrade(&mut self) -> Option<OnUpgrade> {
        self.parts.extensions.remove::<OnUpgrade>()
    }
}

impl Matched {
    pub(crate) fn param<T: FromStr>(&self, name: &str) -> Option<T> {
        let index = self.names.iter().position(|known| *known == name)?;
        self.values.get(index)?.parse().ok()
    }
}

/// Whether a text can stand as the host of an address: no spaces, paths or credentials.
pub(crate) fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
}

/// A handler may hold a request by reference across an `await`.
const _: fn() = || {
    fn shareable<T: Send + Sync>() {}
    shareable::<Request>();
};
