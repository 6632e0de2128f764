//! Names of files, made harmless.

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
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut out = String::new();
    for character in own.chars() {
        match character {
            _ if is_invisible(character) => {}
            _ if character.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%' => out.push('_'),
            _ => out.push(character),
        }
    }
    let trimmed = out.trim_matches([' ', '.']);
    let (stem, ending) = split(trimmed);
    join(stem, ending)
}

/// The name and its ending, which is empty where there is none.
pub(super) fn split(name: &str) -> (&str, &str) {
    match name.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) && !stem.is_empty() => (stem, ending),
        _ => (name, ""),
    }
}

/// The name with that ending in lower case, not too long.
pub(super) fn join(stem: &str, ending: &str) -> String {
    let room = MAX_NAME_CHARS - if ending.is_empty() { 0 } else { ending.len() + 1 };
    let end = stem.char_indices().nth(room).map_or(stem.len(), |(at, _)| at);
    let mut name = stem[..end].trim_end_matches([' ', '.']).to_owned();
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
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
