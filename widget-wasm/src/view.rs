//! The model as the visitor sees it: elements in the shadow root of the widget, made by
//! description and patched, never by HTML.

pub(crate) mod act;
mod log;
mod markdown;
mod panel;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, Document, Element, HtmlElement, ShadowRoot};
use widget_core::config::Theme;
use widget_core::language::Language;

use crate::language::show_unread;
use crate::model::Model;
use crate::model::effect::Focus;
use crate::model::settings::Mode;
use crate::words::Word;
use log::Drawn;
use widget_dom::digits;
use widget_dom::js::{Js, set, window};
use widget_dom::painter::{Live, Painter};
use widget_dom::style;
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
    pub(super) const END: Key = 13;
    pub(super) const CLOSE: Key = 14;
    /// The keys of messages begin here.
    pub(super) const FIRST_MESSAGE: Key = 100;
}

/// How near to the end counts as at the end, in pixels.
const NEAR: i32 = 60;

/// One widget in the page.
#[derive(Debug)]
pub(crate) struct View {
    document: Document,
    pub(crate) host: HtmlElement,
    pub(crate) root: ShadowRoot,
    button: HtmlElement,
    pub(crate) panel: Element,
    /// Says finished messages to assistive technology.
    speaker: Element,
    colours: CssStyleSheet,
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
    pub(crate) fn new(host: HtmlElement, button: HtmlElement, language: Language) -> Option<Self> {
        let document = host.owner_document()?;
        let root = host.shadow_root()?;
        let (style, colours) = (CssStyleSheet::new().ok()?, CssStyleSheet::new().ok()?);
        let _ = style.replace_sync(style::CHAT);
        let sheets: Array = Js(root.clone().into()).member("adoptedStyleSheets")?;
        let sheets = sheets.concat(&Array::of2(&style, &colours));
        set(&root, "adoptedStyleSheets", sheets);
        let make = |tag, class| {
            let element = document.create_element(tag).ok()?;
            element.set_class_name(class);
            root.append_child(&element).ok()?;
            Some(element)
        };
        let (panel, speaker) = (make("section", "panel")?, make("div", "sr")?);
        let say = |element: &Element, name, value: &str| {
            let _ = element.set_attribute(name, value);
        };
        say(&panel, "role", "dialog");
        say(&panel, "tabindex", "-1");
        say(&panel, "lang", language.tag());
        say(&panel, "dir", if language.is_right_to_left() { "rtl" } else { "ltr" });
        say(&speaker, "aria-live", "polite");
        let live = Some(Live::new(panel.clone().into()));
        let (words, drawn) = (Wording::default(), Vec::new());
        Some(Self {
            document,
            host,
            root,
            button,
            panel,
            speaker,
            colours,
            language,
            theme: None,
            looks: Js(JsValue::UNDEFINED),
            words,
            live,
            drawn,
        })
    }

    /// Is in another language from now on.
    pub(crate) fn turn_to(&mut self, language: Language) {
        let _ = self.panel.set_attribute("lang", language.tag());
        let direction = if language.is_right_to_left() { "rtl" } else { "ltr" };
        let _ = self.panel.set_attribute("dir", direction);
        self.language = language;
        self.drawn.clear();
    }

    /// Whether the panel was ever opened.
    pub(crate) fn is_built(&self) -> bool {
        self.live.as_ref().is_some_and(|live| !live.is_empty())
    }

    /// Makes the page show the model. A panel that was never opened is not built.
    pub(crate) fn draw(&mut self, model: &Model) {
        let mode = match model.settings.mode {
            Mode::Bubble => "bubble",
            Mode::Inline => "inline",
            Mode::Fullscreen | Mode::Frame => "full",
        };
        let _ = self.host.set_attribute("mode", mode);
        let _ = self.host.toggle_attribute_with_force("open", model.open);
        let opened = if model.open { "true" } else { "false" };
        let _ = self.button.set_attribute("aria-expanded", opened);
        self.badge(model);
        if !model.open && !self.is_built() {
            return;
        }
        let _ = self.panel.set_attribute("aria-label", panel::title(model, &self.words));
        let follows = self.at_end();
        let live = self.live.take().unwrap_or_else(|| Live::new(self.panel.clone().into()));
        let mut painter = Painter::new(&self.document, live);
        panel::panel(&mut painter, model, &self.words, &mut self.drawn);
        self.live = painter.done();
        if follows {
            self.scroll_down();
        }
    }

    /// How many messages came while the panel was closed.
    fn badge(&self, model: &Model) {
        let unread = if model.open { 0 } else { model.unread.min(99) };
        let _ = show_unread(&self.button, self.words.say(Word::Unread), unread);
    }

    /// Says everything in these words from now on.
    pub(crate) fn speak(&mut self, words: Wording) {
        self.words = words;
        self.drawn.clear();
    }

    /// Takes on the look that is wanted.
    pub(crate) fn dress(&self) {
        let dark = match self.theme {
            Some(Theme::Dark) => true,
            Some(Theme::Light) => false,
            Some(Theme::System) | None => is("(prefers-color-scheme:dark)"),
        };
        let sheet = self.looks.string(if dark { "dark" } else { "light" });
        let _ = self.colours.replace_sync(&sheet);
    }

    /// What the visitor typed.
    pub(crate) fn typed(&self) -> Option<web_sys::HtmlTextAreaElement> {
        Some(self.find(".write textarea")?.unchecked_into())
    }

    /// Lets the message field be as high as what is in it.
    pub(crate) fn fit(&self) {
        let Some(field) = self.typed() else { return };
        set(&field.style(), "height", "auto");
        let mut height = digits::of(field.scroll_height().unsigned_abs());
        height.push_str("px");
        set(&field.style(), "height", height);
    }

    /// Puts the focus somewhere. On a touch screen a message field is not focused by itself: the
    /// keyboard would cover what the visitor opened.
    pub(crate) fn focus(&self, focus: Focus) {
        let place = match focus {
            Focus::Launcher => return drop(self.button.focus()),
            Focus::Panel if is("(hover:none)") => "",
            Focus::Panel => {
                ".ask .fill,.sheet input,.sheet textarea,.write textarea,.note .fill,.bar .fill"
            }
        };
        let found = self.find(place).unwrap_or_else(|| self.panel.clone());
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }

    /// Lets assistive technology say something, once.
    pub(crate) fn announce(&self, text: &str) {
        let who = self.words.say(Word::Agent);
        let mut said = String::from(who);
        said.push_str(": ");
        said.push_str(text);
        self.speaker.set_text_content(Some(&said));
    }

    pub(crate) fn scroll_down(&self) {
        if let Some(log) = self.find(".log") {
            log.set_scroll_top(log.scroll_height());
        }
    }

    /// The visitor scrolled: away from the end, there is a way back to it.
    pub(crate) fn scrolled(&self) {
        let _ = self.panel.toggle_attribute_with_force("data-away", !self.at_end());
    }

    /// Where a sheet is laid.
    pub(crate) fn room(&self) -> Option<Element> {
        self.find(".room")
    }

    fn at_end(&self) -> bool {
        self.find(".log")
            .is_none_or(|log| log.scroll_height() - log.scroll_top() - log.client_height() < NEAR)
    }

    fn find(&self, place: &str) -> Option<Element> {
        self.panel.query_selector(place).ok()?
    }
}

/// Whether a media query holds now.
fn is(query: &str) -> bool {
    matches!(window().match_media(query), Ok(Some(list)) if list.matches())
}
