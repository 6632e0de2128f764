//! The seam to the module of the sheets: fetching it, having it draw what the model wants laid over
//! the chat, and hearing what the visitor decides. What crosses it stands at `widget_sheet::lay`.

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;
use widget_dom::js::{Js, call, set};

use crate::app::{App, DECIDED};
use crate::model::Screen;
use crate::model::effect::Focus;
use crate::model::message::Msg;
use crate::model::saved::KeptForm;
use crate::model::sheet::{Decision, Kind, State};

#[wasm_bindgen(module = "/src/sheet.js")]
extern "C" {
    /// Fetches the module; resolves to its function `lay`.
    pub(crate) fn fetch_sheet() -> Promise;
}

/// A sheet that was laid over the chat.
#[derive(Debug)]
pub(crate) struct Laid {
    kind: Kind,
    /// What it knows of how things stand.
    state: State,
    tell: Function,
}

impl App {
    /// Makes the page show the sheet that the model wants, or none.
    pub(crate) fn lay(&mut self) {
        let wanted = match &self.model.screen {
            Screen::Sheet(sheet) if !matches!(sheet.state, State::Coming | State::Missing) => sheet,
            _ => return self.laid = None,
        };
        match &mut self.laid {
            Some(laid) if laid.kind == wanted.kind => {
                if laid.update(&wanted.state) {
                    self.view.focus(Focus::Panel);
                }
            }
            _ => {
                if let Some(room) = self.view.room() {
                    let kind = wanted.kind;
                    self.begin_sheet(kind, &room);
                }
            }
        }
    }

    fn begin_sheet(&mut self, kind: Kind, room: &Element) {
        let Some(lay) = &self.sheets else { return };
        let (order, tell) = (self.sheet_order(kind), self.way(DECIDED));
        match call(lay, room, &order, &tell).dyn_into() {
            Ok(tell) => {
                self.laid = Some(Laid { kind, state: State::Open, tell });
                self.view.focus(Focus::Panel);
            }
            // Nothing is to be asked again.
            _ => self.dispatch(Msg::Decided(Decision::Keep)),
        }
    }

    fn sheet_order(&self, kind: Kind) -> Object {
        let order = self.order(match kind {
            Kind::Before => "before",
            Kind::Feedback => "feedback",
        });
        if let (Kind::Before, Some(kept)) = (kind, self.model.kept_form()) {
            set(&order, "hash", kept.hash.as_str());
            set(&order, "values", Js::parse(&kept.values).0);
        }
        order
    }

    /// What the sheet tells; `submit` comes with what was entered.
    pub(crate) fn decided(&mut self, verb: &JsValue, answer: JsValue) {
        let answer = Js(answer);
        let decision = match verb.as_string().as_deref() {
            Some("submit") => Decision::Submit(KeptForm {
                hash: answer.string("hash"),
                values: answer.string("values"),
            }),
            Some("restart") => Decision::Restart,
            _ => Decision::Skip,
        };
        self.dispatch(Msg::Decided(decision));
    }
}

impl Laid {
    /// Lets the sheet know how things stand; says whether there is something new to see on it.
    fn update(&mut self, state: &State) -> bool {
        if self.state == *state {
            return false;
        }
        self.state = state.clone();
        let (word, reason) = match state {
            State::Refused(problem) => ("refused", problem.detail.as_str()),
            State::Taken => ("taken", ""),
            _ => ("sending", ""),
        };
        call(&self.tell, &word.into(), &reason.into(), &JsValue::UNDEFINED);
        *state == State::Taken
    }
}
