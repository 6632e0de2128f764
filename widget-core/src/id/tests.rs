use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const HYPHENATED: &str = "019d7a2e-5f10-7cc3-9a41-0123456789ab";
const SHORT: &str = "wgt_019d7a2e5f107cc39a410123456789ab";

#[test]
fn both_spellings_are_the_same_id() {
    let long: WidgetId = HYPHENATED.parse().unwrap();
    let short: WidgetId = SHORT.parse().unwrap();
    assert_eq!(long, short);
    assert_eq!(long.to_string(), HYPHENATED);
    assert_eq!(long.short(), SHORT);
}

#[test]
fn any_kind_of_id_reads_the_short_spelling() {
    assert_eq!(SHORT.parse::<ConversationId>().unwrap().to_string(), HYPHENATED);
}

#[test]
fn other_spellings_of_a_uuid_are_not_ids() {
    for text in [
        "",
        "wgt_",
        "019d7a2e5f107cc39a410123456789ab",
        "{019d7a2e-5f10-7cc3-9a41-0123456789ab}",
        "urn:uuid:019d7a2e-5f10-7cc3-9a41-0123456789ab",
        "wgt_019d7a2e-5f10-7cc3-9a41-0123456789ab",
        "wgt_019d7a2e5f107cc39a410123456789ag",
        " 019d7a2e-5f10-7cc3-9a41-0123456789ab",
    ] {
        assert_eq!(text.parse::<WidgetId>(), Err(IdError), "{text}");
    }
}

#[test]
fn json_holds_the_hyphenated_form_and_reads_both() {
    let id: WidgetId = serde_json::from_str(&format!("\"{SHORT}\"")).unwrap();
    assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{HYPHENATED}\""));
    assert!(serde_json::from_str::<WidgetId>("7").is_err());
}

#[test]
fn ids_made_later_sort_later() {
    let early = MessageId::v7(Timestamp::from_ms(1_000), &[0xff; 10]);
    let late = MessageId::v7(Timestamp::from_ms(1_001), &[0; 10]);
    assert!(early < late);
    assert_eq!(early.as_uuid().get_version_num(), 7);
}

#[test]
fn a_visitor_id_has_1_to_128_visible_characters() {
    assert!(VisitorId::parse("ö@example.com").is_ok());
    assert!(VisitorId::parse(&"x".repeat(128)).is_ok());
    assert!(VisitorId::parse(&"x".repeat(129)).is_err());
    for text in ["", " ", "a b", "a\u{200b}", "a\n", "\u{7f}", "\u{202e}a"] {
        assert!(VisitorId::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_guests_secret_is_not_shown_by_debug() {
    let guest = VisitorId::guest([7; 16]);
    assert!(guest.is_guest());
    assert_eq!(format!("{guest:?}"), "VisitorId(guest_…)");
    assert_eq!(guest.as_str().len(), "guest_".len() + 32);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(id) = text.parse::<WidgetId>() {
            prop_assert_eq!(id.to_string().parse::<WidgetId>(), Ok(id));
        }
        if let Ok(visitor) = VisitorId::parse(&text) {
            prop_assert_eq!(visitor.as_str(), text);
        }
    }

    #[test]
    fn every_uuid_survives_both_spellings(bits in any::<u128>()) {
        let id = WidgetId::from_uuid(Uuid::from_u128(bits));
        prop_assert_eq!(id.to_string().parse::<WidgetId>(), Ok(id));
        prop_assert_eq!(id.short().parse::<WidgetId>(), Ok(id));
    }
}
