//! Questions on their way out: typed, held for consent, waiting for a conversation, sent, sent
//! again.

use widget_core::message::{Role, typed};

use super::effect::{Effect, Focus, News, Question};
use super::identity::Vouch;
use super::log::Stage;
use super::message::{Beginning, Problem, Timer};
use super::saved::Pending;
use super::sheet::Sheet;
use super::{Exchange, Life, Link, Model, Screen};
use widget_dom::digits;

/// How often a question is sent again by itself before the visitor is asked.
const SEND_ATTEMPTS: u32 = 3;
/// How long an answer that was cut by a reload may stay silent before the visitor is told.
const SILENCE_MS: u32 = 6_000;

impl Model {
    /// A question was typed or chosen. It is sent as soon as nothing stands before it.
    pub(super) fn ask(&mut self, text: &str) {
        let text = typed(text);
        if (text.is_empty() && self.files.is_empty()) || self.busy() {
            return;
        }
        if !self.open {
            self.show();
        }
        // A suggestion that was chosen before the form waits for it, like a typed message waits
        // for consent.
        let first = self.life == Life::Before;
        let held = match self.screen {
            Screen::Loading => true,
            Screen::Sheet(_) => first,
            Screen::Chat => {
                self.may_ask() && self.settings.consent.is_some() && !self.saved.consent
            }
            Screen::Broken(_) => false,
        };
        if held {
            self.held = Some(text.to_owned());
            self.want(Effect::Focus(Focus::Panel));
        } else if self.may_ask() {
            self.say(text.to_owned());
        }
    }

    /// The visitor answered the consent question. After a refusal the message stays unsent, in the
    /// field it was typed into.
    pub(super) fn consent(&mut self, agreed: bool) {
        self.saved.consent |= agreed;
        if agreed {
            self.release();
        } else {
            self.draft = self.held.take().unwrap_or_default();
            self.want(Effect::GiveBack);
            self.want(Effect::Focus(Focus::Panel));
        }
    }

    /// Sends the message that was held, once nothing stands before it any more.
    pub(super) fn release(&mut self) {
        if let Some(text) = self.held.take() {
            self.ask(&text);
        }
    }

    fn say(&mut self, text: String) {
        self.count += 1;
        let mut client_id = self.seed.clone();
        client_id.push('-');
        digits::push(&mut client_id, self.count);
        let (mut files, mut blocks) = (Vec::new(), Vec::new());
        for file in std::mem::take(&mut self.files) {
            files.push(file.id);
            blocks.push(file.block);
        }
        self.log.typed(&text, &client_id, blocks);
        self.saved.pending = Some(Pending { client_id, text, files });
        self.question = Some(Question::Say);
        self.send();
        self.want(Effect::ScrollDown);
    }

    pub(super) fn regenerate(&mut self) {
        if let Some(last) = self.log.last()
            && last.role == Role::Agent
            && self.may_regenerate(last.key)
        {
            self.question = Some(Question::Regenerate(last.key));
            self.send();
        }
    }

    fn send(&mut self) {
        self.problem = None;
        self.attempts = 0;
        self.deliver();
    }

    /// Brings the waiting question to the server, or begins the conversation it needs.
    pub(super) fn deliver(&mut self) {
        self.exchange = Exchange::Held;
        if self.token.is_some() && self.life == Life::Running {
            self.exchange = Exchange::Asked;
            self.link = Link::Asking;
            self.want(Effect::Save);
            self.want(Effect::Ask);
        } else {
            self.begin();
        }
    }

    /// Begins a conversation, takes one up again, or renews its token.
    pub(super) fn begin(&mut self) {
        if !self.beginning {
            self.beginning = true;
            if self.vouch == Vouch::Unsaid {
                self.vouch = Vouch::Said;
            }
            self.want(Effect::Begin);
        }
    }

    pub(super) fn begun(&mut self, begun: Result<Beginning, Problem>) {
        self.beginning = false;
        if std::mem::take(&mut self.unwanted) {
            return if self.busy() { self.begin() } else { self.prepare() };
        }
        match begun {
            Ok(beginning) => self.joined(beginning),
            Err(problem) => self.not_joined(problem),
        }
    }

    fn joined(&mut self, beginning: Beginning) {
        let first = self.life == Life::Before;
        self.life = Life::Running;
        self.fresh = false;
        self.problem = None;
        self.attempts = 0;
        self.agent = beginning.agent;
        self.greeting = beginning.greeting;
        self.token = Some(beginning.token);
        self.saved.token.clone_from(&self.token);
        self.saved.visitor = beginning.visitor;
        self.thread.clone_from(&beginning.conversation);
        let same = self.saved.conversation.as_ref() == Some(&beginning.conversation);
        if first || !same {
            self.cursor.at(beginning.last_event);
            self.saved.conversation = Some(beginning.conversation);
        }
        for message in beginning.messages {
            if !message.blocks.is_empty() {
                self.fetch_sheet();
            }
            self.log.told(message);
        }
        if first {
            self.recover();
            self.want(Effect::ScrollDown);
            self.want(Effect::Emit(News::Began, 0));
        }
        self.want(Effect::Save);
        if let Some(call) = self.waiting_call.take() {
            self.want(Effect::Call(call));
        }
        if self.exchange == Exchange::Held {
            self.deliver();
        }
        match self.vouch {
            // The site named the visitor while this was on its way.
            Vouch::Unsaid => self.begin(),
            _ => self.vouch = Vouch::Taken,
        }
        self.settle();
    }

