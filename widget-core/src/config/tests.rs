use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::table::{Default, Kind};
use super::v1::V1_TABLE;
use super::*;
use crate::colour::{Colour, MIN_CONTRAST, Palette, Scheme};

/// Every key there is, set to something other than its default.
fn full() -> Value {
    serde_json::from_str(include_str!("tests/full.json")).unwrap()
}

fn violations(v1: &Value) -> Vec<(String, &'static str)> {
    let violations = validate(&json!({ "v1": v1 }));
    violations.into_iter().map(|v| (v.path.replace("config.v1.", ""), v.code.as_str())).collect()
}

/// What is wrong when these keys are set in an otherwise full configuration.
fn wrong(path: &str, value: Value) -> Vec<(String, &'static str)> {
    let mut v1 = full();
    *v1.pointer_mut(path).unwrap() = value;
    violations(&v1)
}

#[test]
fn every_known_key_may_be_set_and_may_be_absent() {
    let full = full();
    assert_eq!(violations(&full), []);
    for key in V1_TABLE.keys {
        assert!(full.get(key.name).is_some(), "{} is not in the example", key.name);
    }
    for config in [json!({}), json!({ "v1": {} }), json!({ "v1": null }), json!({ "v2": 7 })] {
        assert_eq!(validate(&config), []);
    }
}

#[test]
fn what_is_not_known_is_left_alone() {
    assert_eq!(violations(&json!({ "zoom": [1], "trigger": { "glow": {} }, "": 1 })), []);
}

#[test]
fn null_and_empty_texts_mean_the_default() {
    let mut v1 = full();
    for key in V1_TABLE.keys {
        v1[key.name] = Value::Null;
    }
    assert_eq!(violations(&v1), []);
    assert_eq!(violations(&json!({ "primary_color": "", "trigger": { "icon_url": "" } })), []);
    assert_eq!(V1::of(&json!({ "v1": { "primary_color": "" } })).primary_color(), None);
}

#[test]
fn every_violation_is_found_with_its_path() {
    let v1 = json!({
        "theme": "pink",
        "trigger": { "size": 97, "icon_url": "/logo.svg", "show_label": "yes" },
        "suggested_questions": ["a", "b".repeat(81), 7],
        "chat": { "light_mode": { "text_color": { "panel": "white" } } },
        "forms": [{ "id": "a", "fields": [{ "id": "x", "type": "text" }] }],
    });
    assert_eq!(
        violations(&v1),
        [
            ("theme".to_owned(), "not_allowed"),
            ("trigger.size".to_owned(), "too_large"),
            ("trigger.icon_url".to_owned(), "invalid_url"),
            ("trigger.show_label".to_owned(), "wrong_type"),
            ("chat.light_mode.text_color.panel".to_owned(), "invalid_colour"),
            ("suggested_questions[1]".to_owned(), "too_long"),
            ("suggested_questions[2]".to_owned(), "wrong_type"),
            ("forms[0].fields[0].label".to_owned(), "required"),
        ]
    );
}

#[test]
fn what_is_no_object_is_refused_where_it_stands() {
    assert_eq!(validate(&json!([]))[0].path, "config");
    assert_eq!(validate(&json!({ "v1": [] }))[0].path, "config.v1");
    assert_eq!(violations(&json!({ "trigger": "x" })), [("trigger".to_owned(), "wrong_type")]);
}

