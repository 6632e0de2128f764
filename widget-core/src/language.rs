//! Language tags, the choice of a language, and texts that exist in several.

use crate::config::Document;
use crate::scan::{after, cut, find, find_last, trim};

/// Whether a text has the form of a language tag (BCP 47): `de`, `pt-BR`, `zh-Hant-TW`.
///
/// ```
/// assert!(widget_core::language::is_tag("pt-BR"));
/// assert!(!widget_core::language::is_tag("german!"));
/// ```
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let (mut subtags, mut length) = (0, 0);
    for byte in text.bytes() {
        if byte == b'-' {
            if !fits(subtags, length) {
                return false;
            }
            subtags += 1;
            length = 0;
        } else if byte.is_ascii_alphabetic() || (subtags > 0 && byte.is_ascii_digit()) {
            length += 1;
        } else {
            return false;
        }
    }
    text.len() <= 35 && length > 1 && fits(subtags, length)
}

/// Whether a subtag may be so long, with so many before it.
const fn fits(subtags: usize, length: usize) -> bool {
    if subtags == 0 { matches!(length, 2 | 3) } else { matches!(length, 1..=8) }
}

/// Whether `tag` is `range` or a more exact form of it: `de-AT` is `de`, without regard to case.
fn is_within(tag: &str, range: &str) -> bool {
    cut(tag, 0, range.len()).eq_ignore_ascii_case(range)
        && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
}

/// Finds the tag that suits a wish best: itself, then its less exact forms (RFC 4647, "lookup"),
/// then any form of the same language.
#[inline(never)]
fn lookup<'a>(wish: &str, tag: &dyn Fn(usize) -> Option<&'a str>) -> Option<usize> {
    let mut range = wish;
    loop {
        let mut index = 0;
        while let Some(tag) = tag(index) {
            if tag.eq_ignore_ascii_case(range) {
                return Some(index);
            }
            index += 1;
        }
        let Some(dash) = find_last(range, b'-') else { break };
        range = cut(range, 0, dash);
    }
    let mut index = 0;
    while let Some(tag) = tag(index) {
        if !range.is_empty() && is_within(tag, range) {
            return Some(index);
        }
        index += 1;
    }
    None
}

/// The languages a visitor is shown, the most wanted first; never without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language(Vec<String>);

impl Language {
    /// One language and nothing to fall back on; anything that is no tag is taken as `en`.
    #[must_use]
    pub fn only(tag: &str) -> Self {
        Self(vec![if is_tag(tag) { tag } else { "en" }.to_owned()])
    }

    /// The best of `available` for a visitor's wishes, the most wanted first; `default` where
    /// none suits. An empty `available` offers every language.
    #[must_use]
    pub fn choose(wishes: &[&str], available: &[String], default: Option<&str>) -> Self {
        let fallback = default.filter(|tag| is_tag(tag));
        let offered = |index: usize| available.get(index).map(String::as_str);
        let mut first = fallback.or(offered(0)).unwrap_or("en");
        for wish in wishes {
            let found = if available.is_empty() {
                Some(*wish).filter(|wish| is_tag(wish))
            } else {
                lookup(wish, &offered).and_then(offered)
            };
            if let Some(tag) = found {
                first = tag;
                break;
            }
        }
        let mut language = Self::only(first);
        if let Some(tag) = fallback
            && tag != language.tag()
        {
            language.0.push(tag.to_owned());
        }
        language
    }

    /// The tag of the chosen language, as the `lang` attribute takes it.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.0.first().map_or("en", String::as_str)
    }

    /// The tag of the language that is shown where there are no words in the chosen one.
    #[must_use]
    pub fn fallback(&self) -> Option<&str> {
        self.0.get(1).map(String::as_str)
    }

    /// Whether the chosen language is written from right to left.
    #[must_use]
    pub fn is_right_to_left(&self) -> bool {
        const RIGHT_TO_LEFT: [&str; 12] =
            ["ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb", "iw", "syr"];
        let primary = cut(self.tag(), 0, find(self.tag(), b"-"));
        let mut rest = after(self.tag(), primary.len() + 1);
        while !rest.is_empty() {
            let subtag = cut(rest, 0, find(rest, b"-"));
            if subtag.eq_ignore_ascii_case("latn") {
                return false;
            }
            rest = after(rest, subtag.len() + 1);
        }
        RIGHT_TO_LEFT.iter().any(|tag| tag.eq_ignore_ascii_case(primary))
    }

    /// Which way the chosen language is written, as the `dir` attribute takes it.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        if self.is_right_to_left() { "rtl" } else { "ltr" }
    }
}

/// A text a visitor reads: one for all, or one for each language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The languages; one empty tag where the text is the same in all.
    tags: Vec<String>,
    /// The words in each.
    words: Vec<String>,
}

