//! What panics would say, which nobody reads once they trap (see [`useless`](super::useless)).
//!
//! The texts stay in the module's memory all the same, and with them the paths of sources on the
//! machine that built it. Zeroes in their place weigh nothing: 0.3 KB for a visitor.

use walrus::{ConstExpr, DataKind, Module, ir::Value};

/// What Rust's own panics say.
const MESSAGES: [&str; 8] = [
    "Attempted to initialize thread-local while it is being dropped",
    "LazyCell instance has previously been poisoned",
    "RefCell already borrowed",
    "RefCell already mutably borrowed",
    "Tried to shrink to a larger capacity",
    "capacity overflow",
    "index out of bounds: the len is ",
    " but the index is ",
];

/// How the path of a source ends; a NUL follows.
const SOURCE: &[u8] = b".rs\0";

/// `core::panic::Location`: where the path is, how long it is, the line, the column.
const LOCATION_BYTES: usize = 16;

/// Blanks the messages and the places of panics.
pub(super) fn blank(module: &mut Module) {
    let parts: Vec<_> = module.data.iter().map(|data| (data.id(), start(&data.kind))).collect();
    for (id, start) in parts {
        let Some(start) = start else { continue };
        let data = &mut module.data.get_mut(id).value;
        for message in MESSAGES {
            while let Some(at) = find(data, message.as_bytes()) {
                data[at..at + message.len()].fill(0);
            }
        }
        blank_places(data, start);
    }
}

/// Where in memory a part of the data lies.
fn start(kind: &DataKind) -> Option<usize> {
    match kind {
        DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } => {
            usize::try_from(*start).ok()
        }
        _ => None,
    }
}

fn find(data: &[u8], wanted: &[u8]) -> Option<usize> {
    data.windows(wanted.len()).position(|found| found == wanted)
}

/// Where a path begins only the places say that name it, so those are looked for.
fn blank_places(data: &mut [u8], start: usize) {
    let mut from = 0;
    while let Some(at) = find(&data[from..], SOURCE) {
        let end = from + at + SOURCE.len() - 1;
        from = end;
        for place in 0..=data.len().saturating_sub(LOCATION_BYTES) {
            let (path, length) = (word(data, place), word(data, place + 4));
            if path >= start && length > 0 && path + length == start + end {
                data[path - start..end].fill(0);
                data[place..place + LOCATION_BYTES].fill(0);
            }
        }
    }
}

/// The number that stands there; a module's memory is little-endian.
fn word(data: &[u8], at: usize) -> usize {
    data[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_goes_with_its_path_and_the_words_beside_it_stay() {
        let mut data = b"https/a/b.rs\0after\0\0".to_vec();
        let place = |path: u8, length: u8| [path, 1, 0, 0, length, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0];
        data.extend(place(5, 7));
        data.extend(place(5, 7));
        data.extend(place(0, 5));
        blank_places(&mut data, 256);
        assert_eq!(&data[..20], b"https\0\0\0\0\0\0\0\0after\0\0");
        assert_eq!(data[20..52], [0; 32]);
        assert_eq!(data[52..], place(0, 5));
    }
}