#[test]
fn bounds_are_enforced() {
    for (path, good, bad, code) in [
        ("/offset/x", json!(200), json!(201), "too_large"),
        ("/offset/y", json!(0), json!(-1), "too_small"),
        ("/trigger/size", json!(32), json!(31), "too_small"),
        ("/trigger/size", json!(96.0), json!(56.5), "not_integer"),
        ("/chat/radius", json!(32), json!(33), "too_large"),
        ("/chat/width", json!(600), json!(299), "too_small"),
        ("/chat/height", json!(400), json!(901), "too_large"),
        ("/z_index", json!(2147483647), json!(2147483648_i64), "too_large"),
        ("/intro_title", json!("x".repeat(80)), json!("x".repeat(81)), "too_long"),
        ("/intro_subtitle", json!("ü".repeat(200)), json!({ "en": "x".repeat(201) }), "too_long"),
        ("/suggested_questions", json!(vec!["a"; 6]), json!(vec!["a"; 7]), "too_many"),
        ("/retention_days", json!(1), json!(0), "too_small"),
        ("/retention_days", json!(3650), json!(3651), "too_large"),
        ("/hidden_paths", json!(vec!["/a"; 32]), json!(vec!["/a"; 33]), "too_many"),
        ("/hidden_paths", json!(["*"]), json!(["/a b"]), "invalid_pattern"),
        ("/limits/tokens_per_day", json!(null), json!(0), "too_small"),
        ("/attachments/types", json!(["a/b+c"]), json!(["png"]), "invalid_media_type"),
        ("/languages/default", json!("pt-BR"), json!("pt_BR"), "invalid_language"),
        ("/languages/available", json!([]), json!(["english"]), "invalid_language"),
        ("/business_hours/timezone", json!("UTC"), json!("Berlin"), "invalid_timezone"),
        ("/business_hours/timezone", json!("Etc/GMT+5"), json!("a b/c"), "invalid_timezone"),
        ("/business_hours/timezone", json!("America/Argentina/Ushuaia"), json!(""), "required"),
        ("/branding/url", json!("https://é.example/"), json!("mailto:a@b.c"), "invalid_url"),
        ("/branding/url", json!("http://a.b:8080"), json!("https://a.b:99999"), "invalid_url"),
        ("/branding/url", json!("https://é.b:1"), json!("https://é.b:99999"), "invalid_url"),
        ("/primary_color", json!("#FfF"), json!("red"), "invalid_colour"),
        ("/default_mode", json!("text"), json!("video"), "not_allowed"),
        ("/voice_enabled", json!(true), json!(1), "wrong_type"),
    ] {
        assert_eq!(wrong(path, good.clone()), [], "{path} {good}");
        let found = wrong(path, bad.clone());
        assert_eq!(found.len(), 1, "{path} {bad}: {found:?}");
        assert_eq!(found[0].1, code, "{path} {bad}");
    }
}

#[test]
fn texts_are_strings_or_maps_of_language_tags() {
    let title = |title: Value| violations(&json!({ "intro_title": title }));
    assert_eq!(title(json!({ "en": "Hi", "zh-Hant": "嗨" })), []);
    assert_eq!(
        title(json!({ "english": "Hi" })),
        [("intro_title.english".into(), "invalid_language")]
    );
    assert_eq!(title(json!({ "en": 7 })), [("intro_title.en".into(), "wrong_type")]);
    assert_eq!(title(json!(["Hi"])), [("intro_title".into(), "wrong_type")]);
}

#[test]
fn a_required_text_has_words() {
    for label in [json!(""), json!("  "), json!({}), json!({ "en": "" }), json!(null)] {
        let found = wrong("/quick_actions/0/label", label.clone());
        assert_eq!(found, [("quick_actions[0].label".to_owned(), "required")], "{label}");
    }
}

#[test]
fn ids_differ_within_a_list() {
    let cases = [
        ("/quick_actions/1/id", "ask", "quick_actions[1].id"),
        ("/triggers/1/id", "exit", "triggers[1].id"),
    ];
    for (path, id, at) in cases {
        assert_eq!(wrong(path, json!(id)), [(at.to_owned(), "duplicate")]);
    }
    let form = full()["forms"][0].clone();
    assert_eq!(wrong("/forms", json!([form, form])), [("forms[1].id".to_owned(), "duplicate")]);
    let field = form["fields"][0].clone();
    assert_eq!(
        wrong("/forms/0/fields", json!([field, field])),
        [("forms[0].fields[1].id".to_owned(), "duplicate")]
    );
}

