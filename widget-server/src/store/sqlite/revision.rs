//! The number of the last change of anything that a server keeps in memory.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::readers;
use crate::store::{StoreError, StoreResult};

/// How long an answer is good when this process has written nothing since. A look costs three
/// microseconds, which is a tenth of a whole request for a widget's configuration; another process
/// that has changed something needs longer than this to end, or to say that it has.
const GOOD_FOR: Duration = Duration::from_millis(1);

/// Watches the database for commits of others, this process's writer included, through a
/// connection of its own. `PRAGMA data_version` looks at shared memory only; the row is read when
/// that has changed.
#[derive(Debug)]
pub(super) struct RevisionWatch {
    path: PathBuf,
    state: Mutex<State>,
    /// Counts the writes of this process that were acknowledged.
    own_writes: AtomicU64,
}

#[derive(Debug)]
enum State {
    Unopened,
    Open(Seen),
    Closed,
}

#[derive(Debug)]
struct Seen {
    connection: Connection,
    data_version: i64,
    revision: u64,
    looked_at: Instant,
    own_writes: u64,
}

impl RevisionWatch {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::new(State::Unopened), own_writes: AtomicU64::new(0) }
    }

    /// Makes the next question look. Called before a write is acknowledged, so that whoever knows
    /// of a change sees its revision.
    pub(super) fn note_write(&self) {
        self.own_writes.fetch_add(1, Ordering::Release);
    }

    pub(super) fn current(&self) -> StoreResult<u64> {
        let own_writes = self.own_writes.load(Ordering::Acquire);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Open(seen) => {
                let good = seen.own_writes == own_writes && seen.looked_at.elapsed() < GOOD_FOR;
                if !good {
                    seen.look()?;
                    seen.own_writes = own_writes;
                }
                Ok(seen.revision)
            }
            State::Unopened => {
                let seen = Seen::first(readers::open(&self.path)?, own_writes)?;
                let revision = seen.revision;
                *state = State::Open(seen);
                Ok(revision)
            }
            State::Closed => Err(StoreError::Unavailable("the store is closed".to_owned())),
        }
    }

    pub(super) fn close(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Closed;
    }
}

impl Seen {
    fn first(connection: Connection, own_writes: u64) -> rusqlite::Result<Self> {
        let looked_at = Instant::now();
        let data_version = data_version(&connection)?;
        let revision = revision(&connection)?;
        Ok(Self { connection, data_version, revision, looked_at, own_writes })
    }

    fn look(&mut self) -> rusqlite::Result<()> {
        let looked_at = Instant::now();
        // This first: a commit between the two reads is then seen again next time, never missed.
        let data_version = data_version(&self.connection)?;
        if data_version != self.data_version {
            self.revision = revision(&self.connection)?;
            self.data_version = data_version;
        }
        self.looked_at = looked_at;
        Ok(())
    }
}

fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))
}

fn revision(connection: &Connection) -> rusqlite::Result<u64> {
    let number: i64 = connection
        .prepare_cached("SELECT number FROM revision")?
        .query_row([], |row| row.get(0))?;
    Ok(number.unsigned_abs())
}
