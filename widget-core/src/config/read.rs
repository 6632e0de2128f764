//! Reading one key of an object that may not be there.

use std::str::FromStr;

use crate::config::Document;
use crate::language::{Language, Text};

pub(crate) fn member<D: Document>(object: &Option<D>, key: &str) -> Option<D> {
    object.as_ref()?.get(key)
}

pub(crate) fn flag<D: Document>(object: &Option<D>, key: &str) -> Option<bool> {
    member(object, key)?.boolean()
}

/// A whole number within bounds.
pub(crate) fn int<D: Document>(object: &Option<D>, key: &str, min: i32, max: i32) -> Option<i32> {
    let whole = whole(member(object, key)?.number()?)?;
    (min..=max).contains(&whole).then_some(whole)
}

/// A number within bounds.
pub(crate) fn number<D: Document>(
    object: &Option<D>,
    key: &str,
    min: i32,
    max: i32,
) -> Option<f64> {
    let number = member(object, key)?.number()?;
    (f64::from(min)..=f64::from(max)).contains(&number).then_some(number)
}

/// The number as an integer, when it is one. (`as` saturates, so the way back differs.)
pub(crate) fn whole(number: f64) -> Option<i32> {
    let whole = number as i32;
    (f64::from(whole) == number).then_some(whole)
}

/// A text that is not empty.
pub(crate) fn plain<D: Document>(object: &Option<D>, key: &str) -> Option<String> {
    string(object, key).filter(|text| !text.is_empty())
}

fn string<D: Document>(object: &Option<D>, key: &str) -> Option<String> {
    member(object, key)?.text()
}

pub(crate) fn parsed<D: Document, T: FromStr>(object: &Option<D>, key: &str) -> Option<T> {
    string(object, key)?.parse().ok()
}

pub(crate) fn text<D: Document>(object: &Option<D>, key: &str) -> Option<Text> {
    Text::read(member(object, key)?)
}

pub(crate) fn entries<D: Document>(object: &Option<D>, key: &str, max: usize) -> Vec<D> {
    let mut entries = Vec::new();
    if let Some(list) = member(object, key) {
        while entries.len() < max
            && let Some(entry) = list.at(entries.len())
        {
            entries.push(entry);
        }
    }
    entries
}

pub(crate) fn plains<D: Document>(object: &Option<D>, key: &str, max: usize) -> Vec<String> {
    let mut plains = Vec::new();
    for entry in entries(object, key, max) {
        plains.extend(entry.text());
    }
    plains
}

pub(crate) fn texts<D: Document>(
    object: &Option<D>,
    key: &str,
    max: usize,
    language: &Language,
) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in entries(object, key, max) {
        if let Some(text) = Text::read(entry) {
            texts.push(text.resolve(language).to_owned());
        }
    }
    texts
}
