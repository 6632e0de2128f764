//! Messages of conversations.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use widget_core::conversation::ConversationStatus;
use widget_core::id::{ConversationId, MessageId};
use widget_core::message::{Block, Citation, Role};

use super::scene::{MINUTE, NOW, Scene, assert_not_found, assert_refused, message, turn};
use crate::store::Store;
use crate::store::records::{ConversationChange, NewMessage, Rating, Refusal};

rules![
    a_message_comes_back_as_it_was_kept,
    messages_are_numbered_in_order,
    the_last_messages_are_read_oldest_first,
    messages_before_a_number_are_not_read,
    a_first_message_begins_the_conversation,
    the_same_id_of_the_owner_keeps_one_message,
    the_same_id_of_the_client_keeps_one_message,
    an_ended_conversation_takes_no_message,
    a_message_needs_its_conversation,
    an_answer_is_rated_and_rated_again,
    only_an_answer_in_the_conversation_is_rated,
];

fn rich(conversation: ConversationId) -> NewMessage {
    let block = json!({ "type": "card", "x": { "b": 1, "a": 2 } });
    NewMessage {
        role: Role::Agent,
        content: "Ink, “blue” & \u{1F58B}\n\t✓".to_owned(),
        citations: vec![Citation {
            title: "Ink".to_owned(),
            url: Some("https://example.com/ink".to_owned()),
            quote: None,
        }],
        blocks: vec![Block::try_from(block).unwrap()],
        external_id: Some("crm-1".to_owned()),
        ..message(conversation, "")
    }
}

async fn a_message_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = rich(conversation);
    let appended = scene.store.append_message(new.clone()).await.unwrap();
    assert!(appended.added);
    let kept = scene.store.message(new.id).await.unwrap();
    assert_eq!(kept, appended.message);
    assert_eq!((kept.content, kept.role), (new.content, new.role));
    assert_eq!((kept.citations, kept.blocks), (new.citations, new.blocks));
    assert_eq!((kept.external_id, kept.client_message_id), (new.external_id, None));
    assert_eq!((kept.turn_id, kept.rating, kept.created_at), (None, None, NOW));
    assert_not_found(scene.store.message(MessageId::from_uuid(Uuid::now_v7())).await);
}

async fn messages_are_numbered_in_order(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    for seq in 1..=3 {
        assert_eq!(scene.store.next_seq(conversation).await.unwrap(), seq);
        // The clock may stand still or go back: the order is that of keeping.
        assert_eq!(scene.say(conversation, NOW.plus_ms(-seq)).await.seq, seq);
    }
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.next_seq(unknown).await);
    assert_eq!(scene.store.messages(unknown, 0, 10).await.unwrap(), []);
}

async fn the_last_messages_are_read_oldest_first(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    for content in ["one", "two", "three"] {
        scene.store.append_message(message(conversation, content)).await.unwrap();
    }
    let other = scene.conversation("ada").await;
    scene.say(other, NOW).await;
    let last = scene.store.messages(conversation, 0, 2).await.unwrap();
    let contents: Vec<_> = last.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(contents, ["two", "three"]);
    assert_eq!(scene.said(conversation).await, ["one", "two", "three"]);
}

async fn messages_before_a_number_are_not_read(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    for content in ["one", "two", "three"] {
        scene.store.append_message(message(conversation, content)).await.unwrap();
    }
    let seqs = async |from| {
        let messages = scene.store.messages(conversation, from, 10).await.unwrap();
        messages.into_iter().map(|message| message.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(2).await, [2, 3]);
    assert!(seqs(4).await.is_empty());
}

async fn a_first_message_begins_the_conversation(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let later = NOW.plus_ms(MINUTE);
    scene.say(id, later).await;
    let conversation = scene.store.conversation(id).await.unwrap().conversation;
    assert_eq!(conversation.status, ConversationStatus::InProgress);
    assert_eq!((conversation.updated_at, conversation.created_at), (later, NOW));
    let asked = scene.conversation("ada").await;
    scene.start(turn(asked, "hi")).await;
    let conversation = scene.store.conversation(asked).await.unwrap().conversation;
    assert_eq!(conversation.status, ConversationStatus::InProgress);
}

async fn the_same_id_of_the_owner_keeps_one_message(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let first = scene.store.append_message(rich(conversation)).await.unwrap();
    let other = NewMessage { content: "something else".to_owned(), ..rich(conversation) };
    let second = scene.store.append_message(other).await.unwrap();
    assert!(first.added && !second.added);
    assert_eq!(first.message, second.message);
    // In another conversation it is another message.
    let elsewhere = scene.conversation("ada").await;
    assert!(scene.store.append_message(rich(elsewhere)).await.unwrap().added);
    assert_eq!(scene.said(conversation).await.len(), 1);
}

async fn the_same_id_of_the_client_keeps_one_message(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = |content: &str| NewMessage {
        client_message_id: Some("c1".to_owned()),
        ..message(conversation, content)
    };
    let first = scene.store.append_message(new("one")).await.unwrap();
    let second = scene.store.append_message(new("two")).await.unwrap();
    assert!(first.added && !second.added);
    assert_eq!(second.message.content, "one");
    assert_eq!(second.message.client_message_id.as_deref(), Some("c1"));
}

async fn an_ended_conversation_takes_no_message(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    scene.store.append_message(rich(conversation)).await.unwrap();
    let ended = ConversationChange {
        status: Some(ConversationStatus::Completed),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(conversation, ended, NOW).await.unwrap();
    let late = scene.store.append_message(message(conversation, "late")).await;
    assert_refused(late, &Refusal::Ended);
    // What was kept in time is still answered for.
    assert!(!scene.store.append_message(rich(conversation)).await.unwrap().added);
}

async fn a_message_needs_its_conversation(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.append_message(message(unknown, "hi")).await);
    let conversation = scene.conversation("ada").await;
    let new = message(conversation, "hi");
    scene.store.append_message(new.clone()).await.unwrap();
    assert_refused(scene.store.append_message(new).await, &Refusal::Exists);
}

async fn an_answer_is_rated_and_rated_again(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let answer = scene.store.append_message(rich(conversation)).await.unwrap().message.id;
    let down = Rating { up: false, comment: Some("no".to_owned()) };
    scene.store.rate_message(conversation, answer, down.clone()).await.unwrap();
    assert_eq!(scene.store.message(answer).await.unwrap().rating, Some(down));
    let up = Rating { up: true, comment: None };
    scene.store.rate_message(conversation, answer, up.clone()).await.unwrap();
    assert_eq!(scene.store.message(answer).await.unwrap().rating, Some(up));
}

async fn only_an_answer_in_the_conversation_is_rated(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, other) = (scene.conversation("ada").await, scene.conversation("ada").await);
    let answer = scene.store.append_message(rich(one)).await.unwrap().message.id;
    let question = scene.say(one, NOW).await.id;
    let up = Rating { up: true, comment: None };
    assert_not_found(scene.store.rate_message(other, answer, up.clone()).await);
    assert_not_found(scene.store.rate_message(one, question, up.clone()).await);
    let unknown = MessageId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.rate_message(one, unknown, up).await);
}
