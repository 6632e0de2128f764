//! Answers that were checked.

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// What was typed or chosen.
    Text(String),
    /// A number or rating.
    Number(f64),
    /// Ticked or not.
    Flag(bool),
    /// What was chosen, in the order of the answer.
    Choices(Vec<String>),
}

/// All answers to a form, in the order of its fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CleanValues(pub(super) Vec<(String, FieldValue)>);

impl CleanValues {
    /// The answer to a field.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&FieldValue> {
        self.0.iter().find(|(key, _)| key == id).map(|(_, value)| value)
    }

    /// What was typed or chosen in a field.
    #[must_use]
    pub fn text(&self, id: &str) -> Option<&str> {
        match self.get(id)? {
            FieldValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The answers with the ids of their fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FieldValue)> {
        self.0.iter().map(|(id, value)| (id.as_str(), value))
    }

    /// Whether nothing was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answers as a JSON object.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn into_json(self) -> serde_json::Map<String, serde_json::Value> {
        self.0.into_iter().map(|(id, value)| (id, value.into_json())).collect()
    }
}

impl FieldValue {
    /// The answer as JSON; whole numbers without a point.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn into_json(self) -> serde_json::Value {
        /// Beyond this, not every whole number is a number of JavaScript.
        const MAX_SAFE: f64 = 9_007_199_254_740_991.0;
        match self {
            Self::Text(text) => text.into(),
            Self::Number(number) if number.fract() == 0.0 && number.abs() <= MAX_SAFE => {
                (number as i64).into()
            }
            Self::Number(number) => number.into(),
            Self::Flag(flag) => flag.into(),
            Self::Choices(choices) => choices.into(),
        }
    }
}
