#![expect(clippy::needless_pass_by_value, reason = "documents are literals here")]

use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::config;
use crate::error::Violation;

/// A form with one field of each type.
fn all_types() -> Value {
    let options = json!([
        { "value": "a", "label": "A" }, { "value": "b", "label": "B" },
        { "value": "c", "label": "C" },
    ]);
    let field = |kind: &str| json!({ "id": kind, "label": kind, "type": kind });
    let mut fields: Vec<Value> = FieldType::WORDS.iter().map(|kind| field(kind)).collect();
    for field in &mut fields {
        if matches!(field["type"].as_str(), Some("select" | "radio" | "multiselect")) {
            field["options"] = options.clone();
        }
    }
    json!({ "id": "all", "fields": fields })
}

fn field(definition: Value) -> Field {
    let mut full = json!({ "id": "f", "label": "F" });
    for (key, value) in definition.as_object().unwrap() {
        full[key] = value.clone();
    }
    Field::read(&full).unwrap()
}

/// What becomes of one answer: the value kept, or the code of what is wrong.
fn answer(definition: Value, value: Value) -> Result<Value, &'static str> {
    match check_values(&[field(definition)], &json!({ "f": value })) {
        Ok(mut values) => Ok(values.0.pop().map_or(Value::Null, |(_, value)| value.into_json())),
        Err(violations) => {
            assert_eq!(violations.len(), 1);
            assert!(violations[0].path.starts_with('f'));
            Err(violations[0].code.as_str())
        }
    }
}

fn kind(kind: &str) -> Value {
    json!({ "type": kind })
}

#[test]
fn typed_answers_are_trimmed_and_cleaned() {
    assert_eq!(answer(kind("text"), json!("  Ada \t ")), Ok(json!("Ada")));
    assert_eq!(answer(kind("text"), json!("a\u{0}b\tc")), Ok(json!("ab c")));
    assert_eq!(answer(kind("text"), json!(" \u{0} a \u{7f}")), Ok(json!("a")));
    assert_eq!(answer(kind("text"), json!("a\nb")), Err("not_one_line"));
    assert_eq!(answer(kind("text"), json!("a\rb")), Err("not_one_line"));
    assert_eq!(answer(kind("textarea"), json!("a\r\nb\rc\td")), Ok(json!("a\nb\nc\td")));
    assert_eq!(answer(kind("text"), json!(7)), Err("wrong_type"));
}

#[test]
fn typed_answers_have_the_length_of_their_type_at_most() {
    for (kind, max) in [("text", 500), ("textarea", 4_000), ("hidden", 500)] {
        let of = |count: usize| answer(json!({ "type": kind }), json!("ü".repeat(count)));
        assert!(of(max).is_ok(), "{kind}");
        assert_eq!(of(max + 1), Err("too_long"), "{kind}");
    }
}

#[test]
fn lengths_of_the_field_are_enforced() {
    let short = || json!({ "type": "text", "min_length": 2, "max_length": 3 });
    assert_eq!(answer(short(), json!("é")), Err("too_short"));
    assert_eq!(answer(short(), json!("éé")), Ok(json!("éé")));
    assert_eq!(answer(short(), json!("éééé")), Err("too_long"));
    assert_eq!(answer(short(), json!("")), Ok(Value::Null));
}

#[test]
fn addresses_are_checked() {
    assert_eq!(answer(kind("email"), json!(" ada@example.com ")), Ok(json!("ada@example.com")));
    assert_eq!(answer(kind("email"), json!("ada")), Err("invalid_email"));
    assert_eq!(answer(kind("tel"), json!("+49 30 123")), Ok(json!("+49 30 123")));
    assert_eq!(answer(kind("tel"), json!("none")), Err("invalid_tel"));
    assert_eq!(answer(kind("url"), json!("https://a.example")), Ok(json!("https://a.example")));
    assert_eq!(answer(kind("url"), json!("javascript:alert(1)")), Err("invalid_url"));
}

#[test]
fn dates_are_of_the_calendar_and_within_bounds() {
    assert_eq!(answer(kind("date"), json!("2024-02-29")), Ok(json!("2024-02-29")));
    assert_eq!(answer(kind("date"), json!("2023-02-29")), Err("invalid_date"));
    assert_eq!(answer(kind("date"), json!("29.02.2024")), Err("invalid_date"));
    let bounded = || json!({ "type": "date", "min": "2026-01-01", "max": "2026-12-31" });
    assert_eq!(answer(bounded(), json!("2025-12-31")), Err("too_early"));
    assert_eq!(answer(bounded(), json!("2027-01-01")), Err("too_late"));
    assert_eq!(answer(bounded(), json!("2026-12-31")), Ok(json!("2026-12-31")));
}

