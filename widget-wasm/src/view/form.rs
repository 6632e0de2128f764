//! Forms: drawn from their definition, and read back from the page.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlInputElement;
use widget_core::error::ViolationCode as Code;
use widget_core::form::{Field, FieldType, FieldValue, Form};
use widget_core::language::{Language, Text};

use super::icon::{self, ALERT};
use super::painter::Painter;
use super::part;
use crate::digits;
use crate::model::answers::Answers;
use crate::model::form::{Filling, Purpose};
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
    for field in &form.fields {
        if field.field_type != FieldType::Hidden {
            Page { filling, language, words, field }.draw(p);
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
}

impl Page<'_> {
    fn say<'a>(&'a self, text: &'a Text) -> &'a str {
        text.resolve(self.language)
    }

    fn refused(&self) -> Option<Code> {
        let refused = self.filling.refused.iter().find(|(id, _)| *id == self.field.id);
        refused.map(|(_, code)| *code)
    }

    fn value(&self) -> Option<&FieldValue> {
        self.filling.values.value(&self.field.id).or(self.field.default.as_ref())
    }

    fn draw(&self, p: &mut Painter<'_>) {
        let kind = self.field.field_type;
        // One question over several boxes is a fieldset, one over one box is a label.
        let grouped = matches!(
            kind,
            FieldType::Radio | FieldType::Multiselect | FieldType::Rating | FieldType::Nps
        );
        let tick = kind == FieldType::Checkbox;
        p.open(if grouped { "fieldset" } else { "label" }, if tick { "field tick" } else { "field" });
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
                let on = self.value() == Some(&FieldValue::Flag(true));
                self.input(p, "input").with("type", "checkbox").when(on, "checked").close();
            }
            FieldType::Select => {
                self.input(p, "select");
                p.open("option", "").with("value", "").text(self.words.say(Word::Choose)).close();
                for option in &field.options {
                    p.open("option", "").with("value", &option.value);
                    p.when(self.holds(&option.value), "selected").text(self.say(&option.label)).close();
                }
                p.close();
            }
            FieldType::Textarea => {
                self.input(p, "textarea").with("rows", "3");
                self.hint(p).text(self.typed()).close();
            }
            kind => {
                self.input(p, "input").with("type", input_type(kind)).with("value", self.typed());
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
        self.input(p, "input").with("type", kind).with("value", value).when(self.holds(value), "checked").close();
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

    fn typed(&self) -> &str {
        match self.value() {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether the answer so far holds an option.
    fn holds(&self, option: &str) -> bool {
        match self.value() {
            Some(FieldValue::Text(text)) => text == option,
            Some(FieldValue::Choices(choices)) => choices.iter().any(|choice| choice == option),
            Some(FieldValue::Number(number)) => digits::of(*number as u32) == option,
            Some(FieldValue::Flag(_)) | None => false,
        }
    }
}

/// Reads what stands in the boxes, as the rules take it.
pub(crate) fn read(panel: &web_sys::Element, form: &Form) -> Answers {
    let answer = |field: &Field| Some((field.id.clone(), answer(panel, field)?));
    Answers(form.fields.iter().filter_map(answer).collect())
}

fn answer(panel: &web_sys::Element, field: &Field) -> Option<FieldValue> {
    let boxes = boxes(panel, &field.id);
    let text = boxes.first().map(HtmlInputElement::value).unwrap_or_default();
    let mut chosen = boxes.iter().filter(|input| input.checked()).map(HtmlInputElement::value);
    let value = match field.field_type {
        FieldType::Hidden => return None,
        FieldType::Checkbox => return Some(FieldValue::Flag(chosen.next().is_some())),
        FieldType::Multiselect => {
            let chosen: Vec<String> = chosen.collect();
            return (!chosen.is_empty()).then_some(FieldValue::Choices(chosen));
        }
        FieldType::Radio | FieldType::Rating | FieldType::Nps => chosen.next()?,
        _ => text,
    };
    let value = value.trim();
    match field.field_type {
        _ if value.is_empty() => None,
        FieldType::Rating | FieldType::Nps | FieldType::Number => {
            // The browser's own reading of a number: Rust's costs the visitor 10 KB.
            let number = f64::try_from(JsValue::from_str(value)).ok()?;
            Some(if number.is_finite() { FieldValue::Number(number) } else { FieldValue::Text(value.into()) })
        }
        _ => Some(FieldValue::Text(value.into())),
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
