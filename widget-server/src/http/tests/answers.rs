//! Answers to well-behaved clients.

use http::StatusCode;
use serde_json::json;

use super::*;
use crate::http::{Outcome, Problem, Request, response};

async fn echo(_: Arc<()>, mut request: Request) -> Outcome {
    let body = request.json().await?;
    response::json(StatusCode::CREATED, &body)
}

async fn show_param(_: Arc<()>, request: Request) -> Outcome {
    let id: u32 = request.param("id")?;
    response::ok(&json!({ "id": id }))
}

async fn panics(_: Arc<()>, _: Request) -> Outcome {
    panic!("the inside of the server")
}

async fn fails(_: Arc<()>, _: Request) -> Outcome {
    Err(Problem::internal("the password of the database is wrong"))
}

fn rows() -> Vec<Endpoint<()>> {
    vec![
        Endpoint::post("/echo", "echo", echo).limit(64),
        Endpoint::get("/things/{id}", "get_thing", show_param),
        Endpoint::get("/panic", "panic", panics),
        Endpoint::post("/panic", "panic_in_a_task", panics),
        Endpoint::get("/fail", "fail", fails),
    ]
}

const JSON: &str = "Content-Type: application/json";

#[tokio::test]
async fn a_handler_answers_and_every_answer_has_its_headers() {
    let server = start(rows()).await;
    let reply = server.send("POST /echo", &[JSON], "{\"a\":1}").await;
    assert_eq!((reply.status(), reply.json()), (201, json!({"a": 1})));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert_eq!(reply.header("referrer-policy"), "strict-origin-when-cross-origin");
    assert_eq!(reply.header("x-request-id").len(), 36);
    assert_eq!(reply.header("access-control-allow-origin"), "");
    assert_eq!(server.get("/things/7").await.json(), json!({"id": 7}));
}

#[tokio::test]
async fn a_sane_request_id_is_echoed_in_header_and_problem() {
    let server = start(rows()).await;
    let reply = server.send("GET /nothing", &["X-Request-Id: abc-1"], "").await;
    assert_eq!(reply.header("x-request-id"), "abc-1");
    assert_eq!(
        reply.json(),
        json!({
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "code": "not_found",
            "detail": "There is nothing here by that name or id.",
            "request_id": "abc-1",
        })
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_request_decides_its_status() {
    let server = start(rows()).await;
    let wrong_method = server.send("DELETE /echo", &[], "").await;
    assert_eq!((wrong_method.status(), wrong_method.code().as_str()), (405, "method_not_allowed"));
    assert_eq!(wrong_method.header("allow"), "POST, OPTIONS");
    let no_number = server.get("/things/seven").await;
    assert_eq!((no_number.status(), no_number.code().as_str()), (404, "not_found"));
    for (headers, body, status, code) in [
        (&[JSON][..], "{", 400, "invalid_json"),
        (&[JSON], "", 400, "invalid_json"),
        (&["Content-Type: text/html"], "{}", 415, "unsupported_media_type"),
        (&["Content-Type: text/plain"], "{}", 415, "unsupported_media_type"),
        (&[], "{}", 415, "unsupported_media_type"),
        (&["Content-Type: application/merge-patch+json; charset=utf-8"], "{}", 201, ""),
    ] {
        let reply = server.send("POST /echo", headers, body).await;
        assert_eq!(reply.status(), status, "{headers:?} {body}");
        if !code.is_empty() {
            assert_eq!(reply.code(), code);
        }
    }
}

#[tokio::test]
async fn a_failure_says_nothing_of_the_inside() {
    let server = start(rows()).await;
    for line in ["GET /panic", "POST /panic", "GET /fail"] {
        let reply = server.send(line, &[], "").await;
        assert_eq!((reply.status(), reply.code().as_str()), (500, "internal"), "{line}");
        let text = String::from_utf8(reply.body).unwrap();
        assert!(!text.contains("inside") && !text.contains("password"), "{text}");
    }
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let server = start(rows()).await;
    let reply = server.send("HEAD /things/12", &[], "").await;
    assert_eq!((reply.status(), reply.header("content-length").as_str()), (200, "9"));
    assert!(reply.body.is_empty());
}