    /// A question of an earlier visit that had no whole answer then: it was answered meanwhile,
    /// or its answer is still being written, or it never reached the server.
    fn recover(&mut self) {
        let (None, Some(pending)) = (&self.question, &self.saved.pending) else { return };
        let mut entries = self.log.entries().iter().rev();
        let newest = entries.next().map_or(0, |entry| entry.key);
        let mut entries = self.log.entries().iter().rev();
        match entries.find(|entry| entry.role == Role::User && entry.text == pending.text) {
            None => {
                self.log.typed(&pending.text, &pending.client_id, Vec::new());
                self.exchange = Exchange::Held;
            }
            Some(entry) if entry.key == newest => {
                if let Some(entry) = self.log.edit(newest) {
                    entry.client_id.clone_from(&pending.client_id);
                }
                self.exchange = Exchange::Cut;
                self.want(Effect::Wait(Timer::Answer, SILENCE_MS));
            }
            Some(_) => {
                self.saved.pending = None;
                return;
            }
        }
        self.question = Some(Question::Say);
    }

    fn not_joined(&mut self, problem: Problem) {
        let lost = matches!(
            problem.code.as_str(),
            "conversation_not_found" | "conversation_forbidden" | "conversation_ended"
        );
        if lost && self.resumes() {
            // The conversation of the earlier visit is gone; the visitor is not.
            let asked = self.question == Some(Question::Say);
            self.leave();
            self.saved.conversation = None;
            self.saved.token = None;
            let pending = self.saved.pending.take().filter(|_| asked);
            if let Some(Pending { client_id, text, .. }) = &pending {
                self.log.typed(text, client_id, Vec::new());
                self.question = Some(Question::Say);
                self.exchange = Exchange::Held;
                self.saved.pending = pending;
                self.begin();
            } else {
                self.prepare();
            }
            self.want(Effect::Save);
        } else if problem.passes() {
            self.try_later(problem);
        } else {
            self.settings.paused |= problem.code == "widget_paused";
            self.refused(problem);
        }
    }

    /// The question came back.
    pub(super) fn not_asked(&mut self, problem: Problem) {
        match problem.code.as_str() {
            _ if problem.status == 401 => {
                self.exchange = Exchange::Held;
                self.begin();
            }
            // Another tab asked first: its answer is heard, then this question goes out.
            "turn_running" => {
                self.exchange = Exchange::Held;
                self.settle();
            }
            _ if problem.passes() => self.try_later(problem),
            code => {
                let ended = code == "conversation_ended";
                self.refused(problem);
                if ended {
                    self.ended();
                }
            }
        }
    }

    /// The server was not reached: again after a while, and a word to the visitor when that does
    /// not help either.
    fn try_later(&mut self, problem: Problem) {
        if self.question.is_some() && self.attempts >= SEND_ATTEMPTS {
            return self.refused(problem);
        }
        self.exchange = if self.question.is_some() { Exchange::Held } else { Exchange::Idle };
        self.problem = Some(problem);
        self.wait();
    }

    /// What was asked will not be done; the message says so and offers to try again.
    pub(super) fn refused(&mut self, problem: Problem) {
        self.exchange = Exchange::Idle;
        self.link = Link::Closed;
        let sending = self.log.newest(Stage::Sending).unwrap_or_default();
        if let Some(entry) = self.log.edit(sending) {
            // What is used up is said above the message field, with a way on; trying again is none.
            let spent = problem.is_spent();
            entry.stage = if spent { Stage::Refused } else { Stage::Failed };
            if !spent {
                entry.detail.clone_from(&problem.detail);
            }
        }
        self.problem = Some(problem);
        self.want(Effect::Emit(News::Failed, 0));
    }

    /// The visitor wants to try again whatever went wrong.
    pub(super) fn retry(&mut self) {
        self.problem = None;
        self.attempts = 0;
        if self.link == Link::Waiting {
            self.link = Link::Closed;
        }
        while let Some(key) = self.log.newest(Stage::Failed) {
            let Some(entry) = self.log.edit(key) else { break };
            match entry.role {
                Role::User if entry.id.is_empty() => entry.stage = Stage::Sending,
                Role::Agent if entry.text.is_empty() => self.log.remove(key),
                _ => entry.stage = Stage::Done,
            }
        }
        if let Screen::Sheet(Sheet { kind, .. }) = self.screen {
            self.lay(kind);
        } else if matches!(self.screen, Screen::Broken(_)) {
            self.screen = Screen::Loading;
            self.want(Effect::Load);
        } else if self.question.is_some() {
            self.deliver();
        } else if self.life == Life::Before {
            self.prepare();
        } else {
            self.settle();
        }
    }
}
