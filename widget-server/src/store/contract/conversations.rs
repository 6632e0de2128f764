//! Conversations.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;
use widget_core::conversation::{ConversationStatus, FEEDBACK_KEY, Handler};
use widget_core::id::{ConversationId, WidgetId};

use super::scene::{
    AMPLE, HOUR, MINUTE, NOW, Scene, UNLIMITED, WHOLE, assert_not_found, assert_refused, page,
    turn, visitor, widget,
};
use crate::store::Store;
use crate::store::records::{Budget, ConversationChange, ConversationFilter, Refusal};

rules![
    a_conversation_comes_back_as_it_was_kept,
    a_conversation_of_an_unknown_widget_is_not_kept,
    the_key_of_the_feedback_is_nobodys,
    what_changes_of_a_conversation_is_what_is_named,
    metadata_merge_key_by_key,
    an_ended_conversation_stays_ended,
    a_status_never_goes_back,
    an_ended_conversation_may_still_be_noted_on,
    conversations_are_filtered,
    conversations_are_listed_newest_first_by_pages,
    the_newest_conversation_with_room_is_resumed,
    a_conversation_in_anothers_name_is_never_resumed,
    a_conversation_that_moves_to_another_visitor_is_theirs,
];

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

async fn a_conversation_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut record = scene.new_conversation("ada");
    record.conversation.title = Some("A title".to_owned());
    record.conversation.custom_metadata = object(json!({ "z": [1, null], "a": { "é": "✓" } }));
    record.proven = false;
    record.handler = Handler::Human;
    let id = record.conversation.id;
    scene.store.create_conversation(record.clone(), UNLIMITED).await.unwrap();
    assert_eq!(scene.store.conversation(id).await.unwrap(), record);
    assert_refused(scene.store.create_conversation(record, UNLIMITED).await, &Refusal::Exists);
    assert_not_found(scene.store.conversation(unknown()).await);
}

fn unknown() -> ConversationId {
    ConversationId::from_uuid(Uuid::now_v7())
}

async fn a_conversation_of_an_unknown_widget_is_not_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut record = scene.new_conversation("ada");
    record.conversation.widget_id = WidgetId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.create_conversation(record, UNLIMITED).await);
}

