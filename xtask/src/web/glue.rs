//! The JavaScript half without what no browser of ours needs.
//!
//! wasm-bindgen writes for browsers of ten years and for every way to load a module. Here it is
//! always a response that is loaded, by a browser that runs this wasm at all: 0.6 KB for a visitor.

use anyhow::{Context, Result, ensure};

/// How a module is loaded here.
const START: &str = include_str!("start.js");

/// Where wasm-bindgen's own loading begins; nothing else follows.
const LOADING: &str = "async function __wbg_load(";

/// What is asked in vain, and the answer: what is asked for is there in every browser that runs this
/// wasm, and a text is always written the same way.
const ASKED: [(&str, &str); 5] = [
    ("!('encodeInto' in cachedTextEncoder)", "false"),
    ("typeof FinalizationRegistry === 'undefined'", "false"),
    ("realloc === undefined", "false"),
    // Whether the memory has grown shows in its buffer alone.
    ("cachedDataViewMemory0.buffer.detached === true", "false"),
    ("cachedDataViewMemory0.buffer.detached === undefined", "true"),
];

/// The glue with our own beginning.
pub(super) fn trimmed(glue: &str) -> Result<String> {
    let (kept, _) = glue.split_once(LOADING).context("the glue loads the module")?;
    let mut kept = kept.to_owned();
    for (question, answer) in ASKED {
        ensure!(kept.contains(question), "the glue does not ask whether {question}");
        kept = kept.replace(question, answer);
    }
    Ok(kept + START)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_keeps_all_but_what_is_asked_in_vain_and_its_own_loading() {
        let asked: String =
            ASKED.iter().map(|(question, _)| format!("if ({question}) x();")).collect();
        let glue = format!("export function lay() {{}} {asked} {LOADING}) {{}} initSync();");
        let kept = trimmed(&glue).unwrap();
        assert!(kept.starts_with("export function lay() {} if (false) x();if (false) x();"));
        assert!(kept.ends_with(START) && !kept.contains("initSync"));
    }

    #[test]
    fn glue_of_another_shape_is_an_error() {
        assert!(trimmed("").is_err());
        assert!(trimmed(LOADING).is_err());
    }
}
