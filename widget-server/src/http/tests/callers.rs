//! Who asks, where the server is reached, and what the caller has already.

use http::StatusCode;
use serde_json::json;

use super::*;
use crate::http::proxy::TrustedProxies;
use crate::http::{FieldError, Outcome, Problem, Request, conditional, page, response};

async fn who(_: Arc<()>, request: Request) -> Outcome {
    response::ok(&json!({
        "ip": request.client_ip(),
        "base": request.base_url(),
        "path": request.path(),
        "bearer": request.bearer(),
    }))
}

async fn list(_: Arc<()>, request: Request) -> Outcome {
    let page = page::Page::<u32>::of(&request.query())?;
    let first = page.after.map_or(0, |after| after + 1);
    let items: Vec<u32> = (first..).take(page.limit).collect();
    page::list(&request, &items, items.last())
}

async fn show(_: Arc<()>, request: Request) -> Outcome {
    conditional::json(&request, StatusCode::OK, &json!({"a": 1}))
}

async fn change(_: Arc<()>, request: Request) -> Outcome {
    conditional::etag_of(&json!({"a": 1}))?.check_if_match(&request)?;
    Ok(response::no_content())
}

async fn violate(_: Arc<()>, _: Request) -> Outcome {
    Err(Problem::unprocessable([
        FieldError::new("name", "required", "is missing"),
        FieldError::new("size", "too_large", "is at most 9"),
    ]))
}

fn rows() -> Vec<Endpoint<()>> {
    vec![
        Endpoint::get("/who", "who", who),
        Endpoint::get("/numbers", "list", list),
        Endpoint::get("/thing", "show", show),
        Endpoint::put("/thing", "change", change),
        Endpoint::get("/violate", "violate", violate),
    ]
}

async fn behind_a_proxy(public_url: Option<&str>, path: &str) -> Server {
    let router = Router::new(rows(), path).unwrap();
    let proxies = TrustedProxies::new(Vec::new(), "127.0.0.1".parse().unwrap());
    let shell = Shell::new(router, Arc::new(())).behind(proxies).public_url(public_url);
    start_shell(shell, ServeOptions::default()).await
}

#[tokio::test]
async fn a_trusted_proxy_names_the_client_and_the_address_it_asked_for() {
    let server = behind_a_proxy(None, "").await;
    let headers = [
        "X-Forwarded-For: 198.51.100.7",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: chat.example",
        "Authorization: bearer  ak_x.y",
    ];
    let reply = server.send("GET /who", &headers, "").await;
    assert_eq!(
        reply.json(),
        json!({
            "ip": "198.51.100.7",
            "base": "https://chat.example",
            "path": "/who",
            "bearer": "ak_x.y",
        })
    );
    let reply = server.send("GET /who", &[], "").await;
    assert_eq!(
        (reply.json()["ip"].as_str(), reply.json()["base"].as_str()),
        (Some("127.0.0.1"), Some("http://test.example"))
    );
}

#[tokio::test]
async fn everything_works_below_the_path_of_the_public_address() {
    let server = behind_a_proxy(Some("https://example.com/chat/"), "/chat").await;
    for path in ["/chat/who", "/who"] {
        let seen = server.get(path).await.json();
        assert_eq!(
            (seen["base"].as_str(), seen["path"].as_str()),
            (Some("https://example.com/chat"), Some("/who"))
        );
    }
    let reply = server.get("/chat/numbers?limit=1").await;
    assert_eq!(
        reply.header("link"),
        "<https://example.com/chat/numbers?limit=1&cursor=MA>; rel=\"next\""
    );
}

#[tokio::test]
async fn a_list_is_walked_by_its_cursor() {
    let server = behind_a_proxy(None, "").await;
    let first = server.get("/numbers?limit=3&x=%20y").await;
    assert_eq!(first.json(), json!([0, 1, 2]));
    let cursor = first.header("x-next-cursor");
    assert!(first.header("link").contains(&format!("/numbers?limit=3&x=%20y&cursor={cursor}>")));
    let second = server.get(&format!("/numbers?limit=2&cursor={cursor}")).await;
    assert_eq!(second.json(), json!([3, 4]));
    assert_eq!(server.get("/numbers").await.json().as_array().unwrap().len(), 50);
    for limit in ["0", "201", "-1", "many"] {
        let reply = server.get(&format!("/numbers?limit={limit}")).await;
        assert_eq!((reply.status(), reply.code().as_str()), (422, "invalid"), "{limit}");
        assert_eq!(reply.json()["errors"][0]["path"], "limit");
    }
    for cursor in ["!!", "bm8", "e30"] {
        let reply = server.get(&format!("/numbers?cursor={cursor}")).await;
        assert_eq!((reply.status(), reply.code().as_str()), (400, "invalid_cursor"), "{cursor}");
    }
}

#[tokio::test]
async fn who_has_the_state_already_gets_304_and_who_changes_another_gets_412() {
    let server = behind_a_proxy(None, "").await;
    let tag = server.get("/thing").await.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".into()] {
        let header = format!("If-None-Match: {known}");
        let reply = server.send("GET /thing", &[&header], "").await;
        assert_eq!((reply.status(), reply.body.len()), (304, 0), "{known}");
        assert_eq!(reply.header("etag"), tag);
    }
    let reply = server.send("GET /thing", &["If-None-Match: \"x\""], "").await;
    assert_eq!((reply.status(), reply.json()), (200, json!({"a": 1})));

    for (header, status) in [
        (String::new(), 204),
        (format!("If-Match: {tag}"), 204),
        ("If-Match: *".into(), 204),
        ("If-Match: \"x\"".into(), 412),
        (format!("If-Match: W/{tag}"), 412),
    ] {
        let headers: Vec<&str> =
            Some(header.as_str()).filter(|h| !h.is_empty()).into_iter().collect();
        let reply = server.send("PUT /thing", &headers, "").await;
        assert_eq!(reply.status(), status, "{header}");
    }
}

#[tokio::test]
async fn every_violation_is_told_at_once() {
    let reply = behind_a_proxy(None, "").await.get("/violate").await;
    let problem = reply.json();
    assert_eq!(problem["status"], 422);
    assert_eq!(
        problem["errors"],
        json!([
            { "path": "name", "code": "required", "message": "is missing" },
            { "path": "size", "code": "too_large", "message": "is at most 9" },
        ])
    );
}
