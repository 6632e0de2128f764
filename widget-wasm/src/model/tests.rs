//! The behaviour of the widget, told as what happens and what a visitor then sees.

mod asking;
mod cards;
mod forms;
mod hearing;
mod identity;

use serde_json::{Value, json};
use widget_core::config::V1;
use widget_core::language::Language;
use widget_core::message::Role;

use super::cursor::Feed;
use super::effect::Effect;
use super::log::Told;
use super::message::{Act, Beginning, Event, Msg, Problem, Signal};
use super::saved::Saved;
use super::settings::Settings;
use super::{Exchange, Model};

/// A widget in the hands of a test.
struct Chat {
    model: Model,
    /// What the model wanted done since it was last asked.
    done: Vec<Effect>,
}

impl Chat {
    /// A widget of this configuration whose panel was opened.
    fn open(v1: &Value) -> Self {
        Self::of(v1, Saved::default())
    }

    /// The same for a visitor who was here before.
    fn of(v1: &Value, saved: Saved) -> Self {
        let mut chat = Self::waiting(saved);
        chat.loads(v1);
        chat.acts(Act::Open);
        chat
    }

    /// A widget whose configuration has not come yet.
    fn waiting(saved: Saved) -> Self {
        Self { model: Model::new("0".repeat(32), saved), done: Vec::new() }
    }

    fn loads(&mut self, v1: &Value) {
        let config = json!({ "v1": v1 });
        let settings = Settings::read(&V1::of(&config), &Language::only("en"));
        self.hears(Msg::Loaded(Ok(Box::new(settings))));
    }

    fn hears(&mut self, msg: Msg) {
        self.done.extend(self.model.update(msg));
    }

    fn acts(&mut self, act: Act) {
        self.hears(Msg::Act(act));
    }

    /// Asks, up to where the question is on its way to the server.
    fn asks(&mut self, question: &str) {
        self.acts(Act::Ask(question.into()));
        if self.wanted(Effect::Begin) {
            self.joins(Vec::new(), "0");
        }
        assert!(self.wanted(Effect::Ask), "the question goes out: {:?}", self.model);
    }

    /// The answer to `init`.
    fn joins(&mut self, messages: Vec<Told>, last_event: &str) {
        self.hears(Msg::Begun(Ok(Beginning {
            conversation: "c".into(),
            visitor: "guest_v".into(),
            token: "t".into(),
            agent: "Ada".into(),
            greeting: String::new(),
            messages,
            last_event: Some(last_event.into()),
        })));
    }

    fn tells(&mut self, feed: Feed, id: &str, event: Event) {
        self.hears(Msg::Stream(feed, Signal::Event(Some(id.into()), event)));
    }

    /// The events of a turn up to its text, with ids from `first` on.
    fn tells_turn(&mut self, feed: Feed, first: u32, answer: &str, pieces: &[&str]) {
        let turn = Event::Turn { question: "q".into(), answer: answer.into() };
        self.tells(feed, &first.to_string(), turn);
        for (id, piece) in (first + 1..).zip(pieces) {
            self.tells(feed, &id.to_string(), Event::Token((*piece).into()));
        }
    }

    fn cut(&mut self, feed: Feed) {
        self.hears(Msg::Stream(feed, Signal::Closed(Some(Problem::default()))));
    }

    /// Whether something was wanted since the last time this was asked for anything.
    fn wanted(&mut self, effect: Effect) -> bool {
        std::mem::take(&mut self.done).contains(&effect)
    }

    /// What stands in the panel: who said what.
    fn shows(&self) -> Vec<(Role, &str)> {
        let entries = self.model.log.entries().iter();
        entries.map(|entry| (entry.role, entry.text.as_str())).collect()
    }
}

fn done(answer: &str) -> Event {
    Event::Done { answer: answer.into() }
}

fn failed() -> Event {
    Event::Error { detail: "The answer was interrupted.".into(), retryable: true }
}

fn said(id: &str, role: Role, text: &str) -> Told {
    Told { id: id.into(), role, text: text.into(), citations: Vec::new(), blocks: Vec::new() }
}
