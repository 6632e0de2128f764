//! What stands in a file, line by line.

use super::{Breach, File};

const LINES_IN_FILE: usize = 600;
const LINES_IN_FUNCTION: usize = 80;

/// Written by programs: their length and lines are not ours.
const GENERATED: [&str; 4] = ["Cargo.lock", "package-lock.json", "openapi.json", ".snap"];

/// Inputs for parsers: each byte of them is meant.
const CORPORA: &str = "fuzz/corpus/";

/// Left-overs, cut in two so that this file may name them.
const LEFT_OVER: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Folders of somebody's machine.
const MACHINE: [&str; 4] =
    [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

pub(super) fn breaches(file: &File) -> Vec<Breach> {
    let generated = GENERATED.iter().any(|name| file.path.ends_with(name));
    if generated || file.path.starts_with(CORPORA) {
        return Vec::new();
    }
    let mut breaches = Vec::new();
    let mut at = |line: usize, what: &str| {
        breaches.push(Breach(format!("{}:{line}: {what}", file.path)));
    };
    for (index, line) in file.text.lines().enumerate() {
        if line.ends_with([' ', '\t', '\r']) {
            at(index + 1, "space at the end of the line");
        }
        if LEFT_OVER.iter().any(|mark| is_word_of(line, mark)) {
            at(index + 1, "finish it, or file an issue");
        }
        if MACHINE.iter().any(|folder| line.contains(folder)) {
            at(index + 1, "a path of somebody's machine");
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        at(file.text.lines().count(), "no line end at the end of the file");
    }
    if matches!(file.extension(), "rs" | "js" | "mjs" | "ts" | "css" | "sql" | "sh") {
        let lines = file.text.lines().count();
        if lines > LINES_IN_FILE {
            at(lines, &format!("{lines} lines; split at {LINES_IN_FILE} along its real seams"));
        }
    }
    for (line, length) in long_functions(file) {
        at(line, &format!("a function of {length} lines; {LINES_IN_FUNCTION} at most"));
    }
    breaches
}

fn is_word_of(line: &str, mark: &str) -> bool {
    let outside = |character: Option<char>| !character.is_some_and(char::is_alphanumeric);
    line.match_indices(mark).any(|(begin, _)| {
        let (before, after) = (&line[..begin], &line[begin + mark.len()..]);
        outside(before.chars().next_back()) && outside(after.chars().next())
    })
}

/// First line and length of each function that is too long. rustfmt puts the end of a function
/// at the indentation of its beginning, so that nothing needs to be parsed.
fn long_functions(file: &File) -> Vec<(usize, usize)> {
    if file.extension() != "rs" {
        return Vec::new();
    }
    let lines: Vec<_> = file.text.lines().collect();
    let length = |(begin, line): (usize, &&str)| {
        let end = format!("{}}}", indentation(line));
        let begins = is_function(line) && !line.ends_with([';', '}']);
        let length = lines[begin..].iter().position(|line| *line == end).map(|last| last + 1)?;
        (begins && length > LINES_IN_FUNCTION).then_some((begin + 1, length))
    };
    lines.iter().enumerate().filter_map(length).collect()
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

fn is_function(line: &str) -> bool {
    let mut words = line.split_whitespace().skip_while(|word| {
        word.starts_with("pub") || matches!(*word, "async" | "const" | "unsafe" | "super)")
    });
    words.next() == Some("fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_left_over_is_a_word_of_its_own() {
        let mark = LEFT_OVER[0];
        assert_eq!(breaches(&file("a.rs", &format!("// {mark}: later\n"))).len(), 1);
        assert!(breaches(&file("a.rs", &format!("// {mark}S\n"))).is_empty());
    }

    #[test]
    fn a_long_function_is_named_with_its_line() {
        let body = "        work();\n".repeat(LINES_IN_FUNCTION);
        let text = format!("impl A {{\n    pub(crate) async fn long() {{\n{body}    }}\n}}\n");
        assert_eq!(long_functions(&file("a.rs", &text)), [(2, LINES_IN_FUNCTION + 2)]);
        assert!(long_functions(&file("a.rs", "fn short() {\n    work();\n}\n")).is_empty());
    }

    #[test]
    fn spaces_and_machine_paths_are_found() {
        let found = breaches(&file("a.md", &format!("see {}x \n", MACHINE[0])));
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
