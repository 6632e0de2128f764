//! Feedback, once for a conversation.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;
use widget_core::conversation::{ConversationStatus, FEEDBACK_KEY};
use widget_core::id::ConversationId;

use super::scene::{MINUTE, NOW, Scene, assert_not_found, assert_refused};
use crate::store::Store;
use crate::store::records::{ConversationChange, Refusal};

rules![
    feedback_lies_in_the_metadata_of_its_conversation,
    a_second_feedback_is_refused,
    an_ended_conversation_takes_feedback,
    metadata_that_comes_later_leaves_the_feedback,
];

fn feedback(stars: u8) -> Map<String, Value> {
    Map::from_iter([("stars".to_owned(), json!(stars))])
}

async fn feedback_lies_in_the_metadata_of_its_conversation(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let later = NOW.plus_ms(MINUTE);
    scene.store.submit_feedback(id, feedback(5), later).await.unwrap();
    let conversation = scene.store.conversation(id).await.unwrap().conversation;
    let expected = json!({ FEEDBACK_KEY: { "stars": 5 } });
    assert_eq!(Value::Object(conversation.custom_metadata), expected);
    assert_eq!(conversation.updated_at, later);
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.submit_feedback(unknown, feedback(5), NOW).await);
}

async fn a_second_feedback_is_refused(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    // Also when the first says nothing.
    scene.store.submit_feedback(id, Map::new(), NOW).await.unwrap();
    let second = scene.store.submit_feedback(id, feedback(1), NOW).await;
    assert_refused(second, &Refusal::FeedbackExists);
    let conversation = scene.store.conversation(id).await.unwrap().conversation;
    assert_eq!(conversation.custom_metadata[FEEDBACK_KEY], json!({}));
}

async fn an_ended_conversation_takes_feedback(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let ended = ConversationChange {
        status: Some(ConversationStatus::Completed),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(id, ended, NOW).await.unwrap();
    scene.store.submit_feedback(id, feedback(3), NOW).await.unwrap();
}

async fn metadata_that_comes_later_leaves_the_feedback(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    scene.store.submit_feedback(id, feedback(4), NOW).await.unwrap();
    let merge = json!({ "page": "/", FEEDBACK_KEY: null });
    let change = ConversationChange {
        merge_metadata: Some(serde_json::from_value(merge).unwrap()),
        ..ConversationChange::default()
    };
    let updated = scene.store.update_conversation(id, change, NOW).await.unwrap();
    let expected = json!({ "page": "/", FEEDBACK_KEY: { "stars": 4 } });
    assert_eq!(Value::Object(updated.conversation.custom_metadata.clone()), expected);
    assert_eq!(scene.store.conversation(id).await.unwrap(), updated);
}
