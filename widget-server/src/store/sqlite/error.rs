//! SQLite's errors in the words of the store.

use rusqlite::ffi;

use super::writer::WriteFailure;
use crate::store::StoreError;
use crate::store::records::Refusal;

impl From<rusqlite::Error> for StoreError {
    /// A query that must find a row and does not, or a reference to what does not exist, is
    /// [`StoreError::NotFound`]; a second one of what must be unique is [`Refusal::Exists`].
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(failure, _) => {
                from_code(failure.extended_code, &error.to_string())
            }
            _ => Self::Internal(error.to_string()),
        }
    }
}

impl From<WriteFailure> for StoreError {
    fn from(failure: WriteFailure) -> Self {
        match failure {
            WriteFailure::Closed | WriteFailure::Crowded | WriteFailure::TakenAlong => {
                Self::Unavailable(failure.to_string())
            }
            WriteFailure::Panicked(_) => Self::Internal(failure.to_string()),
            WriteFailure::Engine { code, text } => from_code(code, &text),
        }
    }
}

fn from_code(extended: i32, text: &str) -> StoreError {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
            return StoreError::Refused(Refusal::Exists);
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return StoreError::NotFound,
        _ => {}
    }
    // The low byte of an extended code is the primary one.
    match extended & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => {
            StoreError::Unavailable(format!("another process keeps the database busy ({text})"))
        }
        ffi::SQLITE_FULL => StoreError::Unavailable(format!("the disk is full ({text})")),
        ffi::SQLITE_IOERR => StoreError::Unavailable(format!("the disk failed ({text})")),
        ffi::SQLITE_READONLY | ffi::SQLITE_PERM | ffi::SQLITE_CANTOPEN => StoreError::Unavailable(
            format!("the database cannot be opened for writing; check its permissions ({text})"),
        ),
        ffi::SQLITE_NOMEM => StoreError::Unavailable(format!("out of memory ({text})")),
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => {
            StoreError::Internal(format!("the database is damaged; restore a backup ({text})"))
        }
        _ => StoreError::Internal(text.to_owned()),
    }
}
