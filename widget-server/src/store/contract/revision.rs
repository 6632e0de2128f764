//! The number by which a process knows that what it keeps in memory is still so.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use widget_core::id::KeyId;

use super::scene::{
    HOUR, NOW, Scene, agent, message, organization, turn, version, visitor, widget,
};
use crate::store::Store;
use crate::store::records::{
    ApiKey, ConversationChange, IdempotencyClaim, KeyHolder, SigningKey, WidgetChange,
};

rules![
    the_revision_follows_everything_that_is_kept_in_memory,
    the_revision_does_not_follow_conversations,
    what_was_refused_changes_no_revision,
];

/// Remembers the revision, and tells whether it has changed since it was asked last.
struct Watch<'a> {
    store: &'a dyn Store,
    seen: u64,
}

impl<'a> Watch<'a> {
    fn new(store: &'a dyn Store) -> Self {
        Self { store, seen: store.revision().unwrap() }
    }

    fn changed(&mut self) -> bool {
        let now = self.store.revision().unwrap();
        std::mem::replace(&mut self.seen, now) != now
    }
}

fn key(scene: &Scene) -> ApiKey {
    ApiKey {
        id: KeyId::from_uuid(Uuid::now_v7()),
        holder: KeyHolder::Person {
            email: "ida@example.com".to_owned(),
            organizations: vec![scene.organization.id],
        },
        name: "deploy".to_owned(),
        scopes: Vec::new(),
        secret_digest: [7; 32],
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    }
}

fn signing_key(kid: &str) -> SigningKey {
    let secret = vec![7; 32];
    SigningKey { kid: kid.to_owned(), secret, created_at: NOW, valid_until: None }
}

async fn the_revision_follows_everything_that_is_kept_in_memory(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (store, owner) = (&scene.store, scene.organization.id);
    let mut watch = Watch::new(store.as_ref());
    assert!(!watch.changed());

    store.insert_organization(organization()).await.unwrap();
    assert!(watch.changed(), "an organization was added");
    let key = key(&scene);
    store.insert_key(key.clone()).await.unwrap();
    assert!(watch.changed(), "a key was added");
    store.revoke_key(key.id, NOW).await.unwrap();
    assert!(watch.changed(), "a key was revoked");
    let agent = agent(&scene.organization);
    store.insert_agent(agent.clone()).await.unwrap();
    assert!(watch.changed(), "an agent was added");
    store.update_agent(owner, agent.id, "Ada".to_owned(), None, NOW).await.unwrap();
    assert!(watch.changed(), "an agent was renamed");
    let draft = store.insert_version(owner, version(&agent)).await.unwrap();
    assert!(watch.changed(), "a version was added");
    store.update_version(owner, draft.id, json!({}), Vec::new(), NOW).await.unwrap();
    assert!(watch.changed(), "a version was changed");
    store.publish_version(owner, draft.id, NOW).await.unwrap();
    assert!(watch.changed(), "a version was published");
    let widget = widget(&agent, &draft);
    store.insert_widget(widget.clone()).await.unwrap();
    assert!(watch.changed(), "a widget was added");
    let pause = WidgetChange { paused: Some(true), ..WidgetChange::default() };
    store.update_widget(owner, widget.id, pause, None, NOW).await.unwrap();
    assert!(watch.changed(), "a widget was paused");
    let until = NOW.plus_ms(HOUR);
    store.set_identity_secret(owner, widget.id, vec![7; 32], until, NOW).await.unwrap();
    assert!(watch.changed(), "an identity secret was set");
    store.signing_keys(signing_key("a"), NOW).await.unwrap();
    assert!(watch.changed(), "a signing key was made");
    store.rotate_signing_key(signing_key("b"), until).await.unwrap();
    assert!(watch.changed(), "the signing key was rotated");
    store.delete_widget(owner, widget.id, None).await.unwrap();
    assert!(watch.changed(), "a widget was deleted");
    store.delete_agent(owner, agent.id, None).await.unwrap();
    assert!(watch.changed(), "an agent was deleted");
    assert!(!watch.changed());
}

async fn the_revision_does_not_follow_conversations(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let key = key(&scene);
    scene.store.insert_key(key.clone()).await.unwrap();
    let mut watch = Watch::new(scene.store.as_ref());

    let conversation = scene.conversation("ada").await;
    scene.store.append_message(message(conversation, "hi")).await.unwrap();
    scene.exchange(turn(conversation, "hello"), 5).await;
    let change = ConversationChange { title: Some("Ink".to_owned()), ..Default::default() };
    scene.store.update_conversation(conversation, change, NOW).await.unwrap();
    scene.store.submit_feedback(conversation, serde_json::Map::new(), NOW).await.unwrap();
    let lead = super::leads::lead(&scene, conversation, "ada@example.com");
    scene.store.upsert_lead(lead).await.unwrap();
    let event = super::telemetry::event(&scene, "launcher.shown", NOW);
    scene.store.insert_events(vec![event]).await.unwrap();
    let claim = IdempotencyClaim {
        scope: "s".to_owned(),
        key: "k".to_owned(),
        fingerprint: [1; 32],
        now: NOW,
    };
    scene.store.claim_key(claim).await.unwrap();
    scene.store.touch_key(key.id, NOW).await.unwrap();
    scene.store.ping().await.unwrap();
    scene.store.erase_visitor(scene.widget.id, visitor("ada")).await.unwrap();
    scene.store.sweep(NOW).await.unwrap();
    assert!(!watch.changed());
}

async fn what_was_refused_changes_no_revision(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut watch = Watch::new(scene.store.as_ref());
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let pause = WidgetChange { paused: Some(true), ..WidgetChange::default() };
    scene.store.update_widget(owner, id, pause, Some(7), NOW).await.unwrap_err();
    scene.store.insert_widget(scene.widget.clone()).await.unwrap_err();
    assert!(!watch.changed());
}
