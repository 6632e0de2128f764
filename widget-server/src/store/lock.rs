//! One serving process for a database.
//!
//! The lock lies beside the database's own file, not in the data folder: two servers may have
//! different folders and the same `database.url`, through a link as well.
//!
//! The lock is the operating system's, on an open file: it ends with its process, however that
//! ends. The file's content (the holder's process id) is only for the sentence that refuses a
//! second one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::folder;

/// What is appended to the database's name for the file that is locked.
const LOCK_END: &str = ".lock";

/// Held by the process that serves a database; released when dropped.
#[derive(Debug)]
pub struct ServeLock {
    file: File,
}

/// Why the lock was not acquired.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process serves the database.
    #[error(
        "the database {} is already being served by {}; stop that server first, or give this one \
         another data folder or database",
        database.display(),
        holder(*pid)
    )]
    Held {
        /// The database.
        database: PathBuf,
        /// The process, where it can be told.
        pid: Option<u32>,
    },
    /// The lock file cannot be opened or locked.
    #[error("cannot lock {}: {cause}; check the folder's permissions", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// The folder cannot be made.
    #[error(transparent)]
    Folder(#[from] folder::FolderError),
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

impl ServeLock {
    /// Locks the database for this process; its folder is made when it is missing.
    ///
    /// # Errors
    /// [`LockError::Held`] when another process has it.
    pub fn acquire(database: &Path) -> Result<Self, LockError> {
        folder::create(folder::of(database))?;
        let path = lock_file(database);
        let refused = |cause| LockError::Io { path: path.clone(), cause };
        let mut file = folder::private_file()
            .read(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let database = database.to_owned();
                return Err(LockError::Held { database, pid: read_pid(&mut file) });
            }
            Err(TryLockError::Error(cause)) => return Err(refused(cause)),
        }
        file.set_len(0).map_err(refused)?;
        writeln!(file, "{}", std::process::id()).map_err(refused)?;
        Ok(Self { file })
    }

    /// Whether a process other than this one serves the database now.
    #[must_use]
    pub fn is_held_elsewhere(database: &Path) -> bool {
        let Ok(mut file) = OpenOptions::new().read(true).open(lock_file(database)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
            && read_pid(&mut file) != Some(std::process::id())
    }
}

impl Drop for ServeLock {
    fn drop(&mut self) {
        // The lock itself goes with the file handle; a stale number would only mislead a person.
        let _ = self.file.set_len(0);
    }
}

/// The file that stands for the database, whatever links its path goes through.
fn lock_file(database: &Path) -> PathBuf {
    let real = fs::canonicalize(database).or_else(|_| {
        // Not there yet: its folder is.
        let name = database.file_name().unwrap_or_default();
        fs::canonicalize(folder::of(database)).map(|folder| folder.join(name))
    });
    let mut path = real.unwrap_or_else(|_| database.to_owned()).into_os_string();
    path.push(LOCK_END);
    path.into()
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_on_the_same_database_is_refused_and_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("data/widget.db");
        let first = ServeLock::acquire(&database).unwrap();
        let refusal = ServeLock::acquire(&database).unwrap_err().to_string();
        assert!(refusal.contains(&database.display().to_string()), "{refusal}");
        assert!(refusal.contains(&format!("process {}", std::process::id())), "{refusal}");
        drop(first);
        ServeLock::acquire(&database).unwrap();
    }

    #[test]
    fn databases_side_by_side_are_served_side_by_side() {
        let folder = tempfile::tempdir().unwrap();
        let _first = ServeLock::acquire(&folder.path().join("a.db")).unwrap();
        ServeLock::acquire(&folder.path().join("b.db")).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn another_path_to_the_same_database_is_no_way_around_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (real, linked) = (folder.path().join("real"), folder.path().join("linked"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &linked).unwrap();
        let _lock = ServeLock::acquire(&real.join("a.db")).unwrap();
        ServeLock::acquire(&linked.join("a.db")).unwrap_err();
        fs::write(real.join("a.db"), "").unwrap();
        std::os::unix::fs::symlink(real.join("a.db"), folder.path().join("b.db")).unwrap();
        ServeLock::acquire(&folder.path().join("b.db")).unwrap_err();
    }

    #[test]
    fn a_lock_of_this_process_is_not_held_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        assert!(!ServeLock::is_held_elsewhere(&database));
        let _lock = ServeLock::acquire(&database).unwrap();
        assert!(!ServeLock::is_held_elsewhere(&database));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refusal = ServeLock::acquire(&file.join("data/widget.db")).unwrap_err().to_string();
        assert!(refusal.contains(&file.join("data").display().to_string()), "{refusal}");
    }
}
