//! `[n]` in a model's text: which passages it leans on.
//!
//! A model is told to mark what it takes from passage *n* with `[n]`. Visitors see the marks
//! numbered in the order of their first use, so that `[1]` is the first citation of the list; marks
//! of passages that were never given are left out. Pieces may be cut anywhere: what could become a
//! mark is held back until it is clear, and nothing else is.
//!
//! Left alone: code, links (`[1](…)`), numbers of more than two digits (`[2024]`), and everything
//! else in brackets.

/// The longest text that is held back.
const LONGEST_MARK: usize = 32;

/// Reads the marks out of a text that comes in pieces.
#[derive(Debug, Default)]
pub struct Markers {
    /// How many passages there are.
    passages: usize,
    /// The passages that were cited, in order of their first mark.
    cited: Vec<usize>,
    held: String,
    code: Code,
    /// Backticks seen in a row, and whether they began a line.
    ticks: usize,
    ticks_lead: bool,
    /// The last character that was not held was the end of a line, or there was none.
    at_line_start: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Code {
    #[default]
    Outside,
    /// Between as many backticks as this.
    Inline(usize),
    /// Between fences of as many backticks as this.
    Fenced(usize),
}

impl Markers {
    /// A reader for an answer from so many passages.
    #[must_use]
    pub fn new(passages: usize) -> Self {
        Self { passages, at_line_start: true, ..Self::default() }
    }

    /// The passages that were cited so far, from 0, in order.
    #[must_use]
    pub fn cited(&self) -> &[usize] {
        &self.cited
    }

    /// Notes a citation without a mark; its number. `None` when there is no such passage.
    pub fn cite(&mut self, passage: usize) -> Option<usize> {
        if passage >= self.passages {
            return None;
        }
        let place = self.cited.iter().position(|cited| *cited == passage);
        Some(
            1 + place.unwrap_or_else(|| {
                self.cited.push(passage);
                self.cited.len() - 1
            }),
        )
    }

    /// Reads a piece; what visitors may see by now.
    pub fn read(&mut self, piece: &str) -> String {
        let mut out = String::with_capacity(piece.len() + self.held.len());
        for character in piece.chars() {
            self.step(character, &mut out);
        }
        out
    }

    /// Reads a text that is there as a whole.
    #[must_use]
    pub fn read_whole(mut self, text: &str) -> String {
        let mut out = self.read(text);
        out.push_str(&self.finish());
        out
    }

    /// The rest, when no more comes.
    pub fn finish(&mut self) -> String {
        let mut out = String::new();
        if self.is_whole() {
            self.resolve(&mut out);
        } else {
            self.release(&mut out);
        }
        out
    }

    fn step(&mut self, character: char, out: &mut String) {
        if character == '`' {
            self.settle(character, out);
            if self.ticks == 0 {
                self.ticks_lead = self.at_line_start;
            }
            self.ticks += 1;
            return self.emit(character, out);
        }
        if self.ticks > 0 {
            self.end_ticks();
        }
        if self.code != Code::Outside {
            if character == '\n' && self.at_line_start && matches!(self.code, Code::Inline(_)) {
                // An inline span never crosses a blank line: the backtick was a plain one.
                self.code = Code::Outside;
            }
            return self.emit(character, out);
        }
        if self.is_whole() {
            self.settle(character, out);
        }
        if self.may_go_on(character) {
            self.held.push(character);
        } else {
            self.release(out);
            if matches!(character, ' ' | '[' | '【') {
                self.held.push(character);
            } else {
                self.emit(character, out);
            }
        }
    }

