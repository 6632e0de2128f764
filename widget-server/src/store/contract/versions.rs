//! Versions of agents.

use std::sync::Arc;

use serde_json::json;
use widget_core::agent::VersionStatus;

use super::scene::{
    MINUTE, NOW, Scene, WHOLE, agent, assert_not_found, assert_refused, organization, page, version,
};
use crate::store::Store;
use crate::store::records::{Refusal, VersionNumber};

rules![
    versions_are_numbered_from_one,
    versions_added_together_get_a_number_each,
    a_version_is_found_by_number_by_id_and_as_the_latest,
    a_versions_configuration_comes_back_as_it_came,
    versions_are_listed_newest_first_by_pages,
    a_draft_may_change,
    a_published_version_never_changes,
    publishing_twice_keeps_the_first_time,
    a_version_of_another_organization_does_not_exist,
];

async fn versions_are_numbered_from_one(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    assert_eq!(scene.version.number, 1);
    let owner = scene.organization.id;
    let second = scene.store.insert_version(owner, version(&scene.agent)).await.unwrap();
    assert_eq!((second.number, second.status), (2, VersionStatus::Draft));
    assert_eq!(second.published_at, None);
    let other = agent(&scene.organization);
    scene.store.insert_agent(other.clone()).await.unwrap();
    assert_eq!(scene.store.insert_version(owner, version(&other)).await.unwrap().number, 1);
}

async fn versions_added_together_get_a_number_each(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (store, new) = (Arc::clone(&scene.store), version(&scene.agent));
        let owner = scene.organization.id;
        tasks.spawn(async move { store.insert_version(owner, new).await.unwrap().number });
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 3, 4, 5, 6, 7, 8, 9]);
}

async fn a_version_is_found_by_number_by_id_and_as_the_latest(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, agent) = (scene.organization.id, scene.agent.id);
    let second = scene.store.insert_version(owner, version(&scene.agent)).await.unwrap();
    let by_number = scene.store.version(owner, agent, VersionNumber::Number(1)).await.unwrap();
    assert_eq!(by_number, scene.version);
    let latest = scene.store.version(owner, agent, VersionNumber::Latest).await.unwrap();
    assert_eq!(latest, second);
    assert_eq!(scene.store.version_by_id(owner, second.id).await.unwrap(), second);
    assert_not_found(scene.store.version(owner, agent, VersionNumber::Number(3)).await);
}

async fn a_versions_configuration_comes_back_as_it_came(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let config = json!({ "z": 1, "a": { "text": "ß \u{1F600} \"\\", "n": [1.5, -2, null, true] } });
    let mut new = version(&scene.agent);
    new.config = config.clone();
    let kept = scene.store.insert_version(scene.organization.id, new).await.unwrap();
    // As text, so that the order of the keys counts.
    assert_eq!(kept.config.to_string(), config.to_string());
}

async fn versions_are_listed_newest_first_by_pages(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, agent) = (scene.organization.id, scene.agent.id);
    for _ in 0..4 {
        scene.store.insert_version(owner, version(&scene.agent)).await.unwrap();
    }
    let first = scene.store.versions(owner, agent, page(3, None)).await.unwrap();
    let numbers: Vec<_> = first.items.iter().map(|version| version.number).collect();
    assert_eq!(numbers, [5, 4, 3]);
    let rest = scene.store.versions(owner, agent, page(3, first.next)).await.unwrap();
    let numbers: Vec<_> = rest.items.iter().map(|version| version.number).collect();
    assert_eq!((numbers, rest.next), (vec![2, 1], None));
}

async fn a_draft_may_change(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let owner = scene.organization.id;
    let draft = scene.store.insert_version(owner, version(&scene.agent)).await.unwrap();
    let config = json!({ "instructions": "Be kind." });
    let changed =
        scene.store.update_version(owner, draft.id, config.clone(), Vec::new(), NOW).await.unwrap();
    assert_eq!((changed.config.clone(), changed.number), (config, draft.number));
    assert_eq!(scene.store.version_by_id(owner, draft.id).await.unwrap(), changed);
}

async fn a_published_version_never_changes(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.version.id);
    let change = scene.store.update_version(owner, id, json!({}), Vec::new(), NOW).await;
    assert_refused(change, &Refusal::VersionPublished);
    assert_eq!(scene.store.version_by_id(owner, id).await.unwrap(), scene.version);
}

async fn publishing_twice_keeps_the_first_time(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    assert_eq!(scene.version.status, VersionStatus::Published);
    let (owner, id) = (scene.organization.id, scene.version.id);
    let again = scene.store.publish_version(owner, id, NOW.plus_ms(MINUTE)).await.unwrap();
    assert_eq!(again, scene.version);
    assert_eq!(again.published_at, Some(NOW));
}

async fn a_version_of_another_organization_does_not_exist(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let other = organization();
    scene.store.insert_organization(other.clone()).await.unwrap();
    let (agent, id) = (scene.agent.id, scene.version.id);
    assert_not_found(scene.store.version(other.id, agent, VersionNumber::Latest).await);
    assert_not_found(scene.store.version_by_id(other.id, id).await);
    assert_not_found(scene.store.versions(other.id, agent, WHOLE).await);
    assert_not_found(scene.store.insert_version(other.id, version(&scene.agent)).await);
    assert_not_found(scene.store.publish_version(other.id, id, NOW).await);
    let change = scene.store.update_version(other.id, id, json!({}), Vec::new(), NOW).await;
    assert_not_found(change);
}
