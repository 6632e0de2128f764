//! What the server says: events, the ends of streams, and the way back after one was cut.

use widget_core::id::MessageId;
use widget_core::message::Role;

use super::cursor::Feed;
use super::effect::{Effect, Question};
use super::log::Stage;
use super::message::{Event, Problem, Signal, Timer};
use super::{Exchange, Life, Link, Model};

/// The first pause before the server is tried again, and the longest.
const FIRST_PAUSE_MS: u32 = 1_000;
const LONGEST_PAUSE_MS: u32 = 30_000;

impl Model {
    pub(super) fn heard(&mut self, feed: Feed, signal: Signal, fx: &mut Vec<Effect>) {
        match signal {
            Signal::Opened => self.problem = None,
            Signal::Event(id, event) => {
                self.attempts = 0;
                // A turn that is not the one being written is told anew, even by a server that
                // lost count of its events in a restart.
                let anew =
                    matches!(event, Event::Turn { answer, .. } if self.log.find(answer).is_none());
                if self.cursor.admit(feed, id) {
                    self.happened(event, fx);
                } else if anew && feed == Feed::Conversation {
                    self.cursor.restart(id);
                    self.happened(event, fx);
                }
            }
            Signal::Closed(problem) => self.closed(feed, problem, fx),
        }
    }

    fn happened(&mut self, event: Event, fx: &mut Vec<Effect>) {
        match event {
            Event::Turn { question, answer } => self.turn_began(question, answer),
            Event::Token(text) => {
                self.working = false;
                if let Some(key) = self.writing() {
                    self.log.change(key, |entry| entry.text.push_str(&text));
                }
            }
            Event::Citations(citations) => {
                if let Some(key) = self.writing() {
                    self.log.change(key, |entry| entry.citations = citations);
                }
            }
            Event::ToolCall { active } => self.working = active,
            Event::Error { code, detail, retryable } => {
                let problem = Problem { status: 200, code, detail };
                self.turn_failed(problem, retryable, fx);
            }
            Event::Done { answer } => self.turn_done(answer, fx),
            Event::Message(told) => {
                let from_agent = told.role == Role::Agent;
                let known = self.log.find(told.id).is_some();
                let key = self.log.told(told);
                self.typing &= !from_agent;
                if from_agent && !known {
                    self.announce(key, fx);
                }
            }
            Event::Typing(typing) => self.typing = typing,
            Event::Handler { human } => self.human = human,
            Event::Ended => self.ended(fx),
        }
    }

    fn turn_began(&mut self, question: MessageId, answer: MessageId) {
        let sent = self.log.entries().iter().find(|entry| match &self.question {
            Some(Question::Say { client_id, .. }) => entry.client_id.as_ref() == Some(client_id),
            _ => false,
        });
        let ours = self.exchange != Exchange::Idle && self.exchange != Exchange::Held;
        if let Some(key) = sent.filter(|_| ours).map(|entry| entry.key) {
            self.log.change(key, |entry| {
                entry.id = Some(question);
                entry.stage = Stage::Done;
            });
        }
        if let Some(Question::Regenerate(old)) = self.question
            && ours
            && old != answer
            && let Some(key) = self.log.find(old).map(|entry| entry.key)
        {
            self.log.remove(key);
        }
        self.problem = None;
        let key = self.log.answer(answer);
        self.exchange = match self.exchange {
            // The turn of another tab; ours waits behind it.
            Exchange::Held => Exchange::Held,
            _ => Exchange::Answering(key),
        };
    }

    /// The answer being written: by our turn, or by another tab's.
    fn writing(&self) -> Option<u32> {
        let live = self.log.entries().iter().rev().find(|entry| entry.stage == Stage::Live);
        live.map(|entry| entry.key)
    }

    fn turn_done(&mut self, answer: MessageId, fx: &mut Vec<Effect>) {
        self.working = false;
        let key = self.log.find(answer).map(|entry| entry.key).or_else(|| self.writing());
        if let Some(key) = key {
            self.log.change(key, |entry| entry.stage = Stage::Done);
            self.announce(key, fx);
        }
        self.turn_over(fx);
    }

