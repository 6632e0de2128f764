//! The whole behaviour of the widget as a pure state machine: what happened goes in, what is to be
//! done comes out. It knows no browser, so every state is tested natively.
//!
//! The states, each by itself: whether the panel is open; which [`Screen`] it shows; where the
//! conversation stands ([`Life`]); what the visitor waits for ([`Exchange`]); the way to the
//! server ([`Link`]). The [`Notice`](notice::Notice) above the message field follows from them.

mod asking;
pub(crate) mod card;
pub(crate) mod cursor;
pub(crate) mod effect;
mod hearing;
pub(crate) mod identity;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod saved;
pub(crate) mod settings;
pub(crate) mod sheet;
#[cfg(test)]
mod tests;

use cursor::Cursor;
use effect::{Begin, Effect, Focus, News, Question};
use identity::{Identity, Vouch, guest};
use log::{Log, Vote};
use message::{Act, Call, Msg, Problem, Timer};
use saved::{Attached, Saved};
use settings::{Mode, Settings};
use sheet::{Kind, Module, Sheet};

/// What the panel shows.
#[derive(Clone, Debug)]
pub(crate) enum Screen {
    /// The configuration is on its way.
    Loading,
    /// There is no configuration: the widget is gone, or the server was not reached.
    Broken(Problem),
    /// The messages.
    Chat,
    /// A sheet over the chat.
    Sheet(Sheet),
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
    /// The answer is being written.
    Answering,
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
    /// A message on its way back into the message field.
    pub(crate) draft: String,
    /// What a trigger has the agent say first; empty where the configuration says it.
    pub(crate) welcome: String,
    /// The menu lies over the chat.
    pub(crate) menu: bool,
    /// The form after the conversation waits until the menu is closed.
    owes_feedback: bool,
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
    /// The answer to the `init` that is under way is for a conversation, or a visitor, that was left.
    unwanted: bool,
    saved: Saved,
    /// Who the site says the visitor is, and how far the server knows.
    identity: Box<Identity>,
    vouch: Vouch,
    /// What the site says of the visitor, as JSON.
    details: Option<String>,
    /// The conversation that was begun or taken up last; empty before.
    thread: String,
    /// The question that is not answered to the end.
    question: Option<Question>,
    /// The files that go with the next message.
    files: Vec<Attached>,
    /// A small call that waits for a new token.
    waiting_call: Option<Call>,
    /// What the form before the conversation asked, as JSON.
    metadata: Option<String>,
    /// The module that draws sheets.
    sheet: Module,
    cursor: Cursor,
    /// Attempts to reach the server since it last spoke.
    attempts: u32,
    /// Where the ids of messages come from: 128 random bits, and a count.
    seed: String,
    count: u32,
    /// What is to be done about what just happened.
    wants: Vec<Effect>,
}

impl Model {
    /// A widget that has done nothing yet. `seed` is 32 hexadecimal digits of randomness; `saved`
    /// is what an earlier visit left.
    pub(crate) fn new(seed: String, mut saved: Saved) -> Self {
        if saved.visitor.is_empty() {
            saved.visitor = guest(&seed);
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
            draft: String::new(),
            welcome: String::new(),
            menu: false,
            owes_feedback: false,
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
            unwanted: false,
            saved,
            identity: Box::default(),
            vouch: Vouch::Unsaid,
            details: None,
            thread: String::new(),
            question: None,
            files: Vec::new(),
            waiting_call: None,
            metadata: None,
            sheet: Module::Absent,
            cursor: Cursor::default(),
            attempts: 0,
            seed,
            count: 0,
            wants: Vec::new(),
        }
    }

