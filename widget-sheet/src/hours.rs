//! Whether somebody is there: a word where nobody is, and when that changes.

use wasm_bindgen::JsValue;
use widget_core::config::Document;
use widget_dom::icon::{self, CLOCK};
use widget_dom::js::Js;
use widget_dom::painter::Painter;

use crate::call::{Call, Proof};
use crate::desk::Desk;
use crate::page::after;
use crate::saying::{filled, moment, until};
use crate::words::Word;

/// A clock that is wrong does not ask all the time.
const SHORTEST_MS: i32 = 30_000;

/// Whether somebody is there.
#[derive(Debug)]
pub(crate) struct Hours(Js);

impl Hours {
    pub(crate) fn new(desk: &Desk) -> Self {
        Self(desk.link.get("hours").unwrap_or(Js(JsValue::NULL)))
    }

    /// Comes back when it changes.
    pub(crate) fn wait(&self, desk: &mut Desk) {
        if let Some(ms) = until(&self.0.string("until")) {
            // What is too long for a timer (24 days) becomes the longest that it takes.
            let ms = (ms as i32).max(SHORTEST_MS);
            let again = desk.later();
            after(ms, &again);
        }
    }

    pub(crate) fn draw(&self, p: &mut Painter, desk: &Desk) {
        if self.0.flag("open") || self.0.0.is_null() {
            return;
        }
        p.open("div", "hours").with("role", "status");
        icon::icon(p, CLOCK);
        let own = desk.config.business_hours().closed_message();
        p.open("span", "").text(&desk.own(own.as_ref(), Word::Closed));
        if let Some(until) = self.0.some("until") {
            let when = moment(desk, &until, false);
            p.text(" ").text(&filled(desk, Word::Reopens, &when, 0));
        }
        p.close().close();
    }

    pub(crate) fn came(&mut self, desk: &mut Desk, answer: Result<Js, String>) {
        match answer {
            // The time has come.
            Ok(answer) if answer.get("config").is_none() => {
                let mut path = String::from("/core/public/web-widgets/");
                path.push_str(&desk.link.string("widget"));
                desk.make_call(Call::new("GET", path, Proof::Visitor));
            }
            Ok(widget) => {
                self.0 = widget.get("hours").unwrap_or(Js(JsValue::NULL));
                self.wait(desk);
            }
            Err(_) => self.wait(desk),
        }
    }
}
