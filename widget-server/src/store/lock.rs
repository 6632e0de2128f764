//! One serving process for a data folder.
//!
//! The lock is the operating system's, on an open file: it ends with its process, however that
//! ends. The file's content (the holder's process id) is only for the sentence that refuses a
//! second one.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::folder;

/// The file in the data folder that is locked.
const LOCK_FILE: &str = "serve.lock";

/// Held by the process that serves a data folder; released when dropped.
#[derive(Debug)]
pub struct ServeLock {
    file: File,
}

/// Why the lock was not acquired.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process serves the folder.
    #[error(
        "{} is already being served by {}; stop that server first, or give this one another data \
         folder",
        folder.display(),
        holder(*pid)
    )]
    Held {
        /// The data folder.
        folder: PathBuf,
        /// The process, where it can be told.
        pid: Option<u32>,
    },
    /// The lock file cannot be opened or locked.
    #[error("cannot lock {}: {source}; check the folder's permissions", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The folder cannot be made.
    #[error(transparent)]
    Folder(#[from] folder::FolderError),
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

impl ServeLock {
    /// Locks the folder (made when it is missing) for this process.
    ///
    /// # Errors
    /// [`LockError::Held`] when another process has it.
    pub fn acquire(data_dir: &Path) -> Result<Self, LockError> {
        folder::create(data_dir)?;
        let path = data_dir.join(LOCK_FILE);
        let refused = |source| LockError::Io { path: path.clone(), source };
        let mut file = folder::private_file()
            .read(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let folder = data_dir.to_owned();
                return Err(LockError::Held { folder, pid: read_pid(&mut file) });
            }
            Err(TryLockError::Error(source)) => return Err(refused(source)),
        }
        file.set_len(0).map_err(refused)?;
        writeln!(file, "{}", std::process::id()).map_err(refused)?;
        Ok(Self { file })
    }

    /// Whether a process other than this one serves the folder now.
    #[must_use]
    pub fn is_held_elsewhere(data_dir: &Path) -> bool {
        let Ok(mut file) = OpenOptions::new().read(true).open(data_dir.join(LOCK_FILE)) else {
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

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_on_the_same_folder_is_refused_and_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = ServeLock::acquire(folder.path()).unwrap();
        let refusal = ServeLock::acquire(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains(&folder.path().display().to_string()), "{refusal}");
        assert!(refusal.contains(&format!("process {}", std::process::id())), "{refusal}");
        drop(first);
        ServeLock::acquire(folder.path()).unwrap();
    }

    #[test]
    fn a_lock_of_this_process_is_not_held_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!ServeLock::is_held_elsewhere(folder.path()));
        let _lock = ServeLock::acquire(folder.path()).unwrap();
        assert!(!ServeLock::is_held_elsewhere(folder.path()));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refusal = ServeLock::acquire(&file.join("data")).unwrap_err().to_string();
        assert!(refusal.contains(&file.join("data").display().to_string()), "{refusal}");
    }
}
