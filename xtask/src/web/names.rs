//! Short names for what the two halves of the module exchange.
//!
//! wasm-bindgen writes names of 20–60 characters on both sides; wasm-opt replaces them in the
//! wasm and reports what it did, and the same is done to the glue here. It saves about 3 KB of
//! 35 (brotli). wasm-opt knows the names only as strings, so the glue is read word by word: a
//! word that is an import's name is that import (they end in hashes), a word after `wasm.` or
//! `exports.` that is an export's name is that export. What needs nothing of the glue, wasm-bindgen
//! imports from a crate's own script; wasm-opt makes one module of them all, and so does the glue
//! here.

use std::collections::HashMap;

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// The module that is the glue itself.
const GLUE: &str = "./widget_bg.js";

/// What wasm-opt calls the one module that it makes of all.
const MODULE: &str = "a";

/// Old names to new ones, as wasm-opt's `--minify-imports-and-exports-and-modules` reports them.
#[derive(Debug, Default)]
pub(super) struct Renamed {
    imports: HashMap<String, String>,
    exports: HashMap<String, String>,
    /// What is imported from a script: its module, the old name and the new one.
    direct: Vec<[String; 3]>,
}

impl Renamed {
    /// Reads `{"imports": [[module, old, new]], "exports": [[old, new]]}`.
    pub(super) fn read(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("wasm-opt reported no names")?;
        let rows = |kind: &str| report[kind].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned).context("names are strings");
        let mut renamed = Self::default();
        for row in rows("imports") {
            let [module, old, new] = [text(&row[0])?, text(&row[1])?, text(&row[2])?];
            if module == GLUE {
                renamed.imports.insert(old, new);
            } else {
                renamed.direct.push([module, old, new]);
            }
        }
        for row in rows("exports") {
            renamed.exports.insert(text(&row[0])?, text(&row[1])?);
        }
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
        self.join(&short)
    }

    /// Makes one module of what the glue gives and what the scripts of crates do.
    fn join(&self, glue: &str) -> Result<String> {
        let (mut glue, mut direct) = (glue.to_owned(), String::new());
        for [module, old, new] in &self.direct {
            // `"./snippets/a/src/a.js": import1,`
            let line = format!("\"{module}\": ");
            let (_, rest) = glue.split_once(&line).context("the glue has the scripts' modules")?;
            let (script, _) = rest.split_once(',').context("a list has commas")?;
            let _ = write!(direct, "{new}: {script}.{old}, ");
        }
        for [module, ..] in &self.direct {
            if let Some((before, rest)) = glue.split_once(&format!("\"{module}\": ")) {
                let (_, after) = rest.split_once(',').context("a list has commas")?;
                glue = format!("{before}{after}");
            }
        }
        let own = format!("\"{GLUE}\": ");
        ensure!(glue.matches(&own).count() == 1, "the glue names its module once");
        let (before, rest) = glue.split_once(&own).context("the glue names its module")?;
        let end = rest.find([',', ' ', '\n', '}']).context("something follows")?;
        let (object, after) = rest.split_at(end);
        let all = if direct.is_empty() {
            object.to_owned()
        } else {
            format!("Object.assign({object}, {{ {direct}}})")
        };
        Ok(format!("{before}\"{MODULE}\": {all}{after}"))
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
    fn what_a_script_gives_by_itself_is_a_part_of_the_one_module() {
        let report = r#"{"imports":[["./widget_bg.js","__wbg_log_1f","a"],
            ["./snippets/x/page.js","copy","b"],["./snippets/x/page.js","log","c"]],"exports":[]}"#;
        let glue = r#"import * as import1 from "./snippets/x/page.js";
            const i = { __wbg_log_1f: log }; return { "./widget_bg.js": i,
            "./snippets/x/page.js": import1, };"#;
        let short = r#"import * as import1 from "./snippets/x/page.js";
            const i = { a: log }; return { "a": Object.assign(i, { b: import1.copy, c: import1.log, }),
             };"#;
        assert_eq!(Renamed::read(report).unwrap().apply(glue).unwrap(), short);
    }

    #[test]
    fn an_import_without_its_function_is_an_error() {
        let error = Renamed::read(REPORT).unwrap().apply("\"./widget_bg.js\"").unwrap_err();
        assert!(error.to_string().contains("__wbg_log_1f"));
    }
}
