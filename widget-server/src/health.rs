//! What a machine asks every few seconds: alive, able to answer, and how it goes.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::time::timeout;

use crate::app::App;
use crate::http::{Endpoint, Outcome, Problem, Request, response};
use crate::metrics;

/// A store that needs longer cannot serve visitors either.
const STORE_LIMIT: Duration = Duration::from_secs(2);
const TAG: &str = "Operations";

/// The rows of the main address.
#[must_use]
pub fn endpoints() -> Vec<Endpoint<App>> {
    let [alive, ready] = probes();
    let metrics = Endpoint::get("/metrics", "get_metrics", get_metrics)
        .tag(TAG)
        .summary("Counters for Prometheus, where they are shown")
        .response_as(200, "application/openmetrics-text")
        .problems(&[(404, "not_found")])
        .quiet();
    vec![alive, ready, metrics]
}

/// The rows of `server.admin_listen`, which shows the counters to whoever reaches it.
#[must_use]
pub fn admin_endpoints() -> Vec<Endpoint<App>> {
    let show = async |app: Arc<App>, _: Request| app.metrics.respond();
    let [alive, ready] = probes();
    vec![alive, ready, Endpoint::get("/metrics", "get_metrics", show).quiet()]
}

fn probes() -> [Endpoint<App>; 2] {
    let alive = Endpoint::get("/healthz", "get_health", get_health)
        .tag(TAG)
        .summary("Alive")
        .response_as(200, "text/plain")
        .quiet();
    let ready = Endpoint::get("/readyz", "get_readiness", get_readiness)
        .tag(TAG)
        .summary("Able to answer")
        .description("The store is reachable and the server was not told to stop.")
        .response_as(200, "text/plain")
        .problems(&[(503, "not_ready")])
        .quiet();
    [alive, ready]
}

async fn get_health(_: Arc<App>, _: Request) -> Outcome {
    Ok(said("ok\n"))
}

async fn get_readiness(app: Arc<App>, _: Request) -> Outcome {
    let not_ready = |why: String| {
        Problem::unavailable("not_ready", "The server cannot answer requests right now.", why)
    };
    if app.shutdown.is_cancelled() {
        return Err(not_ready("it was told to stop".into()));
    }
    match timeout(STORE_LIMIT, app.store.ping()).await {
        Ok(Ok(())) => Ok(said("ready\n")),
        Ok(Err(error)) => Err(not_ready(error.to_string())),
        Err(_) => Err(not_ready("the store does not answer".into())),
    }
}

async fn get_metrics(app: Arc<App>, request: Request) -> Outcome {
    if metrics::are_visible_to(&request, &app.config.server) {
        app.metrics.respond()
    } else {
        Err(Problem::not_found("not_found"))
    }
}

fn said(text: &'static str) -> response::Response {
    let response = response::with_type(StatusCode::OK, "text/plain; charset=utf-8", text);
    response::cached(response, "no-store")
}
