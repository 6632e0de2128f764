//! What is deleted when its time is over.

use std::sync::Arc;

use serde_json::json;

use super::scene::{DAY, HOUR, MINUTE, NOW, Scene, UNLIMITED, assert_not_found, turn, widget};
use crate::store::Store;
use crate::store::records::{Claimed, IdempotencyClaim, SigningKey};

rules![
    conversations_past_their_widgets_retention_go,
    idempotency_keys_go_after_a_day,
    retired_secrets_go,
    many_conversations_go_in_one_sweep,
];

async fn conversations_past_their_widgets_retention_go(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut short = widget(&scene.agent, &scene.version);
    short.config = json!({ "v1": { "retention_days": 7 } });
    scene.store.insert_widget(short.clone()).await.unwrap();
    let mut strange = widget(&scene.agent, &scene.version);
    strange.config = json!({ "v1": { "retention_days": "7" } });
    scene.store.insert_widget(strange.clone()).await.unwrap();
    let mut made = Vec::new();
    for widget in [short.id, short.id, strange.id, scene.widget.id] {
        let mut record = scene.new_conversation("ada");
        record.conversation.widget_id = widget;
        made.push(record.conversation.id);
        scene.store.create_conversation(record, UNLIMITED).await.unwrap();
    }
    // Old, but spoken in lately.
    scene.exchange(turn(made[0], "hello"), 5).await;
    scene.say(made[0], NOW.plus_ms(DAY)).await;
    assert_eq!(scene.store.sweep(NOW.plus_ms(7 * DAY)).await.unwrap(), 0);
    assert_eq!(scene.store.sweep(NOW.plus_ms(7 * DAY + 1)).await.unwrap(), 1);
    assert_not_found(scene.store.conversation(made[1]).await);
    assert_eq!(scene.store.sweep(NOW.plus_ms(8 * DAY + 1)).await.unwrap(), 1);
    assert_not_found(scene.store.conversation(made[0]).await);
    for kept in &made[2..] {
        scene.store.conversation(*kept).await.unwrap();
    }
    let usage = scene.store.conversation_usage(made[0]).await.unwrap();
    assert_eq!(usage.input_tokens + usage.output_tokens, 5);
}

async fn idempotency_keys_go_after_a_day(store: Arc<dyn Store>) {
    let claim = IdempotencyClaim {
        scope: "s".to_owned(),
        key: "k".to_owned(),
        fingerprint: [1; 32],
        now: NOW,
    };
    store.claim_key(claim.clone()).await.unwrap();
    assert_eq!(store.sweep(NOW.plus_ms(DAY - 1)).await.unwrap(), 0);
    assert_eq!(store.sweep(NOW.plus_ms(DAY)).await.unwrap(), 1);
    assert_eq!(store.claim_key(claim).await.unwrap(), Claimed::New);
}

async fn retired_secrets_go(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (owner, id) = (scene.organization.id, scene.widget.id);
    let until = NOW.plus_ms(HOUR);
    for secret in [1, 2] {
        scene.store.set_identity_secret(owner, id, vec![secret; 32], until, NOW).await.unwrap();
    }
    let key = |kid: &str| SigningKey {
        kid: kid.to_owned(),
        secret: vec![1; 32],
        created_at: NOW,
        valid_until: None,
    };
    scene.store.signing_keys(key("a"), NOW).await.unwrap();
    scene.store.rotate_signing_key(key("b"), until).await.unwrap();
    assert_eq!(scene.store.sweep(until.plus_ms(-MINUTE)).await.unwrap(), 0);
    assert_eq!(scene.store.sweep(until).await.unwrap(), 2);
    let secrets = scene.store.served_widget(id).await.unwrap().identity_secrets;
    assert_eq!(secrets.iter().map(|each| each.secret[0]).collect::<Vec<_>>(), [2]);
    assert_eq!(scene.store.signing_keys(key("x"), NOW).await.unwrap(), [key("b")]);
}

async fn many_conversations_go_in_one_sweep(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let mut short = widget(&scene.agent, &scene.version);
    short.config = json!({ "v1": { "retention_days": 1 } });
    scene.store.insert_widget(short.clone()).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..250 {
        let mut record = scene.new_conversation("ada");
        record.conversation.widget_id = short.id;
        let store = Arc::clone(&scene.store);
        tasks.spawn(async move { store.create_conversation(record, UNLIMITED).await.unwrap() });
    }
    tasks.join_all().await;
    assert_eq!(scene.store.sweep(NOW.plus_ms(2 * DAY)).await.unwrap(), 250);
}
