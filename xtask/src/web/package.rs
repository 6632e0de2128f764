//! The npm package: the browser's files once more, as modules that bundlers understand.
//!
//! What a page fetches by addresses of our server when it uses the snippet, the package names with
//! `import()` and `new URL(…, import.meta.url)`; everything else is the same, from the same sources.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Mode;
use super::assets::{self, INPUTS};
use super::inputs::source_files;
use super::module::{CHAT, SHEET};
use super::scripts;
use crate::project;

const NAME: &str = "agent-widget";

/// The sources that are the package's own.
const FOLDER: &str = "widget-wasm/npm";

/// Where it is put, whatever target folder cargo has: tests and examples install it from there.
const FINISHED: &str = "target/npm";

/// Scripts that are the same wherever they lie.
const CHUNKS: [(&str, &str); 2] =
    [("triggers.js", "www/triggers/triggers.js"), ("fallback.js", "www/fallback.js")];

/// The manifest's keys of languages are this and a tag.
const WORDS: &str = "words_";

/// Of what the build's left-overs are that the package is made of.
fn stamp() -> PathBuf {
    project::target().join("web").join(INPUTS)
}

/// Notes that the left-overs are being replaced.
pub(super) fn forget() {
    // An error means that there are none.
    let _ = std::fs::remove_file(stamp());
}

/// Notes of what the left-overs are now.
pub(super) fn remember(inputs: &str) -> Result<()> {
    Ok(std::fs::write(stamp(), inputs)?)
}

/// Whether the left-overs are of the build whose files the server has.
pub(super) fn has_its_parts() -> bool {
    let built = assets::manifest().map(|manifest| manifest[INPUTS].clone());
    let kept = std::fs::read_to_string(stamp());
    built.is_ok_and(|built| kept.is_ok_and(|kept| built == kept))
}

/// Writes the package into a folder of its own, ready for `npm pack`; returns the folder.
pub(super) fn build() -> Result<PathBuf> {
    let folder = project::path(FINISHED).join(NAME);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(folder.join("words"))?;
    let manifest = assets::manifest()?;
    words(&manifest, &folder)?;
    for (name, source) in [("chat", CHAT), ("sheet", SHEET)] {
        std::fs::copy(source.packed(), folder.join(format!("{name}.js")))?;
        let wasm = asset(&manifest, source.wasm)?;
        std::fs::write(folder.join(format!("{name}.wasm")), wasm)?;
    }
    std::fs::write(folder.join("loader.js"), scripts::packed_loader()?)?;
    for (name, source) in CHUNKS {
        std::fs::write(folder.join(name), scripts::bundle(source, Mode::Release)?)?;
    }
    for file in source_files(&[FOLDER])? {
        let name = Path::new(&file).file_name().context("a file has a name")?;
        std::fs::copy(project::path(&file), folder.join(name))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        std::fs::copy(project::path(licence), folder.join(licence))?;
    }
    set_version(&folder.join("package.json"))?;
    Ok(folder)
}

/// Writes each language as a module, and one that knows them all.
fn words(manifest: &Value, folder: &Path) -> Result<()> {
    let keys = manifest.as_object().context("the manifest is an object")?.keys();
    let mut all = "export const words = {\n".to_owned();
    for tag in keys.filter_map(|key| key.strip_prefix(WORDS)) {
        let tables = asset(manifest, &format!("{WORDS}{tag}"))?;
        let module = format!("export default {};\n", String::from_utf8(tables)?);
        std::fs::write(folder.join(format!("words/{tag}.js")), module)?;
        all.push_str(&format!("  {tag}: () => import('./words/{tag}.js'),\n"));
    }
    all.push_str("};\n");
    Ok(std::fs::write(folder.join("words.js"), all)?)
}

fn asset(manifest: &Value, key: &str) -> Result<Vec<u8>> {
    let name = manifest[key].as_str().with_context(|| format!("no {key} in the manifest"))?;
    Ok(std::fs::read(project::assets().join(name))?)
}

/// The package has the version of everything else.
fn set_version(file: &Path) -> Result<()> {
    let mut package: Value = serde_json::from_slice(&std::fs::read(file)?)?;
    package["version"] = json!(env!("CARGO_PKG_VERSION"));
    let text = serde_json::to_string_pretty(&package)?;
    Ok(std::fs::write(file, text + "\n")?)
}
