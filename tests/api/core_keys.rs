//! Keys, scopes and organizations: who may manage what.

use serde_json::{Value, json};
use widget_tests::TestServer;

const WIDGETS: &str = "/core/web-widgets";

async fn printed(server: &TestServer, arguments: &[&str]) -> String {
    let output = server.command(arguments).await;
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

#[tokio::test]
async fn every_bad_token_gets_the_same_answer() {
    let server = TestServer::start().await;
    let good = server.key();
    let other = if good.as_bytes()[40] == b'A' { 'B' } else { 'A' };
    let wrong_secret = format!("{}{other}{}", &good[..40], &good[41..]);
    let unknown = good.replacen("ak_0", "ak_f", 1);
    let mut bodies = Vec::new();
    for token in ["", "nonsense", "ak_", &wrong_secret, &unknown, &good.replace("ak_", "pat_")] {
        let reply = server.client().bearer(token).get(WIDGETS).await.expect(401);
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        let mut body = reply.problem(401, "unauthorized");
        body["request_id"] = Value::Null;
        bodies.push(body);
    }
    let mut body = server.client().get(WIDGETS).await.problem(401, "unauthorized");
    body["request_id"] = Value::Null;
    bodies.push(body);
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:#?}");
}

#[tokio::test]
async fn a_key_may_do_what_its_scopes_say() {
    let server = TestServer::start().await;
    let reader =
        printed(&server, &["key", "create", "--name", "r", "--scopes", "web_widgets:read"]);
    let reader = server.client().bearer(&reader.await);
    reader.get(WIDGETS).await.expect(200);
    let refused = reader.post(WIDGETS).json(&json!({})).await.problem(403, "insufficient_scope");
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains("web_widgets:manage")));
    reader.get("/core/agents").await.problem(403, "insufficient_scope");

    let manager = ["key", "create", "--name", "m", "--scopes", "web_widgets:manage"];
    let manager = server.client().bearer(&printed(&server, &manager).await);
    manager.get(WIDGETS).await.expect(200);
    manager.post(WIDGETS).json(&json!({})).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_key_revoked_by_another_process_is_refused_on_the_next_request() {
    let server = TestServer::start().await;
    let token = printed(&server, &["key", "create", "--name", "k", "--all-scopes", "--json"]).await;
    let made: Value = serde_json::from_str(&token).expect("JSON");
    let client = server.client().bearer(made["token"].as_str().expect("a token"));
    client.get(WIDGETS).await.expect(200);
    printed(&server, &["key", "revoke", made["id"].as_str().expect("an id")]).await;
    client.get(WIDGETS).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_personal_token_names_its_organization() {
    let server = TestServer::start().await;
    let orgs = printed(&server, &["org", "list", "--json"]).await;
    let orgs: Value = serde_json::from_str(&orgs).expect("JSON");
    let org = orgs[0]["id"].as_str().expect("an id");
    let other = printed(&server, &["org", "create", "--name", "Other"]).await;
    let create = [
        "key",
        "create",
        "--name",
        "me",
        "--person",
        "ada@example.com",
        "--org",
        org,
        "--all-scopes",
    ];
    let token = printed(&server, &create).await;
    assert!(token.starts_with("pat_"));
    let client = server.client().bearer(&token);
    client.get(WIDGETS).await.problem(401, "missing_organization");
    client.get(WIDGETS).header("x-anyreach-org", org).await.expect(200);
    client.get(WIDGETS).header("x-anyreach-org", &other).await.problem(404, "not_found");
}

#[tokio::test]
async fn another_organization_sees_nothing_not_even_that_it_exists() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let other = printed(&server, &["org", "create", "--name", "Other"]).await;
    let stranger = ["key", "create", "--name", "s", "--org", &other, "--all-scopes"];
    let stranger = server.client().bearer(&printed(&server, &stranger).await);
    assert_eq!(stranger.get(WIDGETS).await.expect(200).json(), json!([]));
    let id = widget["id"].as_str().expect("an id");
    let agent = widget["agent_id"].as_str().expect("an id");
    for path in [format!("{WIDGETS}/{id}"), format!("/core/agents/{agent}")] {
        stranger.get(&path).await.problem(404, "not_found");
        stranger.delete(&path).await.problem(404, "not_found");
    }
    let body = json!({"agent_id": agent, "agent_version_id": widget["agent_version_id"]});
    stranger.post(WIDGETS).json(&body).await.problem(422, "invalid");
}

#[tokio::test]
async fn keys_are_managed_over_the_api_and_their_token_is_shown_once() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let body =
        json!({"name": "CI", "scopes": ["leads:read"], "expires_at": "2999-01-01T00:00:00Z"});
    let post = || owner.client().post("/core/api-keys").header("idempotency-key", "k").json(&body);
    let made = post().await.expect(201).json();
    assert_eq!(post().await.expect(201).json()["token"], Value::Null);
    let client = server.client().bearer(made["token"].as_str().expect("a token"));
    client.get("/core/leads").await.expect(200);
    client.get("/core/api-keys").await.problem(403, "insufficient_scope");
    let listed = owner.read("/core/api-keys").await;
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    assert!(!listed.to_string().contains("digest"));
    let id = made["id"].as_str().expect("an id");
    owner.client().delete(&format!("/core/api-keys/{id}")).await.expect(204);
    client.get("/core/leads").await.problem(401, "unauthorized");

    for wrong in [
        json!({"name": "", "scopes": []}),
        json!({"name": "x", "scopes": ["all"]}),
        json!({"name": "x", "scopes": ["leads:read"], "expires_at": "2001-01-01T00:00:00Z"}),
    ] {
        owner.client().post("/core/api-keys").json(&wrong).await.problem(422, "invalid");
    }
}