    /// Takes in what happened and says what is to be done about it.
    pub(crate) fn update(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Act(act) => self.act(act),
            Msg::Loaded(loaded) => self.loaded(loaded),
            Msg::Begun(begun) => self.begun(begun),
            Msg::Stream(feed, signal) => self.heard(feed, signal),
            Msg::Called(call, result) => self.called(call, result),
            Msg::SheetCame(came) => self.sheet_came(came),
            Msg::Decided(decision) => self.decide(decision),
            Msg::Wished(wish) => self.wished(wish),
            Msg::Elapsed(timer) => self.elapsed(timer),
            Msg::Online(online) => self.reached(online),
            Msg::Visible(visible) => {
                self.visible = visible;
                self.settle();
            }
            Msg::Attached(attached) => self.moved(attached),
            Msg::Saved(saved) => {
                // Where another tab forgot the visitor, there is none to take over.
                let somebody = !saved.visitor.is_empty();
                if somebody && self.life == Life::Before && self.exchange == Exchange::Idle {
                    self.saved = saved;
                }
            }
        }
        std::mem::take(&mut self.wants)
    }

    /// The token of the site that says who the visitor is; empty where it gave none.
    pub(crate) fn voucher(&self) -> &str {
        &self.identity.token
    }

    /// What `init` is told.
    pub(crate) fn beginning(&self) -> Begin<'_> {
        let conversation = self.saved.conversation.as_deref().filter(|_| !self.fresh);
        let token = self.token.as_deref().or(self.saved.token.as_deref());
        let token = token.filter(|_| conversation.is_some());
        // A token of the site runs out. Once the server took it, the conversation's own speaks for
        // the visitor as well.
        let spent = self.vouch == Vouch::Taken && !self.identity.token.is_empty();
        let spent = spent && token.is_some();
        let Identity { user, hash, token: voucher } = &*self.identity;
        let named = !user.is_empty() || !voucher.is_empty();
        Begin {
            conversation,
            fresh: self.fresh,
            visitor: match () {
                () if spent => "",
                () if named => user,
                () => &self.saved.visitor,
            },
            hash,
            voucher: if spent { "" } else { voucher },
            token,
            details: self.details.as_deref(),
            metadata: self.metadata.as_deref(),
        }
    }

    /// The conversation that was begun or taken up last; empty before.
    pub(crate) fn thread(&self) -> &str {
        &self.thread
    }

    /// The question that is not answered to the end.
    pub(crate) fn question(&self) -> Option<Question> {
        self.question
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
    pub(crate) fn last_event(&self) -> Option<&str> {
        self.cursor.last()
    }

    /// The server's id of an answer.
    pub(crate) fn answer_id(&self, key: u32) -> Option<&str> {
        self.log.get(key).map(|entry| entry.id.as_str()).filter(|id| !id.is_empty())
    }

    fn want(&mut self, effect: Effect) {
        self.wants.push(effect);
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

    fn act(&mut self, act: Act) {
        match act {
            Act::Toggle if self.open => self.close(),
            Act::Toggle | Act::Open => self.show(),
            Act::Close if self.menu => self.open_menu(false),
            Act::Close => self.close(),
            Act::Menu => self.open_menu(!self.menu),
            Act::Ask(text) => self.ask(&text),
            Act::Consent(agreed) => self.consent(agreed),
            Act::Retry => self.retry(),
            Act::Regenerate => self.regenerate(),
            Act::Stop => self.stop(),
            Act::Rate(key, vote) => self.rate(key, vote),
            Act::Copy(key) => self.want(Effect::Copy(key)),
            Act::AskEnd(asks) => {
                self.asks_end = asks && self.may_end();
                self.want(Effect::Focus(Focus::Panel));
            }
            Act::End => self.end(),
            Act::Restart => self.restart(),
            Act::Identify(who) => self.identify(who),
            Act::LogOut(seed) => self.log_out(seed),
            Act::Describe(details) => self.details = Some(details),
        }
    }

    fn show(&mut self) {
        if !self.open {
            self.open = true;
            self.unread = 0;
            self.want(Effect::Remember);
            self.want(Effect::Emit(News::Opened, 0));
        }
        self.want(Effect::ScrollDown);
        self.want(Effect::Focus(Focus::Panel));
        if matches!(self.screen, Screen::Broken(_)) {
            self.screen = Screen::Loading;
            self.want(Effect::Load);
        }
        self.prepare();
    }

    /// What opening brings about: the form, the conversation of an earlier visit, or nothing yet.
    fn prepare(&mut self) {
        self.lay_cards();
        if !self.open || self.life != Life::Before || matches!(self.screen, Screen::Loading) {
            return;
        }
        let starts =
            self.settings.start_on_open && self.settings.consent.is_none() && !self.settings.paused;
        if self.resumes() {
            self.begin();
        } else if !self.settings.paused && self.needs_form() {
            self.lay(Kind::Before);
        } else if starts {
            self.begin();
        }
    }

    fn close(&mut self) {
        if self.settings.mode == Mode::Frame {
            return self.want(Effect::Emit(News::Closed, 0));
        }
        if self.open && self.settings.mode == Mode::Bubble {
            self.open = false;
            self.asks_end = false;
            if self.menu {
                self.open_menu(false);
            }
            self.want(Effect::Remember);
            self.want(Effect::Focus(Focus::Launcher));
            self.want(Effect::Emit(News::Closed, 0));
        }
    }

    fn loaded(&mut self, loaded: Result<Box<Settings>, Problem>) {
        match loaded {
            Ok(settings) => {
                self.settings = *settings;
                self.screen = Screen::Chat;
                self.open |= self.settings.mode != Mode::Bubble;
                if self.needs_form() && !self.resumes() {
                    self.fetch_sheet();
                }
                if self.open {
                    self.want(Effect::Focus(Focus::Again));
                }
                self.prepare();
                self.release();
            }
            Err(problem) => {
                self.want(Effect::Emit(News::Failed, 0));
                self.screen = Screen::Broken(problem);
            }
        }
    }

    fn rate(&mut self, key: u32, vote: Vote) {
        if self.token.is_some() && self.answer_id(key).is_some() {
            self.vote(key, Some(vote));
            if vote == Vote::Down {
                self.fetch_sheet();
            }
            self.want(Effect::Call(Call::Rate(key, vote)));
        }
    }

    fn vote(&mut self, key: u32, vote: Option<Vote>) {
        if let Some(entry) = self.log.edit(key) {
            entry.vote = vote;
        }
    }

    fn stop(&mut self) {
        match self.exchange {
            Exchange::Answering | Exchange::Asked | Exchange::Cut => {
                self.want(Effect::Call(Call::Stop));
            }
            Exchange::Idle | Exchange::Held => {}
        }
    }

    fn end(&mut self) {
        self.asks_end = false;
        if self.may_end() {
            self.want(Effect::Call(Call::End));
        }
    }

    fn called(&mut self, call: Call, result: Result<(), Problem>) {
        match (call, result) {
            (call, Err(problem)) if problem.status == 401 && self.waiting_call.is_none() => {
                self.waiting_call = Some(call);
                self.begin();
            }
            (Call::End, Ok(())) => self.ended(),
            // Ended already, by somebody else or in another tab.
            (Call::End, Err(problem)) if problem.status == 409 => self.ended(),
            (Call::Feedback, result) => self.feedback_sent(result),
            (Call::End, Err(problem)) => self.problem = Some(problem),
            (Call::Rate(key, _), Err(_)) => self.vote(key, None),
            (Call::Rate(..) | Call::Stop, _) => {}
        }
    }

    /// The conversation is over, whoever ended it.
    fn ended(&mut self) {
        if self.life != Life::Running {
            return;
        }
        self.life = Life::Ended;
        self.exchange = Exchange::Idle;
        self.link = Link::Closed;
        self.question = None;
        (self.typing, self.working, self.asks_end) = (false, false, false);
        (self.saved.conversation, self.saved.pending) = (None, None);
        self.want(Effect::HangUp);
        self.want(Effect::Save);
        self.want(Effect::Emit(News::Ended, 0));
        self.want(Effect::Left);
        // Who reads in the menu is not taken out of it.
        self.owes_feedback = self.menu;
        if !self.menu {
            self.offer_feedback();
            self.want(Effect::Focus(Focus::Panel));
        }
    }

    /// A new conversation, in the same panel.
    fn restart(&mut self) {
        self.leave();
        self.screen = Screen::Chat;
        self.fresh = true;
        self.want(Effect::Focus(Focus::Panel));
        self.prepare();
    }

    /// Leaves the conversation, whatever goes on in it.
    fn leave(&mut self) {
        self.log.clear();
        self.thread.clear();
        self.cursor = Cursor::default();
        self.life = Life::Before;
        self.exchange = Exchange::Idle;
        self.problem = None;
        self.question = None;
        self.token = None;
        (self.human, self.typing, self.working, self.asks_end) = (false, false, false, false);
        (self.menu, self.owes_feedback) = (false, false);
        self.files.clear();
        // Neither an answer that is still on its way nor a call that waits for one is for another.
        self.unwanted = self.beginning;
        self.waiting_call = None;
        self.want(Effect::Left);
        self.want(Effect::HangUp);
        self.link = Link::Closed;
    }

    fn reached(&mut self, online: bool) {
        self.online = online;
        if online {
            self.attempts = 0;
            self.elapsed(Timer::Reconnect);
        }
    }

    /// The element left the page or came back: the stream goes with it, the conversation stays.
    fn moved(&mut self, attached: bool) {
        self.attached = attached;
        if attached {
            if self.exchange == Exchange::Held {
                self.deliver();
            }
            self.settle();
        } else {
            self.exchange = match self.exchange {
                // It may not have reached the server, which knows it again if it has.
                Exchange::Asked if self.question == Some(Question::Say) => Exchange::Held,
                Exchange::Asked | Exchange::Answering => Exchange::Cut,
                other => other,
            };
            self.link = Link::Closed;
            self.want(Effect::HangUp);
        }
    }
}
