//! Agents.

use std::sync::Arc;

use super::scene::{
    MINUTE, NOW, Scene, WHOLE, agent, assert_not_found, assert_refused, organization, page, version,
};
use crate::store::Store;
use crate::store::records::{Refusal, VersionNumber};

rules![
    an_agent_is_found_in_its_own_organization_only,
    agents_are_listed_newest_first_by_pages,
    renaming_an_agent_counts_its_revision,
    a_stale_change_of_an_agent_is_refused,
    an_agent_that_a_widget_serves_is_not_deleted,
    an_agent_goes_with_its_versions,
    an_agent_of_an_unknown_organization_is_not_kept,
];

async fn an_agent_is_found_in_its_own_organization_only(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let other = organization();
    scene.store.insert_organization(other.clone()).await.unwrap();
    let found = scene.store.agent(scene.organization.id, scene.agent.id).await.unwrap();
    assert_eq!(found, scene.agent);
    assert_not_found(scene.store.agent(other.id, scene.agent.id).await);
    let renamed = "x".to_owned();
    assert_not_found(scene.store.update_agent(other.id, found.id, renamed, None, NOW).await);
    assert_not_found(scene.store.delete_agent(other.id, found.id, None).await);
    assert_eq!(scene.store.agents(other.id, WHOLE).await.unwrap().items, []);
}

async fn agents_are_listed_newest_first_by_pages(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let owner = &scene.organization;
    let mut agents = vec![scene.agent.clone()];
    for _ in 0..4 {
        agents.push(agent(owner));
        scene.store.insert_agent(agents[agents.len() - 1].clone()).await.unwrap();
    }
    agents.reverse();
    let first = scene.store.agents(owner.id, page(2, None)).await.unwrap();
    assert_eq!(first.items, agents[..2]);
    // One that is added meanwhile does not shift what follows, nor does one that goes.
    scene.store.insert_agent(agent(owner)).await.unwrap();
    scene.store.delete_agent(owner.id, agents[1].id, None).await.unwrap();
    let second = scene.store.agents(owner.id, page(2, first.next)).await.unwrap();
    assert_eq!(second.items, agents[2..4]);
    let third = scene.store.agents(owner.id, page(2, second.next)).await.unwrap();
    assert_eq!(third.items, agents[4..]);
    assert_eq!(third.next, None);
}

async fn renaming_an_agent_counts_its_revision(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let later = NOW.plus_ms(MINUTE);
    let ids = (scene.organization.id, scene.agent.id);
    let renamed = scene.store.update_agent(ids.0, ids.1, "Ada".to_owned(), Some(1), later).await;
    let renamed = renamed.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.revision), ("Ada", 2));
    assert_eq!((renamed.created_at, renamed.updated_at), (NOW, later));
    assert_eq!(scene.store.agent(ids.0, ids.1).await.unwrap(), renamed);
}

async fn a_stale_change_of_an_agent_is_refused(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.agent.id);
    scene.store.update_agent(owner, id, "Ada".to_owned(), None, NOW).await.unwrap();
    let late = scene.store.update_agent(owner, id, "Eve".to_owned(), Some(1), NOW).await;
    assert_refused(late, &Refusal::Stale);
    assert_refused(scene.store.delete_agent(owner, id, Some(1)).await, &Refusal::Stale);
    assert_eq!(scene.store.agent(owner, id).await.unwrap().name, "Ada");
}

async fn an_agent_that_a_widget_serves_is_not_deleted(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.agent.id);
    assert_refused(scene.store.delete_agent(owner, id, None).await, &Refusal::InUse);
    scene.store.delete_widget(owner, scene.widget.id, None).await.unwrap();
    scene.store.delete_agent(owner, id, None).await.unwrap();
    assert_not_found(scene.store.agent(owner, id).await);
}

async fn an_agent_goes_with_its_versions(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let owner = &scene.organization;
    let agent = agent(owner);
    scene.store.insert_agent(agent.clone()).await.unwrap();
    let version = scene.store.insert_version(owner.id, version(&agent)).await.unwrap();
    scene.store.delete_agent(owner.id, agent.id, Some(1)).await.unwrap();
    assert_not_found(scene.store.version_by_id(owner.id, version.id).await);
    assert_not_found(scene.store.version(owner.id, agent.id, VersionNumber::Latest).await);
    assert_not_found(scene.store.delete_agent(owner.id, agent.id, None).await);
}

async fn an_agent_of_an_unknown_organization_is_not_kept(store: Arc<dyn Store>) {
    assert_not_found(store.insert_agent(agent(&organization())).await);
}
