//! Bad input, everywhere the same clear answer (RFC 9457).

use serde_json::json;
use widget_tests::TestServer;

#[tokio::test]
async fn what_is_no_json_is_told_apart_from_what_is_wrong_json() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let post = || owner.client().post("/core/agents");
    let json_type = "application/json";
    post().header("content-type", json_type).body("{").await.problem(400, "invalid_json");
    post().header("content-type", json_type).body("\u{feff}").await.expect(400);
    post().header("content-type", json_type).body(vec![0xff, 0xfe]).await.expect(400);
    post().header("content-type", "text/plain").body("{}").await.expect(415);
    post()
        .header("content-type", "application/x-www-form-urlencoded")
        .body("a=b")
        .await
        .expect(415);
    post().json(&json!([])).await.problem(422, "invalid");
    post().json(&json!({"name": 5})).await.problem(422, "invalid");
    post().json(&json!({"name": "x".repeat(201)})).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let server = TestServer::start().await;
    let reply = server.client().patch("/core/web-widgets").await;
    let allow = reply.header("allow").expect("Allow").to_owned();
    reply.problem(405, "method_not_allowed");
    for method in ["GET", "POST"] {
        assert!(allow.contains(method), "{allow}");
    }
    server.client().get("/no/such/place").await.problem(404, "not_found");
}

#[tokio::test]
async fn a_problem_carries_the_request_id_and_says_nothing_of_the_inside() {
    let server = TestServer::start().await;
    let reply = server.client().get("/core/web-widgets").await;
    let id = reply.header("x-request-id").expect("a request id").to_owned();
    let problem = reply.problem(401, "unauthorized");
    assert_eq!(problem["request_id"], id);
    assert!(
        problem["title"].is_string()
            && problem["detail"].is_string()
            && problem["type"].is_string()
    );
}

#[tokio::test]
async fn management_sends_no_cors_headers() {
    let server = TestServer::start().await;
    let reply = server
        .owner()
        .client()
        .get("/core/web-widgets")
        .header("origin", "https://a.example")
        .await;
    let reply = reply.expect(200);
    assert!(reply.header("access-control-allow-origin").is_none());
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert!(reply.header("referrer-policy").is_some());
}

#[tokio::test]
async fn markup_and_script_in_every_text_comes_back_as_text() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let agent = owner.made("/core/agents", &json!({"name": evil})).await;
    assert_eq!(agent["name"], evil);
    let widget = owner.widget(&[], &json!({"chat": {"title": evil}, "intro_title": evil})).await;
    let id = widget["id"].as_str().expect("an id");
    let loader = server.client().get(&format!("/public/embed/{id}")).await.expect(200);
    assert!(!loader.text().contains("</script>"), "the loader can be inlined safely");
    let page = server.client().get(&format!("/w/{id}")).await.expect(200).text();
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");

    let unsafe_url = json!({"chat": {"avatar_url": "javascript:alert(1)"}});
    let body = json!({"config": {"v1": unsafe_url}});
    owner
        .client()
        .put(&format!("/core/web-widgets/{id}"))
        .json(&body)
        .await
        .problem(422, "invalid");
}
