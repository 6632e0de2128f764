//! The whole behaviour of the widget as a pure state machine: what happened goes in, what is to be
//! done comes out. It knows no browser, so every state is tested natively.
//!
//! The states, each by itself: whether the panel is open; which [`Screen`] it shows; where the
//! conversation stands ([`Life`]); what the visitor waits for ([`Exchange`]); the way to the
//! server ([`Link`]). The [`Notice`](notice::Notice) above the message field follows from them.

mod asking;
pub(crate) mod cursor;
pub(crate) mod effect;
pub(crate) mod form;
mod hearing;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod saved;
pub(crate) mod settings;
#[cfg(test)]
mod tests;

use widget_core::id::MessageId;

use cursor::Cursor;
use effect::{Begin, Effect, Focus, Question};
use form::{Filling, Purpose};
use log::{Log, Vote};
use message::{Act, Call, Msg, Problem, Timer};
use saved::Saved;
use settings::{Mode, Settings};

/// What the panel shows.
#[derive(Clone, Debug)]
pub(crate) enum Screen {
    /// The configuration is on its way.
    Loading,
    /// There is no configuration: the widget is gone, or the server was not reached.
    Broken(Problem),
    /// The messages.
    Chat,
    /// A form, before the conversation or after it.
    Form(Filling),
    /// The feedback has been handed in.
    Thanks,
}

/// Where the conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// None has begun here.
    Before,
    /// It runs.
    Running,
    /// It is over.
    Ended,
}

/// What the visitor waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// Nothing.
    Idle,
    /// The question waits for a conversation, or for another answer to end.
    Held,
    /// The question was sent; no answer has begun.
    Asked,
    /// The answer with this key is being written.
    Answering(u32),
    /// An answer was being written when the stream was cut; it goes on elsewhere.
    Cut,
}

/// The way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// No stream is open.
    Closed,
    /// The answer to a question is read.
    Asking,
    /// The conversation's own stream is read, or about to be.
    Listening,
    /// The next attempt waits.
    Waiting,
}

/// The state of one widget.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the page")]
pub(crate) struct Model {
    pub(crate) settings: Settings,
    pub(crate) open: bool,
    pub(crate) screen: Screen,
    pub(crate) life: Life,
    pub(crate) exchange: Exchange,
    pub(crate) link: Link,
    pub(crate) log: Log,
    /// What the last call was refused with, until the next try.
    pub(crate) problem: Option<Problem>,
    /// A message that waits for the visitor's consent.
    pub(crate) held: Option<String>,
    /// The visitor is asked whether to end the conversation.
    pub(crate) asks_end: bool,
    /// A person answers, not the agent.
    pub(crate) human: bool,
    /// Somebody on the other side is writing.
    pub(crate) typing: bool,
    /// The agent is looking something up.
    pub(crate) working: bool,
    /// Messages that came while the panel was closed.
    pub(crate) unread: u32,
    pub(crate) online: bool,
    /// The agent's name and greeting, once a conversation has told them.
    pub(crate) agent: String,
    pub(crate) greeting: String,
    visible: bool,
    attached: bool,
    /// `init` is under way.
    beginning: bool,
    /// The next conversation is a new one, whatever there was.
    fresh: bool,
    /// The token of the conversation that runs, or ran last.
    token: Option<String>,
    saved: Saved,
    /// The question that is not answered to the end.
    question: Option<Question>,
    /// A small call that waits for a new token.
    waiting_call: Option<Call>,
    /// What the form before the conversation asked, as JSON.
    metadata: Option<String>,
    cursor: Cursor,
    /// Attempts to reach the server since it last spoke.
    attempts: u32,
    /// Where the ids of messages come from: 128 random bits, and a count.
    seed: String,
    count: u32,
}

impl Model {
    /// A widget that has done nothing yet. `seed` is 32 hexadecimal digits of randomness; `saved`
    /// is what an earlier visit left.
    pub(crate) fn new(seed: String, mut saved: Saved) -> Self {
        if saved.visitor.is_empty() {
            saved.visitor.push_str("guest_");
            saved.visitor.push_str(&seed);
        }
        Self {
            settings: Settings::default(),
            open: false,
            screen: Screen::Loading,
            life: Life::Before,
            exchange: Exchange::Idle,
            link: Link::Closed,
            log: Log::default(),
            problem: None,
            held: None,
            asks_end: false,
            human: false,
            typing: false,
            working: false,
            unread: 0,
            online: true,
            agent: String::new(),
            greeting: String::new(),
            visible: true,
            attached: true,
            beginning: false,
            fresh: false,
            token: None,
            saved,
            question: None,
            waiting_call: None,
            metadata: None,
            cursor: Cursor::default(),
            attempts: 0,
            seed,
            count: 0,
        }
    }

