//! Names of files, made harmless.

use crate::scan::{after, all, cut, find_last, is_blank};

/// The most characters of a file's name, its ending included.
pub const MAX_NAME_CHARS: usize = 120;

/// The longest ending that is kept when a name is cut.
const MAX_ENDING_CHARS: usize = 16;

/// What a file is called whose own name has nothing left in it.
pub(super) const NAMELESS: &str = "file";

/// A file's name without what could do harm where it is shown or saved: folders before it, control
/// characters, marks that turn the direction of writing (they make `exe.gpj` look like a picture),
/// characters that file systems or shells read as something else, and dots and spaces around it.
/// It may be empty.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let mut out = String::new();
    all(name, &mut |_, character| {
        match character {
            // A folder: the name begins behind it.
            '/' | '\\' => out.clear(),
            _ if is_invisible(character) => {}
            _ if is_blank(character) => {
                if out.as_bytes().last() != Some(&b' ') {
                    out.push(' ');
                }
            }
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%' => out.push('_'),
            _ => out.push(character),
        }
        true
    });
    let (stem, ending) = split(bare(&out, true));
    join(stem, ending)
}

/// The name and its ending, which is empty where there is none.
pub(super) fn split(name: &str) -> (&str, &str) {
    match find_last(name, b'.') {
        Some(dot) if dot > 0 && is_ending(after(name, dot + 1)) => {
            (cut(name, 0, dot), after(name, dot + 1))
        }
        _ => (name, ""),
    }
}

/// Without the dots and spaces behind it, and before it where that is wanted.
fn bare(name: &str, both: bool) -> &str {
    let (mut from, mut to) = (0, name.len());
    let is_bare = |at: usize| !matches!(name.as_bytes().get(at), Some(b' ' | b'.'));
    while to > 0 && !is_bare(to - 1) {
        to -= 1;
    }
    while both && from < to && !is_bare(from) {
        from += 1;
    }
    cut(name, from, to)
}

/// The name with that ending in lower case, not too long.
pub(super) fn join(stem: &str, ending: &str) -> String {
    let room = MAX_NAME_CHARS - if ending.is_empty() { 0 } else { ending.len() + 1 };
    let (mut end, mut count) = (stem.len(), 0);
    all(stem, &mut |at, _| {
        if count == room {
            end = at;
        }
        count += 1;
        count <= room
    });
    let mut name = bare(cut(stem, 0, end), false).to_owned();
    if !ending.is_empty() {
        if name.is_empty() {
            name.push_str(NAMELESS);
        }
        name.push('.');
        name.push_str(&ending.to_ascii_lowercase());
    }
    name
}

fn is_ending(text: &str) -> bool {
    (1..=MAX_ENDING_CHARS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Control characters, marks of direction, and marks that take no room. The joiner of emoji stays.
fn is_invisible(character: char) -> bool {
    matches!(character,
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
