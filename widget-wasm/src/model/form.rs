//! Forms: the one before the conversation and the one after it.

use widget_core::error::ViolationCode;
use widget_core::form::{Form, check_values};

use super::answers::{Answers, Place};
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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Filling {
    pub(crate) purpose: Purpose,
    pub(crate) form: Form,
    /// What stands in the fields at first: what was entered before.
    pub(crate) values: Answers,
    /// What was wrong with the last try, by field.
    pub(crate) refused: Vec<(String, ViolationCode)>,
    /// What the server said against the last try.
    pub(crate) problem: Option<Problem>,
    /// It is on its way to the server.
    pub(crate) sending: bool,
}

impl Filling {
    fn new(purpose: Purpose, form: Form, values: Answers) -> Self {
        Self { purpose, form, values, refused: Vec::new(), problem: None, sending: false }
    }

    /// The form after the conversation.
    pub(super) fn feedback(form: Form) -> Self {
        Self::new(Purpose::Feedback, form, Answers::default())
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

    /// A form was filled in: checked here by the same rules the server applies again.
    pub(super) fn submit(&mut self, values: Answers, fx: &mut Vec<Effect>) {
        let Screen::Form(filling) = &mut self.screen else { return };
        if filling.sending {
            return;
        }
        filling.problem = None;
        match check_values(&filling.form.fields, Place::All(&values)) {
            Err(violations) => {
                filling.refused =
                    violations.into_iter().map(|found| (found.path, found.code)).collect();
                filling.values = values;
                fx.push(Effect::Focus(Focus::Refused));
            }
            Ok(clean) => {
                let clean = clean.iter().map(|(id, value)| (id.to_owned(), value.clone()));
                let clean = Answers(clean.collect());
                filling.refused = Vec::new();
                match filling.purpose {
                    Purpose::Before => self.submitted(clean, fx),
                    Purpose::Feedback => {
                        filling.sending = true;
                        filling.values = clean;
                        fx.push(Effect::Call(Call::Feedback));
                    }
                }
            }
        }
    }

    fn submitted(&mut self, values: Answers, fx: &mut Vec<Effect>) {
        if let (true, Some(form)) = (self.settings.form_once, &self.settings.form) {
            self.saved.form = Some(KeptForm { hash: form.hash(), values: values.clone() });
            fx.push(Effect::Save);
        }
        self.metadata = Some(values);
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
