//! The browser's files: compiled in, or from a folder.
//!
//! `cargo xtask web` writes them with their `.br` and `.gz` twins and a manifest of their names. A
//! debug build reads them from disk when it starts. Without them the server works, and says how to
//! build them where one is asked for.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rust_embed::RustEmbed;

use crate::http::negotiate::Encoded;
use crate::http::problem::ErrorStatus;
use crate::http::{Outcome, Problem, Request, response};

const MANIFEST: &str = "manifest.json";
/// Digits of the content's hash in a name such as `w-0123456789ab.wasm`.
const HASH_DIGITS: usize = 12;

#[derive(RustEmbed)]
#[folder = "assets/"]
#[exclude = ".gitkeep"]
struct Embedded;

/// Why a folder of assets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    /// A file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(PathBuf, std::io::Error),
    /// The manifest is no object of names.
    #[error("{MANIFEST} of the assets is not as expected: {0}")]
    Manifest(serde_json::Error),
}

/// The files, ready to be sent.
#[derive(Debug, Default)]
pub struct Assets {
    files: HashMap<String, Asset>,
    manifest: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Asset {
    content: Encoded,
    /// The name changes with the content, so it may be kept for ever.
    hashed: bool,
}

impl Assets {
    /// Takes what is compiled in, or what lies in `folder`.
    ///
    /// # Errors
    /// When the folder cannot be read, or the manifest is none.
    pub fn load(folder: Option<&Path>) -> Result<Self, AssetsError> {
        let contents = match folder {
            Some(folder) => read_folder(folder)?,
            None => compiled_in(),
        };
        let manifest = match contents.get(MANIFEST) {
            Some(bytes) => serde_json::from_slice(bytes).map_err(AssetsError::Manifest)?,
            None => BTreeMap::new(),
        };
        let originals = contents.keys().filter(|name| !is_twin(name, &contents));
        let files = originals.map(|name| (name.clone(), asset(name, &contents))).collect();
        Ok(Self { files, manifest })
    }

    /// Whether the browser's files are there.
    #[must_use]
    pub fn are_built(&self) -> bool {
        !self.manifest.is_empty()
    }

    /// The name under which the build wrote a part: `module` is `w-….js`.
    #[must_use]
    pub fn name_of(&self, part: &str) -> Option<&str> {
        self.manifest.get(part).map(String::as_str)
    }

    /// The text of a file, to be completed by a feature: the loader, a page.
    ///
    /// # Errors
    /// 503 when it is not there, since only the build can mend that.
    pub fn text(&self, name: &str) -> Result<&str, Problem> {
        let asset = self.files.get(name).ok_or_else(|| not_built(name))?;
        std::str::from_utf8(asset.content.identity()).map_err(Problem::internal)
    }

    /// Answers with a file.
    ///
    /// # Errors
    /// 404 for a name that is not there; 503 when nothing was built.
    pub fn respond(&self, request: &Request, name: &str) -> Outcome {
        let Some(asset) = self.files.get(name).filter(|_| name != MANIFEST) else {
            let problem = if self.are_built() {
                Problem::not_found("asset_not_found")
            } else {
                not_built(name)
            };
            return Err(problem);
        };
        let keep = if asset.hashed {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=300"
        };
        Ok(response::cached(asset.content.respond(request), keep))
    }
}

fn not_built(name: &str) -> Problem {
    Problem::new(
        ErrorStatus::SERVICE_UNAVAILABLE,
        "assets_not_built",
        "The browser's files are not part of this build; run `cargo xtask web` and build again.",
    )
    .because(format!("{name} is missing"))
}

type Contents = HashMap<String, Bytes>;

fn compiled_in() -> Contents {
    let file = |name: Cow<'static, str>| {
        let data = match Embedded::get(&name)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some((name.into_owned(), data))
    };
    Embedded::iter().filter_map(file).collect()
}

fn read_folder(folder: &Path) -> Result<Contents, AssetsError> {
    let mut contents = Contents::new();
    let mut waiting = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = waiting.pop() {
        let failed = |error| AssetsError::Read(path.clone(), error);
        for entry in std::fs::read_dir(&path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(failed)?.is_dir() {
                waiting.push((entry.path(), name + "/"));
            } else {
                let bytes = std::fs::read(entry.path())
                    .map_err(|error| AssetsError::Read(entry.path(), error))?;
                contents.insert(name, bytes.into());
            }
        }
    }
    Ok(contents)
}

fn is_twin(name: &str, contents: &Contents) -> bool {
    let original = name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz"));
    original.is_some_and(|original| contents.contains_key(original))
}

fn asset(name: &str, contents: &Contents) -> Asset {
    let twin = |extension: &str| contents.get(&format!("{name}.{extension}")).cloned();
    let identity = contents[name].clone();
    let content = Encoded::from_parts(content_type(name), identity, twin("br"), twin("gz"));
    Asset { content, hashed: is_hashed(name) }
}

/// `w-0123456789ab.wasm`, but not `chat.css`.
fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit('/').next().and_then(|file| file.split('.').next());
    stem.and_then(|stem| stem.rsplit_once('-')).is_some_and(|(_, hash)| {
        hash.len() == HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "md" | "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
