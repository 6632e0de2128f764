use proptest::prelude::*;
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// Every key there is, set to something other than its default.
fn full() -> Value {
    json!({
        "instructions": "You are Sam.\nBe kind.",
        "greeting": "Hi!",
        "model": { "provider": "openai", "name": "m", "temperature": 0.5, "max_output_tokens": 300 },
        "voice": { "name": "Charon", "stt": "hears", "tts": "speaks" },
        "language": "de-AT",
        "vision": { "video_input": true, "screen_share": true },
        "tools": [{
            "name": "stock", "description": "What is left.", "parameters": { "type": "object" },
            "url": "https://example.com/stock", "timeout_ms": 500,
        }],
        "knowledge": [{ "title": "Hours", "url": "https://example.com/hours", "content": "# Nine" }],
        "livekit": { "agent_name": "sam" },
        "not_known_yet": [1],
    })
}

/// What is wrong when these keys are set in an otherwise full configuration.
fn wrong(path: &str, value: Value) -> Vec<(String, &'static str)> {
    let mut config = full();
    *config.pointer_mut(path).unwrap() = value;
    validate(&config).into_iter().map(|found| (found.path, found.code.as_str())).collect()
}

#[test]
fn every_known_key_may_be_set_and_may_be_absent() {
    for config in [full(), json!({}), json!({ "model": null, "knowledge": [], "greeting": "" })] {
        assert_eq!(validate(&config), []);
    }
    let full = full();
    for key in AGENT_VERSION.keys {
        assert!(full.get(key.name).is_some(), "{} is not in the example", key.name);
    }
}

#[test]
fn what_is_set_is_read() {
    let full = full();
    let config = AgentVersionConfig::of(&full);
    assert_eq!(config.instructions().as_deref(), Some("You are Sam.\nBe kind."));
    assert_eq!(config.greeting().as_deref(), Some("Hi!"));
    assert_eq!(config.language().as_deref(), Some("de-AT"));
    let model = config.model();
    assert_eq!((model.provider().as_str(), model.name().as_deref()), ("openai", Some("m")));
    assert_eq!((model.temperature(), model.max_output_tokens()), (Some(0.5), Some(300)));
    let tool = &config.tools()[0];
    assert_eq!((tool.name().as_deref(), tool.timeout_ms()), (Some("stock"), 500));
    assert_eq!(tool.parameters(), Some(&full["tools"][0]["parameters"]));
    assert_eq!(config.knowledge()[0].content().as_deref(), Some("# Nine"));
    assert_eq!(config.livekit().agent_name().as_deref(), Some("sam"));
    assert!(config.speaks());
}

#[test]
fn nothing_set_is_the_built_in_model_without_voice_and_sight() {
    let config = json!({ "model": { "temperature": "hot", "provider": 7 } });
    let config = AgentVersionConfig::of(&config);
    assert_eq!(config.model().provider(), DEFAULT_PROVIDER);
    assert_eq!((config.model().temperature(), config.instructions()), (None, None));
    assert!(!config.speaks() && config.tools().is_empty());
}

