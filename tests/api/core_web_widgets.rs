//! `/core/web-widgets` (seed 000, management).

use serde_json::{Value, json};
use widget_tests::{Owner, TestServer};

const MISSING: &str = "0192d3a0-0000-7000-8000-000000000000";

async fn bare(owner: &Owner) -> (String, String) {
    owner.agent(&json!({"model": {"provider": "builtin"}})).await
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_widget_has_every_field_of_the_seed_with_its_default() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (agent, version) = bare(&owner).await;
    let body = json!({"agent_id": agent, "agent_version_id": version});
    let reply = owner.client().post("/core/web-widgets").json(&body).await.expect(201);
    let widget = reply.json();
    assert_eq!(reply.header("location"), Some(&*format!("/core/web-widgets/{}", id(&widget))));
    assert_eq!(widget["agent_id"], agent);
    assert_eq!(widget["agent_version_id"], version);
    assert_eq!(widget["domains"], json!([]));
    assert_eq!(widget["published"], false);
    assert_eq!(widget["config"], json!({}));
    assert_eq!(widget["status"], "draft");
    for member in ["organization_id", "created_at", "updated_at"] {
        assert!(widget[member].is_string(), "{member}: {widget}");
    }
    assert!(widget["created_at"].as_str().is_some_and(|at| at.ends_with('Z') && at.len() == 24));
    let read = owner.read(&format!("/core/web-widgets/{}", id(&widget))).await;
    assert_eq!(read, widget);
}

#[tokio::test]
async fn an_update_replaces_only_what_is_present_and_each_field_whole() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let v1 = json!({"primary_color": "#112233", "future_key": {"kept": [1, 2.5, "ü"]}});
    let widget = owner.widget(&["shop.example"], &v1).await;
    assert_eq!(widget["domains"], json!(["https://shop.example"]));
    assert_eq!(widget["status"], "active");
    let path = format!("/core/web-widgets/{}", id(&widget));

    let body = json!({"domains": ["http://localhost:3000"], "id": MISSING, "organization_id": 5});
    let changed = owner.client().put(&path).json(&body).await.expect(200).json();
    assert_eq!(changed["domains"], json!(["http://localhost:3000"]));
    assert_eq!(changed["config"], widget["config"], "unknown keys are kept as they came");
    assert_eq!(changed["id"], widget["id"]);
    assert_ne!(changed["updated_at"], Value::Null);

    let body = json!({"config": {"v1": {"theme": "dark"}}, "published": false});
    let changed = owner.client().put(&path).json(&body).await.expect(200).json();
    assert_eq!(changed["config"], json!({"v1": {"theme": "dark"}}), "config is replaced whole");
    assert_eq!(changed["status"], "draft");
}

#[tokio::test]
async fn every_violation_is_told_at_once_with_its_path() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let body = json!({
        "agent_id": "nobody",
        "domains": ["https://ok.example", "ftp://x.example", "https://user@x.example"],
        "published": "yes",
        "config": {"v1": {
            "theme": "pink", "trigger": {"size": 9}, "primary_color": "red",
            "business_hours": {"timezone": "Europe/Atlantis"},
        }},
    });
    let problem =
        owner.client().post("/core/web-widgets").json(&body).await.problem(422, "invalid");
    let paths: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["path"].as_str())
        .collect();
    for path in [
        "agent_id",
        "agent_version_id",
        "domains[1]",
        "domains[2]",
        "published",
        "config.v1.theme",
        "config.v1.trigger.size",
        "config.v1.primary_color",
        "config.v1.business_hours.timezone",
    ] {
        assert!(paths.contains(&path), "{path} is missing in {paths:?}");
    }
}

#[tokio::test]
async fn agent_and_version_must_exist_and_belong_together() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (agent, version) = bare(&owner).await;
    let (other_agent, _) = bare(&owner).await;
    for body in [
        json!({"agent_id": other_agent, "agent_version_id": version}),
        json!({"agent_id": agent, "agent_version_id": MISSING}),
        json!({"agent_id": MISSING, "agent_version_id": version}),
    ] {
        owner.client().post("/core/web-widgets").json(&body).await.problem(422, "invalid");
    }
    assert_eq!(owner.read("/core/web-widgets").await.as_array().map(Vec::len), Some(1), "the demo");
}

#[tokio::test]
async fn lists_are_filtered_and_paged_newest_first_and_stable_under_inserts() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (agent, version) = bare(&owner).await;
    let body = json!({"agent_id": agent, "agent_version_id": version});
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(id(&owner.made("/core/web-widgets", &body).await));
    }
    made.reverse();

    let first = owner.client().get(&format!("/core/web-widgets?agent_id={agent}&limit=2")).await;
    let first = first.expect(200);
    let cursor = first.header("x-next-cursor").expect("a cursor").to_owned();
    assert!(first.header("link").is_some_and(|link| link.contains("rel=\"next\"")));
    owner.made("/core/web-widgets", &body).await;
    let second = format!("/core/web-widgets?agent_id={agent}&limit=3&cursor={cursor}");
    let second = owner.client().get(&second).await.expect(200);
    assert!(second.header("x-next-cursor").is_none(), "the last page leads nowhere");
    let ids = |reply: &widget_tests::Reply| -> Vec<String> {
        reply.json().as_array().expect("a list").iter().map(id).collect()
    };
    let seen: Vec<String> = [ids(&first), ids(&second)].concat();
    assert_eq!(seen, made);

    let published = owner.read("/core/web-widgets?published=true").await;
    assert_eq!(published.as_array().map(Vec::len), Some(1), "only the demo is published");
    let newest = owner.read(&format!("/core/web-widgets/{}", made[0])).await;
    let at = newest["created_at"].as_str().expect("a time");
    let bounded =
        format!("/core/web-widgets?agent_id={agent}&created_before={at}&created_after={at}");
    let bounded = owner.read(&bounded).await;
    let bounded: Vec<String> = bounded.as_array().expect("a list").iter().map(id).collect();
    assert!(bounded.contains(&made[0]), "bounds are inclusive: {bounded:?}");
}

