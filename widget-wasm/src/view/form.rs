//! Forms: drawn from their definition, and read back from the page.

use js_sys::{Array, JSON, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;
use widget_core::config::Document;
use widget_core::error::ViolationCode as Code;
use widget_core::form::{Field, FieldType, FieldValue, Form, check_values};
use widget_core::language::{Language, Text};

use super::icon::{self, ALERT};
use super::painter::Painter;
use super::part;
use crate::digits;
use crate::effects::js::{Js, set};
use crate::model::form::{Checked, Filling, Purpose};
use crate::wording::{Word, Wording};

/// A form on the screen.
pub(crate) fn form(p: &mut Painter<'_>, filling: &Filling, language: &Language, words: &Wording) {
    let (title, send) = match filling.purpose {
        Purpose::Before => (Word::Before, Word::Begin),
        Purpose::Feedback => (Word::Feedback, Word::Submit),
    };
    let form = &filling.form;
    let own = |text: &'_ Option<Text>, word| match text {
        Some(text) => text.resolve(language).to_owned(),
        None => words.say(word).to_owned(),
    };
    p.part(part::FORM, "form", "sheet").with("novalidate", "");
    p.line("h3", "", &own(&form.title, title));
    if form.description.is_some() {
        p.line("p", "", &own(&form.description, title));
    }
    let values = Js::parse(&filling.values);
    for field in &form.fields {
        if field.field_type != FieldType::Hidden {
            let value = values.get(&field.id);
            Page { filling, language, words, field, value }.draw(p);
        }
    }
    if let Some(problem) = &filling.problem {
        p.open("div", "fail");
        icon::icon(p, ALERT);
        p.line("span", "", words.or(&problem.detail, Word::Failed)).close();
    }
    p.open("button", "fill").with("type", "submit").when(filling.sending, "disabled");
    p.text(&own(&form.submit_label, send)).close();
    if filling.purpose == Purpose::Feedback {
        icon::word(p, "link", words.say(Word::Skip), "skip");
    }
    p.close();
}

/// One field on the screen.
struct Page<'a> {
    filling: &'a Filling,
    language: &'a Language,
    words: &'a Wording,
    field: &'a Field,
    /// What was entered before.
    value: Option<Js>,
}

impl Page<'_> {
    fn say<'a>(&'a self, text: &'a Text) -> &'a str {
        text.resolve(self.language)
    }

    fn refused(&self) -> Option<Code> {
        let refused = self.filling.refused.iter().find(|(id, _)| *id == self.field.id);
        refused.map(|(_, code)| *code)
    }

    fn draw(&self, p: &mut Painter<'_>) {
        let kind = self.field.field_type;
        // One question over several boxes is a fieldset, one over one box is a label.
        let grouped = matches!(
            kind,
            FieldType::Radio | FieldType::Multiselect | FieldType::Rating | FieldType::Nps
        );
        let tick = kind == FieldType::Checkbox;
        p.open(
            if grouped { "fieldset" } else { "label" },
            if tick { "field tick" } else { "field" },
        );
        if tick {
            self.boxes(p);
        }
        p.open(if grouped { "legend" } else { "span" }, "name").text(self.say(&self.field.label));
        if !self.field.required && !tick {
            p.line("small", "", self.words.say(Word::Optional));
        }
        p.close();
        if !tick {
            self.boxes(p);
        }
        let hint = match (self.refused(), &self.field.help) {
            (Some(code), _) => Some((self.words.say(wrong(code, kind)), "wrong")),
            (None, Some(help)) => Some((self.say(help), "help")),
            (None, None) => None,
        };
        if let Some((text, class)) = hint {
            p.open("span", class).with("id", &self.field.id).text(text).close();
        }
        p.close();
    }

    /// The boxes the field is answered in.
    fn boxes(&self, p: &mut Painter<'_>) {
        let field = self.field;
        match field.field_type {
            FieldType::Radio | FieldType::Multiselect => {
                let kind = if field.field_type == FieldType::Radio { "radio" } else { "checkbox" };
                for option in &field.options {
                    self.pick(p, kind, &option.value, self.say(&option.label));
                }
            }
            FieldType::Rating => self.scale(p, "stars", 1, field.max_rating().unsigned_abs()),
            FieldType::Nps => {
                self.scale(p, "scale", 0, 10);
                p.open("span", "ends").line("span", "", self.words.say(Word::Worst));
                p.line("span", "", self.words.say(Word::Best)).close();
            }
            FieldType::Checkbox => {
                let on = self.value.as_ref().and_then(Document::boolean).unwrap_or_default();
                self.input(p, "input").with("type", "checkbox").when(on, "checked").close();
            }
            FieldType::Select => {
                self.input(p, "select");
                p.open("option", "").with("value", "").text(self.words.say(Word::Choose)).close();
                for option in &field.options {
                    p.open("option", "").with("value", &option.value);
                    p.when(self.holds(&option.value), "selected")
                        .text(self.say(&option.label))
                        .close();
                }
                p.close();
            }
            FieldType::Textarea => {
                self.input(p, "textarea").with("rows", "3");
                self.hint(p).text(&self.typed()).close();
            }
            kind => {
                self.input(p, "input").with("type", input_type(kind)).with("value", &self.typed());
                self.hint(p).close();
            }
        }
    }

    /// Begins a box; the caller closes it.
    fn input<'a, 'b>(&self, p: &'b mut Painter<'a>, tag: &'static str) -> &'b mut Painter<'a> {
        p.open(tag, "").with("name", &self.field.id).with("aria-describedby", &self.field.id);
        if self.field.required {
            p.with("aria-required", "true");
        }
        if self.refused().is_some() {
            p.with("aria-invalid", "true");
        }
        p
    }

    fn hint<'a, 'b>(&self, p: &'b mut Painter<'a>) -> &'b mut Painter<'a> {
        match &self.field.placeholder {
            Some(text) => p.with("placeholder", self.say(text)),
            None => p,
        }
    }

    fn pick(&self, p: &mut Painter<'_>, kind: &str, value: &str, label: &str) {
        p.open("label", "pick");
        self.input(p, "input")
            .with("type", kind)
            .with("value", value)
            .when(self.holds(value), "checked")
            .close();
        p.line("span", "", label).close();
    }

    fn scale(&self, p: &mut Painter<'_>, class: &str, first: u32, last: u32) {
        p.open("span", class);
        for step in first..=last {
            let step = digits::of(step);
            self.pick(p, "radio", &step, &step);
        }
        p.close();
    }

    /// What stands in a box at first: what was entered before, or the field's default.
    fn typed(&self) -> String {
        match (&self.value, &self.field.default) {
            (Some(value), _) => as_text(value),
            (None, Some(FieldValue::Text(text))) => text.clone(),
            (None, _) => String::new(),
        }
    }

    /// Whether an option is chosen at first.
    fn holds(&self, option: &str) -> bool {
        let chosen = |value: &Js| as_text(value) == option;
        match (&self.value, &self.field.default) {
            (Some(value), _) => chosen(value) || value.items().any(|value| chosen(&value)),
            (None, Some(FieldValue::Choices(choices))) => choices.iter().any(|one| one == option),
            (None, _) => self.typed() == option,
        }
    }
}

