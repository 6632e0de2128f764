//! The seam to what the second module lays between the messages and around them. What crosses it
//! stands at `widget_sheet::lay`; what it is for, the module alone knows.

use js_sys::Object;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use widget_core::config::Document;
use widget_dom::js::{Js, call, set};

use crate::app::{App, WISHED};
use crate::effects::{page, told};
use crate::model::card::Wish;
use crate::model::effect::News;
use crate::model::log::Log;
use crate::model::message::Msg;
use crate::model::saved::Attached;

#[wasm_bindgen(module = "/src/card.js")]
extern "C" {
    /// What the second module knows of the chat: properties, and events.
    pub(crate) fn ties() -> JsValue;
    fn signal(ties: &JsValue, name: &str);
    fn next_card(root: &JsValue) -> Option<Element>;
}

impl App {
    /// Has every card drawn that is not yet, once the module is here.
    pub(crate) fn lay_cards(&mut self) {
        let Some(lay) = &self.sheets else { return };
        self.tie();
        let follows = self.view.at_end();
        while let Some(card) = next_card(&self.view.root) {
            call(lay, &card, &self.order("card"), &self.way(WISHED));
            if follows {
                self.view.scroll_down();
            }
        }
    }

    /// What every order of the second module says.
    pub(crate) fn order(&self, kind: &str) -> Object {
        let order = Object::new();
        set(&order, "kind", kind);
        set(&order, "config", self.document.as_ref().map(|config| config.0.clone()));
        set(&order, "language", self.view.language.tag());
        set(&order, "fallback", self.view.language.fallback());
        set(&order, "words", self.tables.get("sheet").map(|words| words.0));
        set(&order, "guard", self.guard.clone());
        set(&order, "link", self.ties.clone());
        order
    }

    /// Keeps what the second module knows as it is now.
    fn tie(&self) {
        let ties = &self.ties;
        let begin = self.model.beginning();
        set(ties, "base", self.base.as_str());
        set(ties, "widget", self.widget_id.as_str());
        set(ties, "visitor", self.model.saved().visitor.as_str());
        set(ties, "proof", begin.hash);
        set(ties, "voucher", self.model.voucher());
        set(ties, "conversation", begin.conversation);
        set(ties, "token", self.model.token());
        set(ties, "hours", self.hours.as_ref().map(|hours| hours.0.clone()));
    }

    /// Tells it that something happened.
    pub(crate) fn signal(&self, name: &str) {
        self.tie();
        signal(&self.ties, name);
    }

    /// Draws the messages of another conversation where the second module left a place for them.
    fn retell(&mut self, messages: &Js) {
        let Some(place) = self.view.room() else { return };
        let mut log = Log::default();
        for message in messages.items().filter_map(|message| told(&message)) {
            log.told(message);
        }
        self.view.retell(place, &log);
        self.lay_cards();
    }

    /// What the visitor wants, on a card.
    pub(crate) fn wished(&mut self, verb: &JsValue, what: JsValue) {
        let text = what.as_string().unwrap_or_default();
        let what = Js(what);
        let wish = match verb.as_string().as_deref() {
            Some("ask") => Wish::Ask(text),
            Some("show") => show(&text),
            Some("begin") => Wish::Begin,
            Some("files") => Wish::Files(files(&what)),
            Some("open") => Wish::Open(text),
            Some("chose") => {
                let (host, action) = (&self.view.host, News::Action as u8);
                return page::emit(host, action, self.layered, "", "", false, &text);
            }
            Some("said") => return self.retell(&what),
            Some("restart") => Wish::Restart,
            Some("erased") => Wish::Erased(page::seed()),
            Some("lead") => Wish::Lead,
            _ => Wish::Back,
        };
        self.dispatch(Msg::Wished(wish));
    }
}

/// That the form of this id be shown, as the agent shows one.
pub(crate) fn show(form: &str) -> Wish {
    let block = Object::new();
    set(&block, "type", "form");
    set(&block, "form_id", form);
    Wish::Show(Js(block.into()).json())
}

fn files(blocks: &Js) -> Vec<Attached> {
    let mut files = Vec::new();
    while let Some(block) = blocks.at(files.len()) {
        files.push(Attached { id: block.string("id"), block: block.json() });
    }
    files
}
