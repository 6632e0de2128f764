//! Telemetry of the widget.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use widget_core::id::{OrganizationId, VisitorId, WidgetId};
use widget_core::time::Timestamp;

use super::SqliteStore;
use super::organizations::owned;
use super::values::{Json, count};
use crate::store::records::{EventCount, EventRecord};
use crate::store::{StoreResult, Telemetry};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[async_trait]
impl Telemetry for SqliteStore {
    async fn insert_events(&self, events: Vec<EventRecord>) -> StoreResult<()> {
        self.write(move |c| insert(c, &events)).await
    }

    async fn event_counts(
        &self,
        organization: OrganizationId,
        widget: WidgetId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> StoreResult<Vec<EventCount>> {
        self.read(move |c| {
            let sql = "SELECT 1 FROM widgets WHERE id = ?1 AND organization_id = ?2";
            owned(c, sql, widget.as_uuid(), organization)?;
            counts(c, widget, from, to)
        })
        .await
    }
}

/// An event of a widget or a conversation that is gone is dropped: whoever erased it did not ask
/// for new traces.
fn insert(c: &Connection, events: &[EventRecord]) -> StoreResult<()> {
    let mut statement = c.prepare_cached(
        "INSERT INTO events (widget_id, conversation_id, user_id, name, at, data)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE EXISTS (SELECT 1 FROM widgets WHERE id = ?1)
         AND (?2 IS NULL OR EXISTS (SELECT 1 FROM conversations WHERE id = ?2))",
    )?;
    for event in events {
        statement.execute(params![
            event.widget_id.as_uuid(),
            event.conversation_id.map(|id| *id.as_uuid()),
            event.user_id.as_ref().map(VisitorId::as_str),
            event.name,
            event.at.ms(),
            event.data.as_ref().map(Json),
        ])?;
    }
    Ok(())
}

fn counts(
    c: &Connection,
    widget: WidgetId,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> StoreResult<Vec<EventCount>> {
    let mut statement = c.prepare_cached(
        "SELECT at / ?4 AS day, name, count(*) FROM events
         WHERE widget_id = ?1 AND at >= ?2 AND at <= ?3
         GROUP BY day, name ORDER BY day, name",
    )?;
    let from = from.map_or(0, Timestamp::ms);
    let to = to.map_or(i64::MAX, Timestamp::ms);
    let rows = statement.query_map(params![widget.as_uuid(), from, to, DAY_MS], |row| {
        let day = Timestamp::from_ms(row.get::<_, i64>(0)?.saturating_mul(DAY_MS));
        Ok(EventCount { name: row.get(1)?, day: day.date().to_string(), count: count(row, 2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
