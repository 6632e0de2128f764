//! Deleting conversations, and visitors who ask to be forgotten.

use std::sync::Arc;

use uuid::Uuid;
use widget_core::id::ConversationId;

use super::leads::lead;
use super::scene::{NOW, Scene, UNLIMITED, assert_not_found, end, turn, visitor, widget};
use super::telemetry::{counts, event};
use crate::store::Store;
use crate::store::records::{ConversationChange, EventRecord, NewLead, TurnStatus};

rules![
    a_conversation_goes_with_everything_but_usage_and_leads,
    a_visitor_is_erased_from_one_widget,
    a_visitor_who_signed_in_is_erased_whole,
    a_turn_cannot_end_in_a_conversation_that_is_gone,
];

async fn a_conversation_goes_with_everything_but_usage_and_leads(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let answer = scene.exchange(turn(id, "hello"), 7).await;
    let kept = scene.store.upsert_lead(lead(&scene, id, "ada@example.com")).await.unwrap().0;
    let mut during = event(&scene, "cta.clicked", NOW);
    during.conversation_id = Some(id);
    scene.store.insert_events(vec![during]).await.unwrap();

    scene.store.delete_conversation(id).await.unwrap();
    assert_not_found(scene.store.conversation(id).await);
    assert_not_found(scene.store.message(answer.id).await);
    assert_not_found(scene.store.turn(answer.turn_id.unwrap()).await);
    assert_eq!(scene.store.messages(id, 0, 10).await.unwrap(), []);
    assert!(counts(&scene).await.is_empty());
    let usage = scene.store.conversation_usage(id).await.unwrap();
    assert_eq!(usage.input_tokens + usage.output_tokens, 7);
    let kept = scene.store.lead(scene.organization.id, kept.id).await.unwrap();
    assert_eq!((kept.conversation_id, kept.widget_id), (None, Some(scene.widget.id)));
    assert_not_found(scene.store.delete_conversation(id).await);
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.delete_conversation(unknown).await);
}

async fn a_visitor_is_erased_from_one_widget(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let other = widget(&scene.agent, &scene.version);
    scene.store.insert_widget(other.clone()).await.unwrap();
    let mut elsewhere = scene.new_conversation("ada");
    elsewhere.conversation.widget_id = other.id;
    let elsewhere_id = elsewhere.conversation.id;
    scene.store.create_conversation(elsewhere, UNLIMITED).await.unwrap();
    let (one, two) = (scene.conversation("ada").await, scene.conversation("ada").await);
    let bobs = scene.conversation("bob").await;
    scene.exchange(turn(one, "hello"), 3).await;
    let ada = scene.store.upsert_lead(lead(&scene, one, "ada@example.com")).await.unwrap().0;
    let bob = NewLead { user_id: visitor("bob"), ..lead(&scene, bobs, "bob@example.com") };
    let bob = scene.store.upsert_lead(bob).await.unwrap().0;
    let named = |user: &str| EventRecord {
        user_id: Some(visitor(user)),
        ..event(&scene, "cta.clicked", NOW)
    };
    let events = vec![named("ada"), named("bob"), event(&scene, "launcher.shown", NOW)];
    scene.store.insert_events(events).await.unwrap();

    let erased = scene.store.erase_visitor(scene.widget.id, visitor("ada")).await.unwrap();
    assert_eq!(erased, 2);
    for gone in [one, two] {
        assert_not_found(scene.store.conversation(gone).await);
    }
    let owner = scene.organization.id;
    assert_not_found(scene.store.lead(owner, ada.id).await);
    assert_eq!(scene.store.lead(owner, bob.id).await.unwrap(), bob);
    scene.store.conversation(bobs).await.unwrap();
    scene.store.conversation(elsewhere_id).await.unwrap();
    let left: Vec<_> = counts(&scene).await.into_iter().map(|(_, name, n)| (name, n)).collect();
    assert_eq!(left, [("cta.clicked".to_owned(), 1), ("launcher.shown".to_owned(), 1)]);
    assert_eq!(scene.store.conversation_usage(one).await.unwrap().output_tokens, 2);
    assert_eq!(scene.store.erase_visitor(scene.widget.id, visitor("ada")).await.unwrap(), 0);
}

async fn a_visitor_who_signed_in_is_erased_whole(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("guest_1").await;
    let new = NewLead { user_id: visitor("guest_1"), ..lead(&scene, id, "ada@example.com") };
    let kept = scene.store.upsert_lead(new).await.unwrap().0;
    let clicked = EventRecord {
        conversation_id: Some(id),
        user_id: Some(visitor("guest_1")),
        ..event(&scene, "cta.clicked", NOW)
    };
    scene.store.insert_events(vec![clicked]).await.unwrap();
    let change = ConversationChange {
        visitor: Some((visitor("ada"), true)),
        ..ConversationChange::default()
    };
    scene.store.update_conversation(id, change, NOW).await.unwrap();
    assert_eq!(scene.store.erase_visitor(scene.widget.id, visitor("ada")).await.unwrap(), 1);
    assert_not_found(scene.store.lead(scene.organization.id, kept.id).await);
    assert!(counts(&scene).await.is_empty());
}

async fn a_turn_cannot_end_in_a_conversation_that_is_gone(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let id = scene.conversation("ada").await;
    let turn = scene.start(turn(id, "hello")).await;
    scene.store.erase_visitor(scene.widget.id, visitor("ada")).await.unwrap();
    assert_not_found(scene.store.finish_turn(end(turn.id, TurnStatus::Done, "1")).await);
    assert_eq!(scene.store.messages(id, 0, 10).await.unwrap(), []);
}