#[test]
fn each_bound_has_its_violation() {
    let cases = [
        ("/instructions", json!("x".repeat(50_001)), "config.instructions", "too_long"),
        ("/greeting", json!({ "en": "Hi" }), "config.greeting", "wrong_type"),
        ("/language", json!("german please"), "config.language", "invalid_language"),
        ("/model", json!("openai"), "config.model", "wrong_type"),
        ("/model/provider", json!("Open AI"), "config.model.provider", "invalid_id"),
        ("/model/name", json!(""), "config.model.name", "required"),
        ("/model/temperature", json!(2.1), "config.model.temperature", "too_large"),
        ("/model/temperature", json!(-0.1), "config.model.temperature", "too_small"),
        ("/model/temperature", json!("1"), "config.model.temperature", "wrong_type"),
        ("/model/max_output_tokens", json!(0), "config.model.max_output_tokens", "too_small"),
        ("/model/max_output_tokens", json!(1.5), "config.model.max_output_tokens", "not_integer"),
        ("/voice/name", json!("x".repeat(129)), "config.voice.name", "too_long"),
        ("/vision/video_input", json!("yes"), "config.vision.video_input", "wrong_type"),
        ("/tools/0/name", json!("has blank"), "config.tools[0].name", "invalid_id"),
        ("/tools/0/parameters", json!([]), "config.tools[0].parameters", "wrong_type"),
        ("/tools/0/url", json!("ftp://x"), "config.tools[0].url", "invalid_url"),
        ("/tools/0/timeout_ms", json!(99), "config.tools[0].timeout_ms", "too_small"),
        ("/knowledge/0/title", json!(""), "config.knowledge[0].title", "required"),
        ("/knowledge/0/content", json!(null), "config.knowledge[0].content", "required"),
        (
            "/knowledge/0/url",
            json!("javascript:alert(1)"),
            "config.knowledge[0].url",
            "invalid_url",
        ),
        ("/livekit/agent_name", json!(7), "config.livekit.agent_name", "wrong_type"),
    ];
    for (path, value, at, code) in cases {
        assert_eq!(wrong(path, value), [(at.to_owned(), code)], "{path}");
    }
}

#[test]
fn tools_have_different_names_and_lists_have_ends() {
    let tool = json!({ "name": "a" });
    assert_eq!(
        wrong("/tools", json!([tool, tool])),
        [("config.tools[1].name".into(), "duplicate")]
    );
    let document = json!({ "title": "a", "content": "b" });
    assert_eq!(
        wrong("/knowledge", json!(vec![document; 2_001])),
        [("config.knowledge".into(), "too_many")]
    );
    assert_eq!(validate(&json!([])).len(), 1);
}

#[test]
fn voice_needs_a_room_and_a_voice_in_it() {
    let voice = |config: Value, room| Capabilities::of(&config, room).supports_voice;
    assert!(!voice(full(), RoomVoice::None));
    assert!(voice(full(), RoomVoice::LiveKitAgent));
    assert!(voice(full(), RoomVoice::Server));
    assert!(!voice(json!({ "voice": { "name": "Charon" } }), RoomVoice::LiveKitAgent));
    assert!(voice(json!({ "voice": { "name": "Charon" } }), RoomVoice::Server));
    assert!(!voice(json!({ "livekit": { "agent_name": "sam" } }), RoomVoice::Server));
}

#[test]
fn sight_follows_from_vision_and_the_names_are_the_seeds() {
    let capabilities =
        Capabilities::of(&json!({ "vision": { "screen_share": true } }), RoomVoice::None);
    assert_eq!(
        serde_json::to_value(capabilities).unwrap(),
        json!({ "supportsVideoInput": false, "supportsScreenShare": true, "supportsVoice": false })
    );
}

#[test]
fn the_schema_has_every_key_with_its_default() {
    let schema = schema();
    assert_eq!(schema["$ref"], "#/$defs/AgentVersionConfig");
    let properties = &schema["$defs"]["AgentVersionConfig"]["properties"];
    for key in AGENT_VERSION.keys {
        assert!(properties[key.name]["description"].is_string(), "{}", key.name);
    }
    let model = &schema["$defs"]["Model"]["properties"];
    assert_eq!(model["provider"]["default"], "builtin");
    assert_eq!(model["temperature"]["maximum"], 2);
    assert_eq!(schema["$defs"]["KnowledgeDocument"]["required"], json!(["title", "content"]));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z /:.]{0,8}".prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "model",
        "provider",
        "name",
        "temperature",
        "tools",
        "parameters",
        "knowledge",
        "voice",
        "vision",
        "livekit",
        "instructions",
        "x",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_is_validated_and_read(config in any_json()) {
        for violation in validate(&config) {
            prop_assert!(violation.path.starts_with("config"));
        }
        let read = AgentVersionConfig::of(&config);
        prop_assert!(!read.model().provider().is_empty());
        prop_assert!(read.model().temperature().is_none_or(|t| (0.0..=2.0).contains(&t)));
        let _ = (read.tools().len(), read.knowledge().len(), read.speaks());
        let _ = Capabilities::of(&config, RoomVoice::Server);
    }
}