async fn the_key_of_the_feedback_is_nobodys(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut record = scene.new_conversation("ada");
    let id = record.conversation.id;
    record.conversation.custom_metadata = object(json!({ FEEDBACK_KEY: { "x": 1 }, "a": 1 }));
    scene.store.create_conversation(record, UNLIMITED).await.unwrap();
    let change = ConversationChange {
        merge_metadata: Some(object(json!({ FEEDBACK_KEY: "mine", "b": 2 }))),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(id, change, NOW).await.unwrap();
    let kept = scene.store.conversation(id).await.unwrap().conversation;
    assert_eq!(Value::Object(kept.custom_metadata), json!({ "a": 1, "b": 2 }));
    scene.store.submit_feedback(id, object(json!({ "stars": 5 })), NOW).await.unwrap();
}

async fn what_changes_of_a_conversation_is_what_is_named(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let later = NOW.plus_ms(MINUTE);
    let change = ConversationChange {
        handler: Some(Handler::Human),
        title: Some("Ink".to_owned()),
        ..ConversationChange::default()
    };
    let changed = scene.store.update_conversation(id, change, later).await.unwrap();
    assert_eq!(
        (changed.handler, changed.conversation.title.as_deref()),
        (Handler::Human, Some("Ink"))
    );
    assert_eq!(changed.conversation.status, ConversationStatus::TokenCreated);
    assert_eq!(changed.conversation.user_id, visitor("ada"));
    assert_eq!((changed.conversation.updated_at, changed.conversation.ended_at), (later, None));
    assert_eq!(scene.store.conversation(id).await.unwrap(), changed);
    let nothing = ConversationChange::default();
    assert_not_found(scene.store.update_conversation(unknown(), nothing, NOW).await);
}

async fn metadata_merge_key_by_key(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    for metadata in [json!({ "a": { "x": 1 }, "b": 1 }), json!({ "a": { "y": 2 }, "c": null })] {
        let change = ConversationChange {
            merge_metadata: Some(object(metadata)),
            ..ConversationChange::default()
        };
        scene.store.update_conversation(id, change, NOW).await.unwrap();
    }
    let kept = scene.store.conversation(id).await.unwrap().conversation;
    assert_eq!(Value::Object(kept.custom_metadata), json!({ "a": { "y": 2 }, "b": 1, "c": null }));
}

fn becoming(status: ConversationStatus) -> ConversationChange {
    ConversationChange { status: Some(status), ..ConversationChange::default() }
}

async fn an_ended_conversation_stays_ended(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let ended = becoming(ConversationStatus::Completed);
    let first = scene.store.update_conversation(id, ended.clone(), NOW).await.unwrap();
    assert_eq!(first.conversation.ended_at, Some(NOW));
    let later = NOW.plus_ms(MINUTE);
    for status in [ConversationStatus::Failed, ConversationStatus::InProgress] {
        let change = scene.store.update_conversation(id, becoming(status), later).await;
        assert_refused(change, &Refusal::Ended);
    }
    let again = scene.store.update_conversation(id, ended, later).await.unwrap();
    assert_eq!(again.conversation.ended_at, Some(NOW));
}

async fn a_status_never_goes_back(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    scene.say(id, NOW).await;
    let back = becoming(ConversationStatus::TokenCreated);
    let kept = scene.store.update_conversation(id, back, NOW).await.unwrap();
    assert_eq!(kept.conversation.status, ConversationStatus::InProgress);
}

async fn an_ended_conversation_may_still_be_noted_on(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let ended = becoming(ConversationStatus::Failed);
    scene.store.update_conversation(id, ended, NOW).await.unwrap();
    let change = ConversationChange {
        merge_metadata: Some(object(json!({ "a": 1 }))),
        title: Some("Ink".to_owned()),
        ..ConversationChange::default()
    };
    let changed = scene.store.update_conversation(id, change, NOW).await.unwrap();
    assert_eq!(changed.conversation.custom_metadata["a"], json!(1));
}

async fn listed(scene: &Scene, filter: ConversationFilter) -> Vec<ConversationId> {
    let listed = scene.store.conversations(filter, WHOLE).await.unwrap();
    listed.items.into_iter().map(|record| record.conversation.id).collect()
}

async fn conversations_are_filtered(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, two) = (scene.conversation("ada").await, scene.conversation("bob").await);
    let mut late = scene.new_conversation("ada");
    late.conversation.created_at = NOW.plus_ms(HOUR);
    let three = late.conversation.id;
    scene.store.create_conversation(late, UNLIMITED).await.unwrap();
    scene.say(two, NOW).await;
    let other = widget(&scene.agent, &scene.version);
    scene.store.insert_widget(other.clone()).await.unwrap();
    let mut elsewhere = scene.new_conversation("ada");
    elsewhere.conversation.widget_id = other.id;
    let four = elsewhere.conversation.id;
    scene.store.create_conversation(elsewhere, UNLIMITED).await.unwrap();

    let all = ConversationFilter::default;
    assert_eq!(listed(&scene, all()).await, [four, three, two, one]);
    let filter = ConversationFilter { organization_id: Some(scene.organization.id), ..all() };
    assert_eq!(listed(&scene, filter).await.len(), 4);
    let filter = ConversationFilter { widget_id: Some(scene.widget.id), ..all() };
    assert_eq!(listed(&scene, filter).await, [three, two, one]);
    let filter = ConversationFilter { agent_id: Some(scene.agent.id), ..all() };
    assert_eq!(listed(&scene, filter).await.len(), 4);
    let filter = ConversationFilter { status: Some(ConversationStatus::InProgress), ..all() };
    assert_eq!(listed(&scene, filter).await, [two]);
    let filter = ConversationFilter {
        user_id: Some(visitor("ada")),
        widget_id: Some(scene.widget.id),
        ..all()
    };
    assert_eq!(listed(&scene, filter).await, [three, one]);
    let filter = ConversationFilter { ids: Some(vec![one, four, unknown()]), ..all() };
    assert_eq!(listed(&scene, filter).await, [four, one]);
    let filter = ConversationFilter { ids: Some(Vec::new()), ..all() };
    assert!(listed(&scene, filter).await.is_empty());
    let filter = ConversationFilter { created_after: Some(NOW.plus_ms(HOUR)), ..all() };
    assert_eq!(listed(&scene, filter).await, [three]);
    let filter = ConversationFilter { created_before: Some(NOW), ..all() };
    assert_eq!(listed(&scene, filter).await, [four, two, one]);
}

