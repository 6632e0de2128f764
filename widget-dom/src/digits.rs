//! Whole numbers as digits. `format!` and `to_string` cost the browser 3 KB.

/// Appends a number.
pub fn push(text: &mut String, number: u32) {
    if number > 9 {
        push(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// A number.
pub fn of(number: u32) -> String {
    let mut text = String::new();
    push(&mut text, number);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for number in [0, 7, 10, 99, 100, 999_999_999, u32::MAX] {
            assert_eq!(of(number), number.to_string());
        }
    }
}
