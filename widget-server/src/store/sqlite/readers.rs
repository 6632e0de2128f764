//! A small pool of connections that can only read.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::BUSY_TIMEOUT;
use crate::store::{StoreError, StoreResult};

/// How many queries run at the same time. A query takes microseconds; more would only wait for the
/// same disk.
const READERS: usize = 4;

/// How long a caller waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections are opened when they are first needed, and kept.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    idle: Arc<Idle>,
    permits: Arc<Semaphore>,
}

#[derive(Debug)]
struct Idle {
    path: PathBuf,
    connections: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        let connections = Mutex::new(Vec::with_capacity(READERS));
        Self {
            idle: Arc::new(Idle { path, connections }),
            permits: Arc::new(Semaphore::new(READERS)),
        }
    }

    /// Runs `query` on one state of the database.
    pub(super) async fn read<T, F>(&self, query: F) -> StoreResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> StoreResult<T> + Send + 'static,
    {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| StoreError::Unavailable("too many reads are waiting".to_owned()))?
            .map_err(|_| closed())?;
        let idle = Arc::clone(&self.idle);
        let task = tokio::task::spawn_blocking(move || {
            // Held until the connection is back.
            let _permit = permit;
            let lease = idle.lease()?;
            let snapshot = lease.unchecked_transaction()?;
            query(&snapshot)
        });
        task.await.unwrap_or_else(|error| {
            Err(if error.is_panic() {
                StoreError::Internal("a query panicked".to_owned())
            } else {
                closed()
            })
        })
    }

    /// Waits for the running queries and closes all connections.
    pub(super) async fn close(&self) {
        // As many permits as there are connections: all of them are idle then.
        let all = self.permits.acquire_many(READERS as u32).await;
        self.permits.close();
        drop(all);
        self.idle.connections().clear();
    }
}

impl Idle {
    fn connections(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lease(&self) -> StoreResult<Lease<'_>> {
        let kept = self.connections().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => open(&self.path)?,
        };
        Ok(Lease { connection: Some(connection), idle: self })
    }
}

/// A connection on loan; it returns also when a query panics.
struct Lease<'a> {
    connection: Option<Connection>,
    idle: &'a Idle,
}

impl Deref for Lease<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("taken only by drop")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.idle.connections().extend(self.connection.take());
    }
}

/// Opens a connection through which nothing can be written.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}