async fn conversations_are_listed_newest_first_by_pages(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.insert(0, scene.conversation("ada").await);
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let filter = ConversationFilter { user_id: Some(visitor("ada")), ..Default::default() };
        let listed = scene.store.conversations(filter, page(2, after)).await.unwrap();
        seen.extend(listed.items.into_iter().map(|record| record.conversation.id));
        after = listed.next;
        if after.is_none() {
            break;
        }
        scene.conversation("ada").await;
    }
    assert_eq!(seen, all);
}

async fn the_newest_conversation_with_room_is_resumed(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let since = NOW.plus_ms(-24 * HOUR);
    let ada = visitor("ada");
    let resumed = async |budget: Budget| {
        let found = scene.store.resumable_conversation(scene.widget.id, ada.clone(), since, budget);
        found.await.unwrap().map(|record| record.conversation.id)
    };
    let (old, new) = (scene.conversation("ada").await, scene.conversation("ada").await);
    // Nothing was said in either, and somebody else's does not count.
    let bobs = scene.conversation("bob").await;
    scene.say(bobs, NOW).await;
    assert_eq!(resumed(AMPLE).await, None);
    scene.say(old, since).await;
    assert_eq!(resumed(AMPLE).await, Some(old));
    scene.say(new, NOW).await;
    assert_eq!(resumed(AMPLE).await, Some(new));
    // Its budget of messages is used up: the one before has room.
    scene.say(new, NOW).await;
    assert_eq!(resumed(Budget { messages: 2, ..AMPLE }).await, Some(old));
    scene.exchange(turn(new, "hello"), 100).await;
    assert_eq!(resumed(Budget { tokens: 100, ..AMPLE }).await, Some(old));
    // What the whole widget has used is not the conversation's fault.
    assert_eq!(resumed(Budget { widget_tokens: Some(1), ..AMPLE }).await, Some(new));
    scene
        .store
        .update_conversation(new, becoming(ConversationStatus::Completed), NOW)
        .await
        .unwrap();
    assert_eq!(resumed(AMPLE).await, Some(old));
    let later = scene
        .store
        .resumable_conversation(scene.widget.id, ada.clone(), since.plus_ms(1), AMPLE)
        .await;
    assert_eq!(later.unwrap(), None);
}

async fn a_conversation_in_anothers_name_is_never_resumed(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut record = scene.new_conversation("ada");
    record.proven = false;
    let id = record.conversation.id;
    scene.store.create_conversation(record, UNLIMITED).await.unwrap();
    scene.say(id, NOW).await;
    let since = NOW.plus_ms(-HOUR);
    let found =
        scene.store.resumable_conversation(scene.widget.id, visitor("ada"), since, AMPLE).await;
    assert_eq!(found.unwrap(), None);
}

async fn a_conversation_that_moves_to_another_visitor_is_theirs(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut record = scene.new_conversation("guest_1");
    record.proven = false;
    let id = record.conversation.id;
    scene.store.create_conversation(record, UNLIMITED).await.unwrap();
    scene.say(id, NOW).await;
    let change = ConversationChange {
        visitor: Some((visitor("ada"), true)),
        ..ConversationChange::default()
    };
    let moved = scene.store.update_conversation(id, change, NOW).await.unwrap();
    assert_eq!((&moved.conversation.user_id, moved.proven), (&visitor("ada"), true));
    let since = NOW.plus_ms(-HOUR);
    let found =
        scene.store.resumable_conversation(scene.widget.id, visitor("ada"), since, AMPLE).await;
    assert_eq!(found.unwrap(), Some(scene.store.conversation(id).await.unwrap()));
}
