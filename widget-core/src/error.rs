//! What can be wrong with input: a stable code, the place, and the figures of the rule.
//!
//! A violation carries no words. The server adds English sentences (feature `english`); the
//! browser takes all words from its language file, by code and parameters, and pays for none here.

#[cfg(feature = "english")]
mod english;

use std::fmt;
use std::ops::Deref;

use serde::ser::{Serialize, SerializeStruct, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// What rule was broken; stable, and the key of the sentence in a language file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ViolationCode { $($(#[$doc])* $name,)+ }

        impl ViolationCode {
            /// Every code there is, so that a language file can be checked against them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code as it is written in an answer: `snake_case`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// Something that must be there is missing or empty.
    Required = "required";
    /// Another JSON type than expected; `expected` names the right one.
    WrongType = "wrong_type";
    /// Not one of `allowed`.
    NotAllowed = "not_allowed";
    /// Fewer characters than `min`.
    TooShort = "too_short";
    /// More characters than `max`.
    TooLong = "too_long";
    /// A number below `min`.
    TooSmall = "too_small";
    /// A number above `max`.
    TooLarge = "too_large";
    /// A date before `value`.
    TooEarly = "too_early";
    /// A date after `value`.
    TooLate = "too_late";
    /// A whole number was expected.
    NotInteger = "not_integer";
    /// Fewer entries than `min`.
    TooFew = "too_few";
    /// More entries than `max`.
    TooMany = "too_many";
    /// More bytes of JSON than `max`.
    TooBig = "too_big";
    /// The same `value` stands there twice where each may stand once.
    Duplicate = "duplicate";
    /// Names something (`value`) that does not exist here.
    UnknownReference = "unknown_reference";
    /// A key that has no meaning here.
    UnknownField = "unknown_field";
    /// Not one of the field's options.
    UnknownOption = "unknown_option";
    /// A box that must be ticked is not.
    MustBeAccepted = "must_be_accepted";
    /// The lower bound is above the upper one, or the end is before the beginning.
    Reversed = "reversed";
    /// At least one of `allowed` must be given.
    AtLeastOne = "at_least_one";
    /// Exactly one of `allowed` must be given.
    ExactlyOne = "exactly_one";
    /// A line break in a text of one line.
    NotOneLine = "not_one_line";
    /// Not an identifier of the expected form.
    InvalidId = "invalid_id";
    /// Not `#rgb`, `#rrggbb` or `#rrggbbaa`.
    InvalidColour = "invalid_colour";
    /// Not an absolute `http` or `https` address.
    InvalidUrl = "invalid_url";
    /// Not an e-mail address.
    InvalidEmail = "invalid_email";
    /// Not a telephone number.
    InvalidTel = "invalid_tel";
    /// Not a date of the calendar, `YYYY-MM-DD`.
    InvalidDate = "invalid_date";
    /// Not a time, `HH:MM` or RFC 3339.
    InvalidTime = "invalid_time";
    /// Not a time zone's name such as `Europe/Berlin`.
    InvalidTimezone = "invalid_timezone";
    /// Not a language tag such as `de` or `pt-BR`.
    InvalidLanguage = "invalid_language";
    /// Not a pattern of a path or address.
    InvalidPattern = "invalid_pattern";
    /// Not a media type such as `image/png` or `image/*`.
    InvalidMediaType = "invalid_media_type";
    /// An origin with nothing in it.
    OriginEmpty = "origin_empty";
    /// An origin outside ASCII; the `xn--` form is wanted.
    OriginNotAscii = "origin_not_ascii";
    /// An origin with a user name or password in it.
    OriginUserInfo = "origin_user_info";
    /// An origin whose scheme is neither `http` nor `https`.
    OriginScheme = "origin_scheme";
    /// An origin whose host is no name or address.
    OriginHost = "origin_host";
    /// An origin whose port is not in 1–65535.
    OriginPort = "origin_port";
    /// An origin with a wildcard where none may stand.
    OriginWildcard = "origin_wildcard";
}

/// The figures a sentence about a violation needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params {
    /// The lower bound that was missed.
    pub min: Option<f64>,
    /// The upper bound that was passed.
    pub max: Option<f64>,
    /// The JSON type or form that was expected.
    pub expected: Option<&'static str>,
    /// What would have been right.
    pub allowed: &'static [&'static str],
    /// What stood there, where that helps: the doubled id, the unknown name.
    pub value: Option<String>,
}