#[test]
fn ids_are_short_and_plain() {
    for id in ["a", "a_1", &"a".repeat(64)] {
        assert!(is_id(id), "{id}");
    }
    for id in ["", "1a", "_a", "A", "a-b", "ä", &"a".repeat(65)] {
        assert!(!is_id(id), "{id}");
    }
    assert_eq!(wrong("/triggers/0/id", json!("Exit")), [("triggers[0].id".into(), "invalid_id")]);
}

#[test]
fn a_quick_actions_value_suits_its_type() {
    let found = |value: Value| wrong("/quick_actions", json!([value]));
    let at = "quick_actions[0].value".to_owned();
    let action =
        |kind: &str, value: Value| json!({ "id": "a", "label": "A", "type": kind, "value": value });
    assert_eq!(found(action("url", json!("javascript:alert(1)"))), [(at.clone(), "invalid_url")]);
    assert_eq!(found(action("url", json!(null))), [(at.clone(), "required")]);
    assert_eq!(found(action("form", json!("nowhere"))), [(at.clone(), "unknown_reference")]);
    assert_eq!(found(action("form", json!({ "en": "contact" }))), [(at, "invalid_id")]);
    assert_eq!(found(action("form", json!("before"))), []);
    assert_eq!(found(action("message", json!({ "en": "Hello" }))), []);
}

#[test]
fn a_proactive_trigger_waits_for_something_and_does_one_thing() {
    let trigger = |when: Value, action: Value| {
        wrong("/triggers", json!([{ "id": "t", "when": when, "action": action }]))
    };
    let open = json!({ "open": true });
    assert_eq!(trigger(json!({ "idle_seconds": 30 }), open.clone()), []);
    for when in [json!({}), json!({ "exit_intent": false }), json!({ "moon": "full" })] {
        let found = trigger(when, open.clone());
        assert_eq!(found, [("triggers[0].when".to_owned(), "at_least_one")]);
    }
    let when = json!({ "seconds_on_page": 0 });
    for action in [json!({}), json!({ "open": false }), json!({ "open": true, "teaser": "Hi" })] {
        let found = trigger(when.clone(), action);
        assert_eq!(found, [("triggers[0].action".to_owned(), "exactly_one")]);
    }
    assert_eq!(
        trigger(when, json!({ "form": "nowhere" })),
        [("triggers[0].action.form".to_owned(), "unknown_reference")]
    );
}

#[test]
fn opening_hours_end_after_they_begin() {
    let hours = |from: &str, to: &str| {
        wrong("/business_hours/hours", json!([{ "day": "sun", "from": from, "to": to }]))
    };
    let at = |code| vec![("business_hours.hours[0]".to_owned(), code)];
    assert_eq!(hours("00:00", "24:00"), []);
    assert_eq!(hours("17:00", "09:00"), at("reversed"));
    assert_eq!(hours("9:00", "17:00"), [("business_hours.hours[0].from".into(), "invalid_time")]);
}

#[test]
fn defaults_are_those_of_the_contract() {
    let config = json!({});
    let v1 = V1::of(&config);
    assert_eq!(v1.theme(), Theme::System);
    assert_eq!(v1.display_mode(), DisplayMode::Fab);
    assert_eq!(v1.position(), Position::BottomRight);
    assert_eq!((v1.offset().x(), v1.offset().y()), (20, 20));
    let trigger = v1.trigger();
    assert_eq!((trigger.shape(), trigger.size()), (Shape::Circle, 56));
    assert!(!trigger.show_label() && !trigger.pulse() && trigger.label().is_none());
    let chat = v1.chat();
    assert_eq!((chat.radius(), chat.width(), chat.height()), (16, 400, 640));
    assert!(v1.branding().show());
    assert_eq!(v1.default_mode(), ConversationMode::Text);
    assert_eq!(v1.voice_enabled(), None);
    assert!(!v1.start_conversation_on_toggle());
    assert!(v1.pre_conversation_show_once() && v1.pre_conversation_form().is_none());
    assert!(!v1.post_conversation_feedback().is_enabled());
    assert_eq!(v1.lead_capture().strategy(), LeadStrategy::Off);
    assert!(v1.disclosure().show() && !v1.consent().required());
    assert!(!v1.require_identity() && v1.hosted_page());
    assert!(!v1.attachments().enabled());
    let limits = v1.limits();
    assert_eq!(limits.messages_per_conversation(), 60);
    assert_eq!(limits.tokens_per_conversation(), 200_000);
    assert_eq!(limits.conversations_per_day(), None);
    assert_eq!(limits.concurrent_conversations(), None);
    assert_eq!(limits.tokens_per_day(), None);
    assert_eq!(v1.retention_days(), None);
    assert!(v1.triggers().is_empty() && v1.forms().is_empty() && v1.quick_actions().is_empty());
}

