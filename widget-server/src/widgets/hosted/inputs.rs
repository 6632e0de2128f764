//! The fields of a form as a page's own inputs.

use maud::{Markup, html};
use widget_core::form::{Bound, Field, FieldType, FieldValue};
use widget_core::language::{Language, Text};

use super::entry::{Entry, PREFIX};
use crate::http::FieldError;
use crate::languages::Words;

/// The most points of `nps`.
const NPS_MAX: i32 = 10;

/// All fields, with what was sent before and what is wrong with it.
pub(super) fn inputs(
    fields: &[Field],
    entry: &Entry,
    errors: &[FieldError],
    language: &Language,
) -> Markup {
    html! {
        @for field in fields {
            @let error = errors.iter().find(|error| error.path == field.id);
            (input(&Input { field, entry, error, language }))
        }
    }
}

struct Input<'a> {
    field: &'a Field,
    entry: &'a Entry,
    error: Option<&'a FieldError>,
    language: &'a Language,
}

impl Input<'_> {
    fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.resolve(self.language)
    }

    fn name(&self) -> String {
        format!("{PREFIX}{}", self.field.id)
    }

    /// What stands in it: what was sent, or else the default.
    fn value(&self) -> String {
        self.entry.values(&self.field.id).next().map_or_else(
            || match &self.field.default {
                Some(FieldValue::Text(text)) => text.clone(),
                Some(FieldValue::Number(number)) => number.to_string(),
                _ => String::new(),
            },
            ToOwned::to_owned,
        )
    }

    fn is_chosen(&self, value: &str) -> bool {
        let mut sent = self.entry.values(&self.field.id).peekable();
        if sent.peek().is_some() {
            return sent.any(|chosen| chosen == value);
        }
        match &self.field.default {
            Some(FieldValue::Text(text)) => text == value,
            Some(FieldValue::Number(number)) => number.to_string() == value,
            Some(FieldValue::Choices(choices)) => choices.iter().any(|chosen| chosen == value),
            _ => false,
        }
    }

    fn placeholder(&self) -> Option<&str> {
        self.field.placeholder.as_ref().map(|text| self.say(text))
    }
}

fn input(input: &Input<'_>) -> Markup {
    let field = input.field;
    match field.field_type {
        FieldType::Hidden => html! {
            input type="hidden" name=(input.name()) value=(input.value());
        },
        FieldType::Checkbox => html! {
            p class="field" {
                label {
                    input type="checkbox" name=(input.name()) required[field.required]
                        checked[input.entry.values(&field.id).next().is_some()];
                    " " (input.say(&field.label))
                }
                (notes(input))
            }
        },
        FieldType::Radio | FieldType::Multiselect | FieldType::Rating | FieldType::Nps => html! {
            fieldset class="field" {
                legend { (label(input)) }
                (choices(input))
                (notes(input))
            }
        },
        _ => html! {
            p class="field" {
                label for=(input.name()) { (label(input)) }
                (control(input))
                (notes(input))
            }
        },
    }
}

fn label(input: &Input<'_>) -> Markup {
    html! {
        (input.say(&input.field.label))
        @if input.field.required { " " span aria-hidden="true" { "*" } }
    }
}

fn notes(input: &Input<'_>) -> Markup {
    html! {
        @if let Some(help) = &input.field.help { small { (input.say(help)) } }
        @if let Some(error) = input.error { strong class="wrong" { (complaint(error, input.language)) } }
    }
}

/// What is wrong with an answer; the exact sentence is there in English only.
fn complaint<'e>(error: &'e FieldError, language: &Language) -> &'e str {
    let words = Words::of(language);
    let sheet = &words.sheet;
    match error.code.as_ref() {
        _ if words.are_english() => &error.message,
        "required" => &sheet.required,
        "must_be_accepted" => &sheet.required_tick,
        "too_short" | "too_few" => &sheet.too_short,
        "too_long" | "too_many" => &sheet.too_long,
        "too_small" | "too_large" | "too_early" | "too_late" => &sheet.out_of_range,
        "unknown_option" => &sheet.bad_choice,
        _ => &sheet.bad_value,
    }
}

