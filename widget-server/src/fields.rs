//! Reads the members of a JSON body and keeps everything that is wrong with them.
//!
//! Unknown members are ignored, `null` counts as absent. A reader asks for all members first and
//! then for [`Fields::done`], so that the caller hears of every fault at once.

use std::str::FromStr;

use serde_json::{Map, Value};
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::VisitorId;

use crate::http::Problem;

/// The longest name of an agent or a key, in characters.
const MAX_NAME_CHARS: usize = 200;

/// The members of one object.
#[derive(Debug)]
pub struct Fields<'a> {
    members: &'a Map<String, Value>,
    violations: Vec<Violation>,
}

impl<'a> Fields<'a> {
    /// The members of a body.
    ///
    /// # Errors
    /// 422 when it is no object.
    pub fn of(body: &'a Value) -> Result<Self, Problem> {
        match body {
            Value::Object(members) => Ok(Self { members, violations: Vec::new() }),
            _ => Err(Problem::unprocessable([Violation::wrong_type("", "object")])),
        }
    }

    /// A member as it is.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// A text of at most `max` characters.
    pub fn text(&mut self, name: &str, max: usize) -> Option<&'a str> {
        let text = self.typed(name, "text", Value::as_str)?;
        if text.chars().nth(max).is_some() {
            let violation = Violation::new(name, ViolationCode::TooLong);
            self.wrong(violation.max(max as f64));
            return None;
        }
        Some(text)
    }

    /// A required name of 1 to 200 characters, trimmed.
    pub fn name(&mut self, name: &str) -> Option<String> {
        let text = self.text(name, MAX_NAME_CHARS).map(str::trim);
        if text.is_some_and(str::is_empty) {
            self.wrong(Violation::new(name, ViolationCode::Required));
            return None;
        }
        self.required(name, text).map(str::to_owned)
    }

    /// A text that is read as a `T`; `code` says what is wrong with one that cannot be.
    pub fn parsed<T: FromStr>(&mut self, name: &str, code: ViolationCode) -> Option<T> {
        let parsed = self.typed(name, "text", Value::as_str)?.parse();
        if parsed.is_err() {
            self.wrong(Violation::new(name, code));
        }
        parsed.ok()
    }

    /// An id in either spelling.
    pub fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.parsed(name, ViolationCode::InvalidId)
    }

    /// `user_id`: 1–128 visible characters.
    pub fn visitor(&mut self, name: &str) -> Option<VisitorId> {
        self.parsed(name, ViolationCode::InvalidId)
    }

    /// `true` or `false`; `false` where it is absent.
    pub fn flag(&mut self, name: &str) -> bool {
        self.typed(name, "boolean", Value::as_bool).unwrap_or_default()
    }

    /// An object.
    pub fn object(&mut self, name: &str) -> Option<&'a Map<String, Value>> {
        self.typed(name, "object", Value::as_object)
    }

    /// An array.
    pub fn array(&mut self, name: &str) -> Option<&'a Vec<Value>> {
        self.typed(name, "array", Value::as_array)
    }

    /// The value of a rule that was applied, or nothing and its violation.
    pub fn checked<T>(&mut self, outcome: Result<T, Violation>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(violation) => {
                self.wrong(violation);
                None
            }
        }
    }

    /// Notes something wrong.
    pub fn wrong(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// The value of a member that has to be there; notes it when the member is absent. (When it is
    /// there and wrong, that was noted already.)
    pub fn required<T>(&mut self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.get(name).is_none() {
            self.wrong(Violation::new(name, ViolationCode::Required));
        }
        value
    }

    /// What was read, when nothing is wrong. `None` only ever stands for a member that was noted as
    /// missing or wrong.
    ///
    /// # Errors
    /// 422 with every violation.
    pub fn done<T>(self, read: Option<T>) -> Result<T, Problem> {
        match read {
            Some(read) if self.violations.is_empty() => Ok(read),
            _ => Err(Problem::unprocessable(self.violations)),
        }
    }

    fn typed<T>(
        &mut self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let read = read(self.get(name)?);
        if read.is_none() {
            self.wrong(Violation::wrong_type(name, expected));
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use widget_core::id::WidgetId;

    use super::*;

    #[test]
    fn every_fault_is_kept_and_unknown_members_are_ignored() {
        let body = json!({ "widget_id": "x", "note": 7, "new": "yes", "extra": [] });
        let mut fields = Fields::of(&body).unwrap();
        let id: Option<WidgetId> = fields.id("widget_id");
        let id = fields.required("widget_id", id);
        fields.text("note", 10);
        assert!(!fields.flag("new"));
        let email = fields.text("email", 10);
        fields.required("email", email);
        let paths: Vec<_> = fields.violations.iter().map(|wrong| wrong.path.as_str()).collect();
        assert_eq!(paths, ["widget_id", "note", "new", "email"]);
        assert!(fields.done(id).is_err());
    }

    #[test]
    fn null_is_the_same_as_nothing() {
        let body = json!({ "note": null });
        let mut fields = Fields::of(&body).unwrap();
        assert_eq!(fields.text("note", 3), None);
        assert!(fields.done(Some(())).is_ok());
    }

    #[test]
    fn the_length_of_a_text_is_counted_in_characters() {
        let body = json!({ "a": "äöü", "b": "äöüx" });
        let mut fields = Fields::of(&body).unwrap();
        assert_eq!(fields.text("a", 3), Some("äöü"));
        assert_eq!(fields.text("b", 3), None);
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        for body in [json!([]), json!("x"), json!(null)] {
            assert!(Fields::of(&body).is_err(), "{body}");
        }
    }
}