#[test]
fn what_is_set_is_read() {
    let config = json!({ "v1": full() });
    let v1 = V1::of(&config);
    let german = v1.language(&["fr", "de-AT"]);
    assert_eq!(german.tag(), "de");
    assert_eq!(v1.theme(), Theme::Dark);
    assert_eq!(v1.z_index(), -5);
    assert_eq!(v1.trigger().label().unwrap().resolve(&german), "Red mit uns");
    assert_eq!(v1.suggested_questions(&german), ["Can you cater for 50?", "Karte?"]);
    assert_eq!(v1.primary_color(), Some(Colour::rgb(0xb8, 0x32, 0x28)));
    assert_eq!(v1.quick_actions()[2].action(), Some(QuickActionType::Form));
    assert_eq!(v1.pre_conversation_form().unwrap().fields[0].id, "name");
    assert_eq!(v1.forms()[0].name.as_deref(), Some("Contact"));
    assert_eq!(v1.lead_capture().form().unwrap().id, "lead");
    let triggers = v1.triggers();
    assert_eq!(triggers[0].once_per(), OncePer::Visitor);
    assert_eq!(triggers[1].when().url_matches().unwrap().as_str(), "/blog/*");
    assert_eq!(v1.avatar_shape(), Shape::Circle);
    assert_eq!(v1.business_hours().hours()[0].day(), Some(Weekday::Monday));
    assert_eq!(v1.limits().tokens_per_day(), Some(5));
    assert!(v1.is_hidden_on("https://example.com/checkout/2"));
    assert!(v1.is_hidden_on("https://example.com/admin/x"));
    assert!(!v1.is_hidden_on("https://example.com/"));
}

#[test]
fn the_avatar_follows_the_launcher() {
    let config = json!({ "v1": { "trigger": { "shape": "square" } } });
    assert_eq!(V1::of(&config).avatar_shape(), Shape::Square);
}

#[test]
fn the_palette_takes_what_is_given_and_derives_the_rest() {
    let config = json!({ "v1": full() });
    let palette = V1::of(&config).palette(Scheme::Light);
    assert_eq!(palette.user_message.background, Colour::WHITE);
    assert_eq!(palette.user_message.text, Colour::BLACK);
    assert_eq!(palette.header.background, Colour::rgb(0xb8, 0x32, 0x28));
    assert!(palette.header.text.contrast(palette.header.background) >= MIN_CONTRAST);
    let default = json!({});
    let palette = V1::of(&default).palette(Scheme::Dark);
    assert_eq!(palette, Palette::derive(Scheme::Dark, Palette::DEFAULT_PRIMARY));
}

