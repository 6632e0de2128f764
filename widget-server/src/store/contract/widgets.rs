//! Widgets, and what the public runtime needs of them.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use widget_core::id::WidgetId;
use widget_core::time::Timestamp;

use super::scene::{
    DAY, HOUR, MINUTE, NOW, Scene, WHOLE, agent, assert_not_found, assert_refused, organization,
    page, turn, version, widget,
};
use crate::store::Store;
use crate::store::records::{Refusal, WidgetChange, WidgetFilter};

rules![
    a_widget_comes_back_as_it_was_kept,
    agent_and_version_of_a_widget_must_belong_together,
    what_is_named_replaces_and_the_rest_stays,
    a_stale_change_of_a_widget_is_refused,
    widgets_are_filtered,
    the_bounds_of_a_period_are_inclusive,
    widgets_are_listed_newest_first_by_pages,
    a_widget_goes_with_everything_but_usage_and_leads,
    a_widget_is_served_with_agent_and_version,
    a_former_identity_secret_stays_for_a_while,
    only_live_widgets_lend_their_allow_lists,
];

async fn a_widget_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let kept = scene.store.widget(scene.organization.id, scene.widget.id).await.unwrap();
    assert_eq!(kept, scene.widget);
    // As text, so that the order of the keys counts.
    assert_eq!(kept.config.to_string(), scene.widget.config.to_string());
    let other = organization();
    scene.store.insert_organization(other.clone()).await.unwrap();
    assert_not_found(scene.store.widget(other.id, kept.id).await);
    let change = WidgetChange { paused: Some(true), ..WidgetChange::default() };
    assert_not_found(scene.store.update_widget(other.id, kept.id, change, None, NOW).await);
    assert_not_found(scene.store.delete_widget(other.id, kept.id, None).await);
    assert_refused(scene.store.insert_widget(kept).await, &Refusal::Exists);
}

async fn agent_and_version_of_a_widget_must_belong_together(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let other_agent = agent(&scene.organization);
    scene.store.insert_agent(other_agent.clone()).await.unwrap();
    let mut mixed = widget(&scene.agent, &scene.version);
    mixed.agent_id = other_agent.id;
    assert_refused(scene.store.insert_widget(mixed).await, &Refusal::VersionMismatch);

    let other = organization();
    scene.store.insert_organization(other.clone()).await.unwrap();
    let mut foreign = widget(&scene.agent, &scene.version);
    foreign.organization_id = other.id;
    assert_refused(scene.store.insert_widget(foreign).await, &Refusal::VersionMismatch);

    let change = WidgetChange { agent_id: Some(other_agent.id), ..WidgetChange::default() };
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let changed = scene.store.update_widget(owner, id, change, None, NOW).await;
    assert_refused(changed, &Refusal::VersionMismatch);
    assert_eq!(scene.store.widget(owner, id).await.unwrap(), scene.widget);
}

async fn what_is_named_replaces_and_the_rest_stays(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let later = NOW.plus_ms(MINUTE);
    let change = WidgetChange {
        name: Some(Some("Shop".to_owned())),
        domains: Some(Vec::new()),
        config: Some(json!({ "v1": {} })),
        ..WidgetChange::default()
    };
    let changed = scene.store.update_widget(owner, id, change, Some(1), later).await.unwrap();
    assert_eq!(changed.name.as_deref(), Some("Shop"));
    assert_eq!(changed.domains, Vec::<String>::new());
    assert_eq!(changed.config, json!({ "v1": {} }));
    assert_eq!((changed.published, changed.paused), (true, false));
    assert_eq!((changed.revision, changed.updated_at, changed.created_at), (2, later, NOW));
    let change = WidgetChange {
        name: Some(None),
        published: Some(false),
        paused: Some(true),
        ..WidgetChange::default()
    };
    let changed = scene.store.update_widget(owner, id, change, Some(2), later).await.unwrap();
    assert_eq!((changed.name.clone(), changed.published, changed.paused), (None, false, true));
    assert_eq!(changed.config, json!({ "v1": {} }));
    assert_eq!(scene.store.widget(owner, id).await.unwrap(), changed);
}

async fn a_stale_change_of_a_widget_is_refused(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let pause = WidgetChange { paused: Some(true), ..WidgetChange::default() };
    scene.store.update_widget(owner, id, pause.clone(), None, NOW).await.unwrap();
    let late = scene.store.update_widget(owner, id, pause, Some(1), NOW).await;
    assert_refused(late, &Refusal::Stale);
    assert_refused(scene.store.delete_widget(owner, id, Some(1)).await, &Refusal::Stale);
    scene.store.delete_widget(owner, id, Some(2)).await.unwrap();
    assert_not_found(scene.store.delete_widget(owner, id, Some(2)).await);
}

async fn ids(scene: &Scene, filter: WidgetFilter) -> Vec<WidgetId> {
    let listed = scene.store.widgets(scene.organization.id, filter, WHOLE).await.unwrap();
    listed.items.into_iter().map(|widget| widget.id).collect()
}

