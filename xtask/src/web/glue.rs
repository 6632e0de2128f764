//! The JavaScript half without what no browser of ours needs.
//!
//! wasm-bindgen writes for browsers of ten years and for every way to load a module. Here it is
//! always a response that is loaded, by a browser that runs this wasm at all: 0.6 KB for a visitor.

use anyhow::{Context, Result, ensure};

/// How a module is loaded here; `ENTRY` stands for its one function.
const START: &str = include_str!("start.js");

/// Where wasm-bindgen's own loading begins; nothing else follows.
const LOADING: &str = "async function __wbg_load(";

/// Where wasm-bindgen begins to write how a closure becomes a function, and where that ends.
const CLOSURE: [&str; 2] = ["function makeMutClosure(arg0, arg1, f) {", "return real;\n"];

/// The same for closures that live as long as the page, as all of ours: nothing counts who holds
/// them. While one runs it has no place, so that calling it again meanwhile fails.
const FOREVER: &str = "function makeMutClosure(arg0, arg1, f) {
  return (...args) => {
    const place = arg0;
    arg0 = 0;
    try {
      return f(place, arg1, ...args);
    } finally {
      arg0 = place;
    }
  };
";

/// What is asked in vain, and the answer: what is asked for is there in every browser that runs this
/// wasm, and a text is always written the same way.
const ASKED: [(&str, &str); 5] = [
    ("!('encodeInto' in cachedTextEncoder)", "false"),
    // What counts who holds a closure; see [`FOREVER`].
    ("typeof FinalizationRegistry === 'undefined'", "true"),
    ("realloc === undefined", "false"),
    // Whether the memory has grown shows in its buffer alone.
    ("cachedDataViewMemory0.buffer.detached === true", "false"),
    ("cachedDataViewMemory0.buffer.detached === undefined", "true"),
];

/// The glue with our own beginning: how the module is loaded, which gives out its one function, and
/// `start`, the script of its crate that has it loaded.
pub(super) fn trimmed(glue: &str, entry: &str, start: &str) -> Result<String> {
    let (kept, _) = glue.split_once(LOADING).context("the glue loads the module")?;
    let mut kept = kept.to_owned();
    for (question, answer) in ASKED {
        ensure!(kept.contains(question), "the glue does not ask whether {question}");
        kept = kept.replace(question, answer);
    }
    let [begin, end] = CLOSURE;
    let (before, rest) = kept.split_once(begin).context("the glue makes functions of closures")?;
    let (_, after) = rest.split_once(end).context("the glue returns what it made")?;
    let start = beside(start, glue)?;
    let glue = [before, FOREVER, after, &START.replace("ENTRY", entry), &start].concat();
    let function = format!("function {entry}(");
    let exported = format!("export {function}");
    ensure!(glue.contains(&exported), "the module has no {entry}");
    Ok(glue.replace(&exported, &function))
}

/// A script of the crate, which imports others of it, as it says that from where the glue lies.
fn beside(script: &str, glue: &str) -> Result<String> {
    let mut script = script.to_owned();
    let imported = script.clone();
    for name in imported.split("from './").skip(1).filter_map(|rest| rest.split('\'').next()) {
        let place = glue.split(['\'', '"']).find(|text| text.ends_with(&format!("/src/{name}")));
        let place = place.with_context(|| format!("the module does not import {name}"))?;
        script = script.replace(&format!("'./{name}'"), &format!("'{place}'"));
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_keeps_all_but_what_is_asked_in_vain_and_its_own_loading() {
        let asked: String =
            ASKED.iter().map(|(question, _)| format!("if ({question}) x();")).collect();
        let [begin, end] = CLOSURE;
        let closure = format!("{begin} const real = count(f); {end}}}");
        let glue = format!(
            "export function lay() {{}} import {{ f }} from './snippets/a-1/src/f.js'; {asked} \
             {closure} {LOADING}) {{}} initSync();"
        );
        let start = "import { g } from './f.js'; export default load;";
        let kept = trimmed(&glue, "lay", start).unwrap();
        assert!(kept.starts_with("function lay() {} import"));
        assert!(kept.contains("if (false) x();if (true) x();"));
        assert!(kept.contains("import { g } from './snippets/a-1/src/f.js'; export default load;"));
        assert!(trimmed(&glue, "lay", "import { g } from './g.js';").is_err());
        assert!(kept.contains("finally") && !kept.contains("count(f)"));
        assert!(kept.contains("return lay;") && !kept.contains("initSync"));
        assert!(trimmed(&glue, "mount", start).is_err());
    }

    #[test]
    fn glue_of_another_shape_is_an_error() {
        assert!(trimmed("", "lay", "").is_err());
        assert!(trimmed(LOADING, "lay", "").is_err());
    }
}
