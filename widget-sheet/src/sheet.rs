//! One sheet: what is on it, what the visitor does with it, how the chat says it stands.

use js_sys::{Function, Object};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement};
use widget_core::config::Document;
use widget_core::error::ViolationCode;
use widget_core::form::{Form, wrong_answers};
use widget_core::language::{Language, Text};
use widget_dom::js::{Js, bind, call, guarded, set, stringify};
use widget_dom::painter::{Live, Painter};
use widget_dom::wording::Wording;

use crate::{answers, form};

/// What a sheet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A form that must be filled in before the first message.
    Before,
    /// A form that is offered when the conversation has ended.
    Feedback,
}

/// Where a sheet stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The visitor fills it in.
    Open,
    /// What was entered is on its way.
    Sending,
    /// It was not taken, for this reason; what was entered is still there.
    Refused(String),
    /// It was taken.
    Taken,
}

/// A sheet on the screen.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) kind: Kind,
    pub(crate) form: Form,
    /// What is said when it was taken.
    pub(crate) thanks: Option<Text>,
    pub(crate) language: Language,
    pub(crate) words: Wording,
    /// What was entered before.
    pub(crate) values: Js,
    /// What is wrong with it, by the field's place.
    pub(crate) wrong: Vec<(usize, ViolationCode)>,
    pub(crate) state: State,
    into: Element,
    live: Option<Live>,
    tell: Function,
}

/// What the one way into a sheet is called for: by the page with an event, by the chat with how
/// things stand.
const EVENT: u32 = 0;
const STATE: u32 = 1;

/// See [`crate::lay`].
pub(crate) fn lay(into: Element, order: &Js, tell: Function) -> Option<Function> {
    let definition = order.get("form")?;
    let form = Form::read(definition.clone());
    if order.some("hash").is_some_and(|hash| hash == form.hash()) {
        return None;
    }
    dress(&into);
    let heard = into.clone();
    // It is never dropped, so nothing is compiled in to drop it; a page shows few.
    let sheet = Box::leak(Box::new(Sheet::new(into, order, form, tell)?));
    sheet.thanks = definition.get("thank_you_text").and_then(Text::read);
    sheet.draw();
    let hand = move |what, first, second| sheet.hand(what, &first, &second);
    let hand = Closure::<dyn FnMut(u32, JsValue, JsValue)>::new(hand).into_js_value();
    // Nothing of ours throws into the page.
    let guard: Function = order.member("guard")?;
    let hand: Function = guarded(&guard, &hand);
    let hear = bind(&hand, EVENT);
    for kind in ["submit", "click"] {
        let _ = heard.add_event_listener_with_callback(kind, &hear);
    }
    Some(bind(&hand, STATE))
}

#[wasm_bindgen(module = "/src/style.js")]
extern "C" {
    /// Gives the shadow root this module's style sheet, unless an earlier sheet has.
    fn dress(into: &Element);
}

impl Sheet {
    fn new(into: Element, order: &Js, form: Form, tell: Function) -> Option<Self> {
        let (language, fallback) = (order.string("language"), order.some("fallback"));
        Some(Self {
            kind: match order.string("kind").as_str() {
                "feedback" => Kind::Feedback,
                _ => Kind::Before,
            },
            form,
            thanks: None,
            language: Language::choose(&[&language], &[], fallback.as_deref()),
            words: Wording::listed(order, "words"),
            values: order.get("values").unwrap_or(Js(JsValue::UNDEFINED)),
            wrong: Vec::new(),
            state: State::Open,
            live: Some(Live::new(into.clone().unchecked_into())),
            into,
            tell,
        })
    }

    /// Everything that happens to a sheet comes here.
    fn hand(&mut self, what: u32, first: &JsValue, second: &JsValue) {
        if what == EVENT {
            return self.heard(first.unchecked_ref());
        }
        self.state = match first.as_string().as_deref() {
            Some("taken") => State::Taken,
            Some("refused") => State::Refused(second.as_string().unwrap_or_default()),
            _ => State::Sending,
        };
        self.draw();
    }

    fn heard(&mut self, event: &Event) {
        if event.type_() == "submit" {
            event.prevent_default();
            // The chat, around us, would take it for a message.
            event.stop_propagation();
            if self.state != State::Sending {
                self.submit();
            }
        } else if let Some(target) = event.target()
            && let Ok(Some(button)) = target.unchecked_ref::<Element>().closest("[data-do]")
        {
            event.stop_propagation();
            let verb = button.get_attribute("data-do").unwrap_or_default();
            call(&self.tell, &verb.into(), &JsValue::UNDEFINED, &JsValue::UNDEFINED);
        }
    }

    fn submit(&mut self) {
        let values = answers::read(&self.into, &self.form.fields);
        self.values = Js(values.clone().into());
        // The server applies the same rules again.
        self.wrong = wrong_answers(&self.form.fields, &self.values);
        self.state = State::Open;
        self.draw();
        if self.wrong.is_empty() {
            let answer = Object::new();
            set(&answer, "hash", self.form.hash());
            set(&answer, "values", stringify(&values));
            call(&self.tell, &"submit".into(), &answer, &JsValue::UNDEFINED);
        } else if let Ok(Some(first)) = self.into.query_selector("[aria-invalid]") {
            let _ = first.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn draw(&mut self) {
        let Some(live) = self.live.take() else { return };
        let mut painter = Painter::new(live);
        form::form(&mut painter, self);
        self.live = painter.done();
    }
}
