//! What is said by ourselves, in the visitor's language: fetching the words and using them.

use js_sys::Promise;
use wasm_bindgen::prelude::wasm_bindgen;
use widget_dom::dom::Node;
use widget_dom::js::Js;
use widget_dom::wording::Wording;

use crate::app::App;
use crate::effects::Step;

#[wasm_bindgen(module = "/src/language.js")]
extern "C" {
    /// The tables of a language, or of the one to fall back on; nothing for English.
    fn fetch_words(tag: &str, fallback: Option<&str>) -> Promise;

    /// Shows on the launcher how many messages came, with a sentence that has forms for numbers.
    pub(crate) fn show_unread(button: &Node, said: &str, unread: u32);
}

impl App {
    /// Fetches the words of the visitor's language. Nothing is shown before they are here, or will
    /// not come, so that nobody sees English first.
    pub(crate) fn learn(&mut self) {
        let language = &self.view.language;
        let coming = fetch_words(language.tag(), language.fallback());
        self.drawing = true;
        self.when(&coming, Step::Words);
    }

    /// Says everything in these words from now on; without any in English.
    pub(crate) fn learned(&mut self, tables: Js) {
        self.view.speak(Wording::listed(&tables, "chat"));
        self.tables = tables;
        self.drawing = false;
        self.redraw();
    }
}