    fn turn_failed(&mut self, problem: Problem, retryable: bool, fx: &mut Vec<Effect>) {
        self.working = false;
        let stage = Stage::Failed { detail: problem.detail, retryable };
        if let Some(key) = self.writing() {
            self.log.change(key, |entry| entry.stage = stage);
        } else {
            let key = self.log.entries().last().map_or(0, |entry| entry.key);
            self.log.change(key, |entry| entry.stage = stage);
        }
        if self.exchange == Exchange::Held {
            return self.deliver(fx);
        }
        self.exchange = Exchange::Idle;
        if !retryable {
            self.forget_question(fx);
        }
        self.settle(fx);
    }

    /// The answer is whole. What waited behind another tab's turn goes out now.
    fn turn_over(&mut self, fx: &mut Vec<Effect>) {
        if self.exchange == Exchange::Held {
            return self.deliver(fx);
        }
        self.exchange = Exchange::Idle;
        self.forget_question(fx);
        self.settle(fx);
    }

    fn forget_question(&mut self, fx: &mut Vec<Effect>) {
        self.question = None;
        if self.saved.pending.take().is_some() {
            fx.push(Effect::Save);
        }
    }

    fn announce(&mut self, key: u32, fx: &mut Vec<Effect>) {
        if !self.open || !self.visible {
            self.unread += 1;
        }
        fx.extend([Effect::Announce(key), Effect::Emit("message")]);
    }

    fn closed(&mut self, feed: Feed, problem: Option<Problem>, fx: &mut Vec<Effect>) {
        self.link = Link::Closed;
        match (feed, self.exchange) {
            (Feed::Answer, Exchange::Asked) => {
                self.not_asked(problem.unwrap_or_default(), fx);
            }
            (Feed::Answer, Exchange::Answering(_)) => {
                self.exchange = Exchange::Cut;
                self.settle(fx);
            }
            (Feed::Answer, _) => self.settle(fx),
            (Feed::Conversation, exchange) => {
                if let Exchange::Answering(_) = exchange {
                    self.exchange = Exchange::Cut;
                }
                self.not_listening(problem.unwrap_or_default(), fx);
            }
        }
    }

    fn not_listening(&mut self, problem: Problem, fx: &mut Vec<Effect>) {
        match problem.status {
            401 => self.begin(fx),
            403 | 404 => self.refused(problem),
            _ => {
                if problem != Problem::default() || self.attempts > 0 {
                    self.problem = Some(problem);
                }
                self.link = Link::Waiting;
                self.wait(fx);
            }
        }
    }

    /// Opens the conversation's own stream where there is something to hear and somebody to hear
    /// it, and closes it where there is not.
    pub(super) fn settle(&mut self, fx: &mut Vec<Effect>) {
        let wanted = self.life == Life::Running
            && self.attached
            && (self.visible || self.busy())
            && self.token.is_some()
            && !self.beginning;
        match (self.link, wanted) {
            (Link::Closed, true) => {
                self.link = Link::Listening;
                fx.push(Effect::Listen);
            }
            (Link::Listening, false) => {
                self.link = Link::Closed;
                fx.push(Effect::HangUp);
            }
            _ => {}
        }
    }

    /// A pause that grows with every attempt.
    pub(super) fn wait(&mut self, fx: &mut Vec<Effect>) {
        let pause = FIRST_PAUSE_MS << self.attempts.min(5);
        self.attempts += 1;
        fx.push(Effect::Wait(Timer::Reconnect, pause.min(LONGEST_PAUSE_MS)));
    }

    pub(super) fn elapsed(&mut self, timer: Timer, fx: &mut Vec<Effect>) {
        match timer {
            Timer::Reconnect if self.link == Link::Waiting => {
                self.link = Link::Closed;
                if self.exchange == Exchange::Held || self.life == Life::Before {
                    self.resend(fx);
                } else {
                    self.settle(fx);
                }
            }
            Timer::Answer if self.exchange == Exchange::Cut => {
                self.exchange = Exchange::Idle;
                let key = self.log.last().map_or(0, |entry| entry.key);
                let stage = Stage::Failed { detail: String::new(), retryable: true };
                self.log.change(key, |entry| entry.stage = stage);
            }
            Timer::Reconnect | Timer::Answer => {}
        }
    }

    fn resend(&mut self, fx: &mut Vec<Effect>) {
        if self.question.is_some() {
            self.deliver(fx);
        } else if self.open {
            self.prepare(fx);
        }
    }
}
