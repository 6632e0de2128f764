//! A raw HTTP client: it sends exactly the headers it is told to, an `Origin` included or not.

use std::net::SocketAddr;
use std::pin::Pin;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::events::EventStream;
use crate::wait::in_time;

/// Calls one server, with headers that go with every call.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    prefix: String,
    headers: HeaderMap,
}

impl Client {
    /// A client of `base`: `http://127.0.0.1:8080`, also with a path such as `/chat` after it.
    ///
    /// # Panics
    /// When `base` does not name an IP address with a port.
    pub fn new(base: &str) -> Self {
        let rest = base.strip_prefix("http://").expect("the base address is http");
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let address = authority.replace("localhost", "127.0.0.1");
        let address = address.parse().expect("the base address names an IP address and a port");
        let prefix = path.trim_end_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
        let mut headers = HeaderMap::new();
        headers.insert(HOST, value(authority));
        Self { address, prefix, headers }
    }

    /// The same client as a page of this origin.
    #[must_use]
    pub fn origin(self, origin: &str) -> Self {
        self.header(ORIGIN.as_str(), origin)
    }

    /// The same client with this token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// The same client with one header more (or another value of it).
    #[must_use]
    pub fn header(mut self, name: &str, content: &str) -> Self {
        self.headers.insert(header_name(name), value(content));
        self
    }

    /// The same client without that header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(header_name(name));
        self
    }

    /// Begins a GET.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// Begins a POST.
    pub fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// Begins a PUT.
    pub fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// Begins a PATCH.
    pub fn patch(&self, path: &str) -> Call {
        self.call(Method::PATCH, path)
    }

    /// Begins a DELETE.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Asks as a browser does before a call with `method` and these headers (comma-separated).
    pub fn preflight(&self, path: &str, method: &str, headers: &str) -> Call {
        self.call(Method::OPTIONS, path)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers)
    }

    /// Begins a call with any method.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let target = format!("{}{path}", self.prefix);
        let headers = self.headers.clone();
        Call { address: self.address, method, target, headers, body: Bytes::new() }
    }
}

/// One call, still to be sent: `.await` it for the whole reply.
#[derive(Clone, Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Call {
    address: SocketAddr,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// Sets a header of this call only.
    pub fn header(mut self, name: &str, content: &str) -> Self {
        self.headers.insert(header_name(name), value(content));
        self
    }

    /// Leaves out a header that the client would send.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(header_name(name));
        self
    }

    /// Sends JSON.
    pub fn json(self, body: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json").body(body.to_string())
    }

    /// Sends these bytes, with whatever content type was set.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it and returns as soon as the head of the reply is here.
    pub async fn open(self) -> Response<Incoming> {
        let what = format!("the head of {} {}", self.method, self.target);
        in_time(&what, self.exchange()).await
    }

    /// Sends it and reads the reply as events.
    ///
    /// # Panics
    /// When the reply is not a 200 of `text/event-stream`.
    pub async fn events(self) -> EventStream {
        let response = self.open().await;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if response.status() != 200 || !kind.is_some_and(|k| k.starts_with("text/event-stream")) {
            panic!("no event stream: {:?}", Reply::read(response).await);
        }
        EventStream::new(response)
    }

    async fn exchange(self) -> Response<Incoming> {
        let socket = TcpStream::connect(self.address).await;
        let socket = socket.unwrap_or_else(|error| panic!("{}: {error}", self.address));
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(socket)).await.expect("HTTP/1.1 needs no answer yet");
        // It ends with the body of the reply; how it broke off is seen there.
        tokio::spawn(connection);
        let mut request = Request::new(Full::new(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.target.parse().expect("the path can be written in a request");
        *request.headers_mut() = self.headers;
        sender.send_request(request).await.expect("the server answers")
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let what = format!("the reply to {} {}", self.method, self.target);
        Box::pin(
            async move { in_time(&what, async { Reply::read(self.exchange().await).await }).await },
        )
    }
}

/// A reply that was read to its end.
#[derive(Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Reply {
    async fn read(response: Response<Incoming>) -> Self {
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("the reply is complete").to_bytes();
        Self { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// The reply itself, when it has this status.
    ///
    /// # Panics
    /// When it has another one; with all that was answered.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Checks that this is a problem document with that status and code, and returns it.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self:?}");
        assert_eq!(problem["status"], status, "{self:?}");
        problem
    }

    /// A header's value, when it is there and text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {:?}", self.status, self.headers)?;
        f.write_str(&self.text())
    }
}

fn header_name(name: &str) -> HeaderName {
    name.parse().expect("a header name")
}

fn value(content: &str) -> HeaderValue {
    HeaderValue::from_bytes(content.as_bytes()).expect("a header value")
}
