//! What the server says: events, the ends of streams, and the way back after one was cut.

use widget_core::message::Role;

use super::cursor::Feed;
use super::effect::{Effect, News, Question};
use super::log::Stage;
use super::message::{Event, Problem, Signal, Timer};
use super::{Exchange, Life, Link, Model};

/// The first pause before the server is tried again; it doubles up to five times.
const FIRST_PAUSE_MS: u32 = 1_000;

impl Model {
    pub(super) fn heard(&mut self, feed: Feed, signal: Signal) {
        match signal {
            Signal::Opened => self.problem = None,
            Signal::Event(id, event) => {
                self.attempts = 0;
                if self.is_news(feed, id, &event) {
                    self.happened(event);
                }
            }
            Signal::Closed(problem) => self.closed(feed, problem),
        }
    }

    /// Takes note of where this page stands now; says whether the event is told for the first time.
    fn is_news(&mut self, feed: Feed, id: Option<String>, event: &Event) -> bool {
        if feed == Feed::Answer {
            if matches!(event, Event::Done { .. } | Event::Error { .. })
                && let Some(entry) = self.log.get(self.writing())
            {
                self.cursor.heard(&entry.id);
            }
            return true;
        }
        self.cursor.came(id);
        match event {
            Event::Turn { answer, .. } => {
                let whole = self.log.find(answer).and_then(|key| self.log.get(key));
                let whole = whole.is_some_and(|entry| entry.stage == Stage::Done);
                self.cursor.turn(answer, whole);
                !self.cursor.passes()
            }
            Event::Token(_)
            | Event::Citations(_)
            | Event::Block(_)
            | Event::ToolCall { .. }
            | Event::Error { .. } => !self.cursor.passes(),
            _ => true,
        }
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::Turn { question, answer } => self.turn_began(question, answer),
            Event::Token(text) => {
                self.working = false;
                if let Some(entry) = self.log.edit(self.writing()) {
                    entry.text.push_str(&text);
                }
            }
            Event::Citations(citations) => {
                if let Some(entry) = self.log.edit(self.writing()) {
                    entry.citations = citations;
                }
            }
            Event::Block(block) => {
                self.fetch_sheet();
                if let Some(entry) = self.log.edit(self.writing()) {
                    entry.blocks.push(block);
                }
            }
            Event::ToolCall { active } => self.working = active,
            Event::Error { detail, retryable } => self.turn_failed(detail, retryable),
            Event::Done { answer } => self.answered(&answer),
            Event::Message(told) => {
                let news = told.role == Role::Agent && self.log.find(&told.id).is_none();
                let key = self.log.told(told);
                if news {
                    self.typing = false;
                    self.announce(key);
                }
            }
            Event::Typing(typing) => self.typing = typing,
            Event::Handler { human } => self.human = human,
            Event::Ended => self.ended(),
        }
    }

    /// The answer being written, by our turn or another tab's; 0 where there is none.
    fn writing(&self) -> u32 {
        self.log.newest(Stage::Live).unwrap_or_default()
    }

    fn turn_began(&mut self, question: String, answer: String) {
        let ours = !matches!(self.exchange, Exchange::Idle | Exchange::Held);
        match self.question {
            Some(Question::Say) if ours && self.log.find(&question).is_none() => {
                let sending = self.log.newest(Stage::Sending).unwrap_or_default();
                if let Some(entry) = self.log.edit(sending) {
                    entry.id = question;
                    entry.stage = Stage::Done;
                    self.want(Effect::Emit(News::Message, sending));
                }
            }
            Some(Question::Regenerate(old)) if ours && self.answer_id(old) != Some(&answer) => {
                self.log.remove(old);
            }
            _ => {}
        }
        self.problem = None;
        self.log.answer(answer);
        // The turn of another tab; ours waits behind it.
        if self.exchange != Exchange::Held {
            self.exchange = Exchange::Answering;
        }
    }

    /// An answer is whole. One that was so before says no more than that nobody waits for it.
    fn answered(&mut self, answer: &str) {
        let live = self.log.find(answer).filter(|key| *key == self.writing());
        if let Some(key) = live {
            self.log.stage(key, Stage::Done);
            self.announce(key);
        }
        if live.is_some() || self.exchange == Exchange::Cut {
            self.turn_over(true);
        }
    }

    fn turn_failed(&mut self, detail: String, retryable: bool) {
        let newest = self.log.last().map_or(0, |entry| entry.key);
        let key = self.log.newest(Stage::Live).unwrap_or(newest);
        if let Some(entry) = self.log.edit(key) {
            entry.stage = if retryable { Stage::Failed } else { Stage::Refused };
            entry.detail = detail;
        }
        self.want(Effect::Emit(News::Failed, 0));
        self.turn_over(!retryable);
    }

    /// The turn has ended. What waited behind another tab's turn goes out now; a question that was
    /// answered, or never will be, is forgotten.
    fn turn_over(&mut self, settled: bool) {
        self.working = false;
        if self.exchange == Exchange::Held {
            return self.deliver();
        }
        self.exchange = Exchange::Idle;
        if settled {
            self.question = None;
            if self.saved.pending.take().is_some() {
                self.want(Effect::Save);
            }
        }
        self.settle();
    }

    fn announce(&mut self, key: u32) {
        if !self.open || !self.visible {
            self.unread += 1;
            self.want(Effect::Chime);
        }
        self.want(Effect::Announce(key));
        self.want(Effect::Emit(News::Message, key));
    }

    fn closed(&mut self, feed: Feed, problem: Option<Problem>) {
        self.link = Link::Closed;
        let asked = self.exchange == Exchange::Asked;
        if self.exchange == Exchange::Answering {
            self.exchange = Exchange::Cut;
        }
        match feed {
            Feed::Answer if asked => self.not_asked(problem.unwrap_or_default()),
            Feed::Answer => self.settle(),
            Feed::Conversation => self.not_listening(problem.unwrap_or_default()),
        }
    }

    fn not_listening(&mut self, problem: Problem) {
        match problem.status {
            401 => self.begin(),
            403 | 404 => self.refused(problem),
            _ => {
                self.problem = Some(problem);
                self.wait();
            }
        }
    }

    /// Opens the conversation's own stream where there is something to hear and somebody to hear
    /// it, and closes it where there is not.
    pub(super) fn settle(&mut self) {
        let wanted = self.life == Life::Running
            && self.attached
            && (self.visible || self.busy())
            && self.token.is_some()
            && !self.beginning;
        if wanted && self.link == Link::Closed {
            self.link = Link::Listening;
            self.want(Effect::Listen);
        } else if !wanted && self.link == Link::Listening {
            self.link = Link::Closed;
            self.want(Effect::HangUp);
        }
    }

    /// A pause that grows with every attempt.
    pub(super) fn wait(&mut self) {
        self.link = Link::Waiting;
        self.want(Effect::Wait(Timer::Reconnect, FIRST_PAUSE_MS << self.attempts.min(5)));
        self.attempts += 1;
    }

    pub(super) fn elapsed(&mut self, timer: Timer) {
        match timer {
            Timer::Reconnect if self.link == Link::Waiting => {
                self.link = Link::Closed;
                if self.exchange == Exchange::Held {
                    self.deliver();
                } else if self.life == Life::Before {
                    self.prepare();
                } else {
                    self.settle();
                }
            }
            Timer::Answer if self.exchange == Exchange::Cut => {
                self.exchange = Exchange::Idle;
                let newest = self.log.last().map_or(0, |entry| entry.key);
                self.log.stage(newest, Stage::Failed);
            }
            Timer::Reconnect | Timer::Answer => {}
        }
    }
}
