//! The numbered changes of the schema. `PRAGMA user_version` is the number of the last one that
//! was applied; each is one transaction.

use rusqlite::{Connection, TransactionBehavior};

/// In order; a migration that was released is never changed again.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_init.sql"),
    include_str!("../../../migrations/sqlite/0002_attachments.sql"),
];

/// The schema this program knows.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// `wdgt`, in the file's header: tells our files from other programs' (`PRAGMA application_id`).
pub(super) const APPLICATION_ID: i64 = 0x7764_6774;

/// What a file is, by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// An empty database.
    Empty,
    /// One of ours that lacks migrations.
    Older,
    /// One of ours, as this program wants it.
    Current,
    /// One of ours from a newer program, with its number.
    Newer(i64),
    /// A database of another program.
    Foreign,
}

/// Reads what the file is.
pub(super) fn inspect(connection: &Connection) -> rusqlite::Result<Schema> {
    let application: i64 = pragma(connection, "application_id")?;
    let version: i64 = pragma(connection, "user_version")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, version) {
        (0, 0) if tables == 0 => Schema::Empty,
        (APPLICATION_ID, KNOWN) => Schema::Current,
        (APPLICATION_ID, version) if version > KNOWN => Schema::Newer(version),
        (APPLICATION_ID, _) => Schema::Older,
        _ => Schema::Foreign,
    })
}

/// Applies what is missing. Safe beside another process that does the same.
pub(super) fn apply(connection: &mut Connection) -> rusqlite::Result<()> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read inside the transaction: another process may just have done it.
        let version: i64 = pragma(&transaction, "user_version")?;
        let next = usize::try_from(version).ok().and_then(|version| MIGRATIONS.get(version));
        let Some(sql) = next else { return Ok(()) };
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version + 1)?;
        transaction.commit()?;
    }
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
