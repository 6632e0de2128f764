//! The one check of answers, for the browser before it sends and the server when it receives.

use super::field::{Bound, Field, FieldType};
use super::value::{CleanValues, FieldValue};
use crate::address::{is_email, is_tel, is_web_link};
use crate::config::{Document, read};
use crate::error::{Violation, ViolationCode as Code, index_path};
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
pub fn check_values<D: Document>(
    fields: &[Field],
    values: D,
) -> Result<CleanValues, Vec<Violation>> {
    if !values.is_object() {
        return Err(vec![Violation::wrong_type("", "object")]);
    }
    let values = Some(values);
    let mut clean = Vec::new();
    let mut violations = Vec::new();
    for field in fields {
        let checked = match read::member(&values, &field.id) {
            Some(value) => check_value(field, value),
            None => Ok(None),
        };
        match checked.and_then(|value| complete(field, value)) {
            Ok(Some(value)) => clean.push((field.id.clone(), value)),
            Ok(None) => {}
            Err(violation) => violations.push(violation),
        }
    }
    if violations.is_empty() { Ok(CleanValues(clean)) } else { Err(violations) }
}

/// What `required` and a hidden field's default ask of an answer that was allowed by itself.
fn complete(field: &Field, value: Option<FieldValue>) -> Result<Option<FieldValue>, Violation> {
    let value = match value {
        None if field.field_type == FieldType::Hidden => field.default.clone(),
        value => value,
    };
    let broken = match value {
        _ if !field.required => None,
        Some(FieldValue::Flag(false)) => Some(Code::MustBeAccepted),
        None if field.field_type == FieldType::Checkbox => Some(Code::MustBeAccepted),
        None => Some(Code::Required),
        Some(_) => None,
    };
    match broken {
        Some(code) => Err(Violation::new(field.id.as_str(), code)),
        None => Ok(value),
    }
}

/// Checks one answer against everything but `required`; `None` where it is empty.
///
/// # Errors
/// What the field does not allow, with the field's id as the path.
pub fn check_value<D: Document>(field: &Field, value: D) -> Result<Option<FieldValue>, Violation> {
    let value = Some(value);
    let document = value.as_ref();
    match field.field_type {
        FieldType::Text
        | FieldType::Textarea
        | FieldType::Email
        | FieldType::Tel
        | FieldType::Url => check_text(field, document.and_then(Document::text)),
        FieldType::Date => check_date(field, document.and_then(Document::text)),
        FieldType::Select | FieldType::Radio => {
            check_choice(field, document.and_then(Document::text))
        }
        FieldType::Multiselect => check_choices(field, document),
        FieldType::Checkbox => match document.and_then(Document::boolean) {
            Some(flag) => Ok(Some(FieldValue::Flag(flag))),
            None => wrong_type(field, "true or false"),
        },
        FieldType::Number => check_number(field, document.and_then(Document::number)),
        FieldType::Rating => {
            let max = f64::from(field.max_rating());
            check_scale(field, document.and_then(Document::number), 1.0, max)
        }
        FieldType::Nps => check_scale(field, document.and_then(Document::number), 0.0, 10.0),
        FieldType::Hidden => check_hidden(field, document),
    }
}

type Checked = Result<Option<FieldValue>, Violation>;

// Not inlined: a violation is a large value, and there are many places that make one.
#[inline(never)]
fn violation(field: &Field, code: Code) -> Violation {
    Violation::new(field.id.as_str(), code)
}

#[inline(never)]
fn wrong_type(field: &Field, expected: &'static str) -> Checked {
    Err(Violation::wrong_type(field.id.as_str(), expected))
}

fn check_text(field: &Field, text: Option<String>) -> Checked {
    let Some(text) = text else {
        return wrong_type(field, "text");
    };
    let lines = field.field_type == FieldType::Textarea;
    let text = cleaned(&text, lines);
    if text.is_empty() {
        return Ok(None);
    }
    if !lines && text.contains('\n') {
        return Err(violation(field, Code::NotOneLine));
    }
    check_length(field, &text)?;
    let broken = match field.field_type {
        FieldType::Email if !is_email(&text) => Some(Code::InvalidEmail),
        FieldType::Tel if !is_tel(&text) => Some(Code::InvalidTel),
        FieldType::Url if !is_web_link(&text) => Some(Code::InvalidUrl),
        _ => None,
    };
    match broken {
        Some(code) => Err(violation(field, code)),
        None => Ok(Some(FieldValue::Text(text))),
    }
}

/// A text of one line; a line break that is left in it is a fault of who wrote it.
#[cfg(feature = "json")]
pub(crate) fn cleaned_line(text: &str) -> String {
    cleaned(text, false)
}