#[tokio::test]
async fn a_list_refuses_what_it_cannot_read() {
    let server = TestServer::start().await;
    let owner = server.owner();
    for query in ["limit=0", "limit=201", "limit=x", "published=maybe", "created_after=yesterday"] {
        let path = format!("/core/web-widgets?{query}");
        let problem = owner.client().get(&path).await.problem(422, "invalid");
        let name = query.split('=').next();
        assert_eq!(problem["errors"][0]["path"].as_str(), name, "{problem}");
    }
    owner.client().get("/core/web-widgets?cursor=%00").await.problem(400, "invalid_cursor");
}

#[tokio::test]
async fn both_spellings_of_an_id_are_read_everywhere() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let short = format!("wgt_{}", id(&widget).replace('-', ""));
    let read = owner.read(&format!("/core/web-widgets/{short}")).await;
    assert_eq!(read["id"], widget["id"]);
    owner.client().get("/core/web-widgets/none").await.problem(404, "not_found");
    owner.client().get(&format!("/core/web-widgets/{MISSING}")).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_lost_race_is_told_and_an_unchanged_state_is_not_sent_again() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let path = format!("/core/web-widgets/{}", id(&widget));
    let reply = owner.client().get(&path).await.expect(200);
    let etag = reply.header("etag").expect("an entity tag").to_owned();
    let same = owner.client().get(&path).header("if-none-match", &etag).await.expect(304);
    assert!(same.body.is_empty());

    let body = json!({"published": false});
    let put = || owner.client().put(&path).header("if-match", &etag).json(&body);
    put().await.expect(200);
    put().await.problem(412, "precondition_failed");
    owner
        .client()
        .delete(&path)
        .header("if-match", &etag)
        .await
        .problem(412, "precondition_failed");
}

#[tokio::test]
async fn deleting_a_widget_takes_everything_of_it() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let visitor = server.visitor(&id(&widget), "https://shop.example").await;
    visitor.ask("When are you open?").await.until("done").await;
    let path = format!("/core/web-widgets/{}", id(&widget));
    let gone = owner.client().delete(&path).await.expect(204);
    assert!(gone.body.is_empty());
    owner.client().get(&path).await.problem(404, "not_found");
    let conversation = format!("/core/conversations/{}", visitor.conversation_id());
    owner.client().get(&conversation).await.problem(404, "not_found");
    visitor.post("messages", &json!({"content": "Still there?"})).await.expect(401);
}

#[tokio::test]
async fn an_idempotency_key_makes_one_widget() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let (agent, version) = bare(&owner).await;
    let body = json!({"agent_id": agent, "agent_version_id": version});
    let post = |body: &Value| {
        owner.client().post("/core/web-widgets").header("idempotency-key", "once-1").json(body)
    };
    let first = post(&body).await.expect(201);
    let second = post(&body).await.expect(201);
    assert_eq!(first.json(), second.json());
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("location"), second.header("location"));
    let other = json!({"agent_id": agent, "agent_version_id": version, "published": true});
    post(&other).await.problem(409, "idempotency_key_reused");

    let calls = (0..8).map(|_| {
        let call = owner
            .client()
            .post("/core/web-widgets")
            .header("idempotency-key", "once-2")
            .json(&body);
        tokio::spawn(async move { call.await })
    });
    let mut ids = std::collections::BTreeSet::new();
    for call in calls.collect::<Vec<_>>() {
        let reply = call.await.expect("a reply");
        if reply.status == 409 {
            reply.problem(409, "idempotency_key_in_use");
        } else {
            ids.insert(id(&reply.expect(201).json()));
        }
    }
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn an_identity_secret_is_shown_once() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let path = format!("/core/web-widgets/{}/identity-secret", id(&widget));
    let post = || owner.client().post(&path).header("idempotency-key", "s");
    let first = post().await.expect(201).json();
    assert!(first["secret"].as_str().is_some_and(|secret| secret.len() >= 43));
    assert_eq!(post().await.expect(201).json()["secret"], Value::Null);
    let read = owner.read(&format!("/core/web-widgets/{}", id(&widget))).await;
    assert!(!read.to_string().contains(first["secret"].as_str().expect("a secret")));
}

#[tokio::test]
async fn a_paused_widget_is_paused_through_the_short_api() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let short = format!("wgt_{}", id(&widget).replace('-', ""));
    let pause = owner.client().post(&format!("/api/v1/widgets/{short}/pause")).await.expect(200);
    assert_eq!(pause.json(), json!({"id": short, "status": "paused"}));
    let path = format!("/core/public/web-widgets/{}", id(&widget));
    let public = server.client().get(&path).await.expect(200).json();
    assert_eq!(public["status"], "paused", "it still loads");
    let start = json!({"user_id": "guest_0123456789abcdef0123456789abcdef"});
    let conversations = format!("{path}/conversations");
    server.client().post(&conversations).json(&start).await.problem(409, "widget_paused");
    owner.client().post(&format!("/api/v1/widgets/{short}/resume")).await.expect(200);
    server.client().post(&conversations).json(&start).await.expect(201);
}
