//! Whether a field's options, bounds and default suit its type.

use super::check::check_value;
use super::field::{Field, FieldType, MAX_RATING};
use crate::config::Document;
use crate::config::check::Checker;
use crate::error::ViolationCode as Code;

pub(crate) fn check_field<D: Document>(checker: &mut Checker, document: &D) {
    let known = document.get("type").and_then(|kind| kind.text()?.parse::<FieldType>().ok());
    let Some(kind) = known else { return };
    if kind.has_options() && document.get("options").and_then(|list| list.len()).unwrap_or(0) == 0 {
        checker.within("options", |checker| {
            checker.report(Code::Required);
        });
    }
    let before = checker.violations.len();
    for key in ["min", "max"] {
        if let Some(bound) = document.get(key) {
            checker.within(key, |checker| check_bound(checker, kind, key, &bound));
        }
    }
    check_lengths(checker, kind, document);
    if checker.violations.len() > before {
        return;
    }
    let Some(field) = Field::read(document.clone()) else { return };
    let bounds = match (field.min, field.max) {
        (Some(min), Some(max)) => min > max,
        _ => false,
    };
    let lengths =
        matches!((field.min_length, field.max_length), (Some(min), Some(max)) if min > max);
    if bounds || lengths {
        checker.report(Code::Reversed);
    }
    check_default(checker, &field, document);
}

fn check_bound<D: Document>(checker: &mut Checker, kind: FieldType, key: &str, bound: &D) {
    if kind == FieldType::Date {
        match bound.text() {
            None => checker.wrong_type("text"),
            Some(text) if crate::time::Date::parse(&text).is_err() => {
                checker.report(Code::InvalidDate);
            }
            Some(_) => {}
        }
        return;
    }
    let Some(number) = bound.number().filter(|number| number.is_finite()) else {
        return checker.wrong_type("number");
    };
    match kind {
        FieldType::Rating if key == "max" => checker.int(number, 2, MAX_RATING as i32),
        FieldType::Multiselect => checker.int(number, 0, 24),
        _ => {}
    }
}

/// A length beyond what the type allows could never be reached.
fn check_lengths<D: Document>(checker: &mut Checker, kind: FieldType, document: &D) {
    let Some(own) = kind.max_length() else { return };
    for key in ["min_length", "max_length"] {
        let length = document.get(key).and_then(|length| length.number());
        if length.is_some_and(|length| length > own as f64 && length <= 4_000.0) {
            checker.within(key, |checker| {
                checker.report(Code::TooLarge).params.max = Some(own as f64);
            });
        }
    }
}

fn check_default<D: Document>(checker: &mut Checker, field: &Field, document: &D) {
    let Some(default) = document.get("default") else { return };
    let Err(mut violation) = check_value(field, default) else { return };
    checker.within("default", |checker| {
        // The answer's own path begins with the field's id; an entry of a list keeps its index.
        violation.path.drain(..field.id.len());
        checker.add(violation);
    });
}
