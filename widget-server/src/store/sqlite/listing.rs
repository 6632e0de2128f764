//! Lists: a query put together from the filters that are set, and read by pages.
//!
//! Only the filters that are set are written, so that SQLite picks the index that suits them.

use std::fmt::Write;

use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, params_from_iter};
use uuid::Uuid;
use widget_core::time::Timestamp;

use crate::store::StoreResult;
use crate::store::records::{Listed, Page};

/// The most items of a page, whatever was asked.
const MOST: u32 = 200;

/// A list that is being described. The first column it selects is the id it is ordered by.
pub(super) struct Listing {
    sql: String,
    values: Vec<Box<dyn ToSql>>,
}

impl Listing {
    /// Begins with `SELECT id, … FROM …`.
    pub(super) fn of(select: &str) -> Self {
        Self { sql: format!("{select} WHERE TRUE"), values: Vec::new() }
    }

    /// Keeps the rows for which `condition`, with the value in place of `?`, is true. Without a
    /// value there is no such condition.
    pub(super) fn keep(mut self, condition: &str, value: Option<impl ToSql + 'static>) -> Self {
        if let Some(value) = value {
            self.values.push(Box::new(value));
            let parameter = format!("?{}", self.values.len());
            let condition = condition.replace('?', &parameter);
            // Writing to a String cannot fail.
            let _ = write!(self.sql, " AND {condition}");
        }
        self
    }

    /// Keeps the rows of a period, both ends included.
    pub(super) fn between(
        self,
        column: &str,
        after: Option<Timestamp>,
        before: Option<Timestamp>,
    ) -> Self {
        self.keep(&format!("{column} >= ?"), after.map(Timestamp::ms))
            .keep(&format!("{column} <= ?"), before.map(Timestamp::ms))
    }

    /// One page, newest first. Ids grow with time, so the order is stable under inserts, and the
    /// next page is found even when the last item of this one was deleted.
    pub(super) fn page<T>(
        self,
        connection: &Connection,
        page: Page,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> StoreResult<Listed<T>> {
        let limit = page.limit.clamp(1, MOST);
        // One more than asked tells whether there is a next page.
        let mut listing = self.keep("id < ?", page.after);
        listing.values.push(Box::new(limit + 1));
        let _ = write!(listing.sql, " ORDER BY id DESC LIMIT ?{}", listing.values.len());
        let mut statement = connection.prepare_cached(&listing.sql)?;
        let mut rows = statement.query(params_from_iter(&listing.values))?;
        let mut listed = Listed { items: Vec::new(), next: None };
        let mut last: Option<Uuid> = None;
        while let Some(row) = rows.next()? {
            if listed.items.len() == limit as usize {
                listed.next = last;
                break;
            }
            last = Some(row.get(0)?);
            listed.items.push(read(row)?);
        }
        Ok(listed)
    }
}
