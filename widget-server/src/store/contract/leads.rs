//! Leads, one for each agent and e-mail address.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use widget_core::id::{ConversationId, LeadId};
use widget_core::lead::LeadStanding;
use widget_core::message::Block;

use super::scene::{
    HOUR, NOW, Scene, WHOLE, agent, assert_not_found, end, organization, page, turn, visitor,
};
use crate::store::Store;
use crate::store::records::{LeadFilter, NewLead, TurnStatus};

rules![
    a_lead_comes_back_as_it_was_kept,
    a_later_lead_fills_and_overwrites_what_it_names,
    another_agent_has_a_lead_of_its_own,
    a_lead_of_a_foreign_agent_is_not_kept,
    leads_are_filtered,
    leads_are_listed_newest_first_by_pages,
    a_lead_is_deleted_by_its_owner_only,
    where_a_conversation_stands_is_told,
];

/// A lead of the visitor `ada` in this conversation.
pub(super) fn lead(scene: &Scene, conversation: ConversationId, email: &str) -> NewLead {
    NewLead {
        id: LeadId::from_uuid(Uuid::now_v7()),
        organization_id: scene.organization.id,
        agent_id: scene.agent.id,
        widget_id: scene.widget.id,
        conversation_id: conversation,
        user_id: visitor("ada"),
        email: email.to_owned(),
        name: None,
        phone: None,
        fields: serde_json::Map::new(),
        now: NOW,
    }
}

fn fields(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_value(value).unwrap()
}

async fn a_lead_comes_back_as_it_was_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = NewLead {
        name: Some("Ada".to_owned()),
        phone: Some("+43 1 234".to_owned()),
        fields: fields(json!({ "z": 1, "a": ["x"] })),
        ..lead(&scene, conversation, "ada@example.com")
    };
    let (kept, added) = scene.store.upsert_lead(new.clone()).await.unwrap();
    assert!(added);
    assert_eq!((kept.id, &kept.email, &kept.fields), (new.id, &new.email, &new.fields));
    assert_eq!((&kept.name, &kept.phone), (&new.name, &new.phone));
    assert_eq!(kept.widget_id, Some(scene.widget.id));
    assert_eq!((kept.conversation_id, &kept.user_id), (Some(conversation), &Some(new.user_id)));
    assert_eq!((kept.created_at, kept.updated_at), (NOW, NOW));
    assert_eq!(scene.store.lead(scene.organization.id, kept.id).await.unwrap(), kept);
}

async fn a_later_lead_fills_and_overwrites_what_it_names(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (one, two) = (scene.conversation("ada").await, scene.conversation("bob").await);
    let first = NewLead {
        name: Some("Ada".to_owned()),
        fields: fields(json!({ "size": "m", "nested": { "a": 1 } })),
        ..lead(&scene, one, "ada@example.com")
    };
    let (first, _) = scene.store.upsert_lead(first).await.unwrap();
    let later = NewLead {
        phone: Some("1".to_owned()),
        user_id: visitor("bob"),
        fields: fields(json!({ "nested": { "b": 2 }, "new": null })),
        now: NOW.plus_ms(HOUR),
        ..lead(&scene, two, "ada@example.com")
    };
    let (kept, added) = scene.store.upsert_lead(later).await.unwrap();
    assert!(!added);
    assert_eq!(kept.id, first.id);
    assert_eq!((kept.name.as_deref(), kept.phone.as_deref()), (Some("Ada"), Some("1")));
    let expected = json!({ "size": "m", "nested": { "b": 2 }, "new": null });
    assert_eq!(serde_json::Value::Object(kept.fields.clone()), expected);
    assert_eq!((kept.conversation_id, kept.user_id.clone()), (Some(two), Some(visitor("bob"))));
    assert_eq!((kept.created_at, kept.updated_at), (NOW, NOW.plus_ms(HOUR)));
    assert_eq!(scene.store.lead(scene.organization.id, first.id).await.unwrap(), kept);
}

async fn another_agent_has_a_lead_of_its_own(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let other = agent(&scene.organization);
    scene.store.insert_agent(other.clone()).await.unwrap();
    let first = lead(&scene, conversation, "ada@example.com");
    let second = NewLead { agent_id: other.id, ..lead(&scene, conversation, "ada@example.com") };
    assert!(scene.store.upsert_lead(first).await.unwrap().1);
    assert!(scene.store.upsert_lead(second).await.unwrap().1);
}

