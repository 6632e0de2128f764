use std::time::Duration;

use super::*;
use crate::config::{Config, Secret};
use crate::http::proxy::TrustedProxies;
use crate::http::tests::start_shell;
use crate::http::{Endpoint, Router, ServeOptions, Shell};

fn text_of(metrics: &Metrics) -> String {
    let response = metrics.respond().unwrap();
    String::from_utf8(response.body().as_bytes().unwrap().to_vec()).unwrap()
}

#[test]
fn requests_and_streams_are_counted_by_route() {
    let metrics = Metrics::default();
    let observer = metrics.observer();
    let method = Method::from_bytes(b"BREW").unwrap();
    for (method, status) in [(&Method::GET, 200), (&Method::GET, 204), (&method, 404)] {
        let elapsed = Duration::from_millis(2);
        observer.finished(Seen { method, route: "/a/{id}", status, elapsed });
    }
    let stream = observer.stream_opened("/s");
    let text = text_of(&metrics);
    for line in [
        "widget_http_requests_total{method=\"GET\",route=\"/a/{id}\",status=\"2xx\"} 2",
        "widget_http_requests_total{method=\"other\",route=\"/a/{id}\",status=\"4xx\"} 1",
        "widget_http_request_seconds_bucket{le=\"0.0025\",route=\"/a/{id}\"} 3",
        "widget_http_streams_open{route=\"/s\"} 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    drop(stream);
    assert!(text_of(&metrics).contains("widget_http_streams_open{route=\"/s\"} 0"));
}

#[test]
fn a_feature_counts_with_the_handle_it_gets_back() {
    let metrics = Metrics::default();
    let turns = metrics.register("turns_running", "Answers being made", Gauge::<i64>::default());
    turns.set(3);
    assert!(text_of(&metrics).contains("widget_turns_running 3"));
}

/// What the main address answers to somebody who asks through a proxy on the same machine.
async fn status_for(server: &ServerConfig, headers: &[&str]) -> u16 {
    let show = async |config: Arc<ServerConfig>, request: Request| {
        if are_visible_to(&request, &config) {
            Metrics::default().respond()
        } else {
            Err(Problem::not_found("not_found"))
        }
    };
    let router = Router::new(vec![Endpoint::get("/metrics", "get_metrics", show)], "").unwrap();
    let proxies = TrustedProxies::new(Vec::new(), server.listen.ip());
    let shell = Shell::new(router, Arc::new(server.clone())).behind(proxies);
    let running = start_shell(shell, ServeOptions::default()).await;
    running.send("GET /metrics", headers, "").await.status()
}

#[tokio::test]
async fn without_a_token_only_the_machine_itself_sees_them() {
    let local = Config::default().server;
    assert_eq!(status_for(&local, &[]).await, 200);
    assert_eq!(status_for(&local, &["X-Forwarded-For: 198.51.100.7"]).await, 404);
    let open = ServerConfig { listen: "0.0.0.0:80".parse().unwrap(), ..local };
    assert_eq!(status_for(&open, &[]).await, 404);
}

#[tokio::test]
async fn with_a_token_whoever_has_it_sees_them() {
    let token = Some(Secret::new("the-token"));
    let listen = "0.0.0.0:80".parse().unwrap();
    let server = ServerConfig { metrics_token: token, listen, ..Config::default().server };
    assert_eq!(status_for(&server, &["Authorization: Bearer the-token"]).await, 200);
    assert_eq!(status_for(&server, &["Authorization: Bearer another"]).await, 404);
    assert_eq!(status_for(&server, &[]).await, 404);
}
