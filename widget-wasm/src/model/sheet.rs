//! What is laid over the chat: the form before the conversation and the one after it.
//!
//! They are drawn, read and checked by a second module (`widget-sheet`), which is fetched when one
//! is due; here is when that is, and what becomes of what the visitor decided.

use super::effect::{Effect, Focus, News};
use super::message::{Call, Problem};
use super::saved::KeptForm;
use super::{Model, Screen};

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
    /// The module that draws it is on its way.
    Coming,
    /// That module could not be fetched.
    Missing,
    /// The visitor fills it in.
    Open,
    /// What was entered is on its way to the server.
    Sending,
    /// The server did not take it; what was entered is still there.
    Refused(Problem),
    /// The server took it.
    Taken,
}

/// A sheet on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) kind: Kind,
    pub(crate) state: State,
    /// What was entered last, as a JSON object.
    pub(crate) values: String,
}

/// What the visitor decided on a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Values that are right by the rules of `widget-core`, with the hash of the fields.
    Submit(KeptForm),
    /// What an earlier visit answered still fits the fields.
    Keep,
    /// Nothing of it.
    Skip,
    /// A new conversation.
    Restart,
}

/// The module that draws sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Module {
    /// Nobody needed it yet, or it could not be fetched.
    Absent,
    /// On its way.
    Coming,
    /// Here.
    Here,
}

impl Model {
    /// Whether the form before the conversation still has to be filled in.
    pub(super) fn needs_form(&self) -> bool {
        self.settings.form && self.metadata.is_none()
    }

    /// Lays a sheet over the chat, as soon as the module that draws it is here.
    pub(super) fn lay(&mut self, kind: Kind) {
        self.fetch_sheet();
        let here = self.sheet == Module::Here;
        let state = if here { State::Open } else { State::Coming };
        self.screen = Screen::Sheet(Sheet { kind, state, values: String::new() });
    }

    /// Has the module of the sheets fetched, unless it was.
    pub(super) fn fetch_sheet(&mut self) {
        if self.sheet == Module::Absent {
            self.sheet = Module::Coming;
            self.want(Effect::FetchSheet);
        }
    }

    pub(super) fn sheet_came(&mut self, came: bool) {
        self.sheet = if came { Module::Here } else { Module::Absent };
        if let Screen::Sheet(sheet) = &mut self.screen {
            sheet.state = if came { State::Open } else { State::Missing };
            self.want(Effect::Focus(Focus::Panel));
        } else if self.menu {
            self.want(Effect::Focus(Focus::Panel));
        }
    }

    /// What an earlier visit entered into the form before the conversation.
    pub(crate) fn kept_form(&self) -> Option<&KeptForm> {
        self.saved.form.as_ref().filter(|_| self.settings.form_once)
    }

    pub(super) fn decide(&mut self, decision: Decision) {
        let Screen::Sheet(sheet) = &mut self.screen else { return };
        match (sheet.kind, decision) {
            (Kind::Before, Decision::Submit(form)) => self.form_filled(form),
            (Kind::Before, Decision::Keep) => {
                self.metadata = self.saved.form.as_ref().map(|form| form.values.clone());
                self.go_on();
            }
            (Kind::Feedback, Decision::Submit(form)) => {
                sheet.values = form.values;
                sheet.state = State::Sending;
                self.want(Effect::Call(Call::Feedback));
            }
            (Kind::Feedback, Decision::Skip) => {
                self.screen = Screen::Chat;
                self.want(Effect::Focus(Focus::Panel));
            }
            (Kind::Feedback, Decision::Restart) => self.restart(),
            (Kind::Before, Decision::Skip | Decision::Restart)
            | (Kind::Feedback, Decision::Keep) => {}
        }
    }

    fn form_filled(&mut self, form: KeptForm) {
        self.metadata = Some(form.values.clone());
        if self.settings.form_once {
            self.saved.form = Some(form);
            self.want(Effect::Save);
        }
        self.go_on();
    }

    /// Goes on after the form, with what waited for it.
    fn go_on(&mut self) {
        self.screen = Screen::Chat;
        self.want(Effect::Focus(Focus::Panel));
        self.release();
        self.prepare();
    }

    /// Lays the form after the conversation over it, where there is one.
    pub(super) fn offer_feedback(&mut self) {
        if self.settings.feedback {
            self.lay(Kind::Feedback);
        }
    }

    /// The feedback was taken, or not; then it stays as it was entered.
    pub(super) fn feedback_sent(&mut self, result: Result<(), Problem>) {
        let Screen::Sheet(sheet) = &mut self.screen else { return };
        sheet.state = match result {
            // A second time is as good as the first.
            Err(problem) if problem.status != 409 => State::Refused(problem),
            _ => State::Taken,
        };
        if sheet.state == State::Taken {
            self.want(Effect::Emit(News::Feedback, 0));
        }
    }
}
