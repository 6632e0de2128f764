//! The walk of a document along its table: every violation, each with its path.

use std::str::FromStr;

use super::table::{Kind, Object};
use super::{Document, is_id, is_media_type, is_time_zone, read, rules};
use crate::address::is_web_url;
use crate::colour::Colour;
use crate::error::{Violation, ViolationCode as Code, push_index};
use crate::glob::{self, Glob};
use crate::language::is_tag;
use crate::time::TimeOfDay;

/// Where the walk is, and what it has found.
#[derive(Debug)]
pub(crate) struct Checker {
    path: String,
    pub(crate) violations: Vec<Violation>,
}

impl Checker {
    /// A walk that begins at a place of that name.
    pub(crate) fn at(path: &str) -> Self {
        Self { path: path.to_owned(), violations: Vec::new() }
    }

    /// Notes that a rule is broken here.
    pub(crate) fn report(&mut self, code: Code) -> &mut Violation {
        self.push(Violation::new(self.path.as_str(), code))
    }

    /// Notes that something else should be here.
    pub(crate) fn wrong_type(&mut self, expected: &'static str) {
        self.push(Violation::wrong_type(self.path.as_str(), expected));
    }

    fn push(&mut self, violation: Violation) -> &mut Violation {
        let last = self.violations.len();
        self.violations.push(violation);
        &mut self.violations[last]
    }

    /// Notes what another check has found here.
    pub(crate) fn add(&mut self, violation: Violation) {
        let violation = violation.under(&self.path);
        self.push(violation);
    }

    /// Looks at a member of the object that is here.
    pub(crate) fn within(&mut self, key: &str, look: impl FnOnce(&mut Self)) {
        let end = self.path.len();
        self.path.push('.');
        self.path.push_str(key);
        look(self);
        self.path.truncate(end);
    }

    /// Looks at an entry of the list that is here.
    pub(crate) fn entry(&mut self, index: usize, look: impl FnOnce(&mut Self)) {
        let end = self.path.len();
        push_index(&mut self.path, index);
        look(self);
        self.path.truncate(end);
    }

    /// Checks an object against its table.
    pub(crate) fn object<D: Document>(&mut self, document: &D, object: &Object) {
        if !document.is_object() {
            return self.wrong_type("object");
        }
        for key in object.keys {
            let value = document.get(key.name);
            self.within(key.name, |checker| match &value {
                Some(value) => checker.value(value, &key.kind, key.required),
                None if key.required => {
                    checker.report(Code::Required);
                }
                None => {}
            });
        }
        if let Some(rule) = object.rule {
            rules::check(self, document, rule);
        }
    }

    fn value<D: Document>(&mut self, value: &D, kind: &Kind, required: bool) {
        match kind {
            Kind::Flag if value.boolean().is_none() => self.wrong_type("true or false"),
            Kind::Flag | Kind::Any => {}
            Kind::Int { min, max } => match value.number() {
                Some(number) => self.int(number, *min, *max),
                None => self.wrong_type("number"),
            },
            Kind::Number { min, max } => match value.number() {
                Some(number) => self.bounds(number, *min, *max),
                None => self.wrong_type("number"),
            },
            Kind::Text { max } => self.localised(value, *max, required),
            Kind::List { min, max, of, unique } => {
                self.list(value, (usize::from(*min), usize::from(*max)), of, *unique);
            }
            Kind::Object(object) => self.object(value, object),
            _ => match value.text() {
                Some(text) => self.text(&text, kind, required),
                None => self.wrong_type("text"),
            },
        }
    }

    /// Checks that a number is whole and within bounds.
    pub(crate) fn int(&mut self, number: f64, min: i32, max: i32) {
        let found = self.violations.len();
        self.bounds(number, min, max);
        if self.violations.len() == found && read::whole(number).is_none() {
            self.report(Code::NotInteger);
        }
    }

    fn bounds(&mut self, number: f64, min: i32, max: i32) {
        if number < f64::from(min) {
            self.report(Code::TooSmall).params.min = Some(f64::from(min));
        } else if number > f64::from(max) {
            self.report(Code::TooLarge).params.max = Some(f64::from(max));
        }
    }

    fn text(&mut self, text: &str, kind: &Kind, required: bool) {
        if text.is_empty() {
            // An empty text is the owner's way to clear a key.
            if required {
                self.report(Code::Required);
            }
            return;
        }
        let broken = match kind {
            Kind::Plain { max } => return self.length(text, *max as usize),
            Kind::OneOf(words) => {
                if !words.contains(&text) {
                    self.push(Violation::not_allowed(self.path.as_str(), words));
                }
                return;
            }
            Kind::Glob if text.chars().nth(glob::MAX_CHARS).is_some() => {
                return self.length(text, glob::MAX_CHARS);
            }
            Kind::Colour => Colour::from_str(text).err().map(|_| Code::InvalidColour),
            Kind::Glob => Glob::from_str(text).err().map(|_| Code::InvalidPattern),
            Kind::Time => TimeOfDay::parse(text).err().map(|_| Code::InvalidTime),
            Kind::Url => (!is_web_url(text)).then_some(Code::InvalidUrl),
            Kind::Id => (!is_id(text)).then_some(Code::InvalidId),
            Kind::Language => (!is_tag(text)).then_some(Code::InvalidLanguage),
            Kind::MediaType => (!is_media_type(text)).then_some(Code::InvalidMediaType),
            Kind::TimeZone => (!is_time_zone(text)).then_some(Code::InvalidTimezone),
            _ => None,
        };
        if let Some(code) = broken {
            self.report(code);
        }
    }

    fn length(&mut self, text: &str, max: usize) {
        if text.chars().nth(max).is_some() {
            self.report(Code::TooLong).params.max = Some(max as f64);
        }
    }

    fn localised<D: Document>(&mut self, value: &D, max: u16, required: bool) {
        let max = usize::from(max);
        if let Some(text) = value.text() {
            self.length(&text, max);
            if required && text.trim().is_empty() {
                self.report(Code::Required);
            }
            return;
        }
        if !value.is_object() {
            return self.wrong_type("text, or an object of language tags to texts");
        }
        let mut blank = true;
        for tag in value.keys() {
            let Some(member) = value.get(&tag) else { continue };
            self.within(&tag, |checker| {
                if !is_tag(&tag) {
                    checker.report(Code::InvalidLanguage);
                }
                match member.text() {
                    Some(text) => {
                        blank &= text.trim().is_empty();
                        checker.length(&text, max);
                    }
                    None => checker.wrong_type("text"),
                }
            });
        }
        if required && blank {
            self.report(Code::Required);
        }
    }

    fn list<D: Document>(
        &mut self,
        value: &D,
        (min, max): (usize, usize),
        of: &Kind,
        unique: Option<&str>,
    ) {
        let Some(len) = value.len() else { return self.wrong_type("list") };
        if len < min {
            self.report(Code::TooFew).params.min = Some(min as f64);
        }
        if len > max {
            self.report(Code::TooMany).params.max = Some(max as f64);
        }
        let mut seen: Vec<String> = Vec::new();
        for (index, item) in value.items().take(max).enumerate() {
            self.entry(index, |checker| {
                checker.value(&item, of, true);
                let Some(key) = unique else { return };
                let Some(id) = item.get(key).and_then(|id| id.text()) else { return };
                if seen.contains(&id) {
                    checker.within(key, |checker| {
                        checker.report(Code::Duplicate).params.value = Some(id);
                    });
                } else {
                    seen.push(id);
                }
            });
        }
    }
}
