//! Looking through texts.
//!
//! What the browser runs searches, cuts and trims texts with these and not with the methods of
//! `str`: each of those brings a searcher or an iterator of its own, and all of them together cost
//! a visitor several kilobytes.

/// A part of a text; nothing where it is none.
#[inline(never)]
pub(crate) fn cut(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// What follows a place of a text.
pub(crate) fn after(text: &str, from: usize) -> &str {
    cut(text, from, text.len())
}

/// Whether a byte is one of these.
#[inline(never)]
#[expect(clippy::manual_contains, reason = "for bytes it is made for speed: 0.2 KB for a visitor")]
pub(crate) fn is_one_of(byte: u8, these: &[u8]) -> bool {
    these.iter().any(|one| *one == byte)
}

/// Whether a byte, which is ASCII, is in a text.
pub(crate) fn has(text: &str, wanted: u8) -> bool {
    is_one_of(wanted, text.as_bytes())
}

/// The place of the first of these bytes, which are ASCII, or the end.
#[inline(never)]
pub(crate) fn find(text: &str, stops: &[u8]) -> usize {
    let mut at = 0;
    for byte in text.as_bytes() {
        if is_one_of(*byte, stops) {
            break;
        }
        at += 1;
    }
    at
}

/// The place of the last such byte, which is ASCII.
#[inline(never)]
pub(crate) fn find_last(text: &str, wanted: u8) -> Option<usize> {
    let mut at = text.len();
    for byte in text.as_bytes().iter().rev() {
        at -= 1;
        if *byte == wanted {
            return Some(at);
        }
    }
    None
}

/// Whether a character is white space, as `char::is_whitespace` has it, without its table.
#[inline(never)]
pub(crate) const fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\t'..='\r'
            | ' '
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}'
    )
}

/// Whether something holds for every character, told with its place. Stops where it does not.
/// (Each loop over characters would decode them by itself.)
#[inline(never)]
pub(crate) fn all(text: &str, wanted: &mut dyn FnMut(usize, char) -> bool) -> bool {
    text.char_indices().all(|(at, c)| wanted(at, c))
}

/// The text without white space at its ends.
#[inline(never)]
pub(crate) fn trim(text: &str) -> &str {
    let (mut from, mut to) = (0, 0);
    all(text, &mut |at, c| {
        if !is_blank(c) {
            if to == 0 {
                from = at;
            }
            to = at + c.len_utf8();
        }
        true
    });
    cut(text, from, to)
}

/// How many characters a text has.
#[inline(never)]
pub(crate) fn count(text: &str) -> usize {
    let mut count = 0;
    for byte in text.as_bytes() {
        count += usize::from(*byte & 0xc0 != 0x80);
    }
    count
}

/// The value of a hexadecimal digit.
#[inline(never)]
pub(crate) const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Appends a byte as two hexadecimal digits.
#[inline(never)]
pub(crate) fn push_hex(out: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 15] {
        let first = if nibble < 10 { b'0' } else { b'a' - 10 };
        out.push(char::from(first + nibble));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn white_space_is_what_unicode_says_it_is() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_blank(c), c.is_whitespace(), "{c:?}");
        }
    }

    #[test]
    fn every_byte_has_two_digits() {
        for byte in 0..=u8::MAX {
            let mut text = String::new();
            push_hex(&mut text, byte);
            assert_eq!(text, format!("{byte:02x}"));
            let value = |at: usize| nibble(text.to_uppercase().as_bytes()[at]).unwrap();
            assert_eq!(value(0) << 4 | value(1), byte);
            assert_eq!(nibble(byte).map(u32::from), char::from(byte).to_digit(16));
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_standard_library(text in "(?s)(.|[ \t\u{a0}\u{3000}:/]){0,20}") {
            prop_assert_eq!(trim(&text), text.trim());
            prop_assert_eq!(count(&text), text.chars().count());
            prop_assert_eq!(find(&text, b":/"), text.find([':', '/']).unwrap_or(text.len()));
            prop_assert_eq!(find_last(&text, b':'), text.rfind(':'));
            prop_assert_eq!(after(&text, find(&text, b":")), &text[find(&text, b":")..]);
        }
    }
}