#[test]
fn the_schema_has_every_key_with_its_default() {
    let schema = schema();
    let v1 = &schema["$defs"]["V1"]["properties"];
    for key in V1_TABLE.keys {
        let property = &v1[key.name];
        assert!(
            property["description"].as_str().is_some_and(|text| !text.is_empty()),
            "{}",
            key.name
        );
        match key.default {
            Default::None => assert!(property.get("default").is_none()),
            Default::Flag(flag) => assert_eq!(property["default"], flag),
            Default::Int(int) => assert_eq!(property["default"], int),
            Default::Word(word) => assert_eq!(property["default"], word),
        }
    }
    assert_eq!(
        schema["$defs"]["Launcher"]["properties"]["size"],
        json!({
            "type": ["integer", "null"], "minimum": 32, "maximum": 96, "default": 56,
            "description": "Its size in pixels.",
        })
    );
    assert_eq!(schema["$defs"]["Form"]["required"], json!(["id", "fields"]));
    assert_eq!(schema["$defs"]["Field"]["required"], json!(["id", "label", "type"]));
}

#[test]
fn every_reference_of_the_schema_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let schema = schema();
    let mut found = Vec::new();
    references(&schema, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(schema.pointer(pointer).is_some_and(Value::is_object), "{reference}");
    }
}

/// Defaults lie within their own bounds.
#[test]
fn defaults_are_allowed_values() {
    fn walk(object: &table::Object) {
        for key in object.keys {
            match (&key.kind, key.default) {
                (Kind::Int { min, max }, Default::Int(value)) => {
                    assert!((*min..=*max).contains(&value), "{}", key.name);
                }
                (Kind::OneOf(words), Default::Word(word)) => assert!(words.contains(&word)),
                (Kind::Object(object), _) => walk(object),
                _ => {}
            }
        }
    }
    walk(&V1_TABLE);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["", "#fff", "form", "contact", "https://a.b", "de", "09:00"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any_key(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["id", "type", "value", "fields", "options", "min", "max", "en"])
            .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

/// Puts something else at a place of the full configuration.
fn disturbed() -> impl Strategy<Value = Value> {
    let mut places = Vec::new();
    collect(&full(), &mut String::new(), &mut places);
    (prop::sample::select(places), any_json()).prop_map(|(place, value)| {
        let mut v1 = full();
        if let Some(target) = v1.pointer_mut(&place) {
            *target = value;
        }
        json!({ "v1": v1 })
    })
}

fn collect(value: &Value, path: &mut String, places: &mut Vec<String>) {
    places.push(path.clone());
    let entries: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in entries {
        let end = path.len();
        path.push('/');
        path.push_str(&key);
        collect(value, path, places);
        path.truncate(end);
    }
}

/// Reads everything, so that a panic anywhere is found.
fn read_all(config: &Value) {
    let v1 = V1::of(config);
    let language = v1.language(&["de", "x"]);
    let _ = (v1.theme(), v1.position(), v1.offset().x(), v1.z_index(), v1.trigger().label());
    let _ = (v1.suggested_questions(&language), v1.is_hidden_on("/a"), v1.avatar_shape());
    let _ = (v1.palette(Scheme::Light), v1.palette(Scheme::Dark), v1.limits().tokens_per_day());
    let _ = (v1.attachments().types(), v1.business_hours().hours(), v1.retention_days());
    let mut forms = v1.forms();
    forms.extend(v1.pre_conversation_form());
    forms.extend(v1.lead_capture().form());
    for form in forms {
        let _ = form.hash();
    }
    for trigger in v1.triggers() {
        let _ = (trigger.when().url_matches(), trigger.action().teaser(), trigger.once_per());
    }
    for action in v1.quick_actions() {
        let _ = (action.id(), action.action(), action.value());
    }
    let _ = v1.post_conversation_feedback().is_enabled();
}

proptest! {
    #[test]
    fn any_document_is_checked_and_read(config in any_json()) {
        for violation in validate(&config) {
            prop_assert!(violation.path.starts_with("config"));
        }
        read_all(&config);
        read_all(&json!({ "v1": config }));
    }

    #[test]
    fn a_disturbed_configuration_is_checked_and_read(config in disturbed()) {
        for violation in validate(&config) {
            prop_assert!(violation.path.starts_with("config.v1"), "{}", violation.path);
        }
        read_all(&config);
    }
}
