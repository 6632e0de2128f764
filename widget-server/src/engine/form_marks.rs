//! `[form:ID]` in a model's text: show this form here.
//!
//! Models that can only write text show a form by its mark. The mark never reaches the visitor,
//! also where there is no such form or it was shown already. Pieces may be cut anywhere.

const OPEN: &str = "[form:";
/// The longest id of a form.
const LONGEST_ID: usize = 64;

/// Reads the marks out of a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct FormMarks {
    /// The forms that may still be shown.
    forms: Vec<String>,
    /// Whether there were any: else every text passes as it is.
    any: bool,
    held: String,
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// What visitors may see.
    Text(String),
    /// A form, to be shown here.
    Form(String),
}

impl FormMarks {
    /// A reader for an answer that may show these forms.
    pub(super) fn new(forms: Vec<String>) -> Self {
        Self { any: !forms.is_empty(), forms, held: String::new() }
    }

    /// Reads a piece.
    pub(super) fn read(&mut self, piece: &str) -> Vec<Part> {
        if !self.any {
            return vec![Part::Text(piece.to_owned())];
        }
        let mut parts = Vec::new();
        let mut text = String::new();
        for character in piece.chars() {
            if character == ']' && self.held.len() > OPEN.len() {
                let mark = std::mem::take(&mut self.held);
                if let Some(id) = self.take(&mark[OPEN.len()..]) {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(Part::Form(id));
                }
                continue;
            }
            if !self.may_go_on(character) {
                text.push_str(&std::mem::take(&mut self.held));
            }
            if self.may_go_on(character) {
                self.held.push(character);
            } else {
                text.push(character);
            }
        }
        parts.push(Part::Text(text));
        parts
    }

    /// The rest, when no more comes.
    pub(super) fn finish(&mut self) -> String {
        std::mem::take(&mut self.held)
    }

    /// Whether what is held and this character may become a mark.
    fn may_go_on(&self, character: char) -> bool {
        match OPEN.as_bytes().get(self.held.len()) {
            Some(byte) => character == char::from(*byte),
            None => {
                self.held.len() < OPEN.len() + LONGEST_ID
                    && matches!(character, 'a'..='z' | '0'..='9' | '_')
            }
        }
    }

    /// The form of this id, the first time.
    fn take(&mut self, id: &str) -> Option<String> {
        let at = self.forms.iter().position(|form| form == id)?;
        Some(self.forms.swap_remove(at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&str]) -> (String, Vec<String>) {
        let mut marks = FormMarks::new(vec!["order".to_owned(), "a_1".to_owned()]);
        let (mut text, mut forms) = (String::new(), Vec::new());
        for part in pieces.iter().flat_map(|piece| marks.read(piece)) {
            match part {
                Part::Text(more) => text.push_str(&more),
                Part::Form(id) => forms.push(id),
            }
        }
        text.push_str(&marks.finish());
        (text, forms)
    }

    #[test]
    fn a_mark_becomes_its_form_once() {
        let (text, forms) = read(&["Sure:\n[form:order]\nor [form:a_1][form:order]."]);
        assert_eq!((text.as_str(), forms), ("Sure:\n\nor .", vec!["order".into(), "a_1".into()]));
    }

    #[test]
    fn a_form_that_does_not_exist_is_not_shown_and_its_mark_neither() {
        assert_eq!(read(&["Here: [form:pay]!"]), ("Here: !".to_owned(), vec![]));
    }

    #[test]
    fn a_form_stands_where_its_mark_stood() {
        let mut marks = FormMarks::new(vec!["order".to_owned()]);
        let text = |text: &str| Part::Text(text.to_owned());
        let parts = marks.read("a [form:order] b");
        assert_eq!(parts, [text("a "), Part::Form("order".to_owned()), text(" b")]);
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for text in ["[form]", "[form:]", "[form:Or]", "[for", "[[1]", "[form:order", "a [x] [1]("]
        {
            assert_eq!(read(&[text]), (text.to_owned(), vec![]));
        }
    }

    #[test]
    fn without_forms_every_text_passes() {
        let text = "a [form:order] b";
        assert_eq!(FormMarks::new(vec![]).read(text), [Part::Text(text.to_owned())]);
    }

    proptest! {
        #[test]
        fn the_cut_makes_no_difference(
            text in "([a-z ]{1,3}|\\[form:|order|a_1|\\]|\\[|1){0,12}",
            at in 0_usize..40,
        ) {
            let cut = text.floor_char_boundary(at.min(text.len()));
            let (one, two) = text.split_at(cut);
            prop_assert_eq!(read(&[&text]), read(&[one, two]));
        }
    }
}
