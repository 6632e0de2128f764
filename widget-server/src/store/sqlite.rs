//! The store in one SQLite file.
//!
//! One thread writes ([`writer`]), a few connections read, and both see the same file beside other
//! processes (the commands of the command line). Each operation of the traits is one job of the
//! writer or one query of a reader: the SQL of a feature is in the file of its name.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use self::readers::Readers;
use self::revision::RevisionWatch;
use self::writer::Writer;
use super::StoreResult;

mod agents;
mod attachments;
mod backup;
mod budget;
mod conversations;
mod error;
mod idempotency;
mod keys;
mod knowledge;
mod leads;
mod listing;
mod messages;
mod migrations;
mod open;
mod organizations;
mod readers;
mod revision;
mod secrets;
mod sweep;
mod telemetry;
mod turns;
mod upkeep;
mod values;
mod versions;
mod widgets;
pub mod writer;

pub use super::folder::FolderError;
pub use super::lock::{LockError, ServeLock};
pub use backup::{RestoreError, restore};
pub use open::OpenError;

/// The file in the data folder that holds everything, where the configuration names no other.
pub const DATABASE_FILE: &str = "widget.db";

/// How long a connection waits for another process: commands hold the file for milliseconds, a
/// checkpoint of a large log for longer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The store in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    revision: RevisionWatch,
}

impl SqliteStore {
    /// Opens the database at `path`. Makes the file and its folder when they are missing (readable
    /// by their owner only) and brings an older schema up to date.
    ///
    /// # Errors
    /// [`OpenError`], a sentence for the person at the console.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || Self::open_blocking(&path))
            .await
            .expect("opening does not panic, and the runtime that waits for it runs")
    }

    fn open_blocking(path: &Path) -> Result<Self, OpenError> {
        let connection = open::open(path)?;
        let refused = |cause| OpenError::File { path: path.to_owned(), cause };
        let path = std::path::absolute(path).map_err(refused)?;
        Ok(Self {
            writer: Writer::start(connection).map_err(refused)?,
            readers: Readers::new(path.clone()),
            revision: RevisionWatch::new(path.clone()),
            path,
        })
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `job` as one whole; answers when it is on the disk.
    async fn write<T, F>(&self, job: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> StoreResult<T> + Send + 'static,
    {
        let outcome = self.writer.write(job).await;
        self.revision.note_write();
        outcome
    }

    /// Runs `query` on one state of the database.
    async fn read<T, F>(&self, query: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> StoreResult<T> + Send + 'static,
    {
        self.readers.read(query).await
    }
}

#[cfg(test)]
mod tests;
