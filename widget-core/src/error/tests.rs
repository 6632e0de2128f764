#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_violation_moves_under_a_parent() {
    let at = |path: &str| Violation::new(path, ViolationCode::Required).under("values").path;
    assert_eq!(at("email"), "values.email");
    assert_eq!(at("[2]"), "values[2]");
    assert_eq!(at(""), "values");
}

#[test]
fn codes_are_distinct_and_snake_case() {
    let mut seen = std::collections::BTreeSet::new();
    for code in ViolationCode::ALL {
        let text = code.as_str();
        assert!(seen.insert(text), "{text}");
        assert!(text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{text}");
    }
}

#[cfg(feature = "english")]
#[test]
fn every_code_has_a_sentence() {
    for code in ViolationCode::ALL {
        let message = Violation::new("x", *code).message();
        assert!(message.ends_with('.'), "{message}");
        assert_ne!(message, "Not valid.", "{code:?}");
    }
}

#[cfg(feature = "english")]
#[test]
fn sentences_say_the_figures() {
    let message = Violation::new("x", ViolationCode::TooLong).max(80.0).message();
    assert_eq!(message, "Must have at most 80 characters.");
    assert_eq!(Violation::wrong_type("x", "object").message(), "Must be an object.");
    assert_eq!(Violation::wrong_type("x", "text").message(), "Must be text.");
    let message = Violation::not_allowed("x", &["light", "dark"]).message();
    assert_eq!(message, "Must be one of: light, dark.");
}

#[cfg(feature = "english")]
#[test]
fn json_has_path_code_and_message() {
    let violation = Violation::new("config.v1.primary_color", ViolationCode::InvalidColour);
    assert_eq!(
        serde_json::to_value(Violations::from(violation)).unwrap(),
        serde_json::json!([{
            "path": "config.v1.primary_color",
            "code": "invalid_colour",
            "message": "Must be a colour: #rgb, #rrggbb or #rrggbbaa.",
        }])
    );
}
