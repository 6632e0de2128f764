//! Opening the database file for writing.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::BUSY_TIMEOUT;
use super::migrations::{self, Schema};
use super::writer::PRAGMAS;
use crate::store::folder::{self, FolderError};
use crate::store::lock::ServeLock;

/// Why a database was not opened. Each is a sentence that names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder of the file cannot be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The file cannot be made, read or written.
    #[error(
        "cannot open the database {}: {cause}; check that the user that runs this program may \
         read and write it and its folder",
        path.display()
    )]
    File {
        /// The database.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The file is something else.
    #[error(
        "{} is not a database of this program; name another file, or restore a backup",
        path.display()
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer program.
    #[error(
        "the database {} was written by a newer version of this program (schema {found}, this one \
         knows up to {known}); install that version, or restore a backup made with this one",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The file must be migrated, and a server of the former version has it open.
    #[error(
        "the database {} must be migrated, and a server of an older version is running on it; \
         stop that server first",
        path.display()
    )]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// SQLite refused for another reason.
    #[error("cannot open the database {}: {text}", path.display())]
    Engine {
        /// The database.
        path: PathBuf,
        /// What is the matter, and what to do.
        text: String,
    },
}

/// Opens the file, made with its folder when missing, and brings its schema up to date.
pub(super) fn open(path: &Path) -> Result<Connection, OpenError> {
    let folder = folder::of(path);
    folder::create(folder)?;
    // Made here, not by SQLite, for the sake of its permissions; the log gets the same ones.
    folder::private_file()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|cause| OpenError::File { path: path.to_owned(), cause })?;
    let refused = |error| refused(path, &error);
    let mut connection = connect(path).map_err(refused)?;
    match migrations::inspect(&connection).map_err(refused)? {
        Schema::Current | Schema::Empty => {}
        Schema::Older if ServeLock::is_held_elsewhere(path) => {
            return Err(OpenError::InUse { path: path.to_owned() });
        }
        Schema::Older => {}
        Schema::Newer(found) => {
            let known = migrations::KNOWN;
            return Err(OpenError::Newer { path: path.to_owned(), found, known });
        }
        Schema::Foreign => return Err(OpenError::NotOurs { path: path.to_owned() }),
    }
    prepare(&mut connection).map_err(refused)?;
    Ok(connection)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    write_ahead(connection)?;
    connection.execute_batch(PRAGMAS)?;
    connection.set_prepared_statement_cache_capacity(256);
    migrations::apply(connection)
}

/// Turns the write-ahead log on. SQLite does not wait for others while it changes the mode, so two
/// processes that open a new file together must: an (empty) exclusive transaction does.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let mut attempts = 0;
    loop {
        let changed = connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()));
        match changed {
            Err(error) if is_busy(&error) && attempts < 20 => {
                attempts += 1;
                connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
            }
            changed => return changed,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn refused(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    let text = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => return OpenError::NotOurs { path },
        Some(ErrorCode::DatabaseCorrupt) => {
            format!("it is damaged ({error}); restore a backup")
        }
        Some(ErrorCode::DiskFull) => format!("the disk is full ({error}); make room on it"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another program keeps it locked ({error}); close that one first")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            format!(
                "{error}; check that the user that runs this program may write it and its folder"
            )
        }
        Some(ErrorCode::SystemIoFailure) => format!("the disk failed ({error}); check the disk"),
        _ => error.to_string(),
    };
    OpenError::Engine { path, text }
}
