//! Counters for Prometheus.
//!
//! The shell counts requests and streams here; a feature registers what it counts itself with
//! [`Metrics::register`], and keeps the handle that it gets back.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::{Method, StatusCode};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};
use subtle::ConstantTimeEq;

use crate::config::ServerConfig;
use crate::http::shell::{Observer, Seen};
use crate::http::{Outcome, Problem, Request, response};

/// The content type of the `OpenMetrics` text format, which Prometheus reads.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bounds in seconds: an answer from memory takes under a millisecond, a model ten seconds.
const BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];

/// All counters of one server.
pub struct Metrics {
    registry: Mutex<Registry>,
    http: Arc<HttpMetrics>,
}

impl Default for Metrics {
    fn default() -> Self {
        let http = Arc::new(HttpMetrics::default());
        let mut registry = Registry::with_prefix("widget");
        registry.register("http_requests", "Answered requests", http.requests.clone());
        registry.register(
            "http_request_seconds",
            "Time until the head of the answer",
            http.seconds.clone(),
        );
        registry.register("http_streams_open", "Answers being streamed", http.streams.clone());
        Self { registry: Mutex::new(registry), http }
    }
}

impl Metrics {
    /// Adds a metric, `name` without the prefix `widget_` and without `_total`.
    pub fn register<M: Metric + Clone>(&self, name: &str, help: &str, metric: M) -> M {
        self.locked().register(name, help, metric.clone());
        metric
    }

    /// Who counts requests, for the shell.
    #[must_use]
    pub fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.http) as Arc<dyn Observer>
    }

    /// Everything counted, as `OpenMetrics` text.
    ///
    /// # Errors
    /// An internal problem when a metric cannot be written.
    pub fn respond(&self) -> Outcome {
        let mut out = String::new();
        text::encode(&mut out, &self.locked()).map_err(Problem::internal)?;
        Ok(response::with_type(StatusCode::OK, CONTENT_TYPE, out))
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// Whether the main address shows the counters to who asks: with the token, or from the machine
/// itself where the server listens on loopback. (A proxy on the same machine does not make the
/// whole world local: the client counts, not the peer.)
#[must_use]
pub fn are_visible_to(request: &Request, server: &ServerConfig) -> bool {
    let has_token = server
        .metrics_token
        .as_ref()
        .zip(request.bearer())
        .is_some_and(|(token, sent)| sent.as_bytes().ct_eq(token.expose().as_bytes()).into());
    has_token || server.listen.ip().is_loopback() && request.client_ip().is_loopback()
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    /// `2xx`
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabel {
    route: &'static str,
}

type Seconds = Family<RouteLabel, Histogram, fn() -> Histogram>;

/// What the shell counts.
struct HttpMetrics {
    requests: Family<RequestLabels, Counter>,
    seconds: Seconds,
    streams: Family<RouteLabel, Gauge>,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        let seconds = Seconds::new_with_constructor(|| Histogram::new(BUCKETS));
        Self { requests: Family::default(), seconds, streams: Family::default() }
    }
}

impl Observer for HttpMetrics {
    fn finished(&self, seen: Seen<'_>) {
        let route = seen.route;
        let labels =
            RequestLabels { method: known(seen.method), route, status: class_of(seen.status) };
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&RouteLabel { route }).observe(seen.elapsed.as_secs_f64());
    }

    fn stream_opened(&self, route: &'static str) -> Box<dyn Any + Send + Sync> {
        let gauge = self.streams.get_or_create_owned(&RouteLabel { route });
        gauge.inc();
        Box::new(OpenStream(gauge))
    }
}

/// One stream, counted until it is dropped.
struct OpenStream(Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Method names of one's own invention must not make new time series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class_of(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

#[cfg(test)]
mod tests;
