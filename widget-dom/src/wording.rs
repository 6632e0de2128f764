//! The words a module says by itself.
//!
//! Each module has its table, made by [`words!`](crate::words); English is compiled in. Another
//! language is the same list in the same order; it is loaded only where the visitor needs it and
//! takes the table's place as a whole.

/// Names a sentence of a module's table.
pub trait Sentence: Copy {
    /// Its place in the table.
    fn place(self) -> usize;

    /// What it is in English.
    fn english(self) -> &'static str;
}

/// Makes a table: `Name = "English",` line by line becomes the enum `Word`.
#[macro_export]
macro_rules! words {
    ($($name:ident = $english:literal,)+) => {
        /// Names a sentence of the table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Word { $($name,)+ }

        const ENGLISH: &[&str] = &[$($english,)+];

        impl $crate::wording::Sentence for Word {
            fn place(self) -> usize {
                self as usize
            }

            fn english(self) -> &'static str {
                ENGLISH.get(self as usize).copied().unwrap_or_default()
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

    /// The sentence; English where the loaded table has none.
    pub fn say(&self, word: impl Sentence) -> &str {
        match self.0.get(word.place()) {
            Some(text) if !text.is_empty() => text,
            _ => word.english(),
        }
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
}
