//! Keys of organizations and tokens of persons.

use std::sync::Arc;

use uuid::Uuid;
use widget_core::id::KeyId;

use super::scene::{MINUTE, NOW, assert_not_found, assert_refused, organization};
use crate::store::Store;
use crate::store::records::{ApiKey, KeyHolder, Organization, Refusal};

rules![
    a_key_comes_back_as_it_was_kept,
    a_persons_token_names_its_organizations_in_order,
    an_organization_sees_its_keys_and_its_members_tokens_newest_first,
    all_keys_are_listed_without_an_organization,
    revoking_twice_keeps_the_first_time,
    a_key_remembers_when_it_was_last_used,
    a_key_of_an_unknown_organization_is_not_kept,
    a_key_is_added_once,
];

fn key(holder: KeyHolder) -> ApiKey {
    ApiKey {
        id: KeyId::from_uuid(Uuid::now_v7()),
        holder,
        name: "deploy".to_owned(),
        scopes: vec!["agents:read".to_owned(), "web_widgets:manage".to_owned()],
        secret_digest: [7; 32],
        created_at: NOW,
        expires_at: Some(NOW.plus_ms(MINUTE)),
        revoked_at: None,
        last_used_at: None,
    }
}

fn person(organizations: &[&Organization]) -> KeyHolder {
    KeyHolder::Person {
        email: "ida@example.com".to_owned(),
        organizations: organizations.iter().map(|organization| organization.id).collect(),
    }
}

async fn two_organizations(store: &Arc<dyn Store>) -> (Organization, Organization) {
    let (one, other) = (organization(), organization());
    store.insert_organization(one.clone()).await.unwrap();
    store.insert_organization(other.clone()).await.unwrap();
    (one, other)
}

async fn a_key_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let (one, _) = two_organizations(&store).await;
    let kept = key(KeyHolder::Organization(one.id));
    store.insert_key(kept.clone()).await.unwrap();
    assert_eq!(store.key(kept.id).await.unwrap(), kept);
    assert_not_found(store.key(KeyId::from_uuid(Uuid::now_v7())).await);
}

async fn a_persons_token_names_its_organizations_in_order(store: Arc<dyn Store>) {
    let (one, other) = two_organizations(&store).await;
    let kept = key(person(&[&other, &one]));
    store.insert_key(kept.clone()).await.unwrap();
    assert_eq!(store.key(kept.id).await.unwrap(), kept);
}

async fn an_organization_sees_its_keys_and_its_members_tokens_newest_first(store: Arc<dyn Store>) {
    let (one, other) = two_organizations(&store).await;
    let own = key(KeyHolder::Organization(one.id));
    let members = key(person(&[&one, &other]));
    let foreign = key(KeyHolder::Organization(other.id));
    for key in [&own, &members, &foreign] {
        store.insert_key(key.clone()).await.unwrap();
    }
    assert_eq!(store.keys(Some(one.id)).await.unwrap(), [members.clone(), own]);
    assert_eq!(store.keys(Some(other.id)).await.unwrap(), [foreign, members]);
}

async fn all_keys_are_listed_without_an_organization(store: Arc<dyn Store>) {
    let (one, other) = two_organizations(&store).await;
    let first = key(KeyHolder::Organization(one.id));
    let second = key(person(&[&other]));
    store.insert_key(first.clone()).await.unwrap();
    store.insert_key(second.clone()).await.unwrap();
    assert_eq!(store.keys(None).await.unwrap(), [second, first]);
}

async fn revoking_twice_keeps_the_first_time(store: Arc<dyn Store>) {
    let (one, _) = two_organizations(&store).await;
    let kept = key(KeyHolder::Organization(one.id));
    store.insert_key(kept.clone()).await.unwrap();
    store.revoke_key(kept.id, NOW).await.unwrap();
    store.revoke_key(kept.id, NOW.plus_ms(MINUTE)).await.unwrap();
    assert_eq!(store.key(kept.id).await.unwrap().revoked_at, Some(NOW));
    assert_not_found(store.revoke_key(KeyId::from_uuid(Uuid::now_v7()), NOW).await);
}

async fn a_key_remembers_when_it_was_last_used(store: Arc<dyn Store>) {
    let (one, _) = two_organizations(&store).await;
    let kept = key(KeyHolder::Organization(one.id));
    store.insert_key(kept.clone()).await.unwrap();
    store.touch_key(kept.id, NOW).await.unwrap();
    assert_eq!(store.key(kept.id).await.unwrap().last_used_at, Some(NOW));
    assert_not_found(store.touch_key(KeyId::from_uuid(Uuid::now_v7()), NOW).await);
}

async fn a_key_of_an_unknown_organization_is_not_kept(store: Arc<dyn Store>) {
    let (one, _) = two_organizations(&store).await;
    let orphan = key(KeyHolder::Organization(organization().id));
    assert_not_found(store.insert_key(orphan.clone()).await);
    let half_orphan = key(person(&[&one, &organization()]));
    assert_not_found(store.insert_key(half_orphan.clone()).await);
    assert_not_found(store.key(half_orphan.id).await);
    assert_eq!(store.keys(None).await.unwrap(), []);
}

async fn a_key_is_added_once(store: Arc<dyn Store>) {
    let (one, _) = two_organizations(&store).await;
    let kept = key(KeyHolder::Organization(one.id));
    store.insert_key(kept.clone()).await.unwrap();
    assert_refused(store.insert_key(kept).await, &Refusal::Exists);
}
