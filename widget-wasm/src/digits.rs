//! Whole numbers as digits. `format!` and `to_string` cost the browser 3 KB.

/// Appends a number.
pub(crate) fn push(text: &mut String, number: u32) {
    if number > 9 {
        push(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// A number.
pub(crate) fn of(number: u32) -> String {
    let mut text = String::new();
    push(&mut text, number);
    text
}

/// A number that may need more than 32 bits, in groups of nine digits.
pub(crate) fn long(number: u64) -> String {
    const GROUP: u64 = 1_000_000_000;
    if number < GROUP {
        return of(number as u32);
    }
    let mut text = long(number / GROUP);
    let group = of((GROUP + number % GROUP) as u32);
    text.push_str(group.get(1..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for number in [0, 7, 10, 999_999_999, 1_000_000_000, 1_000_000_001, u64::MAX] {
            assert_eq!(long(number), number.to_string());
        }
        assert_eq!(of(u32::MAX), u32::MAX.to_string());
    }
}
