//! The one check of answers, for the browser before it sends and the server when it receives.

use super::field::{Bound, Field, FieldType};
use super::value::{CleanValues, FieldValue};
use crate::address::{is_email, is_tel, is_web_link};
use crate::config::{Document, read};
use crate::error::{Violation, ViolationCode as Code, push_index};
use crate::scan::{all, count, has, trim};
use crate::time::Date;

/// Checks the answers to a whole form.
///
/// Answers are trimmed; empty ones count as not given; keys that are no field's are dropped; a
/// hidden field that was not sent has its default.
///
/// # Errors
/// Every violation, with the field's id as the path.
///
/// ```
/// use serde_json::json;
/// use widget_core::form::{Form, check_values};
///
/// let form = Form::read(&json!({ "id": "contact", "fields": [
///     { "id": "email", "label": "E-mail", "type": "email", "required": true },
/// ] }));
/// let values = check_values(&form.fields, &json!({ "email": " ada@example.com " })).unwrap();
/// assert_eq!(values.text("email"), Some("ada@example.com"));
///
/// let violations = check_values(&form.fields, &json!({})).unwrap_err();
/// assert_eq!(violations[0].path, "email");
/// assert_eq!(violations[0].code.as_str(), "required");
/// ```
#[expect(clippy::needless_pass_by_value, reason = "a document is a cheap handle")]
pub fn check_values<D: Document>(
    fields: &[Field],
    values: D,
) -> Result<CleanValues, Vec<Violation>> {
    if !values.is_object() {
        return Err(vec![Violation::wrong_type("", "object")]);
    }
    let mut clean = Vec::new();
    let mut violations = Vec::new();
    for field in fields {
        let given = values.get(&field.id).map(|value| Given::read(field, &value));
        match answer(field, given) {
            Ok(Some(value)) => clean.push((field.id.clone(), value)),
            Ok(None) => {}
            Err(fault) => violations.push(fault.in_field(field)),
        }
    }
    if violations.is_empty() { Ok(CleanValues(clean)) } else { Err(violations) }
}

/// What is wrong with the answers to a form, by the field's place: all that a browser says beside a
/// field. The rules are those of [`check_values`]; the figures of its violations stay out, since
/// they cost a visitor 0.3 KB.
pub fn wrong_answers<D: Document>(fields: &[Field], values: &D) -> Vec<(usize, Code)> {
    let mut wrong = Vec::new();
    for (place, field) in fields.iter().enumerate() {
        let given = values.get(&field.id).map(|value| Given::read(field, &value));
        if let Err(fault) = answer(field, given) {
            wrong.push((place, fault.code));
        }
    }
    wrong
}

/// An answer where the field allows it, whether it is required or not.
pub(super) fn allowed<D: Document>(field: &Field, value: &D) -> Option<FieldValue> {
    check(field, Given::read(field, value)).ok()?
}

/// Checks one answer against everything but `required`; `None` where it is empty.
///
/// # Errors
/// What the field does not allow, with the field's id as the path.
#[expect(clippy::needless_pass_by_value, reason = "a document is a cheap handle")]
pub fn check_value<D: Document>(field: &Field, value: D) -> Result<Option<FieldValue>, Violation> {
    check(field, Given::read(field, &value)).map_err(|fault| fault.in_field(field))
}

/// An answer as it came. Only this is read from a document, so that the rules themselves are
/// there once, whoever holds the documents.
enum Given {
    Text(String),
    Number(f64),
    Flag(bool),
    /// The entries of a list, where they are texts; one more than there are options at most.
    List(Vec<Option<String>>),
    Other,
}

impl Given {
    fn read<D: Document>(field: &Field, document: &D) -> Self {
        if let Some(text) = document.text() {
            return Self::Text(text);
        }
        if let Some(number) = document.number() {
            return Self::Number(number);
        }
        if let Some(flag) = document.boolean() {
            return Self::Flag(flag);
        }
        let Some(length) = document.len() else { return Self::Other };
        let mut entries = Vec::new();
        for index in 0..length.min(field.options.len() + 1) {
            entries.push(document.at(index).and_then(|entry| entry.text()));
        }
        Self::List(entries)
    }
}

