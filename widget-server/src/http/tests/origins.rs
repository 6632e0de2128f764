//! Browsers on other origins.

use super::*;
use crate::http::cors::{Admits, Asked};
use crate::http::{Outcome, Problem, Request, response};

async fn done(_: Arc<()>, _: Request) -> Outcome {
    Ok(response::no_content())
}

async fn fails(_: Arc<()>, _: Request) -> Outcome {
    Err(Problem::conflict("already", "It is there already."))
}

/// `/widgets/7` is admitted to `https://seven.example`, everything else to `https://any.example`.
async fn admits(_: Arc<()>, asked: Asked) -> bool {
    match (asked.route(), asked.param::<u32>("id")) {
        ("/widgets/{id}", Some(7)) => asked.origin() == "https://seven.example",
        ("/widgets/{id}", _) => false,
        _ => asked.origin() == "https://any.example",
    }
}

async fn server() -> Server {
    let rows = vec![
        Endpoint::get("/widgets/{id}", "get_widget", done).public(),
        Endpoint::put("/widgets/{id}", "put_widget", fails).public(),
        Endpoint::post("/say", "say", fails).visitor(),
        Endpoint::get("/managed", "managed", done).scope("things:read"),
        Endpoint::get("/file", "file", done).asset(),
    ];
    let router = Router::new(rows, "").unwrap();
    let shell = Shell::new(router, Arc::new(())).admitting(Admits::by(admits));
    start_shell(shell, ServeOptions::default()).await
}

const SEVEN: &str = "Origin: https://seven.example";
const ANY: &str = "Origin: https://any.example";
const PREFLIGHT: &str = "Access-Control-Request-Method: PUT";

#[tokio::test]
async fn a_preflight_of_an_admitted_origin_learns_what_it_may_send() {
    let server = server().await;
    let reply = server.send("OPTIONS /widgets/7", &[SEVEN, PREFLIGHT], "").await;
    assert_eq!(reply.status(), 204);
    assert_eq!(reply.header("access-control-allow-origin"), "https://seven.example");
    assert_eq!(reply.header("access-control-allow-methods"), "GET, HEAD, PUT, OPTIONS");
    assert_eq!(
        reply.header("access-control-allow-headers"),
        "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, X-User-Hash, X-User-Token, If-None-Match"
    );
    assert_eq!(reply.header("access-control-max-age"), "7200");
    assert!(reply.header("vary").contains("Origin"));
    assert_eq!(reply.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn the_feature_decides_by_route_and_parameter() {
    let server = server().await;
    for (line, origin, admitted) in [
        ("OPTIONS /widgets/7", SEVEN, true),
        ("OPTIONS /widgets/7", ANY, false),
        ("OPTIONS /widgets/8", SEVEN, false),
        ("OPTIONS /say", ANY, true),
        ("OPTIONS /say", SEVEN, false),
        ("OPTIONS /say", "Origin: null", false),
    ] {
        let reply = server.send(line, &[origin, PREFLIGHT], "").await;
        assert_eq!(reply.status(), if admitted { 204 } else { 403 }, "{line} {origin}");
        let echoed = reply.header("access-control-allow-origin");
        assert_eq!(!echoed.is_empty(), admitted, "{line} {origin}");
        assert!(reply.header("vary").contains("Origin"), "{line} {origin}");
    }
}

#[tokio::test]
async fn an_admitted_page_can_read_errors_and_their_headers() {
    let server = server().await;
    for (line, status) in
        [("GET /widgets/7", 204), ("PUT /widgets/7", 409), ("DELETE /widgets/7", 405)]
    {
        let reply = server.send(line, &[SEVEN], "").await;
        assert_eq!(reply.status(), status, "{line}");
        assert_eq!(reply.header("access-control-allow-origin"), "https://seven.example");
        assert_eq!(
            reply.header("access-control-expose-headers"),
            "Retry-After, RateLimit, RateLimit-Policy, Link, X-Next-Cursor, X-Request-Id, ETag, \
             Location"
        );
        let other = server.send(line, &[ANY], "").await;
        assert_eq!(other.header("access-control-allow-origin"), "", "{line}");
        assert_eq!(other.header("vary"), "Origin");
    }
}

#[tokio::test]
async fn a_caller_without_an_origin_is_served_and_caches_are_told() {
    let reply = server().await.get("/widgets/7").await;
    assert_eq!((reply.status(), reply.header("vary").as_str()), (204, "Origin"));
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn management_sends_no_cors_at_all() {
    let server = server().await;
    for line in ["GET /managed", "OPTIONS /managed", "POST /managed", "GET /nothing"] {
        let reply = server.send(line, &[ANY, PREFLIGHT], "").await;
        assert!(!reply.head.to_lowercase().contains("access-control"), "{line}: {}", reply.head);
    }
    let options = server.send("OPTIONS /managed", &[ANY, PREFLIGHT], "").await;
    assert_eq!((options.status(), options.header("allow").as_str()), (204, "GET, HEAD, OPTIONS"));
}

#[tokio::test]
async fn assets_are_for_everybody() {
    let reply = server().await.send("GET /file", &[ANY], "").await;
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(reply.header("vary"), "");
}