#[test]
fn numbers_are_numbers_within_bounds() {
    let bounded = || json!({ "type": "number", "min": -1.5, "max": 10 });
    assert_eq!(answer(bounded(), json!(2.50)), Ok(json!(2.5)));
    assert_eq!(answer(bounded(), json!(3.0)), Ok(json!(3)));
    assert_eq!(answer(bounded(), json!(-2)), Err("too_small"));
    assert_eq!(answer(bounded(), json!(10.1)), Err("too_large"));
    assert_eq!(answer(bounded(), json!("3")), Err("wrong_type"));
}

#[test]
fn scales_are_whole_numbers() {
    for value in [1, 5] {
        assert_eq!(answer(kind("rating"), json!(value)), Ok(json!(value)));
    }
    for (value, code) in
        [(json!(0), "too_small"), (json!(6), "too_large"), (json!(2.5), "not_integer")]
    {
        assert_eq!(answer(kind("rating"), value), Err(code));
    }
    assert_eq!(answer(json!({ "type": "rating", "max": 10 }), json!(10)), Ok(json!(10)));
    assert_eq!(answer(kind("nps"), json!(0)), Ok(json!(0)));
    assert_eq!(answer(kind("nps"), json!(11)), Err("too_large"));
    assert_eq!(answer(kind("nps"), json!(-1)), Err("too_small"));
}

#[test]
fn choices_are_among_the_options() {
    let of = |kind: &str| {
        json!({ "type": kind, "options": [
            { "value": "a", "label": "A" }, { "value": "b", "label": { "en": "B" } },
        ] })
    };
    for kind in ["select", "radio"] {
        assert_eq!(answer(of(kind), json!("a")), Ok(json!("a")));
        assert_eq!(answer(of(kind), json!("A")), Err("unknown_option"));
        assert_eq!(answer(of(kind), json!(["a"])), Err("wrong_type"));
    }
    assert_eq!(answer(of("multiselect"), json!(["b", "a"])), Ok(json!(["b", "a"])));
    assert_eq!(answer(of("multiselect"), json!([])), Ok(Value::Null));
    assert_eq!(answer(of("multiselect"), json!(["a", "a"])), Err("duplicate"));
    assert_eq!(answer(of("multiselect"), json!(["x"])), Err("unknown_option"));
    assert_eq!(answer(of("multiselect"), json!(["a", "b", "c"])), Err("too_many"));
    assert_eq!(answer(of("multiselect"), json!("a")), Err("wrong_type"));
}

#[test]
fn a_multiselect_may_ask_for_a_count() {
    let of = || {
        let option = |value: &str| json!({ "value": value, "label": value });
        let options = json!([option("a"), option("b"), option("c")]);
        json!({ "type": "multiselect", "options": options, "min": 2, "max": 2 })
    };
    assert_eq!(answer(of(), json!(["a"])), Err("too_few"));
    assert_eq!(answer(of(), json!(["a", "b"])), Ok(json!(["a", "b"])));
    assert_eq!(answer(of(), json!(["a", "b", "c"])), Err("too_many"));
}

#[test]
fn a_checkbox_is_true_or_false_and_when_required_true() {
    let required = || json!({ "type": "checkbox", "required": true });
    assert_eq!(answer(kind("checkbox"), json!(false)), Ok(json!(false)));
    assert_eq!(answer(kind("checkbox"), json!("on")), Err("wrong_type"));
    assert_eq!(answer(required(), json!(true)), Ok(json!(true)));
    assert_eq!(answer(required(), json!(false)), Err("must_be_accepted"));
    assert_eq!(answer(required(), Value::Null), Err("must_be_accepted"));
}

#[test]
fn a_hidden_field_carries_what_the_page_knows() {
    let plan = || json!({ "type": "hidden", "default": "free" });
    assert_eq!(answer(plan(), json!("pro")), Ok(json!("pro")));
    assert_eq!(answer(plan(), json!(3)), Ok(json!(3)));
    assert_eq!(answer(plan(), json!(true)), Ok(json!(true)));
    assert_eq!(answer(plan(), Value::Null), Ok(json!("free")));
    assert_eq!(answer(plan(), json!({})), Err("wrong_type"));
}

#[test]
fn required_means_an_answer_that_is_not_empty() {
    for (kind, empty) in [
        ("text", json!(" ")),
        ("textarea", json!("\n")),
        ("email", json!("")),
        ("date", json!("")),
        ("number", Value::Null),
        ("rating", Value::Null),
        ("hidden", json!("")),
    ] {
        let definition = json!({ "type": kind, "required": true });
        assert_eq!(answer(definition, empty), Err("required"), "{kind}");
    }
}

