//! The server's side of feedback.

use std::fmt;

use serde_json::{Map, Value};

use super::{FeedbackForm, MAX_BYTES};
use crate::error::{Violation, ViolationCode, Violations};
use crate::form::{Field, check_value};

/// Why feedback is not taken.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedbackRefusal {
    /// `data` has more than [`MAX_BYTES`] bytes.
    TooLarge,
    /// The widget asks for no feedback.
    NotConfigured,
    /// Nothing of it could be kept; what was wrong with each part.
    Invalid(Violations),
}

impl fmt::Display for FeedbackRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the feedback is too large"),
            Self::NotConfigured => f.write_str("the widget asks for no feedback"),
            Self::Invalid(violations) => fmt::Display::fmt(violations, f),
        }
    }
}

impl std::error::Error for FeedbackRefusal {}

/// What is kept of the `data` a visitor sent, keyed by field id in the order of the form.
///
/// Keys that are no field's and values their field does not allow are dropped. `required` is the
/// browser's business, so that a half-filled form is not lost.
///
/// # Errors
/// [`FeedbackRefusal`]; the size is looked at before anything else.
///
/// ```
/// use serde_json::json;
/// use widget_core::config::V1;
/// use widget_core::feedback::accept;
///
/// let config = json!({ "v1": { "post_conversation_feedback": { "fields": [
///     { "id": "stars", "label": "How was it?", "type": "rating" },
/// ] } } });
/// let form = V1::of(&config).post_conversation_feedback();
/// let kept = accept(&form, &json!({ "stars": 5, "spam": "x" }))?;
/// assert_eq!(json!(kept), json!({ "stars": 5 }));
/// # Ok::<(), widget_core::feedback::FeedbackRefusal>(())
/// ```
pub fn accept(form: &FeedbackForm, data: &Value) -> Result<Map<String, Value>, FeedbackRefusal> {
    if serialized_len(data) > MAX_BYTES {
        return Err(FeedbackRefusal::TooLarge);
    }
    if !form.is_enabled() {
        return Err(FeedbackRefusal::NotConfigured);
    }
    let Some(object) = data.as_object() else {
        return Err(invalid(vec![Violation::wrong_type("data", "object")]));
    };
    let mut kept = Map::new();
    let mut violations = Vec::new();
    for field in &form.fields {
        if let Some(value) = object.get(&field.id).filter(|value| !value.is_null()) {
            keep(field, value, &mut kept, &mut violations);
        }
    }
    if !kept.is_empty() {
        return Ok(kept);
    }
    let unknown = object.keys().filter(|key| form.fields.iter().all(|field| field.id != **key));
    for key in unknown {
        violations.push(Violation::new(key.as_str(), ViolationCode::UnknownField).under("data"));
    }
    if violations.is_empty() {
        violations.push(Violation::new("data", ViolationCode::Required));
    }
    Err(invalid(violations))
}

fn keep(field: &Field, value: &Value, kept: &mut Map<String, Value>, wrong: &mut Vec<Violation>) {
    match check_value(field, value) {
        Ok(Some(value)) => {
            kept.insert(field.id.clone(), value.into_json());
        }
        Ok(None) => {}
        Err(violation) => wrong.push(violation.under("data")),
    }
}

fn invalid(violations: Vec<Violation>) -> FeedbackRefusal {
    FeedbackRefusal::Invalid(Violations(violations))
}

/// The length of a document as compact JSON.
fn serialized_len(data: &Value) -> usize {
    serde_json::to_vec(data).map_or(usize::MAX, |bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn form(extra: &Value) -> FeedbackForm {
        let mut form = json!({ "fields": [
            { "id": "stars", "label": "Stars", "type": "rating", "required": true },
            { "id": "why", "label": "Why?", "type": "textarea" },
            { "id": "recommend", "label": "Recommend?", "type": "nps" },
            { "id": "agree", "label": "Agree", "type": "checkbox", "required": true },
        ] });
        for (key, value) in extra.as_object().unwrap() {
            form[key] = value.clone();
        }
        FeedbackForm::read(Some(&form))
    }

    fn codes(refusal: FeedbackRefusal) -> Vec<(String, &'static str)> {
        let FeedbackRefusal::Invalid(violations) = refusal else { panic!("{refusal:?}") };
        violations.into_iter().map(|v| (v.path, v.code.as_str())).collect()
    }

    #[test]
    fn what_the_form_asks_for_is_kept_in_its_order() {
        let kept =
            accept(&form(&json!({})), &json!({ "why": "quick", "stars": 5, "x": 1 })).unwrap();
        assert_eq!(serde_json::to_string(&kept).unwrap(), r#"{"stars":5,"why":"quick"}"#);
    }

    #[test]
    fn values_a_field_does_not_allow_are_dropped() {
        let data = json!({ "stars": 6, "why": "slow", "recommend": "9", "agree": null });
        let kept = accept(&form(&json!({})), &data).unwrap();
        assert_eq!(json!(kept), json!({ "why": "slow" }));
    }

    #[test]
    fn a_half_filled_form_is_not_lost() {
        let kept = accept(&form(&json!({})), &json!({ "agree": false })).unwrap();
        assert_eq!(json!(kept), json!({ "agree": false }));
    }

    #[test]
    fn when_nothing_is_left_everything_wrong_is_named() {
        let data = json!({ "stars": 0, "spam": true, "why": " " });
        assert_eq!(
            codes(accept(&form(&json!({})), &data).unwrap_err()),
            [("data.stars".to_owned(), "too_small"), ("data.spam".to_owned(), "unknown_field"),]
        );
        for (data, code) in [
            (json!({}), "required"),
            (json!({ "stars": null }), "required"),
            (json!(7), "wrong_type"),
        ] {
            let refusal = accept(&form(&json!({})), &data).unwrap_err();
            assert_eq!(codes(refusal), [("data".to_owned(), code)]);
        }
    }

    #[test]
    fn a_widget_without_fields_or_with_feedback_switched_off_takes_none() {
        let none = FeedbackForm::read(None::<&Value>);
        for form in [none, form(&json!({ "enabled": false })), form(&json!({ "fields": [] }))] {
            assert_eq!(accept(&form, &json!({ "stars": 5 })), Err(FeedbackRefusal::NotConfigured));
        }
        assert!(form(&json!({ "enabled": true })).is_enabled());
    }

    #[test]
    fn the_size_comes_first_and_is_that_of_the_serialized_data() {
        // `{"why":""}` has ten bytes of its own.
        let of = |count: usize| json!({ "why": "é".repeat(count / 2) });
        let none = FeedbackForm::read(None::<&Value>);
        let fits = of(MAX_BYTES - 10);
        assert_eq!(serialized_len(&fits), MAX_BYTES);
        assert_eq!(accept(&none, &fits), Err(FeedbackRefusal::NotConfigured));
        assert_eq!(accept(&none, &of(MAX_BYTES - 8)), Err(FeedbackRefusal::TooLarge));
    }
}