/// A text as it is, a number in its digits.
fn as_text(value: &Js) -> String {
    match value.number() {
        Some(number) => digits::of(number as u32),
        None => value.text().unwrap_or_default(),
    }
}

/// Reads what stands in the boxes, and checks it.
pub(crate) fn read(panel: &web_sys::Element, form: &Form) -> Checked {
    let values = Object::new();
    for field in &form.fields {
        set(&values, &field.id, answer(panel, field));
    }
    let refused = match check_values(&form.fields, Js(values.clone().into())) {
        Ok(_) => Vec::new(),
        Err(violations) => violations.into_iter().map(|found| (found.path, found.code)).collect(),
    };
    let values = JSON::stringify(&values).map(String::from).unwrap_or_default();
    Checked { values, refused }
}

/// What stands in the boxes of a field; `undefined` where nothing does.
fn answer(panel: &web_sys::Element, field: &Field) -> JsValue {
    let boxes = boxes(panel, &field.id);
    let chosen = Array::new();
    for one in boxes.iter().filter(|one| one.checked()) {
        chosen.push(&one.value().into());
    }
    let text = match field.field_type {
        FieldType::Checkbox => return (chosen.length() > 0).into(),
        FieldType::Multiselect => return chosen.into(),
        FieldType::Radio | FieldType::Rating | FieldType::Nps => {
            chosen.get(0).as_string().unwrap_or_default()
        }
        _ => boxes.first().map(HtmlInputElement::value).unwrap_or_default(),
    };
    let text = JsValue::from_str(text.trim());
    match field.field_type {
        _ if text.is_falsy() => JsValue::UNDEFINED,
        // The browser's own reading of a number: Rust's costs the visitor 10 KB.
        FieldType::Rating | FieldType::Nps | FieldType::Number => {
            f64::try_from(text).unwrap_or(f64::NAN).into()
        }
        _ => text,
    }
}

/// The boxes of a field. A select and a textarea have `value` where an input has it, which is all
/// that is read of them.
fn boxes(panel: &web_sys::Element, id: &str) -> Vec<HtmlInputElement> {
    let mut query = String::from(".sheet [name=");
    query.push_str(id);
    query.push(']');
    let Ok(found) = panel.query_selector_all(&query) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)).map(JsCast::unchecked_into).collect()
}

fn input_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Email => "email",
        FieldType::Tel => "tel",
        FieldType::Url => "url",
        FieldType::Number => "number",
        FieldType::Date => "date",
        _ => "text",
    }
}

/// What is said about a value that was refused.
fn wrong(code: Code, kind: FieldType) -> Word {
    match (code, kind) {
        (Code::Required, _) => Word::Required,
        (Code::MustBeAccepted, _) => Word::RequiredTick,
        (Code::TooShort | Code::TooFew, _) => Word::TooShort,
        (Code::TooLong | Code::TooMany, _) => Word::TooLong,
        (Code::TooSmall | Code::TooLarge | Code::TooEarly | Code::TooLate, _) => Word::OutOfRange,
        (Code::UnknownOption, _) => Word::BadChoice,
        (_, FieldType::Email) => Word::BadEmail,
        (_, FieldType::Tel) => Word::BadTel,
        (_, FieldType::Url) => Word::BadUrl,
        (_, FieldType::Number) => Word::BadNumber,
        (_, FieldType::Date) => Word::BadDate,
        _ => Word::BadValue,
    }
}
