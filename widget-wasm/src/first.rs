//! The first picture of the panel, for who opens it and was never here before: drawn where there is
//! no page, by the server, with the code that draws it again in the browser. `first.js` shows it while
//! WebAssembly is on its way.

use serde_json::{Value, json};
use widget_core::config::V1;
use widget_core::language::Language;
use widget_dom::painter::{Live, Painter};
use widget_dom::wording::Wording;

use crate::model::message::{Act, Msg};
use crate::model::saved::Saved;
use crate::model::settings::Settings;
use crate::model::{Model, Screen};
use crate::view::panel;

/// Draws it; `None` where the first thing to be seen is not the chat but a form.
///
/// `config` is the whole configuration object, `table` the list of the chat's words in that language
/// (`chat` of `www/languages/`, in the order of the table; empty for English).
#[must_use]
pub fn picture(
    config: &Value,
    paused: bool,
    language: &Language,
    table: Vec<String>,
) -> Option<Value> {
    let config = V1::of(config);
    let settings = Box::new(Settings { paused, ..Settings::read(&config, language) });
    let (mode, words) = (settings.mode, Wording::of(table));
    // Nothing of what it wants done is done, and nothing of it says who it is.
    let mut model = Model::new("0".repeat(32), Saved::default());
    model.update(Msg::Loaded(Ok(settings)));
    model.update(Msg::Act(Act::Open));
    if !matches!(model.screen, Screen::Chat) {
        return None;
    }
    let mut painter = Painter::new(Live::nowhere());
    panel::panel(&mut painter, &model, &words, &mut Vec::new());
    Some(json!({
        "theme": config.theme().as_str(),
        "mode": mode.word(),
        "lang": language.tag(),
        "dir": language.direction(),
        "title": panel::title(&model, &words),
        "nodes": painter.done()?.picture(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture_of(v1: &Value) -> Option<Value> {
        picture(&json!({ "v1": v1 }), false, &Language::only("ar"), Vec::new())
    }

    #[test]
    fn it_has_a_greeting_and_a_field_to_write_in() {
        let first = picture_of(&json!({ "theme": "dark", "chat": { "title": "Shop" } })).unwrap();
        assert_eq!(
            [&first["theme"], &first["mode"], &first["lang"], &first["dir"], &first["title"]],
            ["dark", "bubble", "ar", "rtl", "Shop"]
        );
        let nodes = first["nodes"].to_string();
        assert!(nodes.contains("Hi! How can I help?") && nodes.contains(r#"["textarea","#));
    }

    #[test]
    fn who_is_first_shown_a_form_has_no_picture() {
        let fields = json!([{ "id": "name", "label": "Name", "type": "text" }]);
        assert!(picture_of(&json!({ "pre_conversation_form": { "fields": fields } })).is_none());
    }

    #[test]
    fn a_chat_that_takes_a_break_says_so() {
        let config = json!({ "v1": {} });
        let first = picture(&config, true, &Language::only("en"), Vec::new()).unwrap();
        assert!(first["nodes"].to_string().contains("takes a break"));
        assert!(!first["nodes"].to_string().contains("textarea"));
    }
}
