//! Deleting what is past its time.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};
use widget_core::id::WidgetId;
use widget_core::time::Timestamp;

use super::{BUSY_TIMEOUT, SqliteStore, idempotency};
use crate::store::StoreResult;

/// The most conversations that are deleted in one job, so that nobody waits long behind it.
const AT_ONCE: u32 = 100;

/// How long a file waits to be sent, or to become whole.
const UNSENT_MS: i64 = 60 * 60 * 1000;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) async fn run(store: &SqliteStore, now: Timestamp) -> StoreResult<u64> {
    let mut gone = store.write(move |c| small_things(c, now)).await?;
    for (widget, days) in store.read(retentions).await? {
        let before = now.plus_ms(-days.saturating_mul(DAY_MS));
        loop {
            let deleted = store.write(move |c| conversations(c, widget, before)).await?;
            gone += deleted;
            if deleted < u64::from(AT_ONCE) {
                break;
            }
        }
    }
    let path = store.path().to_owned();
    let folded = tokio::task::spawn_blocking(move || fold_log(&path));
    if let Ok(Err(error)) = folded.await {
        // A long backup or another process is in the way: the next sweep does it.
        tracing::debug!(%error, "the log was not folded");
    }
    Ok(gone)
}

/// Moves the log into the file and empties it. `secure_delete` overwrites what is deleted, but it
/// does so in the log: until that is folded, the file and the log still hold the former bytes.
fn fold_log(path: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn small_things(c: &Connection, now: Timestamp) -> StoreResult<u64> {
    let mut gone = 0;
    for (sql, before) in [
        ("DELETE FROM idempotency_keys WHERE claimed_at <= ?1", now.plus_ms(-idempotency::KEPT_MS)),
        ("DELETE FROM identity_secrets WHERE valid_until <= ?1", now),
        ("DELETE FROM signing_keys WHERE valid_until <= ?1", now),
        (
            "DELETE FROM attachments WHERE message_id IS NULL AND created_at <= ?1",
            now.plus_ms(-UNSENT_MS),
        ),
    ] {
        gone += c.prepare_cached(sql)?.execute([before.ms()])? as u64;
    }
    Ok(gone)
}

/// The widgets that keep conversations for so many days only.
fn retentions(c: &Connection) -> StoreResult<Vec<(WidgetId, i64)>> {
    let mut statement = c.prepare_cached(
        "SELECT id, config ->> '$.v1.retention_days' FROM widgets
         WHERE json_type(config, '$.v1.retention_days') = 'integer'",
    )?;
    let widgets =
        statement.query_map([], |row| Ok((WidgetId::from_uuid(row.get(0)?), row.get(1)?)))?;
    Ok(widgets.collect::<Result<_, _>>()?)
}

/// A conversation is as old as the last thing that happened in it.
fn conversations(c: &Connection, widget: WidgetId, before: Timestamp) -> StoreResult<u64> {
    let deleted = c
        .prepare_cached(
            "DELETE FROM conversations WHERE id IN (
                 SELECT id FROM conversations WHERE widget_id = ?1 AND updated_at < ?2 LIMIT ?3)",
        )?
        .execute(params![widget.as_uuid(), before.ms(), AT_ONCE])?;
    Ok(deleted as u64)
}
