//! Forms: what is asked, what an answer may be, and whether an answer is one.

mod check;
mod field;
mod hash;
pub(crate) mod rules;
pub(crate) mod table;
mod value;

#[cfg(feature = "json")]
pub(crate) use check::cleaned_line;
pub use check::{check_value, check_values, wrong_answers};
pub use field::{Bound, Choice, DEFAULT_RATING, Field, FieldType, MAX_RATING};
pub use hash::fields_hash;
pub use value::{CleanValues, FieldValue};

use crate::config::Document;
use crate::language::Text;
use table::{FieldTable, FormTable};

/// The most fields of a form.
pub const MAX_FIELDS: usize = 20;

/// A form a visitor fills in.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its name for programs.
    pub id: String,
    /// Its name for the owner.
    pub name: Option<String>,
    /// Its heading.
    pub title: Option<Text>,
    /// What stands under the heading.
    pub description: Option<Text>,
    /// What stands on the button.
    pub submit_label: Option<Text>,
    /// What is asked.
    pub fields: Vec<Field>,
}

impl Form {
    /// Reads a form as far as it is one; a document that was validated is read whole.
    #[must_use]
    pub fn read<D: Document>(document: D) -> Self {
        let table = FormTable(Some(document));
        Self {
            id: table.id().unwrap_or_default(),
            name: table.name(),
            title: table.title(),
            description: table.description(),
            submit_label: table.submit_label(),
            fields: read_fields(table.fields()),
        }
    }

    /// The hash of the fields; see [`fields_hash`].
    #[must_use]
    pub fn hash(&self) -> String {
        fields_hash(&self.fields)
    }
}

/// Reads the fields that are ones; of two with the same id, the first.
pub(crate) fn read_fields<D: Document>(tables: Vec<FieldTable<D>>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for table in tables {
        if let Some(field) = table.0.and_then(Field::read)
            && fields.iter().all(|other| other.id != field.id)
        {
            fields.push(field);
        }
    }
    fields
}

#[cfg(test)]
mod tests;
