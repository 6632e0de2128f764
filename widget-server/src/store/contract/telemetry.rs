//! Telemetry of the widget.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use widget_core::id::{ConversationId, WidgetId};
use widget_core::time::Timestamp;

use super::scene::{DAY, NOW, Scene, assert_not_found, organization, visitor};
use crate::store::Store;
use crate::store::records::{EventCount, EventRecord};

rules![
    events_are_counted_by_name_and_day,
    the_bounds_of_a_count_are_inclusive,
    events_of_what_is_gone_are_dropped,
    counts_are_their_owners_only,
];

pub(super) fn event(scene: &Scene, name: &str, at: Timestamp) -> EventRecord {
    EventRecord {
        widget_id: scene.widget.id,
        conversation_id: None,
        user_id: None,
        name: name.to_owned(),
        at,
        data: Some(json!({ "percent": 50 })),
    }
}

pub(super) async fn counts(scene: &Scene) -> Vec<(String, String, u64)> {
    let counts = scene.store.event_counts(scene.organization.id, scene.widget.id, None, None);
    counts.await.unwrap().into_iter().map(|each| (each.day, each.name, each.count)).collect()
}

async fn events_are_counted_by_name_and_day(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let midnight = NOW.start_of_day();
    scene.store.insert_events(Vec::new()).await.unwrap();
    let events = vec![
        event(&scene, "launcher.shown", midnight),
        event(&scene, "launcher.shown", midnight.plus_ms(DAY - 1)),
        event(&scene, "launcher.opened", NOW),
        event(&scene, "launcher.shown", midnight.plus_ms(-1)),
        event(&scene, "launcher.shown", midnight.plus_ms(DAY)),
    ];
    scene.store.insert_events(events).await.unwrap();
    let expected = [
        ("2026-04-08", "launcher.shown", 1),
        ("2026-04-09", "launcher.opened", 1),
        ("2026-04-09", "launcher.shown", 2),
        ("2026-04-10", "launcher.shown", 1),
    ];
    let expected = expected.map(|(day, name, count)| (day.to_owned(), name.to_owned(), count));
    assert_eq!(counts(&scene).await, expected);
}

async fn the_bounds_of_a_count_are_inclusive(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    scene.store.insert_events(vec![event(&scene, "launcher.shown", NOW)]).await.unwrap();
    let count = async |from: i64, to: i64| {
        let (from, to) = (Some(NOW.plus_ms(from)), Some(NOW.plus_ms(to)));
        scene.store.event_counts(scene.organization.id, scene.widget.id, from, to).await.unwrap()
    };
    let one =
        EventCount { name: "launcher.shown".to_owned(), day: "2026-04-09".to_owned(), count: 1 };
    assert_eq!(count(0, 0).await, [one]);
    assert_eq!(count(1, 9).await, []);
    assert_eq!(count(-9, -1).await, []);
}

async fn events_of_what_is_gone_are_dropped(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let gone = EventRecord {
        widget_id: WidgetId::from_uuid(Uuid::now_v7()),
        ..event(&scene, "launcher.shown", NOW)
    };
    let erased = EventRecord {
        conversation_id: Some(ConversationId::from_uuid(Uuid::now_v7())),
        user_id: Some(visitor("ada")),
        ..event(&scene, "launcher.shown", NOW)
    };
    let kept = event(&scene, "launcher.opened", NOW);
    scene.store.insert_events(vec![gone, erased, kept]).await.unwrap();
    assert_eq!(counts(&scene).await, [("2026-04-09".to_owned(), "launcher.opened".to_owned(), 1)]);
}

async fn counts_are_their_owners_only(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let stranger = organization().id;
    assert_not_found(scene.store.event_counts(stranger, scene.widget.id, None, None).await);
}