impl Text {
    /// The same text in every language.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { tags: vec![String::new()], words: vec![text.into()] }
    }

    /// Reads a string or a map of language tags to strings; `None` for anything else, and where
    /// no language has any words. What is no string in a map is empty.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a document is a cheap handle")]
    pub fn read<D: Document>(document: D) -> Option<Self> {
        let (mut tags, mut words) = (Vec::new(), Vec::new());
        if let Some(text) = document.text() {
            tags.push(String::new());
            words.push(text);
        } else {
            tags = document.keys();
            for tag in &tags {
                words.push(document.get(tag).and_then(|text| text.text()).unwrap_or_default());
            }
        }
        let has_words = words.iter().any(|text| !trim(text).is_empty());
        has_words.then_some(Self { tags, words })
    }

    /// The words in a visitor's language, or in the nearest there is.
    #[must_use]
    pub fn resolve(&self, language: &Language) -> &str {
        let tag = |index: usize| self.tags.get(index).map(String::as_str);
        let mut wishes = language.0.iter().map(String::as_str).chain(["", "en"]);
        let found = wishes.find_map(|wish| lookup(wish, &tag));
        self.words.get(found.unwrap_or(0)).map_or("", String::as_str)
    }

    /// Every language's words, with the tag; the tag is empty where the text is the same in all.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter().map(String::as_str).zip(self.words.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn available(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn tags_have_the_form_of_bcp_47() {
        for tag in ["de", "pt-BR", "zh-Hant-TW", "sr-Latn-RS", "es-419", "de-CH-1996", "gsw"] {
            assert!(is_tag(tag), "{tag}");
        }
        for tag in ["", "d", "german", "de_AT", "de-", "-de", "de-x", "d1", "日本", "de--AT"] {
            assert!(!is_tag(tag), "{tag}");
        }
    }

    #[test]
    fn the_first_wish_that_is_available_wins() {
        let some = available(&["en", "pt-BR", "de"]);
        let choose = |wishes: &[&str]| Language::choose(wishes, &some, Some("en")).tag().to_owned();
        assert_eq!(choose(&["fr", "de-AT", "en"]), "de");
        assert_eq!(choose(&["PT-br"]), "pt-BR");
        assert_eq!(choose(&["pt"]), "pt-BR");
        assert_eq!(choose(&["fr"]), "en");
        assert_eq!(choose(&[]), "en");
    }

    #[test]
    fn without_a_list_the_visitors_wish_stands() {
        assert_eq!(Language::choose(&["", "fr-CA", "de"], &[], Some("en")).tag(), "fr-CA");
        assert_eq!(Language::choose(&[], &[], Some("de")).tag(), "de");
        assert_eq!(Language::choose(&[], &[], None).tag(), "en");
    }

    #[test]
    fn a_text_is_shown_in_the_nearest_language() {
        let json = json!({ "en": "Hello", "de-AT": "Servus", "fr": "Bonjour" });
        let text = Text::read(&json).unwrap();
        let shown = |tag: &str| text.resolve(&Language::only(tag)).to_owned();
        assert_eq!(shown("de"), "Servus");
        assert_eq!(shown("FR-ca"), "Bonjour");
        assert_eq!(shown("ja"), "Hello");
        let fallback = Language::choose(&["ja"], &[], Some("fr"));
        assert_eq!(text.resolve(&fallback), "Bonjour");
        assert_eq!((fallback.tag(), fallback.fallback()), ("ja", Some("fr")));
    }

    #[test]
    fn a_plain_text_is_the_same_in_all_languages() {
        let json = json!("Hi");
        let text = Text::read(&json).unwrap();
        assert_eq!(text.resolve(&Language::only("de")), "Hi");
        assert_eq!(text, Text::plain("Hi"));
    }

    #[test]
    fn what_has_no_words_is_no_text() {
        for json in [json!(""), json!(" "), json!({}), json!({ "en": "" }), json!(7), json!([])] {
            assert_eq!(Text::read(&json), None, "{json}");
        }
    }

    #[test]
    fn some_languages_are_written_from_right_to_left() {
        assert!(Language::only("ar-EG").is_right_to_left());
        assert!(Language::only("HE").is_right_to_left());
        assert!(!Language::only("de").is_right_to_left());
        assert!(!Language::only("ur-Latn").is_right_to_left());
    }

    proptest! {
        #[test]
        fn any_wish_gets_a_language(
            wishes in prop::collection::vec(any::<String>(), 0..4),
            tags in prop::collection::vec("[a-z]{2}(-[A-Zé]{2})?", 0..4),
        ) {
            let wishes: Vec<&str> = wishes.iter().map(String::as_str).collect();
            let language = Language::choose(&wishes, &tags, wishes.first().copied());
            prop_assert!(is_tag(language.tag()));
            let text = Text { words: vec!["x".to_owned(); tags.len()], tags };
            let _ = text.resolve(&language);
        }
    }
}
