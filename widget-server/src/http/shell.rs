//! What happens to every request, whoever answers it.
//!
//! One function, [`Shell::handle`], reads top to bottom: name the request, find its row, decide
//! about its origin, run it within its time, dress the answer, write the one log line. Handlers
//! return; only the shell logs.
//!
//! **A client that leaves.** A `GET` is dropped with its connection. Everything that may change
//! something runs to its end as a task of its own, so that half a change is never left behind.

use std::any::Any;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use http::header::{self, CACHE_CONTROL, CONTENT_LENGTH, ETAG};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use hyper::body::Incoming;
use tokio_util::task::TaskTracker;

use super::cors::{Admits, Cors, is_options};
use super::endpoint::Endpoint;
use super::incoming::body_time;
use super::problem::ErrorStatus;
use super::proxy::TrustedProxies;
use super::request::{Caller, Unread};
use super::request_id::{self, RequestId};
use super::router::Router;
use super::{Access, Outcome, Problem, Request, Response};

/// The route that a request without one is counted under: never its raw path.
const NO_ROUTE: &str = "none";
/// What the log says of a client that left before its answer; the number is nginx's.
const CLIENT_LEFT: u16 = 499;

/// What a request was, when it is over.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The method.
    pub method: &'a Method,
    /// The pattern of its route.
    pub route: &'static str,
    /// The status that was sent.
    pub status: u16,
    /// The time until the head of the answer.
    pub elapsed: Duration,
}

/// Who counts requests.
pub trait Observer: Send + Sync + 'static {
    /// A request was answered.
    fn finished(&self, seen: Seen<'_>);
    /// A stream begins; it ends when the guard is dropped.
    fn stream_opened(&self, route: &'static str) -> Box<dyn Any + Send + Sync>;
}

/// The table of endpoints with all that surrounds it.
pub struct Shell<S> {
    router: Router<S>,
    state: Arc<S>,
    admits: Admits<S>,
    proxies: TrustedProxies,
    public_url: Option<Arc<str>>,
    observer: Option<Arc<dyn Observer>>,
    stall: Duration,
    pub(crate) tasks: TaskTracker,
}

impl<S: Send + Sync + 'static> Shell<S> {
    /// A shell without CORS, proxies and a public address.
    pub fn new(router: Router<S>, state: Arc<S>) -> Self {
        Self {
            router,
            state,
            admits: Admits::nobody(),
            proxies: TrustedProxies::default(),
            public_url: None,
            observer: None,
            stall: Duration::from_secs(30),
            tasks: TaskTracker::new(),
        }
    }

    /// Sets who decides about origins.
    #[must_use]
    pub fn admitting(mut self, admits: Admits<S>) -> Self {
        self.admits = admits;
        self
    }

    /// Sets whose word about the client's address is taken.
    #[must_use]
    pub fn behind(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Sets the address the server is reached at from outside, without a trailing slash.
    #[must_use]
    pub fn public_url(mut self, url: Option<&str>) -> Self {
        self.public_url = url.map(|url| url.trim_end_matches('/').into());
        self
    }

    /// Sets who counts.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Sets the time after which an HTTP/2 stream that takes nothing is given up.
    #[must_use]
    pub fn stall(mut self, stall: Duration) -> Self {
        self.stall = stall;
        self
    }

    /// Answers one request.
    pub async fn handle(&self, peer: SocketAddr, request: hyper::Request<Incoming>) -> Response {
        let started = Instant::now();
        let (parts, body) = request.into_parts();
        let (method, version) = (parts.method.clone(), parts.version);
        let id = RequestId::of(&parts.headers);
        let found = self.router.find(&method, parts.uri.path());
        let route = found.as_ref().map_or(NO_ROUTE, |found| found.matched.pattern);
        let row = found.as_ref().and_then(|found| found.row.as_ref().ok());
        let quiet = row.is_some_and(|row| row.doc.quiet);
        let mut line = Line { id: &id, method: &method, route, quiet, started, status: None };

        let mut cors = Cors::Silent;
        let mut access = Access::Open;
        let outcome = match found {
            None => Err(Problem::not_found("not_found")),
            Some(found) => {
                access = found.matched.access;
                let headers = &parts.headers;
                let left;
                (cors, left) =
                    Cors::decide(&self.admits, &self.state, &found.matched, headers).await;
                match found.row {
                    Ok(row) => {
                        let client = self.proxies.client(peer, headers);
                        let public_url = self.public_url.clone();
                        let caller = Caller { peer, client, id: id.clone(), public_url };
                        let body = Unread::Socket(body);
                        let matched = found.matched;
                        let request = Request { parts, body, matched, caller, found: left };
                        self.run(row, request).await
                    }
                    Err(allow) if is_options(&method) => cors.answer_options(headers, allow),
                    Err(allow) => Err(Problem::method_not_allowed(allow)),
                }
            }
        };

        let mut response = outcome.unwrap_or_else(|problem| {
            line.log_problem(&problem);
            problem.into_response(id.as_str())
        });
        cors.apply(response.headers_mut());
        dress(&mut response, access, &id);
        self.fit_to_protocol(&mut response, &method, version, route);
        line.status = Some(response.status());
        if let Some(observer) = &self.observer {
            let status = response.status().as_u16();
            observer.finished(Seen { method: &method, route, status, elapsed: started.elapsed() });
        }
        response
    }

    /// Runs a handler within its time; a panic is an answer, too.
    async fn run(&self, row: Arc<Endpoint<S>>, request: Request) -> Outcome {
        let only_reads = request.method().is_safe();
        // The body has a limit of its own, so that a slow upload is told apart from a slow answer.
        let limit = if only_reads { row.timeout } else { row.timeout + body_time(row.body_limit) };
        let state = Arc::clone(&self.state);
        let work = AssertUnwindSafe(async move {
            let mut answer = (row.handler)(state, request);
            // What is in memory is there at once: no timer has to be made for it.
            if let Poll::Ready(outcome) = poll_fn(|cx| Poll::Ready(answer.poll_unpin(cx))).await {
                return outcome;
            }
            match tokio::time::timeout(limit, answer).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Problem::new(
                    ErrorStatus::SERVICE_UNAVAILABLE,
                    "timeout",
                    "The answer took too long; try again.",
                )),
            }
        })
        .catch_unwind();
        let finished = if only_reads {
            work.await
        } else {
            self.tasks.spawn(work).await.unwrap_or_else(|error| Err(Box::new(error)))
        };
        finished.unwrap_or_else(|panic| Err(Problem::internal(panic_text(panic.as_ref()))))
    }

    fn fit_to_protocol(
        &self,
        response: &mut Response,
        method: &Method,
        version: Version,
        route: &'static str,
    ) {
        if method == Method::HEAD {
            let body = std::mem::take(response.body_mut());
            if let Some(length) = hyper::body::Body::size_hint(&body).exact() {
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
            }
        } else if response.body().is_stream() {
            let body = std::mem::take(response.body_mut());
            let guard = self.observer.as_ref().map(|observer| observer.stream_opened(route));
            let body = if let Some(guard) = guard { body.holding(guard) } else { body };
            let guards = version == Version::HTTP_2;
            *response.body_mut() =
                if guards { body.guarded_against_stall(self.stall) } else { body };
        }
    }
}

