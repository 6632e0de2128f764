//! The values of a form as the visitor entered them, as a document the rules can read.

use widget_core::config::Document;
use widget_core::form::FieldValue;

/// Values by the id of their field, in the form's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answers(pub(crate) Vec<(String, FieldValue)>);

impl Answers {
    /// The value of a field.
    pub(crate) fn value(&self, id: &str) -> Option<&FieldValue> {
        self.0.iter().find(|(key, _)| key == id).map(|(_, value)| value)
    }
}

/// A place in the answers, for the rules of `widget-core`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// All of them.
    All(&'a Answers),
    /// One value.
    One(&'a FieldValue),
    /// One choice of several.
    Choice(&'a str),
}

impl Document for Place<'_> {
    fn get(&self, key: &str) -> Option<Self> {
        let Self::All(answers) = self else { return None };
        answers.value(key).map(Self::One)
    }

    fn at(&self, index: usize) -> Option<Self> {
        let Self::One(FieldValue::Choices(choices)) = self else { return None };
        choices.get(index).map(|choice| Self::Choice(choice))
    }

    fn len(&self) -> Option<usize> {
        let Self::One(FieldValue::Choices(choices)) = self else { return None };
        Some(choices.len())
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::One(FieldValue::Text(text)) => Some(text.clone()),
            Self::Choice(choice) => Some((*choice).to_owned()),
            _ => None,
        }
    }

    fn number(&self) -> Option<f64> {
        let Self::One(FieldValue::Number(number)) = self else { return None };
        Some(*number)
    }

    fn boolean(&self) -> Option<bool> {
        let Self::One(FieldValue::Flag(flag)) = self else { return None };
        Some(*flag)
    }

    fn is_object(&self) -> bool {
        matches!(self, Self::All(_))
    }

    fn keys(&self) -> Vec<String> {
        let Self::All(answers) = self else { return Vec::new() };
        answers.0.iter().map(|(key, _)| key.clone()).collect()
    }
}