/// Makes every line break one `\n`, removes control characters but tabs, and trims.
fn cleaned(text: &str, lines: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\t' if !lines => out.push(' '),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

fn check_length(field: &Field, text: &str) -> Result<(), Violation> {
    let own = field.field_type.max_length().unwrap_or(usize::MAX);
    let max = field.max_length.unwrap_or(own).min(own);
    let count = text.chars().count();
    if count > max {
        return Err(violation(field, Code::TooLong).max(max as f64));
    }
    match field.min_length {
        Some(min) if count < min => Err(violation(field, Code::TooShort).min(min as f64)),
        _ => Ok(()),
    }
}

fn check_date(field: &Field, text: Option<String>) -> Checked {
    let Some(text) = text else {
        return wrong_type(field, "text");
    };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let Ok(date) = Date::parse(text) else {
        return Err(violation(field, Code::InvalidDate));
    };
    match (field.min, field.max) {
        (Some(Bound::Date(min)), _) if date < min => {
            Err(violation(field, Code::TooEarly).value(min.to_iso_string()))
        }
        (_, Some(Bound::Date(max))) if date > max => {
            Err(violation(field, Code::TooLate).value(max.to_iso_string()))
        }
        _ => Ok(Some(FieldValue::Text(text.to_owned()))),
    }
}

fn check_choice(field: &Field, text: Option<String>) -> Checked {
    match text {
        None => wrong_type(field, "text"),
        Some(text) if text.is_empty() => Ok(None),
        Some(text) if is_option(field, &text) => Ok(Some(FieldValue::Text(text))),
        Some(_) => Err(violation(field, Code::UnknownOption)),
    }
}

fn is_option(field: &Field, text: &str) -> bool {
    field.options.iter().any(|option| option.value == text)
}

fn check_choices<D: Document>(field: &Field, list: Option<&D>) -> Checked {
    let Some((list, len)) = list.and_then(|list| Some((list, list.len()?))) else {
        return wrong_type(field, "list");
    };
    if len > field.options.len() {
        return Err(violation(field, Code::TooMany).max(field.options.len() as f64));
    }
    let mut choices: Vec<String> = Vec::new();
    for (index, item) in list.items().enumerate() {
        let path = index_path(&field.id, index);
        match item.text() {
            None => return Err(Violation::wrong_type(path, "text")),
            Some(text) if !is_option(field, &text) => {
                return Err(Violation::new(path, Code::UnknownOption));
            }
            Some(text) if choices.contains(&text) => {
                return Err(Violation::new(path, Code::Duplicate).value(text));
            }
            Some(text) => choices.push(text),
        }
    }
    let count = choices.len() as f64;
    match (field.min, field.max) {
        _ if choices.is_empty() => Ok(None),
        (Some(Bound::Number(min)), _) if count < min => {
            Err(violation(field, Code::TooFew).min(min))
        }
        (_, Some(Bound::Number(max))) if count > max => {
            Err(violation(field, Code::TooMany).max(max))
        }
        _ => Ok(Some(FieldValue::Choices(choices))),
    }
}

fn check_number(field: &Field, number: Option<f64>) -> Checked {
    let Some(number) = number.filter(|number| number.is_finite()) else {
        return wrong_type(field, "number");
    };
    match (field.min, field.max) {
        (Some(Bound::Number(min)), _) if number < min => {
            Err(violation(field, Code::TooSmall).min(min))
        }
        (_, Some(Bound::Number(max))) if number > max => {
            Err(violation(field, Code::TooLarge).max(max))
        }
        _ => Ok(Some(FieldValue::Number(number))),
    }
}

/// A whole number on a scale.
fn check_scale(field: &Field, number: Option<f64>, min: f64, max: f64) -> Checked {
    match number {
        None => wrong_type(field, "number"),
        Some(number) if read::whole(number).is_none() => Err(violation(field, Code::NotInteger)),
        Some(number) if number < min => Err(violation(field, Code::TooSmall).min(min)),
        Some(number) if number > max => Err(violation(field, Code::TooLarge).max(max)),
        Some(number) => Ok(Some(FieldValue::Number(number))),
    }
}

/// Whatever the page knows: a text, a number, or a truth value.
fn check_hidden<D: Document>(field: &Field, value: Option<&D>) -> Checked {
    let Some(value) = value else { return Ok(None) };
    if let Some(text) = value.text() {
        if text.is_empty() {
            return Ok(None);
        }
        check_length(field, &text)?;
        return Ok(Some(FieldValue::Text(text)));
    }
    let number = value.number().filter(|number| number.is_finite()).map(FieldValue::Number);
    match number.or_else(|| value.boolean().map(FieldValue::Flag)) {
        Some(value) => Ok(Some(value)),
        None => wrong_type(field, "text"),
    }
}
