use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn what_is_typed_is_cut_where_a_message_ends() {
    assert_eq!(typed(" \u{3000}Hi there\n"), "Hi there");
    assert_eq!(typed(" \t\u{a0}"), "");
    let long = "é".repeat(MAX_CONTENT_CHARS);
    assert_eq!(typed(&long), long);
    assert_eq!(typed(&format!("{long}x")), long);
}

#[test]
fn content_is_trimmed_and_loses_its_control_characters() {
    assert_eq!(clean_content(" \u{0}\ta\r\nb\tc\u{7f}\u{9b}\u{1b}[31m \n").unwrap(), "a\nb\tc[31m");
    assert_eq!(clean_content("שלום \u{200f}!").unwrap(), "שלום \u{200f}!");
}

#[test]
fn beside_files_nothing_need_be_said() {
    assert_eq!(clean_caption(" \u{0} \n").unwrap(), "");
    assert_eq!(clean_caption(" a\r\n").unwrap(), "a");
    assert_eq!(clean_caption(&"x".repeat(8_001)).unwrap_err().code, ViolationCode::TooLong);
}

#[test]
fn content_has_1_to_8000_characters() {
    assert_eq!(clean_content(" \u{0} \n").unwrap_err().code, ViolationCode::Required);
    assert_eq!(clean_content(&"ü".repeat(8_000)).unwrap().chars().count(), 8_000);
    assert!(clean_content(&format!("  {}  ", "ü".repeat(8_000))).is_ok(), "trimmed first");
    let violation = clean_content(&"ü".repeat(8_001)).unwrap_err();
    assert_eq!((violation.code, violation.params.max), (ViolationCode::TooLong, Some(8_000.0)));
    assert_eq!(violation.path, "content");
}

#[test]
fn a_client_message_id_has_1_to_128_visible_ascii_characters() {
    assert_eq!(ClientMessageId::parse("a-1_~!").unwrap().as_str(), "a-1_~!");
    assert!(ClientMessageId::parse(&"x".repeat(128)).is_ok());
    for (text, code) in [
        ("", ViolationCode::Required),
        ("a b", ViolationCode::InvalidId),
        ("ä", ViolationCode::InvalidId),
        ("a\n", ViolationCode::InvalidId),
        ("x".repeat(129).as_str(), ViolationCode::TooLong),
    ] {
        assert_eq!(ClientMessageId::parse(text).unwrap_err().code, code, "{text:?}");
    }
}

#[test]
fn only_a_safe_address_of_a_citation_is_a_link() {
    let citation = |url: &str| Citation { title: "x".into(), url: Some(url.into()), quote: None };
    assert_eq!(citation("https://example.com").link(), Some("https://example.com"));
    assert_eq!(citation("javascript:alert(1)").link(), None);
}

#[cfg(feature = "json")]
#[test]
fn a_block_is_an_object_with_a_type_and_stays_as_it_came() {
    let raw = serde_json::json!({ "z": 1, "type": "product", "a": [null] });
    let block = Block::try_from(raw.clone()).unwrap();
    assert_eq!(block.kind(), "product");
    assert_eq!(serde_json::to_string(&block).unwrap(), raw.to_string());
    for raw in ["[]", "{}", "{\"type\":\"\"}", "{\"type\":1}", "null"] {
        assert!(serde_json::from_str::<Block>(raw).is_err(), "{raw}");
    }
}

#[cfg(feature = "json")]
#[test]
fn a_message_is_read_back_as_it_was_written() {
    let json = serde_json::json!({
        "id": "019d7a2e-5f10-7cc3-9a41-0123456789ab",
        "role": "agent",
        "content": "Yes.",
        "citations": [{ "title": "Hours", "url": null, "quote": "We open at nine." }],
        "blocks": [{ "type": "form", "form_id": "contact" }],
        "created_at": "2026-04-09T14:12:00.000Z",
    });
    let message: Message = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&message).unwrap(), json);
}

proptest! {
    #[test]
    fn clean_content_is_clean(content in any::<String>()) {
        if let Ok(clean) = clean_content(&content) {
            prop_assert_eq!(clean_content(&clean), Ok(clean));
        }
    }
}
