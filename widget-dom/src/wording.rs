//! The words a module says by itself.
//!
//! Each module has its table, made by [`words!`](crate::words); English is compiled in. Another
//! language is the same list in the same order; it is loaded only where the visitor needs it and
//! takes the table's place as a whole. Its files are in `www/languages/`, under the names of the
//! table in small letters (`AskEnd` is `ask_end`); the build puts them in order and holds the English
//! of both against each other (`xtask/src/web/languages.rs`).
//!
//! A sentence with a number in it is a form for each kind of number, the last one for all others:
//! `one:{n} new message|{n} new messages`.

use crate::js::Js;

/// Names a sentence of a module's table.
pub trait Sentence: Copy {
    /// The table in English.
    const ENGLISH: &'static [&'static str];

    /// Its place in the table.
    fn place(self) -> usize;
}

/// Makes a table: `Name = "English",` line by line becomes the enum `Word`.
#[macro_export]
macro_rules! words {
    ($($name:ident = $english:literal,)+) => {
        /// Names a sentence of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word { $($name,)+ }

        impl $crate::wording::Sentence for Word {
            const ENGLISH: &'static [&'static str] = &[$($english,)+];

            fn place(self) -> usize {
                self as usize
            }
        }
    };
}

/// The table in use.
#[derive(Clone, Debug, Default)]
pub struct Wording(Vec<String>);

impl Wording {
    /// A table of another language; empty, all is said in English.
    #[must_use]
    pub fn of(table: Vec<String>) -> Self {
        Self(table)
    }

    /// The table that is the list under a key; English where there is none.
    #[must_use]
    pub fn listed(holder: &Js, key: &str) -> Self {
        Self(holder.texts(key))
    }

    /// The sentence; English where the loaded table has none.
    pub fn say<S: Sentence>(&self, word: S) -> &str {
        self.at(word.place(), S::ENGLISH)
    }

    /// Not a part of each place that says something: those are many.
    #[inline(never)]
    fn at<'a>(&'a self, place: usize, english: &[&'a str]) -> &'a str {
        match self.0.get(place) {
            Some(text) if !text.is_empty() => text,
            _ => english.get(place).copied().unwrap_or_default(),
        }
    }

    /// What the server says, where it speaks the visitor's language, which is English; else ours.
    pub fn hint<'a>(&'a self, detail: &'a str, word: impl Sentence) -> &'a str {
        self.or(if self.0.is_empty() { detail } else { "" }, word)
    }

    /// The owner's sentence where there is one, else ours.
    pub fn or<'a>(&'a self, own: &'a str, word: impl Sentence) -> &'a str {
        if own.is_empty() { self.say(word) } else { own }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::words! {
        Chat = "Chat",
        Send = "Send message",
    }

    #[test]
    fn a_word_that_a_language_lacks_is_said_in_english() {
        let german = Wording::of(vec!["Unterhaltung".into()]);
        assert_eq!(german.say(Word::Chat), "Unterhaltung");
        assert_eq!(german.say(Word::Send), "Send message");
    }

    #[test]
    fn the_owners_own_words_come_first() {
        let english = Wording::default();
        assert_eq!(english.or("Bye", Word::Chat), "Bye");
        assert_eq!(english.or("", Word::Chat), "Chat");
    }

    #[test]
    fn what_the_server_says_in_english_is_not_shown_to_others() {
        let german = Wording::of(vec!["Unterhaltung".into()]);
        assert_eq!(german.hint("Limit reached.", Word::Chat), "Unterhaltung");
        assert_eq!(Wording::default().hint("Limit reached.", Word::Chat), "Limit reached.");
        assert_eq!(Wording::default().hint("", Word::Chat), "Chat");
    }
}
