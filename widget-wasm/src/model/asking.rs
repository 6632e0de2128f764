//! Questions on their way out: typed, held for consent, waiting for a conversation, sent, sent
//! again.

use widget_core::message::Role;

use super::cursor::Cursor;
use super::effect::{Effect, Focus, Question};
use super::log::Stage;
use super::message::{Beginning, Problem, Timer};
use super::saved::Pending;
use super::{Exchange, Life, Link, Model, Screen};
use crate::digits;

/// The longest message the server takes, in characters.
const MAX_CHARS: usize = widget_core::message::MAX_CONTENT_CHARS;
/// How often a question is sent again by itself before the visitor is asked.
const SEND_ATTEMPTS: u32 = 3;
/// How long an answer that was cut by a reload may stay silent before the visitor is told.
const SILENCE_MS: u32 = 6_000;

impl Model {
    /// A question was typed or chosen. It is sent as soon as nothing stands before it.
    pub(super) fn ask(&mut self, text: &str, fx: &mut Vec<Effect>) {
        let text: String = text.trim().chars().take(MAX_CHARS).collect();
        if text.is_empty() || self.busy() {
            return;
        }
        if !self.open {
            self.show(fx);
        }
        // A suggestion that was chosen before the form waits for it, like a typed message waits
        // for consent.
        let form_first = matches!(self.screen, Screen::Form(_)) && self.life == Life::Before;
        let consent_first = self.settings.consent.is_some() && !self.saved.consent;
        if form_first || matches!(self.screen, Screen::Loading) || (consent_first && self.may_ask())
        {
            self.held = Some(text);
            fx.push(Effect::Focus(Focus::Panel));
        } else if self.may_ask() {
            self.say(&text, fx);
        }
    }

    /// The visitor answered the consent question. A refusal gives the message back to nobody: it
    /// stays unsent.
    pub(super) fn consent(&mut self, agreed: bool, fx: &mut Vec<Effect>) {
        if agreed {
            self.saved.consent = true;
            self.release(fx);
        } else {
            self.held = None;
            fx.push(Effect::Focus(Focus::Panel));
        }
    }

    /// Sends the message that was held, once nothing stands before it any more.
    pub(super) fn release(&mut self, fx: &mut Vec<Effect>) {
        if let Some(text) = self.held.take() {
            self.ask(&text, fx);
        }
    }

    fn say(&mut self, text: &str, fx: &mut Vec<Effect>) {
        self.count += 1;
        let mut client_id = self.seed.clone();
        client_id.push('-');
        digits::push(&mut client_id, self.count);
        self.problem = None;
        self.attempts = 0;
        self.log.typed(text, &client_id);
        self.send(Question::Say { client_id, text: text.to_owned() }, fx);
        fx.extend([Effect::ScrollDown, Effect::Emit("message")]);
    }

    pub(super) fn regenerate(&mut self, fx: &mut Vec<Effect>) {
        let last = self.log.last().filter(|entry| entry.role == Role::Agent);
        let Some((key, id)) = last.and_then(|entry| Some((entry.key, entry.id?))) else {
            return;
        };
        if self.may_regenerate(key) {
            self.problem = None;
            self.attempts = 0;
            self.send(Question::Regenerate(id), fx);
        }
    }

    /// Sends a question, or begins the conversation it needs.
    fn send(&mut self, question: Question, fx: &mut Vec<Effect>) {
        if let Question::Say { client_id, text } = &question {
            let (client_id, text) = (client_id.clone(), text.clone());
            self.saved.pending = Some(Pending { client_id, text });
        }
        self.question = Some(question);
        self.deliver(fx);
    }

    /// Brings the waiting question to the server.
    pub(super) fn deliver(&mut self, fx: &mut Vec<Effect>) {
        if self.question.is_none() {
            return;
        }
        self.exchange = Exchange::Held;
        if self.token.is_some() && self.life == Life::Running {
            self.exchange = Exchange::Asked;
            self.link = Link::Asking;
            fx.extend([Effect::Save, Effect::Ask]);
        } else {
            self.begin(fx);
        }
    }

    /// Begins a conversation, takes one up again, or renews its token.
    pub(super) fn begin(&mut self, fx: &mut Vec<Effect>) {
        if self.beginning {
            return;
        }
        self.beginning = true;
        fx.push(Effect::Begin);
    }

    pub(super) fn begun(&mut self, begun: Result<Box<Beginning>, Problem>, fx: &mut Vec<Effect>) {
        self.beginning = false;
        match begun {
            Ok(beginning) => self.joined(*beginning, fx),
            Err(problem) => self.not_joined(problem, fx),
        }
    }

    fn joined(&mut self, beginning: Beginning, fx: &mut Vec<Effect>) {
        if self.saved.conversation.as_ref() != Some(&beginning.conversation) {
            self.cursor = Cursor::default();
        }
        let first = self.life == Life::Before;
        self.life = Life::Running;
        self.fresh = false;
        self.problem = None;
        self.attempts = 0;
        self.agent = beginning.agent;
        self.greeting = beginning.greeting;
        self.token = Some(beginning.token.clone());
        self.saved.token = Some(beginning.token);
        self.saved.visitor = beginning.visitor;
        self.saved.conversation = Some(beginning.conversation);
        for message in beginning.messages {
            self.log.told(message);
        }
        if first {
            self.recover(fx);
            fx.extend([Effect::ScrollDown, Effect::Emit("start")]);
        }
        fx.push(Effect::Save);
        fx.extend(self.waiting_call.take().map(Effect::Call));
        if self.exchange == Exchange::Held {
            self.deliver(fx);
        }
        self.settle(fx);
    }