fn choices(input: &Input<'_>) -> Markup {
    let field = input.field;
    let numbers =
        |from: i32, to: i32| (from..=to).map(|n| (n.to_string(), n.to_string())).collect();
    let choices: Vec<(String, String)> = match field.field_type {
        FieldType::Rating => numbers(1, field.max_rating()),
        FieldType::Nps => numbers(0, NPS_MAX),
        _ => {
            let options = field.options.iter();
            options.map(|it| (it.value.clone(), input.say(&it.label).to_owned())).collect()
        }
    };
    let several = field.field_type == FieldType::Multiselect;
    html! {
        @for (value, text) in &choices {
            label class="choice" {
                input type=(if several { "checkbox" } else { "radio" }) name=(input.name())
                    value=(value) required[field.required && !several]
                    checked[input.is_chosen(value)];
                " " (text)
            }
        }
    }
}

fn control(input: &Input<'_>) -> Markup {
    let field = input.field;
    let (name, required) = (input.name(), field.required);
    let kind = match field.field_type {
        FieldType::Textarea => {
            return html! {
                textarea id=(name) name=(name) rows="4" required[required]
                    minlength=[field.min_length] maxlength=[field.max_length]
                    placeholder=[input.placeholder()] { (input.value()) }
            };
        }
        FieldType::Select => {
            return html! {
                select id=(name) name=(name) required[required] {
                    option value="" {}
                    @for option in &field.options {
                        option value=(option.value) selected[input.is_chosen(&option.value)] {
                            (input.say(&option.label))
                        }
                    }
                }
            };
        }
        other => other.input_type(),
    };
    let step = (kind == "number").then_some("any");
    html! {
        input id=(name) type=(kind) name=(name) required[required] value=(input.value()) step=[step]
            min=[bound(field.min.as_ref())] max=[bound(field.max.as_ref())]
            minlength=[field.min_length] maxlength=[field.max_length]
            placeholder=[input.placeholder()];
    }
}

fn bound(bound: Option<&Bound>) -> Option<String> {
    Some(match bound? {
        Bound::Number(number) => number.to_string(),
        Bound::Date(date) => date.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use widget_core::form::Form;

    use super::*;

    fn rendered(field: &serde_json::Value) -> String {
        let form = Form::read(&json!({ "id": "f", "fields": [field] }));
        let language = Language::only("en");
        inputs(&form.fields, &Entry::default(), &[], &language).into_string()
    }

    #[test]
    fn every_type_of_field_can_be_filled_in_without_a_script() {
        let table = [
            ("text", "type=\"text\""),
            ("textarea", "<textarea"),
            ("email", "type=\"email\""),
            ("tel", "type=\"tel\""),
            ("url", "type=\"url\""),
            ("number", "type=\"number\""),
            ("date", "type=\"date\""),
            ("select", "<select"),
            ("radio", "type=\"radio\""),
            ("multiselect", "type=\"checkbox\""),
            ("checkbox", "type=\"checkbox\""),
            ("rating", "type=\"radio\""),
            ("nps", "type=\"radio\""),
            ("hidden", "type=\"hidden\""),
        ];
        for (kind, expected) in table {
            let options = json!([{ "value": "a", "label": "A" }]);
            let field = json!({ "id": "x", "label": "X", "type": kind, "options": options });
            let html = rendered(&field);
            assert!(html.contains(expected) && html.contains("name=\"form.x\""), "{kind}: {html}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_the_visitors_language() {
        let error = FieldError::new("x", "required", "is required");
        assert_eq!(complaint(&error, &Language::only("en")), "is required");
        assert_eq!(complaint(&error, &Language::only("de")), "Bitte füllen Sie dieses Feld aus.");
    }

    #[test]
    fn labels_are_text() {
        let html = rendered(&json!({ "id": "x", "label": "<b>X</b>", "type": "text" }));
        assert!(html.contains("&lt;b&gt;X&lt;/b&gt;"), "{html}");
    }
}
