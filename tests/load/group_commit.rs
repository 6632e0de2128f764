//! The least that a durable write can cost in SQLite: one thread that takes all that waits, runs
//! the statements, commits once, and says so to all. No savepoints, no types, no errors.
//!
//! The statements are those of the store's `append_message`, prepared once.

use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rusqlite::{Connection, params};
use tokio::sync::oneshot;
use uuid::Uuid;
// As many at once, and as safe on the disk, as the store.
use widget_server::store::sqlite::writer::{BATCH, PRAGMAS};

const STANDING: &str = "SELECT organization_id, widget_id, agent_id, status, handler, next_seq
    FROM conversations WHERE id = ?1";

const KNOWN: &str = "SELECT id, conversation_id, seq, role, content, citations, blocks, turn_id,
        client_message_id, external_id, rating_up, rating_comment, created_at
    FROM messages WHERE conversation_id = ?1 AND client_message_id = ?2";

const INSERT: &str = "INSERT INTO messages (id, conversation_id, seq, role, content, citations,
        blocks, turn_id, client_message_id, external_id, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

const UPDATE: &str = "UPDATE conversations SET next_seq = ?2 + 1, last_message_at = ?3,
        updated_at = max(updated_at, ?3), status = ?4
    WHERE id = ?1";

/// A message to be kept.
pub(crate) struct Message {
    pub(crate) conversation: Uuid,
    pub(crate) client_id: String,
    pub(crate) content: &'static str,
    pub(crate) at: i64,
}

/// The way to the writing thread, which ends when this is dropped.
#[derive(Clone)]
pub(crate) struct GroupCommit(mpsc::Sender<(Message, oneshot::Sender<()>)>);

impl GroupCommit {
    /// Writes into a database that the store has made.
    pub(crate) fn start(database: &Path) -> Self {
        let connection = Connection::open(database).expect("a database");
        connection.execute_batch(PRAGMAS).expect("settings that SQLite knows");
        let (queue, waiting) = mpsc::channel();
        thread::spawn(move || serve(&connection, &waiting).expect("a disk that works"));
        Self(queue)
    }

    /// Returns when the message is on the disk.
    pub(crate) async fn write(&self, message: Message) {
        let (done, kept) = oneshot::channel();
        self.0.send((message, done)).expect("the thread runs");
        kept.await.expect("the thread answers");
    }
}

fn serve(
    connection: &Connection,
    waiting: &mpsc::Receiver<(Message, oneshot::Sender<()>)>,
) -> rusqlite::Result<()> {
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut commit = connection.prepare("COMMIT")?;
    let mut standing = connection.prepare(STANDING)?;
    let mut known = connection.prepare(KNOWN)?;
    let mut insert = connection.prepare(INSERT)?;
    let mut update = connection.prepare(UPDATE)?;
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(BATCH - 1));
        begin.execute([])?;
        for (message, _) in &batch {
            let Message { conversation, client_id, content, at } = message;
            let seq: i64 = standing.query_row([conversation], |row| row.get(5))?;
            assert!(!known.exists(params![conversation, client_id])?, "every message is new");
            let (id, nothing) = (Uuid::now_v7(), rusqlite::types::Null);
            insert.execute(params![
                id,
                conversation,
                seq,
                "user",
                content,
                nothing,
                nothing,
                nothing,
                client_id,
                nothing,
                at,
            ])?;
            update.execute(params![conversation, seq, at, "in_progress"])?;
        }
        commit.execute([])?;
        for (_, done) in batch {
            // Nobody stops waiting here.
            let _ = done.send(());
        }
    }
    Ok(())
}
