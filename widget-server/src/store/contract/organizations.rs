//! Organizations.

use std::sync::Arc;

use super::scene::{assert_not_found, assert_refused, organization};
use crate::store::Store;
use crate::store::records::Refusal;

rules![
    an_organization_is_found_by_its_id,
    organizations_are_listed_oldest_first,
    an_organization_is_added_once,
];

async fn an_organization_is_found_by_its_id(store: Arc<dyn Store>) {
    let kept = organization();
    store.insert_organization(kept.clone()).await.unwrap();
    assert_eq!(store.organization(kept.id).await.unwrap(), kept);
    assert_not_found(store.organization(organization().id).await);
}

async fn organizations_are_listed_oldest_first(store: Arc<dyn Store>) {
    assert_eq!(store.organizations().await.unwrap(), []);
    let (first, second) = (organization(), organization());
    store.insert_organization(second.clone()).await.unwrap();
    store.insert_organization(first.clone()).await.unwrap();
    assert_eq!(store.organizations().await.unwrap(), [first, second]);
}

async fn an_organization_is_added_once(store: Arc<dyn Store>) {
    let organization = organization();
    store.insert_organization(organization.clone()).await.unwrap();
    assert_refused(store.insert_organization(organization).await, &Refusal::Exists);
}