    /// Whether what is held and this character may still become a mark.
    fn may_go_on(&self, character: char) -> bool {
        let mark = self.held.trim_start_matches(' ');
        if self.held.len() >= LONGEST_MARK || self.held.is_empty() {
            return false;
        }
        match mark.chars().next() {
            None => matches!(character, '[' | '【'),
            Some('【') => character != '\n',
            Some(_) => {
                character.is_ascii_digit()
                    || matches!(character, '^' | ',' | ';' | '-' | '–' | ']')
                    || (character == ' ' && mark.ends_with([',', ';']))
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.held.ends_with([']', '】'])
    }

    /// Decides on what is held, now that the character after it is known.
    fn settle(&mut self, next: char, out: &mut String) {
        if self.is_whole() && next != '(' {
            self.resolve(out);
        } else {
            self.release(out);
        }
    }

    fn resolve(&mut self, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        let Some(numbers) = numbers(held.trim_start_matches(' ')) else {
            return self.emit_all(&held, out);
        };
        let mut shown: Vec<usize> = Vec::new();
        for number in numbers {
            if let Some(number) = self.cite(number - 1)
                && !shown.contains(&number)
            {
                shown.push(number);
            }
        }
        if shown.is_empty() {
            return;
        }
        let space = if held.starts_with(' ') { " " } else { "" };
        let marks: String = shown.iter().map(|number| format!("[{number}]")).collect();
        self.emit_all(&format!("{space}{marks}"), out);
    }

    fn release(&mut self, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        self.emit_all(&held, out);
    }

    fn emit_all(&mut self, text: &str, out: &mut String) {
        for character in text.chars() {
            self.emit(character, out);
        }
    }

    fn emit(&mut self, character: char, out: &mut String) {
        let leads = self.at_line_start && matches!(character, ' ' | '`' | '\t' | '>');
        self.at_line_start = character == '\n' || leads;
        out.push(character);
    }

    fn end_ticks(&mut self) {
        let (ticks, leads) = (std::mem::take(&mut self.ticks), self.ticks_lead);
        self.at_line_start = false;
        self.code = match self.code {
            Code::Outside if ticks >= 3 && leads => Code::Fenced(ticks),
            Code::Outside => Code::Inline(ticks),
            Code::Inline(open) if open == ticks => Code::Outside,
            Code::Fenced(open) if ticks >= open && leads => Code::Outside,
            code => code,
        };
    }
}

/// The numbers of a mark, each from 1 to 99; `None` when it is no mark.
fn numbers(mark: &str) -> Option<Vec<usize>> {
    let inside = mark.trim_start_matches(['[', '【', '^']).trim_end_matches([']', '】']);
    // Some models write 【1†source】.
    let inside = inside.split('†').next().unwrap_or_default();
    let mut numbers = Vec::new();
    for part in inside.split([',', ';', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        numbers.extend(first..=last.min(first + 9));
    }
    (!numbers.is_empty()).then_some(numbers)
}

fn number(digits: &str) -> Option<usize> {
    let digits = digits.trim_start_matches('^');
    let number = (digits.len() <= 2).then(|| digits.parse().ok())??;
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(passages: usize, pieces: &[&str]) -> (String, Vec<usize>) {
        let mut markers = Markers::new(passages);
        let mut text: String = pieces.iter().map(|piece| markers.read(piece)).collect();
        text.push_str(&markers.finish());
        (text, markers.cited().to_vec())
    }

    #[test]
    fn marks_are_numbered_in_the_order_of_their_first_use() {
        let (text, cited) = read(5, &["One [3], two[1][3] and [2, 3]."]);
        assert_eq!(text, "One [1], two[2][1] and [3][1].");
        assert_eq!(cited, [2, 0, 1]);
    }

    #[test]
    fn marks_of_passages_that_were_not_given_vanish_with_their_space() {
        assert_eq!(read(2, &["Yes [7]. No [1][9]."]).0, "Yes. No [1].");
        assert_eq!(read(0, &["Yes [1]."]).0, "Yes.");
    }

    #[test]
    fn a_mark_may_be_cut_anywhere() {
        let (text, cited) = read(3, &["It is", " ", "[", "2", "]", ". Yes."]);
        assert_eq!((text.as_str(), cited.as_slice()), ("It is [1]. Yes.", [1].as_slice()));
    }

    #[test]
    fn other_ways_to_write_marks_are_understood() {
        assert_eq!(read(3, &["a【2†source】 b [^1] c [1-3]"]).0, "a[1] b [2] c [2][1][3]");
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for text in [
            "`a[1]` and ``b[1]``",
            "```rust\nlet a = b[1];\n```",
            "[1](https://example.com)",
            "in [2024] [x] [ ] [a1] [",
            "a [0]",
        ] {
            assert_eq!(read(3, &[text]), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn after_code_marks_count_again() {
        let (text, cited) = read(3, &["```\na[1]\n```\nSee [2]. A ` tick\n\nand [3]"]);
        assert_eq!(text, "```\na[1]\n```\nSee [1]. A ` tick\n\nand [2]");
        assert_eq!(cited, [1, 2]);
    }

    #[test]
    fn nothing_but_a_possible_mark_is_held_back() {
        let mut markers = Markers::new(3);
        assert_eq!(markers.read("Hello"), "Hello");
        assert_eq!(markers.read(" world"), " world");
        assert_eq!(markers.read(" ["), "");
        assert_eq!(markers.read("a"), " [a");
    }

    proptest! {
        #[test]
        fn the_cut_makes_no_difference(
            text in "([a-z ]{1,4}|\\[[0-9]{1,2}\\]|\\[1, 2\\]|`{1,3}|\n|【3】|\\(|\\[){0,20}",
            at in 0_usize..40,
        ) {
            let cut = text.floor_char_boundary(at.min(text.len()));
            let (one, two) = text.split_at(cut);
            prop_assert_eq!(read(3, &[&text]), read(3, &[one, two]));
        }

        #[test]
        fn text_without_brackets_passes_unchanged(text in "[^\\[【]{0,60}") {
            prop_assert_eq!(read(3, &[&text]).0, text);
        }
    }
}
