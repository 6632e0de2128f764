//! What the server itself says to visitors, in their language: on the hosted page and on the
//! launcher. The chat has its words from the same files, through `cargo xtask web`, which holds them
//! against each other.

use std::sync::LazyLock;

use serde::Deserialize;
use widget_core::language::Language;

/// Where no other language fits.
const ENGLISH: &str = "en";

macro_rules! files {
    ($($tag:literal)+) => {
        [$(($tag, include_str!(concat!("../languages/", $tag, ".json")))),+]
    };
}

const FILES: [(&str, &str); 15] =
    files!("ar" "de" "en" "es" "fr" "he" "hi" "it" "ja" "ko" "nl" "pl" "pt" "tr" "zh");

static LANGUAGES: LazyLock<Vec<(&str, Words)>> = LazyLock::new(|| {
    let read = |text| serde_json::from_str(text).expect("a test reads every language");
    FILES.iter().map(|(tag, text)| (*tag, read(text))).collect()
});

/// What of a language's file the server says.
#[derive(Debug, Deserialize)]
pub struct Words {
    /// What the chat says too.
    pub chat: Chat,
    /// What the forms of the chat say too.
    pub sheet: Sheet,
    /// What only the hosted page says.
    pub page: Page,
    launcher: Launcher,
}

/// See `widget-wasm/src/words.rs`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "they are named after what they say")]
pub struct Chat {
    pub you: String,
    pub loading: String,
    pub gone: String,
    pub disclosure: String,
    pub placeholder: String,
    pub ended: String,
    pub restart: String,
    pub paused: String,
    pub budget: String,
    pub failed: String,
    pub policy: String,
}

/// See `widget-sheet/src/words.rs`.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "they are named after what they say")]
pub struct Sheet {
    pub untitled: String,
    pub submit: String,
    pub required: String,
    pub required_tick: String,
    pub too_short: String,
    pub too_long: String,
    pub out_of_range: String,
    pub bad_choice: String,
    pub bad_value: String,
}

/// The hosted page.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// A person answers, later.
    pub waiting: String,
    /// Loads the conversation again.
    pub look: String,
    /// What is ticked before the first message.
    pub consent: String,
    /// Whom a visitor talks to answers where scripts run, and only there.
    pub needs_script: String,
}

#[derive(Debug, Deserialize)]
struct Launcher {
    label: String,
}

impl Words {
    /// In the visitor's language, or in the one that is shown where that has none, or in English.
    #[must_use]
    pub fn of(language: &Language) -> &'static Self {
        let wanted = [Some(language.tag()), language.fallback(), Some(ENGLISH)];
        let found = wanted.into_iter().flatten().find_map(find);
        found.expect("English is there")
    }

    /// Whether it is in English, in which the server tells everything else.
    #[must_use]
    pub fn are_english(&self) -> bool {
        find(ENGLISH).is_some_and(|english| std::ptr::eq(english, self))
    }

    /// What the launcher is called where the owner says nothing.
    #[must_use]
    pub fn launcher(&self) -> &str {
        &self.launcher.label
    }
}

/// Whether there are words in this very language.
#[must_use]
pub fn are_known(language: &Language) -> bool {
    find(language.tag()).is_some()
}

/// The words of `de` for `de-AT`.
fn find(tag: &str) -> Option<&'static Words> {
    let primary = primary(tag);
    LANGUAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(primary)).map(|(_, words)| words)
}

/// The language itself, without its region.
#[must_use]
pub fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_what_the_server_says() {
        for (tag, words) in LANGUAGES.iter() {
            assert!(!words.page.look.is_empty() && !words.launcher().is_empty(), "{tag}");
        }
    }

    #[test]
    fn a_region_speaks_its_language_and_a_stranger_the_default() {
        assert_eq!(Words::of(&Language::only("DE-at")).sheet.submit, "Senden");
        let swedish = Language::choose(&["sv"], &[], Some("fr"));
        assert_eq!(Words::of(&swedish).page.look, "Actualiser");
        assert!(Words::of(&Language::only("sv")).are_english());
    }
}
