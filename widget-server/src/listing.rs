//! What every list of the management API shares: which part, and bounds of time.

use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;
use widget_core::time::Timestamp;

use crate::http::{FieldError, Outcome, Problem, Query, Request, page};
use crate::store::records::{Listed, Page};

/// Reads `limit` and `cursor`.
///
/// # Errors
/// 422 for the limit, 400 `invalid_cursor`.
pub fn page_of(query: &Query) -> Result<Page, Problem> {
    let page = page::Page::<Uuid>::of(query)?;
    let limit = u32::try_from(page.limit).map_err(Problem::internal)?;
    Ok(Page { limit, after: page.after })
}

/// Answers with one page, each item shown by `view`.
///
/// # Errors
/// An internal problem when an item cannot be serialized.
pub fn answer<T, V: Serialize>(
    request: &Request,
    listed: &Listed<T>,
    view: impl FnMut(&T) -> V,
) -> Outcome {
    let items: Vec<V> = listed.items.iter().map(view).collect();
    page::list(request, &items, listed.next.as_ref())
}

/// Reads the filters of a list and keeps everything that is wrong with them.
#[derive(Debug)]
pub struct Filters<'q> {
    query: &'q Query,
    errors: Vec<FieldError>,
}

impl<'q> Filters<'q> {
    /// Filters of this query.
    #[must_use]
    pub fn of(query: &'q Query) -> Self {
        Self { query, errors: Vec::new() }
    }

    /// One filter; `expected` says what it should be.
    pub fn read<T: FromStr>(&mut self, name: &str, expected: &str) -> Option<T> {
        self.query.parsed(name, expected).unwrap_or_else(|error| {
            self.errors.push(error);
            None
        })
    }

    /// A moment.
    pub fn moment(&mut self, name: &str) -> Option<Timestamp> {
        self.read(name, "an RFC 3339 time")
    }

    /// An id.
    pub fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.read(name, "an id")
    }

    /// The filters, when all of them could be read.
    ///
    /// # Errors
    /// 422 with every one that could not.
    pub fn done<F>(self, filter: F) -> Result<F, Problem> {
        if self.errors.is_empty() { Ok(filter) } else { Err(Problem::unprocessable(self.errors)) }
    }
}
