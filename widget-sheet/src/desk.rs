//! The desk a piece lies on: where it is drawn, what the chat told with its order, the way back to
//! the chat, and everything that happens to it.

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;
use widget_core::config::{Document, V1};
use widget_core::language::{Language, Text};
use widget_dom::js::{self, Js, bind, guarded};
use widget_dom::painter::{Live, Painter};
use widget_dom::wording::Wording;

use crate::call::Call;
use crate::page;
use crate::piece::{self, Piece};
use crate::words::Word;

/// What the one way into a piece is called for: once to begin, by the page with what the visitor
/// did, by the chat with how things stand; from `STEP` on, by what a call waits for.
const START: u32 = 0;
const EVENT: u32 = 1;
const STATE: u32 = 2;
const STEP: u32 = 3;

/// What a piece has to work with.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) into: Element,
    pub(crate) config: V1<Js>,
    /// What a card is to show.
    pub(crate) block: Js,
    /// The message that the block belongs to.
    pub(crate) message: Option<String>,
    pub(crate) language: Language,
    pub(crate) words: Wording,
    /// What the chat knows now.
    pub(crate) link: Js,
    /// What gets the focus once it is drawn: a selector; empty where the focus stays.
    pub(crate) focus: String,
    /// The call under way.
    pub(crate) call: Option<Call>,
    /// Counts what was waited for.
    pub(crate) number: u32,
    tell: Function,
    hand: Function,
}

/// A piece on its desk.
struct Seat {
    desk: Desk,
    piece: Box<dyn Piece>,
    live: Option<Live>,
}

/// See [`crate::lay`].
pub(crate) fn lay(into: Element, order: &Js, tell: Function) -> Option<Function> {
    let (language, fallback) = (order.string("language"), order.some("fallback"));
    let desk = Desk {
        config: V1::of(order.get("config")?),
        block: Js::parse(&into.get_attribute("data-block").unwrap_or_default()),
        message: into.get_attribute("data-message"),
        language: Language::choose(&[&language], &[], fallback.as_deref()),
        words: Wording::listed(order, "words"),
        link: order.get("link")?,
        focus: String::new(),
        call: None,
        number: 0,
        into,
        tell,
        hand: JsValue::UNDEFINED.unchecked_into(),
    };
    let piece = piece::make(&desk, order)?;
    page::dress(&desk.into);
    let live = Some(Live::new(desk.into.clone().unchecked_into()));
    // It is never dropped, so nothing is compiled in to drop it; a page shows few.
    let seat = Box::leak(Box::new(Seat { desk, piece, live }));
    let hand = move |what, first: JsValue, second: JsValue| seat.hand(what, first, second);
    let hand = Closure::<dyn FnMut(u32, JsValue, JsValue)>::new(hand).into_js_value();
    // Nothing of ours throws into the page.
    let hand = guarded(&order.member("guard")?, &hand);
    js::call(&hand, &START.into(), &hand, &JsValue::UNDEFINED);
    Some(bind(&hand, STATE))
}

impl Desk {
    /// Tells the chat what the visitor decided.
    pub(crate) fn tell(&self, verb: &str) {
        self.tell_of(verb, &JsValue::UNDEFINED);
    }

    /// The same, with what it is about.
    pub(crate) fn tell_of(&self, verb: &str, what: &JsValue) {
        js::call(&self.tell, &verb.into(), what, &JsValue::UNDEFINED);
    }

    /// Has the piece told when the chat says this to all.
    pub(crate) fn attend(&self, word: &str) {
        page::attend(&self.link.0, word, &bind(&self.hand, STATE));
    }

    /// A function for the page that goes on with a step.
    pub(crate) fn way(&self, step: u32) -> Function {
        bind(&self.hand, STEP + step)
    }

    /// The owner's text where there is one, else ours.
    pub(crate) fn own(&self, text: Option<&Text>, word: Word) -> String {
        match text {
            Some(text) => text.resolve(&self.language).to_owned(),
            None => self.words.say(word).to_owned(),
        }
    }
}

impl Seat {
    /// Everything that happens to a piece comes here.
    fn hand(&mut self, what: u32, first: JsValue, second: JsValue) {
        let Self { desk, piece, .. } = self;
        let word = first.as_string().unwrap_or_default();
        match what {
            START => {
                desk.hand = first.unchecked_into();
                page::listen(&desk.into, &bind(&desk.hand, EVENT));
                piece.laid(desk);
            }
            EVENT if word == "submit" => piece.submitted(desk),
            EVENT if word == "files" => piece.chosen(desk, &Js(second)),
            EVENT => piece.pressed(desk, &word, second.as_string().unwrap_or_default()),
            STATE => piece.told(&word, second.as_string().unwrap_or_default()),
            step => {
                if let Some(answer) = desk.came(step - STEP, first) {
                    piece.came(desk, answer);
                }
            }
        }
        self.draw();
    }

    fn draw(&mut self) {
        let Some(live) = self.live.take() else { return };
        let mut painter = Painter::new(live);
        self.piece.draw(&mut painter, &self.desk);
        self.live = painter.done();
        let place = std::mem::take(&mut self.desk.focus);
        if !place.is_empty() {
            page::focus(&self.desk.into, &place);
        }
    }
}