/// One broken rule: where, which, and its figures.
///
/// A path is written as a program would: `config.v1.trigger.size`, `fields[2].label`.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// Where it is.
    pub path: String,
    /// Which rule.
    pub code: ViolationCode,
    /// The figures of the rule.
    pub params: Params,
}

impl Violation {
    /// A violation without figures.
    #[must_use]
    pub fn new(path: impl Into<String>, code: ViolationCode) -> Self {
        Self { path: path.into(), code, params: Params::default() }
    }

    /// Something else than `expected` (`"text"`, `"object"`, …) stood there.
    #[must_use]
    pub fn wrong_type(path: impl Into<String>, expected: &'static str) -> Self {
        let mut violation = Self::new(path, ViolationCode::WrongType);
        violation.params.expected = Some(expected);
        violation
    }

    /// None of `allowed` stood there.
    #[must_use]
    pub fn not_allowed(path: impl Into<String>, allowed: &'static [&'static str]) -> Self {
        let mut violation = Self::new(path, ViolationCode::NotAllowed);
        violation.params.allowed = allowed;
        violation
    }

    /// Adds the lower bound.
    #[must_use]
    #[inline(never)]
    pub fn min(mut self, min: f64) -> Self {
        self.params.min = Some(min);
        self
    }

    /// Adds the upper bound.
    #[must_use]
    #[inline(never)]
    pub fn max(mut self, max: f64) -> Self {
        self.params.max = Some(max);
        self
    }

    /// Adds what stood there.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.params.value = Some(value.into());
        self
    }

    /// The same violation one level down: `email` under `values` is `values.email`.
    #[must_use]
    pub fn under(mut self, parent: &str) -> Self {
        if !parent.is_empty() {
            if !self.path.is_empty() && !self.path.starts_with('[') {
                self.path.insert(0, '.');
            }
            self.path.insert_str(0, parent);
        }
        self
    }

    /// An English sentence that says what is wanted.
    #[cfg(feature = "english")]
    #[must_use]
    pub fn message(&self) -> String {
        english::message(self)
    }
}

/// `domains` and 3 make `domains[3]`, without the formatting machinery.
pub(crate) fn index_path(parent: &str, index: usize) -> String {
    let mut path = String::from(parent);
    push_index(&mut path, index);
    path
}

pub(crate) fn push_index(path: &mut String, index: usize) {
    path.push('[');
    push_decimal(path, index);
    path.push(']');
}

fn push_decimal(path: &mut String, number: usize) {
    if number > 9 {
        push_decimal(path, number / 10);
    }
    path.push(char::from(b'0' + (number % 10) as u8));
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        f.write_str(": ")?;
        #[cfg(feature = "english")]
        f.write_str(&self.message())?;
        #[cfg(not(feature = "english"))]
        f.write_str(self.code.as_str())?;
        Ok(())
    }
}

impl std::error::Error for Violation {}

/// `{path, code}`, with `message` under the feature `english`.
impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Violation", 3)?;
        out.serialize_field("path", &self.path)?;
        out.serialize_field("code", self.code.as_str())?;
        #[cfg(feature = "english")]
        out.serialize_field("message", &self.message())?;
        out.end()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Violation {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Violation".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "path": { "type": "string", "description": "Where: `config.v1.trigger.size`." },
                "code": { "type": "string", "description": "Which rule; stable." },
                "message": { "type": "string", "description": "What is wanted, in English." },
            },
            "required": ["path", "code", "message"],
        })
    }
}

/// Everything that is wrong with one input; never only the first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Violations(pub Vec<Violation>);

impl Violations {
    /// `value` when nothing is wrong.
    ///
    /// # Errors
    /// These violations, when there are any.
    pub fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl Deref for Violations {
    type Target = Vec<Violation>;

    fn deref(&self) -> &Vec<Violation> {
        &self.0
    }
}

impl From<Vec<Violation>> for Violations {
    fn from(violations: Vec<Violation>) -> Self {
        Self(violations)
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}

impl From<Violations> for Vec<Violation> {
    fn from(violations: Violations) -> Self {
        violations.0
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fmt::Display::fmt(violation, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

impl Serialize for Violations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests;
