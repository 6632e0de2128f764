//! What machines and operators ask of the server itself.

use serde_json::json;
use widget_tests::{TestServer, wait};

#[tokio::test]
async fn health_readiness_and_documents_are_there_for_everyone() {
    let server = TestServer::start().await;
    let client = server.client();
    client.get("/healthz").await.expect(200);
    client.get("/readyz").await.expect(200);
    let openapi = client.get("/openapi.json").await.expect(200).json();
    assert_eq!(openapi["openapi"], "3.1.0");
    for path in [
        "/core/web-widgets/{id}",
        "/core/public/web-widgets/{id}/conversations",
        "/v1/widget/messages/stream",
    ] {
        assert!(openapi["paths"][path].is_object(), "{path}");
    }
    let docs = client.get("/docs").await.expect(200);
    assert!(docs.header("content-security-policy").is_some());
    assert!(docs.text().contains("/v1/widget/init"));
}

#[tokio::test]
async fn metrics_are_shown_to_the_machine_itself_and_hidden_behind_a_token_elsewhere() {
    let server = TestServer::start().await;
    server.client().get("/healthz").await.expect(200);
    let metrics = server.client().get("/metrics").await.expect(200).text();
    assert!(metrics.contains("route=\"/healthz\""), "{metrics}");

    let server = TestServer::builder().set("WIDGET_SERVER__METRICS_TOKEN", "t0ken").start().await;
    // Loopback proxies are believed: this is what a visitor from elsewhere looks like behind one.
    let elsewhere = server.client().header("x-forwarded-for", "203.0.113.9");
    elsewhere.get("/metrics").await.problem(404, "not_found");
    elsewhere.clone().bearer("wrong").get("/metrics").await.problem(404, "not_found");
    elsewhere.bearer("t0ken").get("/metrics").await.expect(200);
}

#[tokio::test]
async fn no_secret_and_no_visitor_stands_in_the_log() {
    let server = TestServer::builder().set("WIDGET_LOG__FILTER", "debug").start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), "https://a.example").await;
    visitor.ask("What is the secret word xylophone?").await.until("done").await;
    let token = visitor.init["token"].as_str().expect("a token");
    // Lines are written by a thread of their own.
    wait::until_true("requests are logged", || server.log().contains("/v1/widget/messages/stream"))
        .await;
    let log = server.log();
    for secret in [server.key(), token, &visitor.visitor_id(), "xylophone"] {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
}
