//! Forms: the one before the conversation and the one after it.

use std::rc::Rc;

use widget_core::error::ViolationCode;
use widget_core::form::Form;

use super::effect::{Effect, Focus};
use super::message::{Call, Problem};
use super::saved::KeptForm;
use super::{Life, Model, Screen};

/// What a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It must be filled in before the first message.
    Before,
    /// It is offered when the conversation has ended.
    Feedback,
}

/// A form on the screen.
#[derive(Clone, Debug)]
pub(crate) struct Filling {
    pub(crate) purpose: Purpose,
    pub(crate) form: Rc<Form>,
    /// What stands in the fields at first, as a JSON object: what was entered before.
    pub(crate) values: String,
    /// What was wrong with the last try, by field.
    pub(crate) refused: Vec<(String, ViolationCode)>,
    /// What the server said against the last try.
    pub(crate) problem: Option<Problem>,
    /// It is on its way to the server.
    pub(crate) sending: bool,
}

/// What was entered, with what the rules of `widget-core` say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Checked {
    /// As a JSON object.
    pub(crate) values: String,
    /// What is wrong, by field; the server applies the same rules again.
    pub(crate) refused: Vec<(String, ViolationCode)>,
}

impl Filling {
    pub(super) fn new(purpose: Purpose, form: Rc<Form>, values: String) -> Self {
        Self { purpose, form, values, refused: Vec::new(), problem: None, sending: false }
    }
}

impl Model {
    /// Whether the form before the conversation still has to be filled in. One that is shown once
    /// and whose fields are as they were is not asked for again.
    pub(super) fn needs_form(&mut self) -> bool {
        let Some(form) = &self.settings.form else { return false };
        if self.metadata.is_some() {
            return false;
        }
        match &self.saved.form {
            Some(kept) if self.settings.form_once && kept.hash == form.hash() => {
                self.metadata = Some(kept.values.clone());
                false
            }
            _ => true,
        }
    }

    pub(super) fn show_form(&mut self) {
        let Some(form) = self.settings.form.clone() else { return };
        let kept = self.saved.form.as_ref().filter(|_| self.settings.form_once);
        let values = kept.map(|kept| kept.values.clone()).unwrap_or_default();
        self.screen = Screen::Form(Filling::new(Purpose::Before, form, values));
    }

    /// A form was filled in.
    pub(super) fn submit(&mut self, checked: Checked, fx: &mut Vec<Effect>) {
        let Screen::Form(filling) = &mut self.screen else { return };
        if filling.sending {
            return;
        }
        let Checked { values, refused } = checked;
        filling.values = values;
        filling.refused = refused;
        filling.problem = None;
        if !filling.refused.is_empty() {
            fx.push(Effect::Focus(Focus::Refused));
        } else if filling.purpose == Purpose::Feedback {
            filling.sending = true;
            fx.push(Effect::Call(Call::Feedback));
        } else {
            let (hash, values) = (filling.form.hash(), filling.values.clone());
            self.submitted(hash, values, fx);
        }
    }

    fn submitted(&mut self, hash: String, values: String, fx: &mut Vec<Effect>) {
        self.metadata = Some(values.clone());
        if self.settings.form_once {
            self.saved.form = Some(KeptForm { hash, values });
            fx.push(Effect::Save);
        }
        self.screen = Screen::Chat;
        fx.push(Effect::Focus(Focus::Panel));
        self.release(fx);
        self.prepare(fx);
    }

    /// The visitor gives no feedback.
    pub(super) fn skip(&mut self, fx: &mut Vec<Effect>) {
        if self.life == Life::Ended {
            self.screen = Screen::Chat;
            fx.push(Effect::Focus(Focus::Panel));
        }
    }

    /// The feedback was not taken; it stays as it was entered.
    pub(super) fn form_refused(&mut self, problem: Problem) {
        if let Screen::Form(filling) = &mut self.screen {
            filling.sending = false;
            filling.problem = Some(problem);
        }
    }
}
