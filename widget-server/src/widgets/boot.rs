//! What a page is given of a widget: its public object, and the loader with its appearance inside.

use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::config::LOADER_KEYS;
use widget_core::id::WidgetId;
use widget_core::widget::WidgetStatus;

use super::view::WidgetView;
use crate::assets::Assets;
use crate::http::negotiate::Encoded;

/// Where the loader's text has a place for its widget.
const PLACE: &str = "__BOOT__";

/// What the loader knows before it asks for anything.
///
/// The names of the module and its wasm stand next to each other in this order: a loader under an
/// upgraded server finds them in a newer one's text.
#[derive(Debug, Serialize)]
pub struct Boot<'a> {
    v: u8,
    id: WidgetId,
    status: WidgetStatus,
    domains: &'a [String],
    config: Map<String, Value>,
    module: &'a str,
    wasm: &'a str,
    triggers: Option<&'a str>,
}

impl<'a> Boot<'a> {
    /// Of a widget; `None` where the web assets were not built.
    #[must_use]
    pub fn of(view: &'a WidgetView, assets: &'a Assets) -> Option<Self> {
        let (module, wasm) = (assets.name_of("module")?, assets.name_of("wasm")?);
        let v1 = view.config.get("v1").and_then(Value::as_object);
        let config = v1.map(needed).unwrap_or_default();
        let triggers = config.contains_key("triggers").then(|| assets.name_of("triggers"));
        Some(Self {
            v: 1,
            id: view.id,
            status: view.status,
            domains: &view.domains,
            module,
            wasm,
            triggers: triggers.flatten(),
            config,
        })
    }

    /// As JSON that may stand in a script, inline ones included: nothing in it ends one.
    #[must_use]
    pub fn script_json(&self) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        let mut safe = String::with_capacity(json.len());
        for character in json.chars() {
            match character {
                '<' => safe.push_str("\\u003c"),
                '\u{2028}' => safe.push_str("\\u2028"),
                '\u{2029}' => safe.push_str("\\u2029"),
                other => safe.push(other),
            }
        }
        safe
    }
}

/// The keys the loader reads; an empty list of triggers is none.
fn needed(v1: &Map<String, Value>) -> Map<String, Value> {
    let is_needed = |key: &str, value: &Value| match key {
        "triggers" => value.as_array().is_some_and(|triggers| !triggers.is_empty()),
        _ => LOADER_KEYS.contains(&key),
    };
    let kept = v1.iter().filter(|(key, value)| is_needed(key, value));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Both, in every encoding.
#[derive(Debug)]
pub(super) struct Bodies {
    configuration: Encoded,
    loader: Option<Encoded>,
}

impl Bodies {
    /// Encodes; takes milliseconds.
    pub(super) fn of(view: &WidgetView, assets: &Assets) -> Self {
        let json = serde_json::to_vec(view).unwrap_or_default();
        let loader =
            Boot::of(view, assets).zip(assets.text("loader.js").ok()).map(|(boot, text)| {
                let script = text.replacen(PLACE, &boot.script_json(), 1);
                Encoded::new("text/javascript; charset=utf-8", script)
            });
        Self { configuration: Encoded::new("application/json", json), loader }
    }

    pub(super) fn configuration(&self) -> &Encoded {
        &self.configuration
    }

    pub(super) fn loader(&self) -> Option<&Encoded> {
        self.loader.as_ref()
    }
}
