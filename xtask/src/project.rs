//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("xtask lies in the root of the workspace")
}

/// A path below the root.
pub(crate) fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => path("target"),
    }
}

/// The folder of built browser files, which the server compiles in.
pub(crate) fn assets() -> PathBuf {
    path("widget-server/assets")
}

/// The server's binary of a profile: `debug` or `release`.
pub(crate) fn server(profile: &str) -> PathBuf {
    target().join(profile).join("widget-server")
}
