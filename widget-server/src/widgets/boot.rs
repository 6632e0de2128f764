//! What a page is given of a widget: its public object, and the loader with its appearance inside.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};
use widget_core::config::V1;
use widget_core::hours::Hours;
use widget_core::id::WidgetId;
use widget_core::language::Language;

use super::hours::HoursView;
use super::looks::LooksView;
use super::view::{PublicWidgetView, WidgetView};
use super::{launcher, patterns};
use crate::assets::Assets;
use crate::http::negotiate::Encoded;
use crate::languages::{Words, primary};

/// Where the loader's text has a place for its widget.
const PLACE: &str = "__BOOT__";

/// What the loader calls the launcher by itself.
const LAUNCHER: &str = "Chat";

/// Questions that are shown above the closed launcher; the empty chat shows all of them.
const QUESTIONS: usize = 3;

/// What the loader knows before it asks for anything. Every page view carries it: what is left out
/// has its default there.
///
/// A loader under an upgraded server finds the module's name in a newer one's text.
#[derive(Debug, Serialize)]
pub struct Boot<'a> {
    id: WidgetId,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    domains: &'a [String],
    css: String,
    /// `inline` or `fullscreen`; else a bubble.
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'a Value>,
    /// A text, or texts by language.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Cow<'a, Value>>,
    #[serde(skip_serializing_if = "is_off")]
    show_label: bool,
    #[serde(skip_serializing_if = "is_off")]
    pulse: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    questions: &'a [Value],
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<String>,
    /// What the module needs before it has the whole configuration.
    #[serde(skip_serializing_if = "Map::is_empty")]
    config: Map<String, Value>,
    /// What the widget does by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Value>,
    /// The script that watches for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    triggers: Option<&'a str>,
    /// What the names of its script and of its wasm begin with.
    module: &'a str,
}

/// Changes when a loader that knows the boot of before would not understand it.
const VERSION: u32 = 1;

/// A boot that travels without the loader it is made for.
#[derive(Serialize)]
struct Versioned<'a> {
    v: u32,
    #[serde(flatten)]
    boot: &'a Boot<'a>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_off(flag: &bool) -> bool {
    !flag
}

impl<'a> Boot<'a> {
    /// Of a widget; `None` where the web assets were not built.
    #[must_use]
    pub fn of(view: &'a WidgetView, assets: &'a Assets) -> Option<Self> {
        let module = assets.name_of("module")?.strip_suffix(".js")?;
        let v1 = V1::of(&view.config);
        let written = view.config.get("v1");
        let key = |key: &str| written.and_then(|v1| v1.get(key));
        let list = |name: &str| key(name).and_then(Value::as_array).map(Vec::as_slice);
        let questions = list("suggested_questions").unwrap_or_default();
        let questions = questions.get(..QUESTIONS).unwrap_or(questions);
        let rules = patterns::triggers(&v1, key("triggers"));
        let launcher = v1.trigger();
        let languages = key("languages").map(|kept| ("languages".to_owned(), kept.clone()));
        Some(Self {
            id: view.id,
            domains: &view.domains,
            css: launcher::sheet(&v1, !questions.is_empty()),
            mode: key("display_mode").filter(|mode| *mode != "fab"),
            label: key("trigger")
                .and_then(|trigger| trigger.get("label"))
                .map_or_else(|| called(&v1).map(Cow::Owned), |label| Some(Cow::Borrowed(label))),
            show_label: launcher.show_label(),
            pulse: launcher.pulse(),
            icon: launcher.icon_url(),
            questions,
            hidden: patterns::hidden(&v1),
            config: languages.into_iter().collect(),
            triggers: if rules.is_empty() { None } else { assets.name_of("triggers") },
            rules,
            module,
        })
    }

    /// As JSON by itself, for the loader of the npm package, which may be older than this server.
    fn json(&self) -> Vec<u8> {
        serde_json::to_vec(&Versioned { v: VERSION, boot: self }).unwrap_or_default()
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

/// What the launcher is called where the owner says nothing: in the languages that the widget is
/// shown in, its default first. `None` where that is the loader's own word in all of them; a widget
/// that is shown in every language keeps that word too, since all fifteen would weigh more than the
/// loader may.
fn called(v1: &V1<&Value>) -> Option<Value> {
    let available = v1.languages().available();
    if available.is_empty() {
        return None;
    }
    let mut calls = Map::new();
    for tag in std::iter::once(v1.language(&[]).tag()).chain(available.iter().map(String::as_str)) {
        let word = Words::of(&Language::only(tag)).launcher();
        calls.entry(primary(tag)).or_insert_with(|| word.into());
    }
    if calls.values().all(|word| word == LAUNCHER) {
        return None;
    }
    if calls.len() == 1 { calls.into_values().next() } else { Some(Value::Object(calls)) }
}

/// The public widget object as JSON; `first` is the first picture of its panel, where there is one.
pub(super) fn public(view: &WidgetView, hours: Option<Hours>, first: Option<Value>) -> Vec<u8> {
    let hours = hours.map(|hours| HoursView::of(hours, &view.config));
    let looks = LooksView::of(&view.config);
    let public = PublicWidgetView { widget: view, hours, looks, first };
    serde_json::to_vec(&public).unwrap_or_default()
}

/// All of them, in every encoding.
#[derive(Debug)]
pub(super) struct Bodies {
    configuration: Encoded,
    loader: Option<Encoded>,
    boot: Option<Encoded>,
}

impl Bodies {
    /// Encodes; takes milliseconds.
    pub(super) fn of(view: &WidgetView, hours: Option<Hours>, assets: &Assets) -> Self {
        let json = public(view, hours, None);
        let boot = Boot::of(view, assets);
        let loader = boot.as_ref().zip(assets.text("loader.js").ok()).map(|(boot, text)| {
            let script = text.replacen(PLACE, &boot.script_json(), 1);
            Encoded::new("text/javascript; charset=utf-8", script)
        });
        let boot = boot.map(|boot| Encoded::new("application/json", boot.json()));
        Self { configuration: Encoded::new("application/json", json), loader, boot }
    }

    pub(super) fn configuration(&self) -> &Encoded {
        &self.configuration
    }

    pub(super) fn loader(&self) -> Option<&Encoded> {
        self.loader.as_ref()
    }

    pub(super) fn boot(&self) -> Option<&Encoded> {
        self.boot.as_ref()
    }
}

#[cfg(test)]
mod tests;
