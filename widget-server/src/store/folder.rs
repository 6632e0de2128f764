//! The data folder and files that only their owner may read: they hold secrets and what visitors
//! said.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot make the data folder {}: {cause}; make it yourself for the user that runs this \
     program, or name another one",
    path.display()
)]
pub struct FolderError {
    path: PathBuf,
    cause: io::Error,
}

/// Makes the folder with all above it, readable by its owner only; one that exists stays as it is.
pub(super) fn create(path: &Path) -> Result<(), FolderError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|cause| FolderError { path: path.to_owned(), cause })
}

/// Options for a file that is readable by its owner only, when it is made by them.
pub(super) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The folder a file lies in.
pub(super) fn of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Waits until the names in a folder are on the disk: a renamed file is safe only then.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    // Windows cannot open a folder as a file, and needs no such thing.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
