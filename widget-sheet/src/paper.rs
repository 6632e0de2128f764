//! A form, drawn from its definition.

use widget_core::config::Document;
use widget_core::error::ViolationCode as Code;
use widget_core::form::{Field, FieldType, FieldValue};
use widget_core::language::Text;
use widget_dom::digits;
use widget_dom::icon::{self, ALERT};
use widget_dom::js::Js;
use widget_dom::painter::Painter;

use crate::desk::Desk;
use crate::form::{Purpose, Questions, State};
use crate::words::Word;

/// The whole form.
pub(crate) fn paper(p: &mut Painter, asked: &Questions, desk: &Desk) {
    let (form, words) = (&asked.form, &desk.words);
    let (title, about, send) = match asked.purpose {
        Purpose::Before => (Word::Before, None, Word::Begin),
        Purpose::Feedback | Purpose::During => (Word::Feedback, None, Word::Submit),
        Purpose::Lead => (Word::Lead, Some(Word::LeadText), Word::Submit),
        Purpose::Comment => (Word::Why, None, Word::Submit),
    };
    p.open("form", "sheet").with("novalidate", "");
    if form.title.is_some() || asked.purpose != Purpose::During {
        p.line("h3", "", &desk.own(form.title.as_ref(), title));
    }
    if form.description.is_some() || about.is_some() {
        let about = about.unwrap_or(title);
        p.line("p", "", &desk.own(form.description.as_ref(), about));
    }
    for (place, field) in form.fields.iter().enumerate() {
        if field.field_type != FieldType::Hidden {
            let refused = asked.wrong.iter().find(|(wrong, _)| *wrong == place);
            let refused = refused.map(|(_, code)| *code);
            let value = asked.values.get(&field.id);
            Page { desk, field, value, refused }.draw(p);
        }
    }
    if let State::Refused(reason) = &asked.state {
        p.open("div", "fail").with("role", "alert");
        icon::icon(p, ALERT);
        p.line("span", "", words.hint(reason, Word::Failed)).close();
    }
    p.open("button", "fill").with("type", "submit");
    p.when(asked.state == State::Sending, "disabled")
        .text(&desk.own(form.submit_label.as_ref(), send))
        .close();
    if asked.purpose != Purpose::Before {
        icon::word(p, "link", words.say(Word::Skip), "skip");
    }
    p.close();
}

/// One field on the screen.
struct Page<'a> {
    desk: &'a Desk,
    field: &'a Field,
    /// What was entered before.
    value: Option<Js>,
    /// What was wrong with it.
    refused: Option<Code>,
}

impl Page<'_> {
    fn say<'a>(&'a self, text: &'a Text) -> &'a str {
        text.resolve(&self.desk.language)
    }

    fn draw(&self, p: &mut Painter) {
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
            p.line("small", "", self.desk.words.say(Word::Optional));
        }
        p.close();
        if !tick {
            self.boxes(p);
        }
        let hint = match (self.refused, &self.field.help) {
            (Some(code), _) => Some((self.desk.words.say(wrong(code, kind)), "wrong")),
            (None, Some(help)) => Some((self.say(help), "help")),
            (None, None) => None,
        };
        if let Some((text, class)) = hint {
            p.open("span", class).with("id", &self.field.id).text(text).close();
        }
        p.close();
    }

    /// The boxes the field is answered in.
    fn boxes(&self, p: &mut Painter) {
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
                p.open("span", "ends").line("span", "", self.desk.words.say(Word::Worst));
                p.line("span", "", self.desk.words.say(Word::Best)).close();
            }
            FieldType::Checkbox => {
                let on = self.value.as_ref().and_then(Document::boolean).unwrap_or_default();
                self.input(p, "input").with("type", "checkbox").when(on, "checked").close();
            }
            FieldType::Select => {
                self.input(p, "select");
                p.open("option", "")
                    .with("value", "")
                    .text(self.desk.words.say(Word::Choose))
                    .close();
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
                self.input(p, "input").with("type", kind.input_type()).with("value", &self.typed());
                self.hint(p).close();
            }
        }
    }

    /// Begins a box; the caller closes it.
    fn input<'a>(&self, p: &'a mut Painter, tag: &'static str) -> &'a mut Painter {
        p.open(tag, "").with("name", &self.field.id).with("aria-describedby", &self.field.id);
        if self.field.required {
            p.with("aria-required", "true");
        }
        if self.refused.is_some() {
            p.with("aria-invalid", "true");
        }
        p
    }

    fn hint<'a>(&self, p: &'a mut Painter) -> &'a mut Painter {
        match &self.field.placeholder {
            Some(text) => p.with("placeholder", self.say(text)),
            None => p,
        }
    }

    fn pick(&self, p: &mut Painter, kind: &str, value: &str, label: &str) {
        p.open("label", "pick");
        self.input(p, "input")
            .with("type", kind)
            .with("value", value)
            .when(self.holds(value), "checked")
            .close();
        p.line("span", "", label).close();
    }

    fn scale(&self, p: &mut Painter, class: &str, first: u32, last: u32) {
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