#[test]
fn every_wrong_answer_is_named_and_unknown_keys_are_dropped() {
    let json = json!({ "id": "f", "fields": [
        { "id": "a", "label": "A", "type": "email", "required": true },
        { "id": "b", "label": "B", "type": "nps" },
        { "id": "c", "label": "C", "type": "text" },
    ] });
    let form = Form::read(&json);
    let found = check_values(&form.fields, &json!({ "b": 11, "c": "ok" })).unwrap_err();
    let found: Vec<_> = found.iter().map(|v| (v.path.as_str(), v.code.as_str())).collect();
    assert_eq!(found, [("a", "required"), ("b", "too_large")]);
    let values = check_values(&form.fields, &json!({ "x": 1, "c": "ok", "a": "a@b.co" })).unwrap();
    assert_eq!(Value::from(values.into_json()), json!({ "a": "a@b.co", "c": "ok" }));
    assert!(check_values(&form.fields, &json!([])).is_err());
}

/// What is wrong with a field's definition.
fn definition(extra: Value) -> Vec<(String, &'static str)> {
    let mut field = json!({ "id": "f", "label": "F" });
    for (key, value) in extra.as_object().unwrap() {
        field[key] = value.clone();
    }
    let config = json!({ "v1": { "forms": [{ "id": "form", "fields": [field] }] } });
    let found = config::validate(&config).into_iter();
    found.map(|v| (v.path.replace("config.v1.forms[0].fields[0]", ""), v.code.as_str())).collect()
}

#[test]
fn a_fields_definition_suits_its_type() {
    let option = json!([{ "value": "a", "label": "A" }]);
    for (extra, path, code) in [
        (json!({ "type": "select" }), ".options", "required"),
        (json!({ "type": "radio", "options": [] }), ".options", "required"),
        (
            json!({ "type": "select", "options": [{ "value": "a" }] }),
            ".options[0].label",
            "required",
        ),
        (json!({ "type": "colour" }), ".type", "not_allowed"),
        (json!({ "type": "number", "min": 3, "max": 2 }), "", "reversed"),
        (json!({ "type": "number", "min": "3" }), ".min", "wrong_type"),
        (json!({ "type": "date", "min": 3 }), ".min", "wrong_type"),
        (json!({ "type": "date", "max": "2026-02-30" }), ".max", "invalid_date"),
        (json!({ "type": "date", "min": "2026-02-02", "max": "2026-02-01" }), "", "reversed"),
        (json!({ "type": "rating", "max": 11 }), ".max", "too_large"),
        (json!({ "type": "rating", "max": 1 }), ".max", "too_small"),
        (json!({ "type": "rating", "max": 4.5 }), ".max", "not_integer"),
        (json!({ "type": "text", "max_length": 501 }), ".max_length", "too_large"),
        (json!({ "type": "textarea", "max_length": 4001 }), ".max_length", "too_large"),
        (json!({ "type": "text", "min_length": 9, "max_length": 8 }), "", "reversed"),
        (json!({ "type": "email", "default": "x" }), ".default", "invalid_email"),
        (
            json!({ "type": "select", "options": option, "default": "b" }),
            ".default",
            "unknown_option",
        ),
        (
            json!({ "type": "multiselect", "options": option, "default": ["b"] }),
            ".default[0]",
            "unknown_option",
        ),
        (json!({ "type": "text", "required": "yes" }), ".required", "wrong_type"),
        (json!({ "type": "text", "label": "x".repeat(201) }), ".label", "too_long"),
    ] {
        assert_eq!(definition(extra.clone()), [(path.to_owned(), code)], "{extra}");
    }
}

