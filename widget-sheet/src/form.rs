//! Questions to the visitor: the forms around a conversation, those within it, an address to be
//! reached at, what was wrong with an answer.

use js_sys::Object;
use widget_core::config::Document;
use widget_core::error::ViolationCode;
use widget_core::form::{Form, wrong_answers};
use widget_core::language::Text;
use widget_dom::icon::{self, TICK};
use widget_dom::js::{Js, set, stringify};
use widget_dom::painter::Painter;

use crate::answers;
use crate::call::Call;
use crate::desk::Desk;
use crate::page::is_done;
use crate::paper::paper;
use crate::piece::Piece;
use crate::words::Word;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Must be filled in before the first message.
    Before,
    /// Is offered when the conversation has ended.
    Feedback,
    /// The agent shows it between its messages.
    During,
    /// How the visitor can be reached.
    Lead,
    /// What was wrong with an answer.
    Comment,
}

/// Where a form stands.
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
    /// It is laid aside; the conversation goes on without it.
    Declined,
}

/// A form on its way from the visitor to the server.
#[derive(Debug)]
pub(crate) struct Questions {
    pub(crate) purpose: Purpose,
    pub(crate) form: Form,
    /// What was entered before.
    pub(crate) values: Js,
    /// What is wrong with it, by the field's place.
    pub(crate) wrong: Vec<(usize, ViolationCode)>,
    pub(crate) state: State,
    /// What is said when it was taken.
    thanks: Option<Text>,
}

/// What is asked where the owner wrote no form: the labels are ours.
const LEAD: &str = r#"{"fields":[{"id":"email","type":"email","required":true,"label":"-"},{"id":"name","type":"text","label":"-","max_length":200}]}"#;
const COMMENT: &str = r#"{"fields":[{"id":"comment","type":"textarea","label":"-","max_length":2000,"required":true}]}"#;

impl Questions {
    /// The form that is ordered; `None` where there is none, or where it was answered before.
    pub(crate) fn new(desk: &Desk, order: &Js, kind: &str, block: &str) -> Option<Self> {
        let (purpose, definition) = match (kind, block) {
            ("before", _) => (Purpose::Before, desk.config.pre_conversation_document()?),
            ("feedback", _) => (Purpose::Feedback, desk.config.feedback_document()?),
            (_, "form") => {
                (Purpose::During, desk.config.form_document(&desk.block.string("form_id"))?)
            }
            (_, "lead_form") => {
                let own = desk.config.lead_document();
                (Purpose::Lead, own.unwrap_or_else(|| ours(desk, LEAD, &[Word::Email, Word::Name])))
            }
            (_, "comment") => (Purpose::Comment, ours(desk, COMMENT, &[Word::Comment])),
            _ => return None,
        };
        let form = Form::read(definition.clone());
        if order.some("hash").is_some_and(|hash| hash == form.hash()) {
            return None;
        }
        let done = purpose == Purpose::During
            && is_done(&desk.into, &desk.block.string("form_id"), desk.message.as_deref());
        Some(Self {
            purpose,
            form,
            values: order.get("values").unwrap_or_else(|| desk.block.clone()),
            wrong: Vec::new(),
            state: if done { State::Taken } else { State::Open },
            thanks: definition.get("thank_you_text").and_then(Text::read),
        })
    }

    fn call(&self, desk: &Desk, values: &Object) -> Call {
        let body = Object::new();
        let path = match self.purpose {
            Purpose::Lead => {
                let fields = Object::new();
                for field in &self.form.fields {
                    let own = matches!(field.id.as_str(), "email" | "name" | "phone");
                    let value = Js(values.into()).get(&field.id).map(|value| value.0);
                    set(if own { &body } else { &fields }, &field.id, value);
                }
                set(&body, "fields", fields);
                "/v1/widget/leads"
            }
            Purpose::Comment => {
                set(&body, "message_id", desk.message.as_deref());
                set(&body, "value", "down");
                set(&body, "comment", Js(values.into()).string("comment"));
                "/v1/widget/rating"
            }
            _ => {
                set(&body, "form_id", self.form.id.as_str());
                set(&body, "values", values);
                set(&body, "message_id", desk.message.as_deref());
                "/v1/widget/forms"
            }
        };
        Call::post(path, &body)
    }

    fn thanked(&self, p: &mut Painter, desk: &Desk) {
        let word = match self.purpose {
            Purpose::Feedback => Word::Thanks,
            Purpose::Lead => Word::LeadThanks,
            _ => Word::FormThanks,
        };
        p.open("div", if self.is_card() { "taken" } else { "note" }).with("role", "status");
        icon::icon(p, TICK);
        p.line("p", "", &desk.own(self.thanks.as_ref(), word));
        if self.purpose == Purpose::Feedback {
            icon::word(p, "fill", desk.words.say(Word::Restart), "restart");
        }
        p.close();
    }

    /// Whether it stands between the messages, and goes to the server by itself.
    pub(crate) fn is_card(&self) -> bool {
        !matches!(self.purpose, Purpose::Before | Purpose::Feedback)
    }
}

impl Piece for Questions {
    fn draw(&self, p: &mut Painter, desk: &Desk) {
        match self.state {
            State::Declined => {}
            State::Taken => self.thanked(p, desk),
            _ => paper(p, self, desk),
        }
    }

    fn pressed(&mut self, desk: &mut Desk, verb: &str, _id: String) {
        if self.is_card() {
            self.state = State::Declined;
        }
        desk.tell(verb);
    }

    fn submitted(&mut self, desk: &mut Desk) {
        if self.state == State::Sending {
            return;
        }
        let values = answers::read(&desk.into, &self.form.fields);
        self.values = Js(values.clone().into());
        // The server applies the same rules again.
        self.wrong = wrong_answers(&self.form.fields, &self.values);
        self.state = State::Open;
        if !self.wrong.is_empty() {
            return;
        }
        if self.is_card() {
            self.state = State::Sending;
            let call = self.call(desk, &values);
            return desk.make_call(call);
        }
        let answer = Object::new();
        set(&answer, "hash", self.form.hash());
        set(&answer, "values", stringify(&values));
        desk.tell_of("submit", &answer);
    }

    fn told(&mut self, how: &str, detail: String) {
        self.state = match how {
            "taken" => State::Taken,
            "refused" => State::Refused(detail),
            _ => State::Sending,
        };
    }

    fn came(&mut self, desk: &mut Desk, answer: Result<Js, String>) {
        self.state = match answer {
            Ok(_) => State::Taken,
            Err(detail) => State::Refused(detail),
        };
        if self.state == State::Taken {
            desk.tell(if self.purpose == Purpose::Lead { "lead" } else { "skip" });
        }
    }
}

/// A form of ours, with the labels in the visitor's language.
fn ours(desk: &Desk, definition: &str, labels: &[Word]) -> Js {
    let form = Js::parse(definition);
    for (field, label) in form.list("fields").iter().zip(labels) {
        set(&field.0, "label", desk.words.say(*label));
    }
    form
}
