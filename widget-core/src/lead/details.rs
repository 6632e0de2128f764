//! What a visitor sends of themselves.

use serde_json::{Map, Value};

use super::Email;
use crate::address::is_tel;
use crate::error::{Violation, ViolationCode, Violations};
use crate::form::cleaned_line;

/// The most further fields of a lead.
pub const MAX_FIELDS: usize = 50;
/// The longest name, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// The longest text in a further field, in characters.
pub const MAX_TEXT_CHARS: usize = 4_000;
/// The longest key of a further field, in characters.
const MAX_KEY_CHARS: usize = 64;
/// The most texts in a list.
const MAX_CHOICES: usize = 24;

/// The body of a captured lead. What it does not name, an earlier lead keeps.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadDetails {
    /// By which leads of one agent are told apart.
    pub email: Email,
    /// The name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Whatever else was asked: texts, numbers, truth values, lists of texts.
    pub fields: Map<String, Value>,
}

impl LeadDetails {
    /// Reads `{email, name?, phone?, fields?}`; empty texts and `null` count as not given.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    ///
    /// ```
    /// use serde_json::json;
    /// use widget_core::lead::LeadDetails;
    ///
    /// let body = json!({ "email": "Ada@example.com", "fields": { "guests": 50 } });
    /// let lead = LeadDetails::read(&body)?;
    /// assert_eq!(lead.email.as_str(), "ada@example.com");
    /// # Ok::<(), widget_core::Violations>(())
    /// ```
    pub fn read(body: &Value) -> Result<Self, Violations> {
        let Value::Object(members) = body else {
            return Err(Violation::wrong_type("", "object").into());
        };
        let mut violations = Vec::new();
        let email = line(members, "email", usize::MAX, &mut violations);
        let email = match email.as_deref().map(Email::parse) {
            Some(Ok(email)) => Some(email),
            Some(Err(_)) => {
                violations.push(Violation::new("email", ViolationCode::InvalidEmail));
                None
            }
            None if violations.is_empty() => {
                violations.push(Violation::new("email", ViolationCode::Required));
                None
            }
            None => None,
        };
        let name = line(members, "name", MAX_NAME_CHARS, &mut violations);
        let phone = line(members, "phone", usize::MAX, &mut violations);
        if phone.as_deref().is_some_and(|phone| !is_tel(phone)) {
            violations.push(Violation::new("phone", ViolationCode::InvalidTel));
        }
        let fields = fields(members.get("fields"), &mut violations);
        match email {
            Some(email) if violations.is_empty() => Ok(Self { email, name, phone, fields }),
            _ => Err(Violations(violations)),
        }
    }
}

/// A text of one line that is not empty.
fn line(
    members: &Map<String, Value>,
    key: &str,
    max: usize,
    violations: &mut Vec<Violation>,
) -> Option<String> {
    let value = members.get(key).filter(|value| !value.is_null())?;
    let Some(text) = value.as_str() else {
        violations.push(Violation::wrong_type(key, "text"));
        return None;
    };
    let text = cleaned_line(text);
    if text.contains('\n') {
        violations.push(Violation::new(key, ViolationCode::NotOneLine));
    } else if text.chars().nth(max).is_some() {
        violations.push(Violation::new(key, ViolationCode::TooLong).max(max as f64));
    }
    (!text.is_empty()).then_some(text)
}

fn fields(value: Option<&Value>, violations: &mut Vec<Violation>) -> Map<String, Value> {
    let members = match value {
        None | Some(Value::Null) => return Map::new(),
        Some(Value::Object(members)) => members,
        Some(_) => {
            violations.push(Violation::wrong_type("fields", "object"));
            return Map::new();
        }
    };
    if members.len() > MAX_FIELDS {
        let too_many = Violation::new("fields", ViolationCode::TooMany);
        violations.push(too_many.max(MAX_FIELDS as f64));
        return Map::new();
    }
    let mut kept = Map::new();
    for (key, value) in members {
        let outcome = if is_key(key) {
            field(value)
        } else {
            Err(Violation::new("", ViolationCode::InvalidId))
        };
        match outcome {
            Ok(Some(value)) => {
                kept.insert(key.clone(), value);
            }
            Ok(None) => {}
            Err(violation) => violations.push(violation.under(key).under("fields")),
        }
    }
    kept
}