impl<S> std::fmt::Debug for Shell<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// Headers that every answer has.
fn dress(response: &mut Response, access: Access, id: &RequestId) {
    let headers = response.headers_mut();
    headers.insert(request_id::HEADER, id.header_value());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    default_header(headers, header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    if matches!(access, Access::Management { .. } | Access::Public | Access::Visitor) {
        let keep = if headers.contains_key(ETAG) { "private, no-cache" } else { "no-store" };
        default_header(headers, CACHE_CONTROL, keep);
    }
}

fn default_header(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a handler panicked: {}", text.unwrap_or("without a message"))
}

/// The one line a request leaves in the log, also when its client left first.
struct Line<'a> {
    id: &'a RequestId,
    method: &'a Method,
    route: &'static str,
    quiet: bool,
    started: Instant,
    status: Option<StatusCode>,
}

impl Line<'_> {
    /// Failures of ours are errors; what a caller did wrong is not.
    fn log_problem(&self, problem: &Problem) {
        let (request_id, route, code) = (self.id.as_str(), self.route, problem.code());
        match problem.cause() {
            Some(cause) if problem.status().is_server_error() => {
                tracing::error!(request_id, route, code, cause, "a request failed");
            }
            Some(cause) => tracing::debug!(request_id, route, code, cause, "a request was refused"),
            None => tracing::debug!(request_id, route, code, "a request was refused"),
        }
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        let status = self.status.map_or(CLIENT_LEFT, |status| status.as_u16());
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (request_id, method, route) = (self.id.as_str(), self.method.as_str(), self.route);
        if self.quiet {
            tracing::debug!(method, route, status, ms, request_id, "request");
        } else {
            tracing::info!(method, route, status, ms, request_id, "request");
        }
    }
}
