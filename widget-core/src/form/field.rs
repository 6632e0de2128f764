//! One field of a form: what is asked, and what an answer may be.

use super::table::{ChoiceTable, FieldTable};
use super::value::FieldValue;
use crate::address::{MAX_EMAIL, MAX_URL};
use crate::config::Document;
use crate::language::Text;
use crate::time::Date;
use crate::wire_enum::wire_enum;

wire_enum! {
    /// What an answer may be.
    pub enum FieldType {
        /// One line, at most 500 characters.
        Text = "text",
        /// Several lines, at most 4,000 characters.
        Textarea = "textarea",
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Tel = "tel",
        /// An `http` or `https` address.
        Url = "url",
        /// A number.
        Number = "number",
        /// A date of the calendar, `YYYY-MM-DD`.
        Date = "date",
        /// One of the options, from a list that opens.
        Select = "select",
        /// One of the options, all of them seen.
        Radio = "radio",
        /// Any of the options.
        Multiselect = "multiselect",
        /// Yes or no; where required, yes.
        Checkbox = "checkbox",
        /// Stars: 1 to `max`, which is 5 where absent.
        Rating = "rating",
        /// How likely someone is to recommend: 0–10.
        Nps = "nps",
        /// Not shown; carries what the page knows.
        Hidden = "hidden",
    }
}

impl FieldType {
    /// The most characters of a typed answer; `None` where the answer is not typed.
    #[must_use]
    pub const fn max_length(self) -> Option<usize> {
        match self {
            Self::Text | Self::Hidden => Some(500),
            Self::Textarea => Some(4_000),
            Self::Email => Some(MAX_EMAIL),
            Self::Tel => Some(64),
            Self::Url => Some(MAX_URL),
            _ => None,
        }
    }

    /// The `type` of the HTML input that takes one line of such an answer.
    #[must_use]
    pub const fn input_type(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Tel => "tel",
            Self::Url => "url",
            Self::Number => "number",
            Self::Date => "date",
            _ => "text",
        }
    }

    /// Whether the answer is one or several of the options.
    #[must_use]
    pub const fn has_options(self) -> bool {
        matches!(self, Self::Select | Self::Radio | Self::Multiselect)
    }
}

/// The highest rating a form may ask for.
pub const MAX_RATING: f64 = 10.0;
/// The highest rating where the form does not say.
pub const DEFAULT_RATING: f64 = 5.0;

/// A bound of a number, a count of choices, or a date.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Bound {
    /// Of a number, a rating or a count of choices.
    Number(f64),
    /// Of a date.
    Date(Date),
}

impl Bound {
    fn read<D: Document>(document: &D) -> Option<Self> {
        match document.number() {
            Some(number) => number.is_finite().then_some(Self::Number(number)),
            None => Date::parse(&document.text()?).ok().map(Self::Date),
        }
    }
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: Text,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name for programs, and the key of its value.
    pub id: String,
    /// What is asked.
    pub label: Text,
    /// What the answer may be.
    pub field_type: FieldType,
    /// Whether there must be an answer.
    pub required: bool,
    /// What the empty field says.
    pub placeholder: Option<Text>,
    /// What helps to answer.
    pub help: Option<Text>,
    /// What stands in it at first.
    pub default: Option<FieldValue>,
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// The lower bound.
    pub min: Option<Bound>,
    /// The upper bound.
    pub max: Option<Bound>,
    /// The least count of characters.
    pub min_length: Option<usize>,
    /// The greatest count of characters.
    pub max_length: Option<usize>,
}

impl Field {
    /// Reads a field; `None` where it has no usable id or type. Anything else that is not as it
    /// should be is left out, so that an old or damaged form can still be filled in.
    #[must_use]
    pub fn read<D: Document>(document: D) -> Option<Self> {
        let table = FieldTable(Some(document));
        let id = table.id().filter(|id| crate::config::is_id(id))?;
        let mut options = Vec::new();
        for choice in table.options() {
            options.extend(Choice::read(&choice));
        }
        let length = |length: Option<i32>| length.map(|length| length.unsigned_abs() as usize);
        let mut field = Self {
            label: table.label().unwrap_or_else(|| Text::plain(id.as_str())),
            id,
            field_type: table.field_type()?,
            required: table.required(),
            placeholder: table.placeholder(),
            help: table.help(),
            default: None,
            options,
            min: table.min().as_ref().and_then(Bound::read),
            max: table.max().as_ref().and_then(Bound::read),
            min_length: length(table.min_length()),
            max_length: length(table.max_length()),
        };
        field.default = table.default().and_then(|value| super::check::allowed(&field, &value));
        Some(field)
    }

    /// The most stars of a rating.
    #[must_use]
    pub fn max_rating(&self) -> i32 {
        let max = match self.max {
            Some(Bound::Number(max)) if (1.0..=MAX_RATING).contains(&max) => max,
            _ => DEFAULT_RATING,
        };
        max as i32
    }
}

impl Choice {
    fn read<D: Document>(table: &ChoiceTable<D>) -> Option<Self> {
        let value = table.value()?;
        let label = table.label().unwrap_or_else(|| Text::plain(value.as_str()));
        Some(Self { value, label })
    }
}