    /// Takes in what happened and says what is to be done about it.
    pub(crate) fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let mut fx = Vec::new();
        match msg {
            Msg::Act(act) => self.act(act, &mut fx),
            Msg::Loaded(loaded) => self.loaded(loaded, &mut fx),
            Msg::Begun(begun) => self.begun(begun, &mut fx),
            Msg::Stream(feed, signal) => self.heard(feed, signal, &mut fx),
            Msg::Called(call, result) => self.called(call, result, &mut fx),
            Msg::Elapsed(timer) => self.elapsed(timer, &mut fx),
            Msg::Online(online) => self.reached(online, &mut fx),
            Msg::Visible(visible) => {
                self.visible = visible;
                self.settle(&mut fx);
            }
            Msg::Attached(attached) => self.moved(attached, &mut fx),
            Msg::Saved(saved) => {
                if self.life == Life::Before && self.exchange == Exchange::Idle {
                    self.saved = saved;
                }
            }
        }
        fx
    }

    /// What `init` is told.
    pub(crate) fn beginning(&self) -> Begin<'_> {
        let conversation = self.saved.conversation.as_deref().filter(|_| !self.fresh);
        let token = self.token.as_deref().or(self.saved.token.as_deref());
        Begin {
            conversation,
            fresh: self.fresh,
            visitor: &self.saved.visitor,
            token: token.filter(|_| conversation.is_some()),
            metadata: self.metadata.as_deref(),
        }
    }

    /// The question that is not answered to the end.
    pub(crate) fn question(&self) -> Option<&Question> {
        self.question.as_ref()
    }

    /// The token of the conversation; empty where there is none.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// What the browser keeps.
    pub(crate) fn saved(&self) -> &Saved {
        &self.saved
    }

    /// The event after which the conversation's stream goes on.
    pub(crate) fn last_event(&self) -> Option<u64> {
        self.cursor.last()
    }

    /// The server's id of an answer.
    pub(crate) fn answer_id(&self, key: u32) -> Option<MessageId> {
        self.log.get(key).and_then(|entry| entry.id)
    }

    /// Whether there is an answer to stop.
    pub(crate) fn busy(&self) -> bool {
        self.exchange != Exchange::Idle
    }

    /// Whether a message can be typed and sent.
    pub(crate) fn may_ask(&self) -> bool {
        matches!(self.screen, Screen::Chat)
            && self.life != Life::Ended
            && self.held.is_none()
            && !(self.settings.paused && self.life == Life::Before && !self.resumes())
    }

    /// Whether the conversation can be ended.
    pub(crate) fn may_end(&self) -> bool {
        self.life == Life::Running && matches!(self.screen, Screen::Chat)
    }

    /// Whether the last answer can be given again.
    pub(crate) fn may_regenerate(&self, key: u32) -> bool {
        self.exchange == Exchange::Idle
            && self.life == Life::Running
            && !self.human
            && self.log.last().is_some_and(|entry| entry.key == key)
    }

    /// Whether an earlier visit left a conversation to go on with.
    fn resumes(&self) -> bool {
        self.saved.conversation.is_some() && !self.fresh
    }

    fn act(&mut self, act: Act, fx: &mut Vec<Effect>) {
        match act {
            Act::Toggle if self.open => self.close(fx),
            Act::Toggle | Act::Open => self.show(fx),
            Act::Close => self.close(fx),
            Act::Ask(text) => self.ask(&text, fx),
            Act::Consent(agreed) => self.consent(agreed, fx),
            Act::Submit(checked) => self.submit(checked, fx),
            Act::Skip => self.skip(fx),
            Act::Retry => self.retry(fx),
            Act::Regenerate => self.regenerate(fx),
            Act::Stop => self.stop(fx),
            Act::Rate(key, vote) => self.rate(key, vote, fx),
            Act::Copy(key) => fx.push(Effect::Copy(key)),
            Act::AskEnd(asks) => {
                self.asks_end = asks && self.may_end();
                fx.push(Effect::Focus(Focus::Panel));
            }
            Act::End => self.end(fx),
            Act::Restart => self.restart(fx),
        }
    }

    fn show(&mut self, fx: &mut Vec<Effect>) {
        if !self.open {
            self.open = true;
            self.unread = 0;
            fx.extend([Effect::Remember, Effect::Emit("open")]);
        }
        fx.extend([Effect::ScrollDown, Effect::Focus(Focus::Panel)]);
        if matches!(self.screen, Screen::Broken(_)) {
            self.screen = Screen::Loading;
            fx.push(Effect::Load);
        }
        self.prepare(fx);
    }

    /// What opening brings about: the form, the conversation of an earlier visit, or nothing yet.
    fn prepare(&mut self, fx: &mut Vec<Effect>) {
        if !self.open || self.life != Life::Before || matches!(self.screen, Screen::Loading) {
            return;
        }
        let starts =
            self.settings.start_on_open && self.settings.consent.is_none() && !self.settings.paused;
        if self.resumes() {
            self.begin(fx);
        } else if !self.settings.paused && self.needs_form() {
            self.show_form();
        } else if starts {
            self.begin(fx);
        }
    }

    fn close(&mut self, fx: &mut Vec<Effect>) {
        if self.settings.mode == Mode::Frame {
            return fx.push(Effect::Emit("close"));
        }
        if self.open && self.settings.mode == Mode::Bubble {
            self.open = false;
            self.asks_end = false;
            fx.extend([Effect::Remember, Effect::Focus(Focus::Launcher), Effect::Emit("close")]);
        }
    }

    fn loaded(&mut self, loaded: Result<Box<Settings>, Problem>, fx: &mut Vec<Effect>) {
        match loaded {
            Ok(settings) => {
                self.settings = *settings;
                self.screen = Screen::Chat;
                self.open |= self.settings.mode != Mode::Bubble;
                self.prepare(fx);
            }
            Err(problem) => self.screen = Screen::Broken(problem),
        }
    }

    fn rate(&mut self, key: u32, vote: Vote, fx: &mut Vec<Effect>) {
        if self.token.is_some() && self.answer_id(key).is_some() {
            self.log.change(key, |entry| entry.vote = Some(vote));
            fx.push(Effect::Call(Call::Rate(key, vote)));
        }
    }

    fn stop(&mut self, fx: &mut Vec<Effect>) {
        match self.exchange {
            Exchange::Answering(_) | Exchange::Asked | Exchange::Cut => {
                fx.push(Effect::Call(Call::Stop));
            }
            Exchange::Idle | Exchange::Held => {}
        }
    }

    fn end(&mut self, fx: &mut Vec<Effect>) {
        self.asks_end = false;
        if self.may_end() {
            fx.push(Effect::Call(Call::End));
        }
    }

    fn called(&mut self, call: Call, result: Result<(), Problem>, fx: &mut Vec<Effect>) {
        match (call, result) {
            (call, Err(problem)) if problem.status == 401 && self.waiting_call.is_none() => {
                self.waiting_call = Some(call);
                self.begin(fx);
            }
            (Call::End, Ok(())) => self.ended(fx),
            // Ended already, by somebody else or in another tab.
            (Call::End, Err(problem)) if problem.status == 409 => self.ended(fx),
            (Call::Feedback, Ok(())) => self.thank(fx),
            // A second time is as good as the first.
            (Call::Feedback, Err(problem)) if problem.status == 409 => self.thank(fx),
            (Call::Feedback, Err(problem)) => self.form_refused(problem),
            (Call::End, Err(problem)) => self.problem = Some(problem),
            (Call::Rate(key, _), Err(_)) => self.log.change(key, |entry| entry.vote = None),
            (Call::Rate(..) | Call::Stop, _) => {}
        }
    }

    fn thank(&mut self, fx: &mut Vec<Effect>) {
        self.screen = Screen::Thanks;
        fx.extend([Effect::Emit("feedback"), Effect::Focus(Focus::Panel)]);
    }

    /// The conversation is over, whoever ended it.
    fn ended(&mut self, fx: &mut Vec<Effect>) {
        if self.life != Life::Running {
            return;
        }
        self.life = Life::Ended;
        self.exchange = Exchange::Idle;
        self.link = Link::Closed;
        self.question = None;
        (self.typing, self.working, self.asks_end) = (false, false, false);
        (self.saved.conversation, self.saved.pending) = (None, None);
        fx.extend([Effect::HangUp, Effect::Save, Effect::Emit("end")]);
        if let Some(feedback) = self.settings.feedback.clone() {
            self.screen = Screen::Form(Filling::new(Purpose::Feedback, feedback, String::new()));
        }
        fx.push(Effect::Focus(Focus::Panel));
    }

    /// A new conversation, in the same panel.
    fn restart(&mut self, fx: &mut Vec<Effect>) {
        self.log.clear();
        self.cursor = Cursor::default();
        self.life = Life::Before;
        self.screen = Screen::Chat;
        self.exchange = Exchange::Idle;
        self.problem = None;
        self.question = None;
        self.token = None;
        self.human = false;
        self.fresh = true;
        fx.push(Effect::HangUp);
        self.link = Link::Closed;
        fx.push(Effect::Focus(Focus::Panel));
        self.prepare(fx);
    }

    fn reached(&mut self, online: bool, fx: &mut Vec<Effect>) {
        self.online = online;
        if online {
            self.attempts = 0;
            self.elapsed(Timer::Reconnect, fx);
        }
    }

    /// The element left the page or came back: the stream goes with it, the conversation stays.
    fn moved(&mut self, attached: bool, fx: &mut Vec<Effect>) {
        self.attached = attached;
        if attached {
            self.settle(fx);
        } else {
            if matches!(self.exchange, Exchange::Answering(_) | Exchange::Asked) {
                self.exchange = Exchange::Cut;
            }
            self.link = Link::Closed;
            fx.push(Effect::HangUp);
        }
    }
}
