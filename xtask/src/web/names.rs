//! Short names for what the two halves of the module exchange.
//!
//! wasm-bindgen writes names of 20–60 characters on both sides; wasm-opt replaces them in the
//! wasm and reports what it did, and the same is done to the glue here. It saves about 3 KB of
//! 35 (brotli). wasm-opt knows the names only as strings, so the glue is read word by word: a
//! word that is an import's name is that import (they end in hashes), a word after `wasm.` or
//! `exports.` that is an export's name is that export.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Old names to new ones, as wasm-opt's `--minify-imports-and-exports-and-modules` reports them.
#[derive(Debug, Default)]
pub(super) struct Renamed {
    /// Module names: `./widget_bg.js` becomes `a`.
    modules: HashMap<String, String>,
    imports: HashMap<String, String>,
    exports: HashMap<String, String>,
}

impl Renamed {
    /// Reads `{"imports": [[module, old, new]], "exports": [[old, new]]}`.
    pub(super) fn read(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("wasm-opt reported no names")?;
        let rows = |kind: &str| report[kind].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned).context("names are strings");
        let mut renamed = Self::default();
        for row in rows("imports") {
            renamed.modules.insert(text(&row[0])?, "a".to_owned());
            renamed.imports.insert(text(&row[1])?, text(&row[2])?);
        }
        for row in rows("exports") {
            renamed.exports.insert(text(&row[0])?, text(&row[1])?);
        }
        ensure!(renamed.modules.len() <= 1, "imports of one module only: {:?}", renamed.modules);
        Ok(renamed)
    }

    /// The glue with the new names; fails when an import does not stand in it.
    pub(super) fn apply(&self, glue: &str) -> Result<String> {
        let mut short = String::with_capacity(glue.len());
        let mut missing: HashMap<_, _> = self.imports.iter().collect();
        for word in words(glue) {
            if let Some(new) = self.imports.get(word) {
                missing.remove(&word.to_owned());
                short.push_str(new);
            } else if short.ends_with("wasm.") || short.ends_with("exports.") {
                short.push_str(self.exports.get(word).map_or(word, String::as_str));
            } else {
                short.push_str(word);
            }
        }
        if !missing.is_empty() {
            bail!("imports that the glue does not have: {:?}", missing.keys());
        }
        for (old, new) in &self.modules {
            let (old, new) = (format!("\"{old}\""), format!("\"{new}\""));
            ensure!(short.matches(&old).count() == 1, "the glue names its module once");
            short = short.replace(&old, &new);
        }
        Ok(short)
    }
}

/// The text cut into identifiers and what stands between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let alike = |character: char| in_word(character) == in_word(first);
        let end = rest.find(|character| !alike(character)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn in_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"imports":[["./widget_bg.js","__wbg_log_1f","a"]],
        "exports":[["memory","b"],["mount","c"]]}"#;

    #[test]
    fn both_sides_of_the_border_get_the_same_names() {
        let glue = r#"const i = { __wbg_log_1f: () => wasm.memory }, m = { "./widget_bg.js": i };
            export function mount() { wasm.mount(); wasm.mounted(); }"#;
        let short = r#"const i = { a: () => wasm.b }, m = { "a": i };
            export function mount() { wasm.c(); wasm.mounted(); }"#;
        let renamed = Renamed::read(REPORT).unwrap();
        assert_eq!(renamed.apply(glue).unwrap(), short);
    }

    #[test]
    fn an_import_without_its_function_is_an_error() {
        let error = Renamed::read(REPORT).unwrap().apply("\"./widget_bg.js\"").unwrap_err();
        assert!(error.to_string().contains("__wbg_log_1f"));
    }
}
