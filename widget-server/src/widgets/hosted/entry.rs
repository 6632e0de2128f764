//! What a visitor sends with the page's own form.

use serde_json::{Map, Value};
use widget_core::form::{CleanValues, Field, FieldType, Form, check_values};
use widget_core::message::ClientMessageId;

use crate::http::problem::ErrorStatus;
use crate::http::{Problem, Query, Request};

/// Fields of a form stand under this prefix, apart from the page's own.
pub(super) const PREFIX: &str = "form.";
const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// A submitted page.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The token of the conversation so far.
    pub(super) token: Option<String>,
    /// What is said; empty to look again.
    pub(super) content: String,
    /// The id of what is said. A reload of the answer's page sends it again, and so does the same
    /// text after a failure: nothing is said twice.
    pub(super) client_message_id: Option<String>,
    /// Whether the visitor begins anew.
    pub(super) new: bool,
    /// Whether the box for consent is ticked.
    pub(super) consent: bool,
    form: Vec<(String, String)>,
}

impl Entry {
    /// Reads the body.
    ///
    /// # Errors
    /// 415 for another content type, and those of reading.
    pub(super) async fn read(request: &mut Request) -> Result<Self, Problem> {
        let content_type = request.header("content-type").unwrap_or_default();
        if !content_type.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(FORM_TYPE))
        {
            return Err(Problem::new(
                ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Send this form as application/x-www-form-urlencoded.",
            ));
        }
        let body = request.bytes().await?;
        let pairs = Query::parse(&String::from_utf8_lossy(&body));
        let text = |name: &str| pairs.get(name).map(ToOwned::to_owned);
        let form = pairs.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix(PREFIX)?.to_owned(), value.to_owned()))
        });
        Ok(Self {
            token: text("token"),
            client_message_id: message_id(&pairs),
            content: text("content").unwrap_or_default(),
            new: pairs.get("new").is_some(),
            consent: pairs.get("consent").is_some(),
            form: form.collect(),
        })
    }

    /// Whether anything is said.
    pub(super) fn says_something(&self) -> bool {
        !self.content.trim().is_empty()
    }

    /// What stands in a field, to be shown again.
    pub(super) fn values<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.form.iter().filter(move |(name, _)| name == field);
        own.map(|(_, value)| value.as_str())
    }

    /// The answers to a form, checked by the same rules as everywhere.
    ///
    /// # Errors
    /// 422 for each field.
    pub(super) fn check(&self, form: &Form) -> Result<CleanValues, Problem> {
        let mut values = Map::new();
        for field in &form.fields {
            if let Some(value) = self.typed(field) {
                values.insert(field.id.clone(), value);
            }
        }
        check_values(&form.fields, &Value::Object(values)).map_err(Problem::unprocessable)
    }

    /// A page's form knows texts only: the value as the field's type has it.
    fn typed(&self, field: &Field) -> Option<Value> {
        let texts: Vec<&str> = self.values(&field.id).filter(|text| !text.is_empty()).collect();
        let first = *texts.first()?;
        Some(match field.field_type {
            FieldType::Checkbox => Value::Bool(true),
            FieldType::Multiselect => texts.into_iter().map(Value::from).collect(),
            FieldType::Number | FieldType::Rating | FieldType::Nps => {
                let number = first.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                // What is no number stays a text, which the check refuses by name.
                number.map_or_else(|| Value::from(first), whole_if_whole)
            }
            _ => Value::from(first),
        })
    }
}

/// The fresh id of the page, or the id of what failed where the same is said again.
fn message_id(pairs: &Query) -> Option<String> {
    // Line breaks come as browsers send them, from one kind of field or another.
    let plain = |name: &str| Some(pairs.get(name)?.replace('\r', "").trim().to_owned());
    let again = plain("failed_content").is_some_and(|text| Some(text) == plain("content"));
    let name = if again { "failed_message_id" } else { "client_message_id" };
    pairs.get(name).filter(|id| ClientMessageId::parse(id).is_ok()).map(ToOwned::to_owned)
}

fn whole_if_whole(number: f64) -> Value {
    let whole = number as i64;
    if whole as f64 == number { Value::from(whole) } else { Value::from(number) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(pairs: &[(&str, &str)]) -> Entry {
        let form = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Entry { form: form.collect(), ..Entry::default() }
    }

    fn form() -> Form {
        Form::read(&json!({ "id": "before", "fields": [
            { "id": "email", "label": "E-mail", "type": "email", "required": true },
            { "id": "guests", "label": "Guests", "type": "number" },
            { "id": "news", "label": "News", "type": "checkbox" },
            { "id": "days", "label": "Days", "type": "multiselect", "options": [
                { "value": "mon", "label": "Monday" }, { "value": "tue", "label": "Tuesday" },
            ] },
        ] }))
    }

    #[test]
    fn texts_of_a_page_become_values_of_their_fields() {
        let entry = entry(&[
            ("email", "ada@example.com"),
            ("guests", "50"),
            ("news", "on"),
            ("days", "mon"),
            ("days", "tue"),
        ]);
        let values = Value::Object(entry.check(&form()).unwrap().into_json());
        let expected = json!({
            "email": "ada@example.com", "guests": 50, "news": true, "days": ["mon", "tue"],
        });
        assert_eq!(values, expected);
    }

    #[test]
    fn the_same_text_after_a_failure_is_the_same_message() {
        let sent = |content: &str| {
            let body = format!(
                "content={content}&client_message_id=new&failed_message_id=old&failed_content=a%0Db"
            );
            message_id(&Query::parse(&body.replace("%0D", "%0D%0A")))
        };
        assert_eq!(sent("a%0Ab").as_deref(), Some("old"));
        assert_eq!(sent("c").as_deref(), Some("new"));
        assert_eq!(message_id(&Query::parse("content=a")), None);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        assert!(entry(&[("email", "ada@example.com"), ("guests", "many")]).check(&form()).is_err());
        assert!(entry(&[]).check(&form()).is_err());
    }
}
