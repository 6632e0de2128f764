//! Makes the style sheets that are compiled in smaller: comments and white space go.

use std::path::Path;
use std::{env, fs, io};

fn main() {
    for name in ["chat.css", "sheet.css"] {
        if let Err(error) = make(name) {
            println!("cargo::error={name}: {error}");
        }
    }
}

fn make(name: &str) -> io::Result<()> {
    let source = Path::new("src/style").join(name);
    println!("cargo::rerun-if-changed={}", source.display());
    let folder = env::var("OUT_DIR").unwrap_or_default();
    fs::write(Path::new(&folder).join(name), smaller(&fs::read_to_string(source)?))
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