#[test]
fn a_form_has_1_to_20_fields() {
    let form = |count: usize| {
        let field = |n: usize| json!({ "id": format!("f{n}"), "label": "F", "type": "text" });
        let fields: Vec<Value> = (0..count).map(field).collect();
        let config = json!({ "v1": { "pre_conversation_form": { "id": "f", "fields": fields } } });
        config::validate(&config).into_iter().map(|v| v.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(form(0), ["too_few"]);
    assert!(form(1).is_empty() && form(20).is_empty());
    assert_eq!(form(21), ["too_many"]);
}

#[test]
fn a_field_has_at_most_24_options() {
    let options = |count: usize| {
        let option = |n: usize| json!({ "value": n.to_string(), "label": "O" });
        let options: Vec<Value> = (0..count).map(option).collect();
        definition(json!({ "type": "select", "options": options }))
    };
    assert_eq!(options(24), []);
    assert_eq!(options(25), [(".options".to_owned(), "too_many")]);
    let twice = json!([{ "value": "a", "label": "A" }, { "value": "a", "label": "B" }]);
    assert_eq!(
        definition(json!({ "type": "radio", "options": twice })),
        [(".options[1].value".to_owned(), "duplicate")]
    );
}

#[test]
fn every_type_is_read() {
    let json = all_types();
    assert_eq!(Form::read(&json).fields.len(), FieldType::ALL.len());
    let config = json!({ "v1": { "forms": [json] } });
    assert_eq!(config::validate(&config), []);
}

fn hash(form: &Value) -> String {
    Form::read(form).hash()
}

#[test]
fn the_hash_is_the_same_on_every_machine() {
    let form = json!({ "fields": [{ "id": "a", "label": "A", "type": "text" }] });
    assert_eq!(hash(&form), "e116c9d89bc75b82");
}

#[test]
fn the_hash_does_not_care_for_the_order_of_keys() {
    let one: Value = serde_json::from_str(
        r#"{"fields":[{"id":"a","label":{"en":"A","de":"B"},"type":"text","required":false}]}"#,
    )
    .unwrap();
    let other: Value = serde_json::from_str(
        r#"{"fields":[{"type":"text","label":{"de":"B","en":"A"},"id":"a","help":"x"}]}"#,
    )
    .unwrap();
    assert_eq!(hash(&one), hash(&other));
}

#[test]
fn the_hash_changes_with_what_is_asked() {
    let base = all_types();
    let mut seen = std::collections::BTreeSet::from([hash(&base)]);
    let mut change = |pointer: &str, key: &str, value: Value| {
        let mut form = base.clone();
        form.pointer_mut(pointer).unwrap()[key] = value;
        assert!(seen.insert(hash(&form)), "{pointer} {key}");
    };
    change("/fields/0", "id", json!("other"));
    change("/fields/0", "type", json!("textarea"));
    change("/fields/0", "label", json!("Other"));
    change("/fields/0", "label", json!({ "en": "text" }));
    change("/fields/0", "label", json!({ "de": "text" }));
    change("/fields/0", "required", json!(true));
    change("/fields/0", "min_length", json!(1));
    change("/fields/0", "max_length", json!(1));
    change("/fields/5", "min", json!(1));
    change("/fields/5", "max", json!(1));
    change("/fields/6", "min", json!("2026-01-01"));
    change("/fields/7/options/0", "value", json!("z"));
    change("/fields/7/options/0", "label", json!("Z"));
    let mut form = base.clone();
    form["fields"].as_array_mut().unwrap().swap(0, 1);
    assert!(seen.insert(hash(&form)));
    form["fields"].as_array_mut().unwrap().pop();
    assert!(seen.insert(hash(&form)));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..15).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-c]".prop_map(Value::from),
        "[0-9]{4}-[0-1][0-9]-[0-3][0-9]".prop_map(Value::from),
        "[a-z]{1,3}@[a-z]{1,3}\\.[a-z]{2}".prop_map(Value::from),
    ];
    prop_oneof![
        4 => leaf.clone(),
        1 => prop::collection::vec(leaf, 0..4).prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn any_answers_are_taken_or_refused_and_what_is_taken_is_taken_again(
        answers in prop::collection::vec((0..14_usize, any_value()), 0..14)
    ) {
        let json = all_types();
        let form = Form::read(&json);
        let answers: serde_json::Map<_, _> = answers
            .into_iter()
            .map(|(index, value)| (FieldType::WORDS[index].to_owned(), value))
            .collect();
        let answers = Value::from(answers);
        let wrong = wrong_answers(&form.fields, &&answers);
        let checked = check_values(&form.fields, &answers);
        let codes = |violations: &[Violation]| -> Vec<_> {
            violations.iter().map(|violation| violation.code).collect()
        };
        let told: Vec<_> = wrong.into_iter().map(|(_, code)| code).collect();
        prop_assert_eq!(checked.as_ref().err().map(|found| codes(found)).unwrap_or_default(), told);
        match checked {
            Ok(values) => {
                let again = check_values(&form.fields, &Value::from(values.clone().into_json()));
                prop_assert_eq!(again, Ok(values));
            }
            Err(violations) => {
                for violation in violations {
                    let id = violation.path.split('[').next().unwrap_or_default().to_owned();
                    prop_assert!(form.fields.iter().any(|field| field.id == id));
                }
            }
        }
    }

    #[test]
    fn any_definition_is_read(
        key in prop::sample::select(vec![
            "id", "label", "type", "required", "default", "options", "min", "max", "min_length",
            "max_length",
        ]),
        index in 0..14_usize,
        value in any_value(),
        answer in any_value(),
    ) {
        let mut json = all_types();
        json["fields"][index][key] = value;
        let form = Form::read(&json);
        let _ = form.hash();
        for field in &form.fields {
            let _ = check_value(field, &answer);
        }
        let _ = config::validate(&json!({ "v1": { "forms": [json] } }));
    }
}
