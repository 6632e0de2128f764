//! The words of a question that say what it is about, and the language it is asked in.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::words::{Run, question_run, runs};

const LISTS: &str = include_str!("stopwords.txt");

/// The languages there are lists for, as they stand in the file.
static LANGUAGES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lists().map(|(language, _)| language).collect());

/// Folded words with the languages they are empty in, as bits in the order of [`LANGUAGES`].
static SPACED: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for (at, (_, list)) in lists().enumerate() {
        for run in runs(list) {
            if let Run::Spaced(word) = run {
                *words.entry(word).or_default() |= 1 << at;
            }
        }
    }
    words
});

/// Phrases of scripts without spaces, longest first.
static UNSPACED: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let all = lists().flat_map(|(_, list)| list.split(' ').flat_map(runs));
    let mut phrases: Vec<Vec<char>> = all
        .filter_map(|run| match run {
            Run::Unspaced(characters) => Some(characters),
            Run::Spaced(_) => None,
        })
        .collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    phrases
});

fn lists() -> impl Iterator<Item = (&'static str, &'static str)> {
    LISTS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "))
}

/// The words of a question without those that are empty in its language or in English (in any
/// language when it does not show), as the index spells them, each once, in order. Empty when
/// nothing is left.
#[must_use]
pub fn content_words(question: &str) -> Vec<String> {
    let bit = |language| LANGUAGES.iter().position(|it| *it == language).map_or(0, |at| 1 << at);
    let mask = language(question, None).map_or(u32::MAX, |language| bit(language) | bit("en"));
    let empty = |word: &str| SPACED.get(word).is_some_and(|languages| languages & mask != 0);
    let mut found: Vec<String> = Vec::new();
    let mut words = Vec::new();
    for run in runs(question) {
        match &run {
            Run::Spaced(word) if empty(word) => {}
            Run::Spaced(_) => question_run(&run, &mut words),
            Run::Unspaced(characters) => {
                for part in without_phrases(characters) {
                    question_run(&Run::Unspaced(part), &mut words);
                }
            }
        }
    }
    for word in words {
        if !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// The parts of a run between the phrases that say nothing.
fn without_phrases(characters: &[char]) -> Vec<Vec<char>> {
    let mut parts = vec![Vec::new()];
    let mut rest = characters;
    while let Some((first, others)) = rest.split_first() {
        if let Some(phrase) = UNSPACED.iter().find(|phrase| rest.starts_with(phrase)) {
            rest = &rest[phrase.len()..];
            parts.push(Vec::new());
        } else {
            parts.last_mut().expect("there is always one").push(*first);
            rest = others;
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The language a text is written in, of those there are lists for, if it shows.
///
/// A script of its own settles it; among the languages in Latin letters the one with the most
/// empty words wins, and `likely` wins a tie.
#[must_use]
pub fn language(text: &str, likely: Option<&str>) -> Option<&'static str> {
    if let Some(language) = language_of_script(text) {
        return Some(language);
    }
    let mut votes = vec![0_u32; LANGUAGES.len()];
    for run in runs(text) {
        let Run::Spaced(word) = run else { continue };
        let bits = SPACED.get(&word).copied().unwrap_or_default();
        for (at, votes) in votes.iter_mut().enumerate() {
            *votes += bits >> at & 1;
        }
    }
    let most = votes.iter().copied().max().filter(|most| *most > 0)?;
    let best = |at: &usize| votes[*at] == most;
    let likely = likely.map(primary);
    (0..votes.len())
        .filter(best)
        .find(|at| Some(LANGUAGES[*at].to_owned()) == likely)
        .or_else(|| {
            ((0..votes.len()).filter(best).count() == 1).then(|| (0..votes.len()).find(best))?
        })
        .map(|at| LANGUAGES[at])
}

/// `de-CH` → `de`.
#[must_use]
pub fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn language_of_script(text: &str) -> Option<&'static str> {
    let has = |range: std::ops::RangeInclusive<char>| text.chars().any(|c| range.contains(&c));
    if has('\u{590}'..='\u{5ff}') {
        Some("he")
    } else if has('\u{600}'..='\u{6ff}') {
        Some("ar")
    } else if has('\u{900}'..='\u{97f}') {
        Some("hi")
    } else if has('\u{ac00}'..='\u{d7af}') {
        Some("ko")
    } else if has('\u{3041}'..='\u{30ff}') {
        Some("ja")
    } else if has('\u{4e00}'..='\u{9fff}') {
        Some("zh")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::words::words;

    #[test]
    fn what_a_question_is_about_remains() {
        let about = |question| content_words(question);
        assert_eq!(about("How do I install the widget on my site?"), words("install widget site"));
        assert_eq!(about("and how much does it cost?"), words("cost"));
        assert_eq!(
            about("Wie viel kostet der Versand nach Österreich?"),
            words("kostet Versand Österreich")
        );
        assert_eq!(about("¿Cuáles son los horarios de apertura?"), words("horarios apertura"));
        assert_eq!(about("料金はいくらですか"), ["料金"]);
        assert_eq!(about("请问营业时间是什么"), ["营业", "业时", "时间"]);
        assert_eq!(about("what is it?"), Vec::<String>::new());
    }

    #[test]
    fn the_language_shows_in_script_or_small_words() {
        assert_eq!(language("Was kostet das?", None), Some("de"));
        assert_eq!(language("¿Cuánto cuesta el envío?", None), Some("es"));
        assert_eq!(language("Combien coûte la livraison ?", None), Some("fr"));
        assert_eq!(language("מה המחיר?", Some("en")), Some("he"));
        assert_eq!(language("料金は？", None), Some("ja"));
        assert_eq!(language("价格", None), Some("zh"));
        assert_eq!(language("xyzzy", None), None);
    }

    #[test]
    fn between_equals_the_likely_one_wins() {
        assert_eq!(language("in", Some("de-AT")), Some("de"));
        assert_eq!(language("in", None), None);
    }

    #[test]
    fn all_fifteen_languages_have_a_list() {
        let expected = [
            "en", "de", "es", "fr", "pt", "it", "nl", "pl", "tr", "ar", "he", "hi", "ja", "zh",
            "ko",
        ];
        assert_eq!(*LANGUAGES, expected);
    }
}
