//! The set of files that the server compiles in, with their compressed twins and the manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::Mode;
use super::inputs::hash;
use super::module::{Module, Source};
use crate::{project, size};

/// The names of this build's files, for the server.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The manifest's key for what the files were built from.
pub(super) const INPUTS: &str = "inputs";

/// How much of a file's hash its name carries: 48 bits, for some dozen files a build.
pub(super) const HASH_DIGITS: usize = 12;

/// Compressed already: twins would save nothing.
const PACKED: [&str; 5] = ["png", "jpg", "webp", "woff2", "ico"];

/// Files by their path below the assets' folder.
#[derive(Debug, Default)]
pub(super) struct Assets {
    files: BTreeMap<String, Vec<u8>>,
    manifest: Map<String, Value>,
}

impl Assets {
    /// Adds the two halves of a module; returns what their names have in common.
    pub(super) fn module(&mut self, source: Source, module: Module) -> String {
        let digest = hash(&[module.wasm.as_slice(), module.glue.as_bytes()].concat());
        let stem = format!("{}-{}", source.letter, &digest[..HASH_DIGITS]);
        self.kept(source.wasm, format!("{stem}.wasm"), module.wasm);
        self.kept(source.glue, format!("{stem}.js"), module.glue.into_bytes());
        stem
    }

    /// The name a file got.
    #[cfg(test)]
    pub(super) fn name(&self, key: &str) -> Result<String> {
        let name = self.manifest.get(key).and_then(Value::as_str);
        name.map(str::to_owned).with_context(|| format!("{key} is not built yet"))
    }

    /// Adds a file whose name follows from its content.
    pub(super) fn hashed(&mut self, key: &str, letter: char, extension: &str, content: Vec<u8>) {
        let digest = hash(&content);
        let name = format!("{letter}-{}.{extension}", &digest[..HASH_DIGITS]);
        self.kept(key, name, content);
    }

    /// Adds a file under a name that changes with its content.
    pub(super) fn kept(&mut self, key: &str, name: String, content: Vec<u8>) {
        self.manifest.insert(key.to_owned(), name.clone().into());
        self.files.insert(name, content);
    }

    /// Adds a file that keeps its name; those beside the loader are in the manifest by their stem.
    pub(super) fn named(&mut self, name: &str, content: Vec<u8>) {
        if let (Some(stem), None) = (Path::new(name).file_stem(), name.find('/')) {
            self.manifest.insert(stem.to_string_lossy().into_owned(), name.into());
        }
        self.files.insert(name.to_owned(), content);
    }

    /// Writes everything, and removes what earlier builds left.
    pub(super) fn write(mut self, inputs: &str, mode: Mode) -> Result<()> {
        let folder = project::assets();
        // Without a manifest, a build that is broken off is no build.
        let _ = std::fs::remove_file(folder.join(MANIFEST));
        let originals = std::mem::take(&mut self.files);
        let mut written: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for (name, content) in originals {
            let path = folder.join(&name);
            let extension = path.extension().and_then(|extension| extension.to_str());
            if !extension.is_some_and(|extension| PACKED.contains(&extension)) {
                written.insert(twin(&path, "br"), brotli_of(&content, mode));
                written.insert(twin(&path, "gz"), size::gzip(&content)?);
            }
            written.insert(path, content);
        }
        for (path, content) in &written {
            std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            std::fs::write(path, content)?;
        }
        remove_others(&folder, &written)?;
        self.manifest.insert(INPUTS.to_owned(), inputs.into());
        std::fs::write(folder.join(MANIFEST), serde_json::to_string_pretty(&self.manifest)?)?;
        Ok(())
    }
}

/// Whether the files that are there were built from these inputs.
pub(super) fn are_of(inputs: &str) -> bool {
    manifest().is_ok_and(|manifest| manifest[INPUTS] == inputs)
}

/// The manifest of the last build.
pub(crate) fn manifest() -> Result<Value> {
    let path = project::assets().join(MANIFEST);
    let text = std::fs::read_to_string(path).context("run `cargo xtask web` first")?;
    Ok(serde_json::from_str(&text)?)
}

fn brotli_of(content: &[u8], mode: Mode) -> Vec<u8> {
    match mode {
        Mode::Dev => size::brotli(content, 1),
        Mode::Release => size::brotli(content, 11),
    }
}

fn twin(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn remove_others(folder: &Path, kept: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
            // It fails where something is left in it, which is what is wanted.
            let _ = std::fs::remove_dir(&path);
        } else if !kept.contains_key(&path) && !path.ends_with(".gitkeep") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
