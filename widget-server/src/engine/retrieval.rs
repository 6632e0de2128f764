//! Which passages may answer a question.
//!
//! The store finds by BM25 whatever shares a word with the question; here the finds are put in the
//! order of how much of the question they speak about. The words of the question before count a
//! little, so that "and how much does it cost?" stays with its subject.

use std::collections::HashSet;

use widget_core::id::AgentVersionId;

use super::model::{Said, Speaker};
use crate::knowledge::stopwords::content_words;
use crate::knowledge::words::words;
use crate::store::records::Passage;
use crate::store::{Store, StoreResult};

/// Passages asked of the store.
const CANDIDATES: u32 = 16;
/// Passages a model is given.
const MOST_PASSAGES: usize = 6;
/// Words of one search; a longer question is searched by its first ones.
const MOST_WORDS: usize = 32;
/// What a word of the question before weighs.
const EARLIER: f64 = 0.35;
/// A question with more words of its own than this stands on its own.
const FOLLOW_UP_WORDS: usize = 2;

/// A question as words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The question's own words.
    pub own: Vec<String>,
    /// Words of the question before, where this one is too short to stand alone.
    pub earlier: Vec<String>,
}

/// How much of a question a text speaks about.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Coverage {
    /// How many of the question's own words it has.
    pub own: usize,
    /// How many of the words before.
    pub earlier: usize,
}

impl Query {
    /// The words of a question after what was said before.
    #[must_use]
    pub fn of(question: &str, history: &[Said]) -> Self {
        let mut own = content_words(question);
        own.truncate(MOST_WORDS);
        let mut earlier = Vec::new();
        if own.len() <= FOLLOW_UP_WORDS
            && let Some(before) = history.iter().rev().find(|said| said.by == Speaker::Visitor)
        {
            earlier = content_words(&before.text);
            earlier.retain(|word| !own.contains(word));
            earlier.truncate(MOST_WORDS);
        }
        Self { own, earlier }
    }

    /// All words to search by.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.own.iter().chain(&self.earlier).cloned().collect()
    }

    /// Whether there is nothing to search by.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.earlier.is_empty()
    }

    /// Whether its words are pairs of characters. Some pairs straddle two words and are found
    /// nowhere, however well a passage answers.
    #[must_use]
    pub fn is_paired(&self) -> bool {
        self.own.iter().all(|word| !word.is_ascii() && word.chars().count() <= 2)
    }

    /// How much of the question these words speak about.
    #[must_use]
    pub fn coverage(&self, words: &HashSet<String>) -> Coverage {
        let count = |of: &[String]| of.iter().filter(|word| words.contains(*word)).count();
        Coverage { own: count(&self.own), earlier: count(&self.earlier) }
    }

    /// Whether a passage that covers so much can be taken for an answer.
    ///
    /// Two words in five (three in ten where words are pairs of characters) is little, but the best passages of a small index rarely repeat more of a
    /// question asked in the visitor's own words.
    #[must_use]
    pub fn is_answered_by(&self, coverage: Coverage) -> bool {
        if self.own.is_empty() {
            return coverage.earlier > 0 && 2 * coverage.earlier >= self.earlier.len();
        }
        let tenths = if self.is_paired() { 3 } else { 4 };
        coverage.own >= 1 && coverage.own * 10 >= self.own.len() * tenths
    }
}

/// Words of a passage, its title included.
#[must_use]
pub fn passage_words(passage: &Passage) -> HashSet<String> {
    words(&passage.title).into_iter().chain(words(&passage.text)).collect()
}

/// Finds the passages of a version that may answer, best first.
///
/// # Errors
/// Those of the store.
pub async fn find(
    store: &dyn Store,
    version: AgentVersionId,
    query: &Query,
) -> StoreResult<Vec<Passage>> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let found = store.search_passages(version, &query.words(), CANDIDATES).await?;
    let mut ranked = ranked(query, found);
    ranked.truncate(MOST_PASSAGES);
    Ok(ranked)
}

/// What each of these words weighs among texts: a rare one more than a common one, and one that
/// none of them has most.
#[must_use]
pub fn rarity(words: &[String], texts: &[HashSet<String>]) -> Vec<f64> {
    let of = |word: &String| {
        let with = texts.iter().filter(|text| text.contains(word)).count();
        (1.0 + texts.len() as f64 / (1 + with) as f64).ln()
    };
    words.iter().map(of).collect()
}

/// Puts finds in order: by the words of the question they cover, rare ones more than common ones,
/// then by the store's own score.
fn ranked(query: &Query, found: Vec<Passage>) -> Vec<Passage> {
    let texts: Vec<HashSet<String>> = found.iter().map(passage_words).collect();
    let own = rarity(&query.own, &texts);
    let earlier = rarity(&query.earlier, &texts);
    let best = found.iter().map(|passage| passage.score).fold(f64::MIN_POSITIVE, f64::max);
    let sum = |words: &[String], weights: &[f64], text: &HashSet<String>| -> f64 {
        words.iter().zip(weights).filter(|(word, _)| text.contains(*word)).map(|(_, it)| it).sum()
    };
    let mut scored: Vec<(f64, Passage)> = found
        .into_iter()
        .zip(&texts)
        .map(|(passage, text)| {
            let title: HashSet<String> = words(&passage.title).into_iter().collect();
            let covered = sum(&query.own, &own, text)
                + EARLIER * sum(&query.earlier, &earlier, text)
                + 0.5 * sum(&query.own, &own, &title);
            (covered + passage.score / best, passage)
        })
        .collect();
    scored.sort_by(|(one, _), (next, _)| next.total_cmp(one));
    scored.into_iter().map(|(_, passage)| passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(title: &str, text: &str, score: f64) -> Passage {
        Passage { title: title.to_owned(), url: None, text: text.to_owned(), score }
    }

    fn asked(text: &str) -> Said {
        Said { by: Speaker::Visitor, text: text.to_owned() }
    }

    #[test]
    fn a_follow_up_keeps_its_subject() {
        let query =
            Query::of("and how much does it cost?", &[asked("Do you have a premium plan?")]);
        assert_eq!(query.own, ["cost"]);
        assert_eq!(query.earlier, words("premium plan"));
        let found = ranked(
            &query,
            vec![
                passage("Shipping", "Shipping costs 5 euros.", 1.0),
                passage("Premium plan", "The premium plan costs 20 euros a month.", 0.9),
            ],
        );
        assert_eq!(found[0].title, "Premium plan");
    }

    #[test]
    fn a_question_that_stands_alone_forgets_the_one_before() {
        let before = [asked("Do you have a premium plan?")];
        let query = Query::of("Which browsers support microphone recording today?", &before);
        assert_eq!(query.earlier, Vec::<String>::new());
    }

    #[test]
    fn a_passage_on_the_whole_question_beats_one_on_a_common_word() {
        let query = Query::of("How do I install the widget on Windows?", &[]);
        let found = ranked(
            &query,
            vec![
                passage("Widget", "The widget. The widget. The widget.", 2.0),
                passage("Setup", "To install the widget on Windows run winget.", 1.2),
            ],
        );
        assert_eq!(found[0].title, "Setup");
    }

    #[test]
    fn too_little_of_a_question_is_no_answer() {
        let query = Query::of("Who won the football world championship?", &[]);
        let words = words("hello world").into_iter().collect();
        assert!(!query.is_answered_by(query.coverage(&words)));
    }
}
