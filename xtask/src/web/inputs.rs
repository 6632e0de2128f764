//! Telling whether anything that the browser's files are made of has changed.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::Mode;
use crate::{project, shell};

/// Everything that can change the result, as git path patterns.
const SOURCES: [&str; 12] = [
    "widget-core",
    "widget-dom",
    "widget-sheet",
    "widget-wasm",
    "www",
    "xtask",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo",
    ":!widget-wasm/npm",
    ":!xtask/src/tidy*",
];

/// A hash of all sources and of the mode.
pub(super) fn fingerprint(mode: Mode) -> Result<String> {
    let mut whole = format!("{mode:?}\n");
    for file in source_files(&SOURCES)? {
        let content = std::fs::read(project::path(&file))?;
        whole.push_str(&format!("{file} {}\n", hash(&content)));
    }
    Ok(hash(whole.as_bytes()))
}

/// The files below these paths that git keeps or would keep, sorted.
pub(super) fn source_files(paths: &[&str]) -> Result<Vec<String>> {
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"];
    let mut git = shell::at_root("git", arguments);
    let listed = shell::read(git.args(paths)).context("the sources are listed with git")?;
    let files: BTreeSet<_> = listed.split_terminator('\0').map(str::to_owned).collect();
    // Git still lists what was deleted since the last commit.
    Ok(files.into_iter().filter(|file| project::path(file).exists()).collect())
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