    /// A question of an earlier visit that had no whole answer then: it was answered meanwhile,
    /// or its answer is still being written, or it never reached the server.
    fn recover(&mut self, fx: &mut Vec<Effect>) {
        if self.question.is_some() {
            return;
        }
        let Some(Pending { client_id, text }) = self.saved.pending.clone() else { return };
        let asked = |entry: &&super::log::Entry| entry.role == Role::User && entry.text == text;
        match self.log.entries().iter().rev().find(asked).map(|entry| entry.key) {
            None => {
                self.log.typed(&text, &client_id);
                self.question = Some(Question::Say { client_id, text });
                self.exchange = Exchange::Held;
            }
            Some(key) if self.log.last().is_some_and(|last| last.key == key) => {
                self.log.change(key, |entry| entry.client_id = Some(client_id.clone()));
                self.question = Some(Question::Say { client_id, text });
                self.exchange = Exchange::Cut;
                fx.push(Effect::Wait(Timer::Answer, SILENCE_MS));
            }
            Some(_) => self.saved.pending = None,
        }
    }

    fn not_joined(&mut self, problem: Problem, fx: &mut Vec<Effect>) {
        let lost = matches!(
            (problem.status, problem.code.as_str()),
            (404, "conversation_not_found")
                | (403, "conversation_forbidden")
                | (409, "conversation_ended")
        );
        if lost && self.resumes() {
            // The conversation of the earlier visit is gone; the visitor is not.
            self.saved.conversation = None;
            self.saved.token = None;
            self.token = None;
            self.cursor = Cursor::default();
            if self.life == Life::Running {
                self.life = Life::Before;
            }
            fx.push(Effect::Save);
            if self.question.is_some() {
                self.begin(fx);
            } else {
                self.saved.pending = None;
                self.prepare(fx);
            }
        } else if problem.passes() {
            self.try_later(problem, fx);
        } else {
            self.settings.paused |= problem.code == "widget_paused";
            self.refused(problem);
        }
    }

    /// The question came back.
    pub(super) fn not_asked(&mut self, problem: Problem, fx: &mut Vec<Effect>) {
        match (problem.status, problem.code.as_str()) {
            (401, _) => {
                self.exchange = Exchange::Held;
                self.begin(fx);
            }
            // Another tab asked first: its answer is heard, then this question goes out.
            (409, "turn_running") => {
                self.exchange = Exchange::Held;
                self.settle(fx);
            }
            (409, "conversation_ended") => {
                self.refused(problem);
                self.ended(fx);
            }
            _ if problem.passes() => self.try_later(problem, fx),
            _ => self.refused(problem),
        }
    }

    /// The server was not reached: again after a while, and a word to the visitor when that does
    /// not help either.
    fn try_later(&mut self, problem: Problem, fx: &mut Vec<Effect>) {
        self.link = Link::Waiting;
        if self.question.is_some() && self.attempts >= SEND_ATTEMPTS {
            return self.refused(problem);
        }
        self.exchange = if self.question.is_some() { Exchange::Held } else { Exchange::Idle };
        self.problem = Some(problem);
        self.wait(fx);
    }

    /// What was asked will not be done; the message says so and offers to try again.
    pub(super) fn refused(&mut self, problem: Problem) {
        self.exchange = Exchange::Idle;
        self.link = Link::Closed;
        let detail = problem.detail.clone();
        let sending = |entry: &&super::log::Entry| entry.stage == Stage::Sending;
        if let Some(key) = self.log.entries().iter().rev().find(sending).map(|entry| entry.key) {
            self.log.change(key, |entry| entry.stage = Stage::Failed { detail, retryable: true });
        }
        self.problem = Some(problem);
    }

    pub(super) fn retry(&mut self, fx: &mut Vec<Effect>) {
        self.problem = None;
        self.attempts = 0;
        if self.link == Link::Waiting {
            self.link = Link::Closed;
        }
        let failed = |entry: &&super::log::Entry| matches!(entry.stage, Stage::Failed { .. });
        let failed: Vec<_> = self
            .log
            .entries()
            .iter()
            .filter(failed)
            .map(|entry| (entry.key, entry.role, entry.text.is_empty()))
            .collect();
        for (key, role, empty) in failed {
            match role {
                Role::User => self.log.change(key, |entry| entry.stage = Stage::Sending),
                _ if empty => self.log.remove(key),
                _ => self.log.change(key, |entry| entry.stage = Stage::Done),
            }
        }
        match self.screen {
            Screen::Broken(_) => {
                self.screen = Screen::Loading;
                fx.push(Effect::Load);
            }
            _ if self.question.is_some() && !self.busy() => self.deliver(fx),
            _ if self.life == Life::Before => self.prepare(fx),
            _ => self.settle(fx),
        }
    }
}