async fn widgets_are_filtered(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let owner = scene.organization.id;
    let draft = scene.store.insert_version(owner, version(&scene.agent)).await.unwrap();
    let mut second = widget(&scene.agent, &draft);
    second.published = false;
    scene.store.insert_widget(second.clone()).await.unwrap();
    let other = agent(&scene.organization);
    scene.store.insert_agent(other.clone()).await.unwrap();
    let others = scene.store.insert_version(owner, version(&other)).await.unwrap();
    let third = widget(&other, &others);
    scene.store.insert_widget(third.clone()).await.unwrap();

    let first = scene.widget.id;
    assert_eq!(ids(&scene, WidgetFilter::default()).await, [third.id, second.id, first]);
    let filter = WidgetFilter { agent_id: Some(scene.agent.id), ..WidgetFilter::default() };
    assert_eq!(ids(&scene, filter).await, [second.id, first]);
    let filter = WidgetFilter { agent_version_id: Some(draft.id), ..WidgetFilter::default() };
    assert_eq!(ids(&scene, filter).await, [second.id]);
    let filter = WidgetFilter { published: Some(true), ..WidgetFilter::default() };
    assert_eq!(ids(&scene, filter).await, [third.id, first]);
    let filter = WidgetFilter {
        agent_id: Some(scene.agent.id),
        published: Some(false),
        ..WidgetFilter::default()
    };
    assert_eq!(ids(&scene, filter).await, [second.id]);
}

async fn the_bounds_of_a_period_are_inclusive(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let pause = WidgetChange { paused: Some(true), ..WidgetChange::default() };
    scene.store.update_widget(owner, id, pause, None, NOW.plus_ms(HOUR)).await.unwrap();
    let within = |at: Timestamp| WidgetFilter {
        created_after: Some(NOW),
        created_before: Some(NOW),
        updated_after: Some(at),
        updated_before: Some(at),
        ..WidgetFilter::default()
    };
    assert_eq!(ids(&scene, within(NOW.plus_ms(HOUR))).await, [id]);
    assert!(ids(&scene, within(NOW.plus_ms(HOUR + 1))).await.is_empty());
    assert!(ids(&scene, within(NOW.plus_ms(HOUR - 1))).await.is_empty());
}

async fn widgets_are_listed_newest_first_by_pages(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut all = vec![scene.widget.id];
    for _ in 0..2 {
        let widget = widget(&scene.agent, &scene.version);
        all.insert(0, widget.id);
        scene.store.insert_widget(widget).await.unwrap();
    }
    let list = |after| {
        let filter = WidgetFilter { published: Some(true), ..WidgetFilter::default() };
        scene.store.widgets(scene.organization.id, filter, page(2, after))
    };
    let first = list(None).await.unwrap();
    let second = list(first.next).await.unwrap();
    assert_eq!(second.next, None);
    let items = first.items.iter().chain(&second.items);
    assert_eq!(items.map(|widget| widget.id).collect::<Vec<_>>(), all);
}

async fn a_widget_goes_with_everything_but_usage_and_leads(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let answer = scene.exchange(turn(conversation, "hello"), 10).await;
    let lead = super::leads::lead(&scene, conversation, "ada@example.com");
    let (lead, _) = scene.store.upsert_lead(lead).await.unwrap();
    let owner = scene.organization.id;
    scene.store.delete_widget(owner, scene.widget.id, None).await.unwrap();

    assert_not_found(scene.store.served_widget(scene.widget.id).await);
    assert_not_found(scene.store.conversation(conversation).await);
    assert_not_found(scene.store.message(answer.id).await);
    assert_not_found(scene.store.turn(answer.turn_id.unwrap()).await);
    let usage = scene.store.conversation_usage(conversation).await.unwrap();
    assert_eq!(usage.input_tokens + usage.output_tokens, 10);
    let lead = scene.store.lead(owner, lead.id).await.unwrap();
    assert_eq!((lead.widget_id, lead.conversation_id), (None, None));
}

async fn a_widget_is_served_with_agent_and_version(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let served = scene.store.served_widget(scene.widget.id).await.unwrap();
    assert_eq!((&served.widget, &served.agent), (&scene.widget, &scene.agent));
    assert_eq!(served.version, scene.version);
    assert_eq!(served.identity_secrets, []);
    assert_eq!(scene.store.served_widgets_of(scene.agent.id).await.unwrap(), [served]);
    assert_not_found(scene.store.served_widget(WidgetId::from_uuid(Uuid::now_v7())).await);
}

async fn a_former_identity_secret_stays_for_a_while(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.widget.id);
    for secret in 1..=3_u8 {
        let now = NOW.plus_ms(i64::from(secret) * MINUTE);
        let until = now.plus_ms(DAY);
        scene.store.set_identity_secret(owner, id, vec![secret; 32], until, now).await.unwrap();
    }
    let secrets = scene.store.served_widget(id).await.unwrap().identity_secrets;
    let secrets: Vec<_> =
        secrets.into_iter().map(|secret| (secret.secret[0], secret.valid_until)).collect();
    let retired = |secret: i64| Some(NOW.plus_ms(secret * MINUTE + DAY));
    assert_eq!(secrets, [(3, None), (2, retired(3)), (1, retired(2))]);
    let other = organization().id;
    assert_not_found(scene.store.set_identity_secret(other, id, vec![4], NOW, NOW).await);
}

async fn only_live_widgets_lend_their_allow_lists(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let owner = scene.organization.id;
    let draft = scene.store.insert_version(owner, version(&scene.agent)).await.unwrap();
    let mut with_draft = widget(&scene.agent, &draft);
    with_draft.domains = vec!["https://draft.example".to_owned()];
    scene.store.insert_widget(with_draft).await.unwrap();
    let mut unpublished = widget(&scene.agent, &scene.version);
    unpublished.published = false;
    scene.store.insert_widget(unpublished).await.unwrap();
    let mut paused = widget(&scene.agent, &scene.version);
    paused.paused = true;
    paused.domains = Vec::new();
    scene.store.insert_widget(paused).await.unwrap();

    let mut lists = scene.store.live_allow_lists().await.unwrap();
    lists.sort();
    assert_eq!(lists, [vec![], vec!["https://example.com".to_owned()]]);
}
