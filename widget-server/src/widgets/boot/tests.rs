//! What a typical page view carries.

use serde_json::json;
use widget_core::agent::Capabilities;
use widget_core::id::{AgentId, AgentVersionId, OrganizationId};
use widget_core::time::Timestamp;
use widget_core::widget::WidgetStatus;

use super::*;

/// Ten domains, no icon: what `cargo xtask size` weighs the loader with.
const TYPICAL: &str = include_str!("typical.json");

fn assets() -> Assets {
    let folder = tempfile::tempdir().unwrap();
    let manifest = json!({"module": "w-0123456789ab.js", "wasm": "w-0123456789ab.wasm"});
    std::fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    Assets::load(Some(folder.path())).unwrap()
}

fn view(v1: &Value) -> WidgetView {
    let id = "01985c2e-7d5a-7c31-9d0a-3f2b6c1e8a47";
    let now = Timestamp::from_ms(0);
    WidgetView {
        id: id.parse().unwrap(),
        organization_id: id.parse::<OrganizationId>().unwrap(),
        agent_id: id.parse::<AgentId>().unwrap(),
        agent_version_id: id.parse::<AgentVersionId>().unwrap(),
        name: "Shop".to_owned(),
        domains: (1..=10).map(|n| format!("https://shop{n}.example.com")).collect(),
        published: true,
        config: json!({"v1": v1}),
        created_at: now,
        updated_at: now,
        status: WidgetStatus::Active,
        capabilities: Capabilities::default(),
    }
}

fn boot(v1: &Value) -> Value {
    let (view, assets) = (view(v1), assets());
    serde_json::from_str(&Boot::of(&view, &assets).unwrap().script_json()).unwrap()
}

#[test]
fn a_typical_widget_is_what_its_size_is_measured_with() {
    let found = boot(&json!({
        "theme": "system",
        "position": "bottom-right",
        "primary_color": "#0f766e",
        "trigger": {"shape": "circle", "size": 56, "label": "Ask us", "show_label": true},
        "suggested_questions": ["When are you open?", "Where is my order?"],
        "intro_title": "not needed to paint a bubble",
    }));
    let typical: Value = serde_json::from_str(TYPICAL).unwrap();
    assert_eq!(found, typical, "write this to typical.json:\n{found:#}");
}

#[test]
fn what_is_by_default_is_left_out() {
    let found = boot(&json!({}));
    let keys: Vec<_> = found.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "domains", "css", "module"]);
}

#[test]
fn the_launcher_is_called_in_the_widgets_own_languages() {
    let label = |languages: Value| boot(&json!({"languages": languages}))["label"].clone();
    assert_eq!(label(json!({"default": "de", "available": ["de", "fr"]})), Value::Null);
    assert_eq!(label(json!({"default": "ar"})), Value::Null);
    assert_eq!(label(json!({"available": ["ar"]})), "الدردشة");
    let several = label(json!({"default": "en", "available": ["ar", "en", "pl-PL"]}));
    assert_eq!(several.to_string(), r#"{"en":"Chat","ar":"الدردشة","pl":"Czat"}"#);
    let own = boot(&json!({"languages": {"available": ["ar"]}, "trigger": {"label": "Ask"}}));
    assert_eq!(own["label"], "Ask");
}

#[test]
fn no_more_questions_than_fit_above_the_launcher() {
    let found = boot(&json!({"suggested_questions": ["a", {"en": "b", "de": "c"}, "d", "e"]}));
    assert_eq!(found["questions"], json!(["a", {"en": "b", "de": "c"}, "d"]));
}