async fn a_lead_of_a_foreign_agent_is_not_kept(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let other = organization();
    scene.store.insert_organization(other.clone()).await.unwrap();
    let foreign =
        NewLead { organization_id: other.id, ..lead(&scene, conversation, "ada@example.com") };
    assert_not_found(scene.store.upsert_lead(foreign).await);
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.upsert_lead(lead(&scene, unknown, "ada@example.com")).await);
}

async fn leads_are_filtered(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let mut ids = Vec::new();
    for (hour, email) in [(0, "a@example.com"), (1, "b@example.com")] {
        let new = NewLead { now: NOW.plus_ms(hour * HOUR), ..lead(&scene, conversation, email) };
        ids.push(scene.store.upsert_lead(new).await.unwrap().0.id);
    }
    let list = async |filter| {
        let listed = scene.store.leads(scene.organization.id, filter, WHOLE).await.unwrap();
        listed.items.into_iter().map(|lead| lead.id).collect::<Vec<_>>()
    };
    let all = LeadFilter::default;
    assert_eq!(list(all()).await, [ids[1], ids[0]]);
    let filter = LeadFilter { email: Some("a@example.com".to_owned()), ..all() };
    assert_eq!(list(filter).await, [ids[0]]);
    let filter = LeadFilter {
        agent_id: Some(scene.agent.id),
        widget_id: Some(scene.widget.id),
        created_after: Some(NOW.plus_ms(HOUR)),
        ..all()
    };
    assert_eq!(list(filter).await, [ids[1]]);
    assert_eq!(list(LeadFilter { created_before: Some(NOW), ..all() }).await, [ids[0]]);
    let nobody = agent(&scene.organization).id;
    assert!(list(LeadFilter { agent_id: Some(nobody), ..all() }).await.is_empty());
    let others = scene.store.leads(organization().id, all(), WHOLE).await.unwrap();
    assert_eq!(others.items, []);
}

async fn leads_are_listed_newest_first_by_pages(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let mut all = Vec::new();
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        let new = lead(&scene, conversation, email);
        all.insert(0, scene.store.upsert_lead(new).await.unwrap().0);
    }
    let owner = scene.organization.id;
    let first = scene.store.leads(owner, LeadFilter::default(), page(2, None)).await.unwrap();
    assert_eq!(first.items, all[..2]);
    let rest = scene.store.leads(owner, LeadFilter::default(), page(2, first.next)).await.unwrap();
    assert_eq!((rest.items, rest.next), (all[2..].to_vec(), None));
}

async fn a_lead_is_deleted_by_its_owner_only(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let conversation = scene.conversation("ada").await;
    let new = lead(&scene, conversation, "ada@example.com");
    let kept = scene.store.upsert_lead(new.clone()).await.unwrap().0;
    let stranger = organization().id;
    assert_not_found(scene.store.lead(stranger, kept.id).await);
    assert_not_found(scene.store.delete_lead(stranger, kept.id).await);
    scene.store.delete_lead(scene.organization.id, kept.id).await.unwrap();
    assert_not_found(scene.store.delete_lead(scene.organization.id, kept.id).await);
    assert!(scene.store.upsert_lead(new).await.unwrap().1);
}

async fn where_a_conversation_stands_is_told(store: Arc<dyn Store>) {
    let scene = Scene::set(store).await;
    let (id, other) = (scene.conversation("ada").await, scene.conversation("ada").await);
    let standing = async |id| scene.store.lead_standing(id).await.unwrap();
    let expected = |said, offered, captured| LeadStanding { said, offered, captured };
    assert_eq!(standing(id).await, expected(0, false, false));
    let question = scene.start(turn(id, "hello")).await;
    let block = json!({ "type": "lead_form", "reason": "not_found" });
    let mut done = end(question.id, TurnStatus::Done, "Hm.");
    done.blocks = vec![Block::try_from(block).unwrap()];
    scene.store.finish_turn(done).await.unwrap();
    scene.say(id, NOW).await;
    assert_eq!(standing(id).await, expected(2, true, false));
    assert_eq!(standing(other).await, expected(0, false, false));
    scene.store.upsert_lead(lead(&scene, id, "ada@example.com")).await.unwrap();
    assert_eq!(standing(id).await, expected(2, true, true));
    // In another conversation of the same visitor, too; another visitor has left nothing.
    assert_eq!(standing(other).await, expected(0, false, true));
    let bobs = scene.conversation("bob").await;
    assert_eq!(standing(bobs).await, expected(0, false, false));
    let unknown = ConversationId::from_uuid(Uuid::now_v7());
    assert_not_found(scene.store.lead_standing(unknown).await);
}
