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
    member(object, key)?.text().filter(|text| !text.is_empty())
}

pub(crate) fn parsed<D: Document, T: FromStr>(object: &Option<D>, key: &str) -> Option<T> {
    member(object, key)?.text()?.parse().ok()
}

pub(crate) fn text<D: Document>(object: &Option<D>, key: &str) -> Option<Text> {
    Text::read(member(object, key)?)
}

pub(crate) fn entries<D: Document>(object: &Option<D>, key: &str, max: usize) -> Vec<D> {
    member(object, key).map(|list| list.items().take(max).collect()).unwrap_or_default()
}

pub(crate) fn plains<D: Document>(object: &Option<D>, key: &str, max: usize) -> Vec<String> {
    entries(object, key, max).iter().filter_map(Document::text).collect()
}

pub(crate) fn texts<D: Document>(
    object: &Option<D>,
    key: &str,
    max: usize,
    language: &Language,
) -> Vec<String> {
    let texts = entries(object, key, max).into_iter();
    texts.filter_map(Text::read).map(|text| text.resolve(language).to_owned()).collect()
}
