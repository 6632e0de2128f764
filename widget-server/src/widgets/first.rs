//! The public widget object with the first picture of the panel in it (`widget_wasm::picture`), in the
//! visitor's language: so the panel can be shown before the module that draws it has come.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use widget_core::config::V1;
use widget_core::language::Language;

use super::boot;
use super::served::Served;
use crate::assets::Assets;
use crate::http::negotiate::Encoded;
use crate::languages;

/// Bytes of answers kept at once.
const MAX_BYTES: u64 = 16 << 20;
/// How long an answer is kept that nobody asks for.
const IDLE: Duration = Duration::from_secs(600);
/// The tag of the object without the picture, and the language: what an answer is made of.
type Key = (Box<[u8]>, String);

/// The answers that were asked for. There are no more of a widget than the languages that it, or this
/// server, speaks.
#[derive(Debug)]
pub(super) struct Firsts(moka::future::Cache<Key, Option<Arc<Encoded>>>);

impl Firsts {
    pub(super) fn new() -> Self {
        let weigh = |_: &Key, answer: &Option<Arc<Encoded>>| {
            let bytes = answer.as_ref().map_or(0, |answer| 2 * answer.identity().len());
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let kept = moka::future::Cache::builder();
        Self(kept.max_capacity(MAX_BYTES).weigher(weigh).time_to_idle(IDLE).build())
    }

    /// The widget object with its picture, for a visitor who wants this language most. `None` where
    /// there is none: a form comes first, or the visitor may be shown another language.
    pub(super) async fn of(
        &self,
        served: &Arc<Served>,
        wish: &str,
        assets: &Arc<Assets>,
    ) -> Option<Arc<Encoded>> {
        let language = spoken(&served.v1(), wish)?;
        let etag = served.configuration().etag().header_value();
        let key = (etag.as_bytes().into(), language.tag().to_owned());
        let (served, assets) = (Arc::clone(served), Arc::clone(assets));
        let make = async move {
            let encode = move || encoded(&served, &language, &assets).map(Arc::new);
            tokio::task::spawn_blocking(encode).await.unwrap_or_default()
        };
        self.0.get_with(key, make).await
    }
}

/// The language that is wished, if we speak it and the widget offers it; where it does not, the
/// visitor's next wish decides, which only the browser knows. Where it offers all, regions are left
/// out: the words are the same.
fn spoken(v1: &V1<&Value>, wish: &str) -> Option<Language> {
    let region = !v1.languages().available().is_empty();
    let language = v1.language(&[if region { wish } else { languages::primary(wish) }]);
    let [wished, found] = [wish, language.tag()].map(languages::primary);
    (wished.eq_ignore_ascii_case(found) && languages::are_known(&language)).then_some(language)
}

/// Takes milliseconds.
fn encoded(served: &Served, language: &Language, assets: &Assets) -> Option<Encoded> {
    let view = served.view();
    let module = assets.name_of("module")?.strip_suffix(".js")?;
    let table = table(language, assets)?;
    let mut picture = widget_wasm::picture(&view.config, served.is_paused(), language, table)?;
    picture["module"] = json!(module);
    let json = boot::public(&view, served.said_hours(), Some(picture));
    Some(Encoded::new("application/json", json))
}

/// What the chat says by itself; empty in English, which it knows.
fn table(language: &Language, assets: &Assets) -> Option<Vec<String>> {
    let tag = languages::primary(language.tag()).to_lowercase();
    let Some(name) = assets.name_of(&format!("words_{tag}")) else {
        return Some(Vec::new());
    };
    let mut lists: Value = serde_json::from_str(assets.text(name).ok()?).ok()?;
    serde_json::from_value(lists["chat"].take()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(v1: &Value, wishes: &str) -> Option<String> {
        let config = json!({ "v1": v1 });
        spoken(&V1::of(&config), wishes).map(|language| language.tag().to_owned())
    }

    #[test]
    fn there_are_no_more_answers_than_languages_that_somebody_speaks() {
        let any = json!({});
        assert_eq!(tag(&any, "de-AT").as_deref(), Some("de"));
        assert_eq!(tag(&any, "EN-gb").as_deref(), Some("EN"));
        assert_eq!(tag(&any, "xx"), None);
        assert_eq!(tag(&any, ""), None);
        let some = json!({ "languages": { "available": ["pt-BR", "sv"], "default": "pt-BR" } });
        assert_eq!(tag(&some, "pt").as_deref(), Some("pt-BR"));
        assert_eq!(tag(&some, "fr"), None);
        assert_eq!(tag(&some, "sv"), None);
    }
}
