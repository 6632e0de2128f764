//! Copies of the whole database, and putting one back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::NamedTempFile;

use super::migrations::{self, Schema};
use super::readers;
use crate::store::folder;
use crate::store::lock::{LockError, ServeLock};
use crate::store::records::Refusal;
use crate::store::{StoreError, StoreResult};

/// Copies the database into a new file, as it is at one moment; writers go on meanwhile.
pub(super) async fn write(database: PathBuf, to: PathBuf) -> StoreResult<()> {
    let copied = tokio::task::spawn_blocking(move || {
        if to.exists() {
            return Err(StoreError::Refused(Refusal::Exists));
        }
        let source = readers::open(&database)?;
        let cannot = |error: &dyn std::fmt::Display| {
            StoreError::Unavailable(format!("cannot write the copy {}: {error}", to.display()))
        };
        let copy = copy_beside(&source, &to).map_err(|error| cannot(&error))?;
        copy.persist_noclobber(&to).map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Refused(Refusal::Exists),
            _ => cannot(&error.error),
        })?;
        folder::sync(folder::of(&to)).map_err(|error| cannot(&error))
    });
    copied.await.map_err(|error| StoreError::Internal(error.to_string()))?
}

/// A whole copy on the disk, in the folder of `to`, under a name of its own. It goes away when it
/// is not given its final name, so that no half of a copy is ever taken for one.
fn copy_beside(source: &Connection, to: &Path) -> Result<NamedTempFile, CopyError> {
    // Readable by its owner only: that is what this crate makes.
    let copy = tempfile::Builder::new().prefix(".widget-copy-").tempfile_in(folder::of(to))?;
    let path = copy.path().to_str().ok_or_else(|| io::Error::other("its path is not UTF-8"))?;
    source.execute("VACUUM INTO ?1", [path])?;
    // VACUUM INTO does not wait for the disk.
    copy.as_file().sync_all()?;
    Ok(copy)
}

#[derive(Debug, thiserror::Error)]
enum CopyError {
    #[error("{0}")]
    File(#[from] io::Error),
    #[error("{0}")]
    Engine(#[from] rusqlite::Error),
}

/// Why a copy was not put back. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A server runs on the database.
    #[error(transparent)]
    Serving(#[from] LockError),
    /// The copy cannot be read.
    #[error("cannot read {}: {text}", file.display())]
    Unreadable {
        /// The copy.
        file: PathBuf,
        /// Why.
        text: String,
    },
    /// The file is not a copy of this program's database.
    #[error("{} is not a backup made by this program", file.display())]
    NotOurs {
        /// The file.
        file: PathBuf,
    },
    /// The copy was made by a newer program.
    #[error(
        "{} was made by a newer version of this program (schema {found}, this one knows up to \
         {known}); install that version first",
        file.display()
    )]
    Newer {
        /// The copy.
        file: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The copy is damaged.
    #[error("{} is damaged ({text}); take another backup", file.display())]
    Damaged {
        /// The copy.
        file: PathBuf,
        /// What the check found first.
        text: String,
    },
    /// The database is open in another program, a command perhaps.
    #[error(
        "the database {} is open in another program; close that one first",
        database.display()
    )]
    InUse {
        /// The database.
        database: PathBuf,
    },
    /// The files cannot be changed.
    #[error("cannot replace {}: {text}", database.display())]
    File {
        /// The database.
        database: PathBuf,
        /// Why.
        text: String,
    },
}

/// Puts a copy in the place of `database` and keeps the former one beside it; where, is returned
/// (`None` when there was none). Refused while a server runs on it.
///
/// The copy is checked whole first, and read through SQLite, so that a raw copy of a database with
/// its log beside it is right too. An interruption at any moment leaves the former database or the
/// new one in its place.
///
/// # Errors
/// [`RestoreError`], a sentence for the person at the console.
pub fn restore(file: &Path, database: &Path) -> Result<Option<PathBuf>, RestoreError> {
    let _lock = ServeLock::acquire(database)?;
    let source = check(file)?;
    let failed = |text: String| RestoreError::File { database: database.to_owned(), text };
    folder::create(folder::of(database)).map_err(|error| failed(error.to_string()))?;
    let copy = copy_beside(&source, database).map_err(|error| failed(error.to_string()))?;
    let kept = set_aside(database)?;
    copy.persist(database).map_err(|error| failed(error.error.to_string()))?;
    folder::sync(folder::of(database)).map_err(|error| failed(error.to_string()))?;
    Ok(kept)
}

/// Opens a copy and looks at all of it.
fn check(file: &Path) -> Result<Connection, RestoreError> {
    let name = || file.to_owned();
    let unreadable = |text: String| RestoreError::Unreadable { file: name(), text };
    fs::File::open(file).map_err(|error| unreadable(error.to_string()))?;
    let source = readers::open(file).map_err(|error| unreadable(error.to_string()))?;
    match migrations::inspect(&source) {
        Ok(Schema::Current | Schema::Older) => {}
        Ok(Schema::Newer(found)) => {
            let known = migrations::KNOWN;
            return Err(RestoreError::Newer { file: name(), found, known });
        }
        Ok(Schema::Empty | Schema::Foreign) => return Err(RestoreError::NotOurs { file: name() }),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            return Err(RestoreError::NotOurs { file: name() });
        }
        Err(error) => return Err(unreadable(error.to_string())),
    }
    let found: Result<String, _> =
        source.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    match found {
        Ok(text) if text == "ok" => Ok(source),
        Ok(text) => Err(RestoreError::Damaged { file: name(), text }),
        Err(error) => Err(RestoreError::Damaged { file: name(), text: error.to_string() }),
    }
}

/// Gives the present database a second name, under which it stays, with its log folded in.
fn set_aside(database: &Path) -> Result<Option<PathBuf>, RestoreError> {
    let failed = |error: io::Error| RestoreError::File {
        database: database.to_owned(),
        text: error.to_string(),
    };
    if !database.try_exists().map_err(failed)? {
        return Ok(None);
    }
    let kept = free_name(database).map_err(failed)?;
    if !fold_log(database)? {
        // Damaged: the log is kept as it is, and must not be taken for the new file's.
        for end in ["-wal", "-shm"] {
            match fs::rename(with_end(database, end), with_end(&kept, end)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
    }
    // A second name, not a new one: there is a database under the first at every moment.
    fs::hard_link(database, &kept)
        .or_else(|_| fs::copy(database, &kept).map(drop))
        .map_err(failed)?;
    Ok(Some(kept))
}

/// Folds the log into the file, and removes it. `false` when the database is too damaged for that.
fn fold_log(database: &Path) -> Result<bool, RestoreError> {
    let Ok(connection) = Connection::open(database) else { return Ok(false) };
    // Leaving the log needs the file for itself: that fails as long as anyone has it open.
    let mode: Result<String, _> =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0));
    match mode {
        Ok(mode) if mode == "delete" => Ok(true),
        Ok(_) => Err(RestoreError::InUse { database: database.to_owned() }),
        Err(error) => match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Err(RestoreError::InUse { database: database.to_owned() })
            }
            _ => Ok(false),
        },
    }
}

/// `widget.db.before-restore`, or with a number when that is taken.
fn free_name(database: &Path) -> io::Result<PathBuf> {
    let mut name = with_end(database, ".before-restore");
    let mut number = 1;
    while name.try_exists()? {
        number += 1;
        name = with_end(database, &format!(".before-restore-{number}"));
    }
    Ok(name)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
