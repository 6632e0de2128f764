//! Makes the style sheet that is compiled in smaller: comments and white space go.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=src/style.css");
    let source = fs::read_to_string("src/style.css").unwrap_or_default();
    let folder = env::var("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&folder).join("style.css"), smaller(&source)) {
        println!("cargo::error={error}");
    }
}

/// The sheet without comments, and without white space where it means nothing.
fn smaller(source: &str) -> String {
    let mut plain = String::new();
    let mut rest = source;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let mut small = String::new();
    for word in plain.split_whitespace() {
        // `a b`, `1px + 2px` and `and (` need the space; around braces and signs it is none.
        let tight = |c: char| matches!(c, '{' | '}' | ';' | ',' | ':' | '>');
        let last = small.chars().next_back();
        let glued = last.is_none_or(|c| matches!(c, '{' | '}' | ';' | ',' | '>'))
            || last == Some(':') && in_block(&small)
            || word.starts_with(|c| tight(c) && c != ':');
        if !glued {
            small.push(' ');
        }
        small.push_str(word);
    }
    small.replace(";}", "}")
}

/// Whether the text so far ends within a declaration block, where a colon ends a property's name.
fn in_block(text: &str) -> bool {
    text.rfind('{').is_some_and(|open| text.rfind('}').is_none_or(|close| close < open))
}
