use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::config::V1;

const NEW: LeadStanding = LeadStanding { said: 1, offered: false, captured: false };

fn rule(capture: &Value) -> LeadRule {
    LeadRule::of(&V1::of(&json!({ "v1": { "lead_capture": capture } })).lead_capture())
}

#[test]
fn by_default_nobody_is_asked() {
    let rule = rule(&json!({}));
    assert!(rule.is_off());
    let standing = LeadStanding { said: 100, ..NEW };
    assert_eq!(rule.offer("Please call me", standing), None);
}

#[test]
fn after_so_many_messages_the_form_is_shown_once() {
    let rule = rule(&json!({ "strategy": "after_turns", "turns": 3 }));
    assert!(!rule.is_off());
    let at = |said| LeadStanding { said, ..NEW };
    assert_eq!(rule.offer("Hi", at(2)), None);
    assert_eq!(rule.offer("Hi", at(3)), Some(LeadReason::AfterTurns));
    // A conversation that was long before the owner chose the rule.
    assert_eq!(rule.offer("Hi", at(9)), Some(LeadReason::AfterTurns));
    assert_eq!(rule.offer("Hi", LeadStanding { offered: true, ..at(9) }), None);
    assert_eq!(rule.offer("Hi", LeadStanding { captured: true, ..at(9) }), None);
}

#[test]
fn on_intent_the_form_waits_for_the_wish() {
    let rule = rule(&json!({ "strategy": "on_intent", "turns": 1 }));
    assert_eq!(rule.offer("What are your hours?", LeadStanding { said: 50, ..NEW }), None);
    assert_eq!(rule.offer("Please call me back.", NEW), Some(LeadReason::Intent));
    assert_eq!(rule.offer("Call me", LeadStanding { captured: true, ..NEW }), None);
    assert_eq!(rule.offer("Call me", LeadStanding { offered: true, ..NEW }), None);
}

#[test]
fn the_wish_is_seen_in_every_language() {
    for message in [
        "I'd like a quote for 50 people",
        "Kann ich einen Rückruf bekommen?",
        "¿Me pueden dar un presupuesto?",
        "J’aimerais parler à quelqu’un",
        "Gostaria de comprar dois",
        "Vorrei un preventivo",
        "Ik wil graag een offerte",
        "Proszę o kontakt",
        "Fiyat teklifi alabilir miyim?",
        "أريد عرض سعر",
        "אפשר לקבל הצעת מחיר?",
        "कृपया मुझे कॉल करें",
        "見積もりをお願いします",
        "请给我打电话",
        "견적을 받고 싶어요",
    ] {
        assert!(shows_intent(message), "{message}");
    }
}

#[test]
fn what_only_looks_like_a_wish_is_none() {
    for message in [
        "When do you open?",
        "Recall mentioned it",
        "Do you have an offering for schools?",
        "Quelle heure est-il ?",
        "Wie ist das Wetter?",
        "",
    ] {
        assert!(!shows_intent(message), "{message}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(message: String) {
        let _ = shows_intent(&message);
    }
}
