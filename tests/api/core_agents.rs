//! `/core/agents` and their versions.

use serde_json::{Value, json};
use widget_tests::{Owner, TestServer};

async fn agent(owner: &Owner) -> String {
    let agent = owner.made("/core/agents", &json!({"name": "  Ada  "})).await;
    assert_eq!(agent["name"], "Ada");
    agent["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_draft_changes_until_it_is_published() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let versions = format!("/core/agents/{}/versions", agent(&owner).await);
    let first = owner.made(&versions, &json!({"config": {"instructions": "Be brief."}})).await;
    assert_eq!((&first["number"], &first["status"]), (&json!(1), &json!("draft")));
    let body = json!({"config": {"instructions": "Be kind."}});
    let one = format!("{versions}/1");
    owner.client().put(&one).json(&body).await.expect(200);
    let published = owner.client().post(&format!("{one}/publish")).await.expect(200).json();
    assert_eq!(published["status"], "published");
    let again = owner.client().post(&format!("{one}/publish")).await.expect(200).json();
    assert_eq!(again["published_at"], published["published_at"], "the first time counts");
    owner.client().put(&one).json(&body).await.problem(409, "version_published");

    let second = owner.made(&versions, &json!({"base_version": 1})).await;
    assert_eq!(second["number"], 2);
    assert_eq!(second["config"], published["config"]);
    assert_eq!(owner.read(&format!("{versions}/latest")).await["id"], second["id"]);
    let numbers: Vec<Value> = owner
        .read(&versions)
        .await
        .as_array()
        .expect("a list")
        .iter()
        .map(|version| version["number"].clone())
        .collect();
    assert_eq!(numbers, [2, 1]);
}

#[tokio::test]
async fn a_version_is_made_of_exactly_one_of_config_and_base() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let versions = format!("/core/agents/{}/versions", agent(&owner).await);
    for body in [
        json!({}),
        json!({"config": {}, "base_version": 1}),
        json!({"base_version": 7}),
        json!({"base_version": "one"}),
        json!({"config": "text"}),
    ] {
        owner.client().post(&versions).json(&body).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_wrong_configuration_is_told_with_every_path() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let versions = format!("/core/agents/{}/versions", agent(&owner).await);
    let config = json!({
        "instructions": 5,
        "model": {"temperature": 9},
        "knowledge": [{"title": "No content"}, {"title": "T", "content": "C", "url": "javascript:x"}],
    });
    let problem = owner
        .client()
        .post(&versions)
        .json(&json!({"config": config}))
        .await
        .problem(422, "invalid");
    let errors = problem["errors"].to_string();
    for path in [
        "config.instructions",
        "config.model.temperature",
        "config.knowledge[0].content",
        "config.knowledge[1].url",
    ] {
        assert!(errors.contains(path), "{path} is missing in {errors}");
    }
}

#[tokio::test]
async fn knowledge_of_megabytes_is_taken_and_more_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let versions = format!("/core/agents/{}/versions", agent(&owner).await);
    let knowledge = |bytes: usize| json!({"config": {"knowledge": [{"title": "Book", "content": "word ".repeat(bytes / 5)}]}});
    owner.made(&versions, &knowledge(900_000)).await;
    owner.client().post(&versions).json(&knowledge(4_300_000)).await.problem(413, "body_too_large");
}

#[tokio::test]
async fn an_agent_in_use_is_not_deleted() {
    let server = TestServer::start().await;
    let owner = server.owner();
    let widget = owner.widget(&[], &json!({})).await;
    let path = format!("/core/agents/{}", widget["agent_id"].as_str().expect("an id"));
    owner.client().delete(&path).await.problem(409, "agent_in_use");
    let widget = format!("/core/web-widgets/{}", widget["id"].as_str().expect("an id"));
    owner.client().delete(&widget).await.expect(204);
    owner.client().delete(&path).await.expect(204);
    owner.client().get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_schemas_of_both_configurations_are_served() {
    let server = TestServer::start().await;
    let owner = server.owner();
    for path in ["/core/agent-config-schema", "/core/widget-config-schema"] {
        let schema = owner.read(path).await;
        assert!(schema["$schema"].is_string() && schema["$defs"].is_object(), "{path}: {schema}");
    }
}
