//! The model as the visitor sees it: elements in the shadow root of the widget, made by
//! description and patched, never by HTML.

pub(crate) mod act;
mod card;
mod log;
mod markdown;
pub(crate) mod panel;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;
use widget_core::config::Theme;
use widget_core::language::Language;

use crate::language::show_unread;
use crate::model::Model;
use crate::model::effect::Focus;
use crate::model::log::Log;
use crate::words::Word;
use log::Drawn;
use widget_dom::dom::{Node, adopt};
use widget_dom::js::Js;
use widget_dom::painter::{Live, Painter};
use widget_dom::wording::Wording;

/// The keys of the panel's parts.
mod part {
    use widget_dom::painter::Key;

    pub(super) const HEAD: Key = 1;
    pub(super) const LOG: Key = 2;
    pub(super) const INTRO: Key = 3;
    pub(super) const ASKS: Key = 4;
    pub(super) const WAIT: Key = 5;
    pub(super) const LATEST: Key = 6;
    pub(super) const FOOT: Key = 7;
    pub(super) const BAR: Key = 8;
    pub(super) const CONSENT: Key = 9;
    pub(super) const WRITE: Key = 10;
    pub(super) const ROOM: Key = 11;
    pub(super) const SURVEY: Key = 15;
    pub(super) const NOTE: Key = 12;
    pub(super) const MENU: Key = 16;
    pub(super) const COVER: Key = 17;
    pub(super) const EXTRAS: Key = 18;
    pub(super) const FILES: Key = 19;
    pub(super) const END: Key = 13;
    pub(super) const CLOSE: Key = 14;
    /// The keys of messages begin here.
    pub(super) const FIRST_MESSAGE: Key = 100;
}

#[wasm_bindgen(module = "/src/view.js")]
extern "C" {
    fn build(root: &JsValue) -> JsValue;
    fn dress(colours: &JsValue, looks: &JsValue, theme: &str);
    fn at_end(panel: &Node) -> bool;
    fn scroll_down(panel: &Node);
    fn scrolled(panel: &Node);
    fn take_typed(panel: &Node, blank: bool) -> Option<String>;
    fn give_back(panel: &Node, text: &str);
    fn focus_panel(panel: &Node, again: bool);
    fn room(panel: &Node) -> Option<Element>;
}

/// One widget in the page.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) host: Node,
    pub(crate) root: JsValue,
    button: Node,
    panel: Node,
    speaker: Node,
    /// The style sheet of its look.
    colours: JsValue,
    pub(crate) language: Language,
    /// The look that is wanted, by the site or else by the configuration.
    pub(crate) theme: Option<Theme>,
    /// The style sheets of both looks.
    pub(crate) looks: Js,
    words: Wording,
    live: Option<Live>,
    drawn: Drawn,
}

impl View {
    /// Puts the closed panel beside the launcher.
    pub(crate) fn new(host: Node, button: Node, language: Language) -> Option<Self> {
        let host = Js(host.into());
        let root = host.member("shadowRoot")?;
        let built = Js(build(&root));
        let panel: Node = built.member("panel")?;
        adopt(&panel);
        let mut view = Self {
            host: host.0.unchecked_into(),
            root,
            button,
            live: Some(Live::new(panel.clone())),
            panel,
            speaker: built.member("speaker")?,
            colours: built.member("colours")?,
            language: language.clone(),
            theme: None,
            looks: Js(JsValue::UNDEFINED),
            words: Wording::default(),
            drawn: Vec::new(),
        };
        view.turn_to(language);
        Some(view)
    }

    /// Is in another language from now on.
    pub(crate) fn turn_to(&mut self, language: Language) {
        self.panel.set_attribute("lang", language.tag());
        self.panel.set_attribute("dir", language.direction());
        self.language = language;
        self.drawn.clear();
    }

    /// Whether the panel was ever opened.
    pub(crate) fn is_built(&self) -> bool {
        self.live.as_ref().is_some_and(|live| !live.is_empty())
    }

    /// Makes the page show the model. A panel that was never opened is not built.
    pub(crate) fn draw(&mut self, model: &Model) {
        self.host.set_attribute("mode", model.settings.mode.word());
        self.badge(model);
        // What the server drew may be open: who pressed is heard in a moment.
        if !model.open && !self.is_built() {
            return;
        }
        self.host.toggle_attribute("open", model.open);
        self.button.set_attribute("aria-expanded", if model.open { "true" } else { "false" });
        self.panel.set_attribute("aria-label", panel::title(model, &self.words));
        let follows = at_end(&self.panel);
        let live = self.live.take().unwrap_or_else(|| Live::new(self.panel.clone()));
        let mut painter = Painter::new(live);
        panel::panel(&mut painter, model, &self.words, &mut self.drawn);
        self.live = painter.done();
        if follows {
            scroll_down(&self.panel);
        }
    }

    /// How many messages came while the panel was closed.
    fn badge(&self, model: &Model) {
        let unread = if model.open { 0 } else { model.unread.min(99) };
        show_unread(&self.button, self.words.say(Word::Unread), unread);
    }

    /// Says everything in these words from now on.
    pub(crate) fn speak(&mut self, words: Wording) {
        self.words = words;
        self.drawn.clear();
    }

    /// Takes on the look that is wanted.
    pub(crate) fn dress(&self) {
        dress(&self.colours, &self.looks.0, self.theme.map_or("", Theme::as_str));
    }

    /// Takes what was typed out of the message field, unless it is blank where it may not be.
    pub(crate) fn take_typed(&self, blank: bool) -> Option<String> {
        take_typed(&self.panel, blank)
    }

    /// Puts a message that is not sent back into the message field.
    pub(crate) fn give_back(&self, text: &str) {
        give_back(&self.panel, text);
    }

    /// Puts the focus somewhere.
    pub(crate) fn focus(&self, focus: Focus) {
        match focus {
            Focus::Launcher => self.button.focus(),
            Focus::Panel => focus_panel(&self.panel, false),
            Focus::Again => focus_panel(&self.panel, true),
        }
    }

    /// Lets assistive technology say something, once.
    pub(crate) fn announce(&self, text: &str) {
        let mut said = String::from(self.words.say(Word::Agent));
        said.push_str(": ");
        said.push_str(text);
        self.speaker.set_text(&said);
    }

    pub(crate) fn scroll_down(&self) {
        scroll_down(&self.panel);
    }

    /// Shows a way back to the newest message where that is out of sight.
    pub(crate) fn scrolled(&self) {
        scrolled(&self.panel);
    }

    /// Where a sheet is laid, or messages that are only read.
    pub(crate) fn room(&self) -> Option<Element> {
        room(&self.panel)
    }

    /// Draws messages that are only read.
    pub(crate) fn retell(&self, place: Element, log: &Log) {
        let mut painter = Painter::new(Live::new(place.unchecked_into()));
        for entry in log.entries() {
            log::message(&mut painter, entry.key, entry, None, &self.words);
        }
        painter.done();
    }

    pub(crate) fn at_end(&self) -> bool {
        at_end(&self.panel)
    }
}