/// Why an answer is not allowed. Becomes a violation in one place.
struct Fault {
    code: Code,
    /// Which entry of a list it is about.
    entry: Option<usize>,
    figure: Figure,
}

enum Figure {
    None,
    Min(f64),
    Max(f64),
    Expected(&'static str),
    Value(String),
    Date(Date),
}

type Checked = Result<Option<FieldValue>, Fault>;

impl Fault {
    #[inline(never)]
    fn in_field(self, field: &Field) -> Violation {
        let mut violation = Violation::new(field.id.as_str(), self.code);
        if let Some(index) = self.entry {
            push_index(&mut violation.path, index);
        }
        let params = &mut violation.params;
        match self.figure {
            Figure::None => {}
            Figure::Min(min) => params.min = Some(min),
            Figure::Max(max) => params.max = Some(max),
            Figure::Expected(expected) => params.expected = Some(expected),
            Figure::Value(value) => params.value = Some(value),
            Figure::Date(date) => params.value = Some(date.to_iso_string()),
        }
        violation
    }
}

const fn fault(code: Code, figure: Figure) -> Fault {
    Fault { code, entry: None, figure }
}

fn refuse(code: Code) -> Checked {
    Err(fault(code, Figure::None))
}

/// Everything that is asked of an answer, `required` and a hidden field's default included.
fn answer(field: &Field, given: Option<Given>) -> Checked {
    let value = match given {
        Some(given) => check(field, given)?,
        None => None,
    };
    let value = match value {
        None if field.field_type == FieldType::Hidden => field.default.clone(),
        value => value,
    };
    match value {
        Some(FieldValue::Flag(false)) if field.required => refuse(Code::MustBeAccepted),
        None if field.required => refuse(match field.field_type {
            FieldType::Checkbox => Code::MustBeAccepted,
            _ => Code::Required,
        }),
        value => Ok(value),
    }
}

/// What is asked of an answer that is there.
fn check(field: &Field, given: Given) -> Checked {
    let expected = match field.field_type {
        FieldType::Checkbox => match given {
            Given::Flag(flag) => return Ok(Some(FieldValue::Flag(flag))),
            _ => "true or false",
        },
        FieldType::Multiselect => match given {
            Given::List(entries) => return check_choices(field, entries),
            _ => "list",
        },
        FieldType::Number | FieldType::Rating | FieldType::Nps => match given {
            Given::Number(number) if number.is_finite() => return check_number(field, number),
            _ => "number",
        },
        // Whatever the page knows: a text, a number, or a truth value.
        FieldType::Hidden => match given {
            Given::Text(text) => return check_hidden(field, text),
            Given::Number(number) if number.is_finite() => {
                return Ok(Some(FieldValue::Number(number)));
            }
            Given::Flag(flag) => return Ok(Some(FieldValue::Flag(flag))),
            _ => "text",
        },
        _ => match given {
            Given::Text(text) => return check_text(field, text),
            _ => "text",
        },
    };
    Err(fault(Code::WrongType, Figure::Expected(expected)))
}

fn check_hidden(field: &Field, text: String) -> Checked {
    if text.is_empty() {
        return Ok(None);
    }
    check_length(field, &text)?;
    Ok(Some(FieldValue::Text(text)))
}

/// A text that is typed or chosen.
fn check_text(field: &Field, text: String) -> Checked {
    let kind = field.field_type;
    let text = match kind {
        FieldType::Select | FieldType::Radio => text,
        FieldType::Date => trim(&text).to_owned(),
        _ => cleaned(&text, kind == FieldType::Textarea),
    };
    if text.is_empty() {
        return Ok(None);
    }
    match kind {
        FieldType::Select | FieldType::Radio => {
            if !is_option(field, &text) {
                return refuse(Code::UnknownOption);
            }
        }
        FieldType::Date => check_date(field, &text)?,
        _ => check_typed(field, &text)?,
    }
    Ok(Some(FieldValue::Text(text)))
}

fn check_typed(field: &Field, text: &str) -> Result<(), Fault> {
    if field.field_type != FieldType::Textarea && has(text, b'\n') {
        return Err(fault(Code::NotOneLine, Figure::None));
    }
    check_length(field, text)?;
    let broken = match field.field_type {
        FieldType::Email if !is_email(text) => Code::InvalidEmail,
        FieldType::Tel if !is_tel(text) => Code::InvalidTel,
        FieldType::Url if !is_web_link(text) => Code::InvalidUrl,
        _ => return Ok(()),
    };
    Err(fault(broken, Figure::None))
}

/// A text of one line; a line break that is left in it is a fault of who wrote it.
#[cfg(feature = "json")]
pub(crate) fn cleaned_line(text: &str) -> String {
    cleaned(text, false)
}

/// Makes every line break one `\n`, removes control characters but tabs, and trims.
fn cleaned(text: &str, lines: bool) -> String {
    let mut out = String::new();
    let mut before = ' ';
    all(text, &mut |_, c| {
        let last = std::mem::replace(&mut before, c);
        out.extend(match c {
            '\n' if last == '\r' => None,
            '\r' => Some('\n'),
            '\t' if !lines => Some(' '),
            '\n' | '\t' => Some(c),
            c => Some(c).filter(|c| !c.is_control()),
        });
        true
    });
    trim(&out).to_owned()
}

fn check_length(field: &Field, text: &str) -> Result<(), Fault> {
    let own = field.field_type.max_length().unwrap_or(usize::MAX);
    let max = field.max_length.unwrap_or(own).min(own);
    let count = count(text);
    if count > max {
        return Err(fault(Code::TooLong, Figure::Max(max as f64)));
    }
    match field.min_length {
        Some(min) if count < min => Err(fault(Code::TooShort, Figure::Min(min as f64))),
        _ => Ok(()),
    }
}

fn check_date(field: &Field, text: &str) -> Result<(), Fault> {
    let Ok(date) = Date::parse(text) else {
        return Err(fault(Code::InvalidDate, Figure::None));
    };
    let (code, bound) = match (field.min, field.max) {
        (Some(Bound::Date(min)), _) if date < min => (Code::TooEarly, min),
        (_, Some(Bound::Date(max))) if date > max => (Code::TooLate, max),
        _ => return Ok(()),
    };
    Err(fault(code, Figure::Date(bound)))
}

fn is_option(field: &Field, text: &str) -> bool {
    field.options.iter().any(|option| option.value == text)
}

fn check_choices(field: &Field, entries: Vec<Option<String>>) -> Checked {
    if entries.len() > field.options.len() {
        return Err(fault(Code::TooMany, Figure::Max(field.options.len() as f64)));
    }
    let mut choices: Vec<String> = Vec::new();
    for entry in entries {
        let (code, figure) = match entry {
            None => (Code::WrongType, Figure::Expected("text")),
            Some(text) if !is_option(field, &text) => (Code::UnknownOption, Figure::None),
            Some(text) if choices.contains(&text) => (Code::Duplicate, Figure::Value(text)),
            Some(text) => {
                choices.push(text);
                continue;
            }
        };
        return Err(Fault { code, entry: Some(choices.len()), figure });
    }
    if choices.is_empty() {
        return Ok(None);
    }
    let (min, max) = (figure(field.min), figure(field.max));
    within(choices.len() as f64, (min, Code::TooFew), (max, Code::TooMany))?;
    Ok(Some(FieldValue::Choices(choices)))
}

/// A number, or a whole one on a scale.
fn check_number(field: &Field, number: f64) -> Checked {
    let (min, max) = match field.field_type {
        FieldType::Number => (figure(field.min), figure(field.max)),
        _ if read::whole(number).is_none() => return refuse(Code::NotInteger),
        FieldType::Rating => (Some(1.0), Some(f64::from(field.max_rating()))),
        _ => (Some(0.0), Some(10.0)),
    };
    within(number, (min, Code::TooSmall), (max, Code::TooLarge))?;
    Ok(Some(FieldValue::Number(number)))
}

const fn figure(bound: Option<Bound>) -> Option<f64> {
    match bound {
        Some(Bound::Number(number)) => Some(number),
        _ => None,
    }
}

fn within(
    number: f64,
    (min, too_small): (Option<f64>, Code),
    (max, too_large): (Option<f64>, Code),
) -> Result<(), Fault> {
    match (min, max) {
        (Some(min), _) if number < min => Err(fault(too_small, Figure::Min(min))),
        (_, Some(max)) if number > max => Err(fault(too_large, Figure::Max(max))),
        _ => Ok(()),
    }
}
