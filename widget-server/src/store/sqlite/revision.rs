//! The number of the last change of anything that a server keeps in memory.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::readers;
use crate::store::{StoreError, StoreResult};

/// Watches the database for commits of others, this process's writer included, through a
/// connection of its own. `PRAGMA data_version` looks at shared memory only; the row is read when
/// that has changed.
#[derive(Debug)]
pub(super) struct RevisionWatch {
    path: PathBuf,
    state: Mutex<State>,
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
}

impl RevisionWatch {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::new(State::Unopened) }
    }

    pub(super) fn current(&self) -> StoreResult<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Unopened) {
            *state = State::Open(Seen::first(readers::open(&self.path)?)?);
        }
        match &mut *state {
            State::Open(seen) => Ok(seen.look()?),
            State::Unopened | State::Closed => {
                Err(StoreError::Unavailable("the store is closed".to_owned()))
            }
        }
    }

    pub(super) fn close(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Closed;
    }
}

impl Seen {
    fn first(connection: Connection) -> rusqlite::Result<Self> {
        let data_version = data_version(&connection)?;
        let revision = revision(&connection)?;
        Ok(Self { connection, data_version, revision })
    }

    fn look(&mut self) -> rusqlite::Result<u64> {
        // This first: a commit between the two reads is then seen again next time, never missed.
        let data_version = data_version(&self.connection)?;
        if data_version != self.data_version {
            self.revision = revision(&self.connection)?;
            self.data_version = data_version;
        }
        Ok(self.revision)
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