fn is_key(key: &str) -> bool {
    let visible = |c: char| c == ' ' || crate::id::is_visible(c);
    !key.trim().is_empty() && key.chars().all(visible) && key.chars().nth(MAX_KEY_CHARS).is_none()
}

/// What is kept of a value; `None` where it says nothing.
fn field(value: &Value) -> Result<Option<Value>, Violation> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(_) | Value::Number(_) => Ok(Some(value.clone())),
        Value::String(text) => {
            let text = text.trim();
            if text.chars().nth(MAX_TEXT_CHARS).is_some() {
                let too_long = Violation::new("", ViolationCode::TooLong);
                return Err(too_long.max(MAX_TEXT_CHARS as f64));
            }
            Ok((!text.is_empty()).then(|| text.into()))
        }
        Value::Array(list) => {
            if list.len() > MAX_CHOICES {
                let too_many = Violation::new("", ViolationCode::TooMany);
                return Err(too_many.max(MAX_CHOICES as f64));
            }
            let fits = |item: &Value| {
                item.as_str().is_some_and(|text| text.chars().nth(MAX_NAME_CHARS).is_none())
            };
            if !list.iter().all(fits) {
                return Err(Violation::wrong_type("", "list of short texts"));
            }
            Ok((!list.is_empty()).then(|| value.clone()))
        }
        Value::Object(_) => {
            Err(Violation::wrong_type("", "text, a number, true or false, or a list of texts"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn wrong(body: &Value) -> Vec<(String, &'static str)> {
        let violations = LeadDetails::read(body).unwrap_err();
        violations.into_iter().map(|v| (v.path, v.code.as_str())).collect()
    }

    #[test]
    fn what_is_given_is_kept_and_what_is_empty_is_not() {
        let lead = LeadDetails::read(&json!({
            "email": " Ada@Example.com", "name": " Ada\tLovelace ", "phone": "",
            "fields": { "company": " Engines ", "guests": 50, "none": null, "blank": " ",
                        "topics": ["a", "b"], "vip": false },
            "unknown": {},
        }))
        .unwrap();
        assert_eq!(lead.email.as_str(), "ada@example.com");
        assert_eq!(lead.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(lead.phone, None);
        let kept =
            json!({ "company": "Engines", "guests": 50, "topics": ["a", "b"], "vip": false });
        assert_eq!(Value::from(lead.fields), kept);
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let body = json!({
            "email": "ada", "name": "x".repeat(201), "phone": "none",
            "fields": { "a": {}, "b": [1], "": 1, "c": "x".repeat(4_001) },
        });
        assert_eq!(
            wrong(&body),
            [
                ("email".to_owned(), "invalid_email"),
                ("name".to_owned(), "too_long"),
                ("phone".to_owned(), "invalid_tel"),
                ("fields.a".to_owned(), "wrong_type"),
                ("fields.b".to_owned(), "wrong_type"),
                ("fields".to_owned(), "invalid_id"),
                ("fields.c".to_owned(), "too_long"),
            ]
        );
    }

    #[test]
    fn an_address_is_needed() {
        for body in [json!({}), json!({ "email": null }), json!({ "email": " " })] {
            assert_eq!(wrong(&body), [("email".to_owned(), "required")]);
        }
        assert_eq!(wrong(&json!({ "email": 7 })), [("email".to_owned(), "wrong_type")]);
        assert_eq!(wrong(&json!("ada@example.com")), [(String::new(), "wrong_type")]);
    }

    #[test]
    fn further_fields_are_few() {
        let fields: Map<String, Value> = (0..51).map(|n| (n.to_string(), json!(n))).collect();
        let body = json!({ "email": "a@b.co", "fields": fields });
        assert_eq!(wrong(&body), [("fields".to_owned(), "too_many")]);
        let body = json!({ "email": "a@b.co", "fields": [] });
        assert_eq!(wrong(&body), [("fields".to_owned(), "wrong_type")]);
    }

    proptest! {
        #[test]
        fn any_lead_is_read_or_refused(email in "\\PC{0,12}|[a-zA-Z]{1,5}@[A-Z]{1,5}\\.com", text in any::<String>()) {
            let body = json!({
                "email": email, "name": text, "phone": text, "fields": { &text: [text] },
            });
            if let Ok(lead) = LeadDetails::read(&body) {
                prop_assert_eq!(Email::parse(lead.email.as_str()), Ok(lead.email));
            }
        }
    }
}
