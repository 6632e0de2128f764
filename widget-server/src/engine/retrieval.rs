//! Which passages may answer a question.
//!
//! The store finds by BM25 whatever shares a word with the question; here the finds are put in the
//! order of how much of the question they speak about. The words of the question before count a
//! little, so that "and how much does it cost?" stays with its subject.

use widget_core::id::AgentVersionId;

use super::model::{Said, Speaker};
use super::tokens::estimate;
use crate::knowledge::stopwords::content_words;
use crate::knowledge::words::present;
use crate::store::records::Passage;
use crate::store::{Store, StoreResult};

/// Passages asked of the store.
const CANDIDATES: u32 = 16;
/// Passages a model is given.
const MOST_PASSAGES: usize = 6;
/// Tokens of all of them, the best one apart: some models read no more than four thousand.
const MOST_TOKENS: u64 = 2_500;
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

/// Which words of a question a text speaks about; the first word is the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Of the question's own.
    pub own: u64,
    /// Of the words before.
    pub earlier: u64,
}

impl Coverage {
    /// How many of the question's own words.
    #[must_use]
    pub fn own_words(self) -> usize {
        self.own.count_ones() as usize
    }

    /// Of two texts, the one that covers more; for ordering.
    #[must_use]
    pub fn score(self) -> u32 {
        3 * self.own.count_ones() + self.earlier.count_ones()
    }
}

impl std::ops::BitOr for Coverage {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self { own: self.own | other.own, earlier: self.earlier | other.earlier }
    }
}

impl Query {
    /// The words of a question after what was said before.
    #[must_use]
    pub fn of(question: &str, history: &[Said]) -> Self {
        let mut query = Self { own: content_words(question), earlier: Vec::new() };
        query.own.truncate(MOST_WORDS);
        if !query.stands_alone()
            && let Some(before) = history.iter().rev().find(|said| said.by == Speaker::Visitor)
        {
            query.earlier = content_words(&before.text);
            query.earlier.retain(|word| !query.own.contains(word));
            query.earlier.truncate(MOST_WORDS);
        }
        query
    }

    /// Whether it says enough without the question before.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        self.own.len() > FOLLOW_UP_WORDS
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

    /// How much of the question a text speaks about.
    #[must_use]
    pub fn coverage(&self, text: &str) -> Coverage {
        let found = present(text, &self.words());
        let own = self.own.len();
        Coverage { own: found & ((1 << own) - 1), earlier: found >> own }
    }

    /// How much of the question a passage speaks about, its title included.
    #[must_use]
    pub fn passage_coverage(&self, passage: &Passage) -> Coverage {
        self.coverage(&passage.title) | self.coverage(&passage.text)
    }

    /// Whether a passage that covers so much can be taken for an answer.
    ///
    /// Two words in five (three in ten where words are pairs of characters) is little, but the best
    /// passages of a small index rarely repeat more of a question asked in the visitor's own words.
    #[must_use]
    pub fn is_answered_by(&self, coverage: Coverage) -> bool {
        let (own, earlier) = (coverage.own_words(), coverage.earlier.count_ones() as usize);
        if self.own.is_empty() {
            return earlier > 0 && 2 * earlier >= self.earlier.len();
        }
        let tenths = if self.is_paired() { 3 } else { 4 };
        own >= 1 && own * 10 >= self.own.len() * tenths
    }
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
    Ok(fitting(ranked(query, found)))
}

/// As many of the best as a model is given.
fn fitting(mut ranked: Vec<Passage>) -> Vec<Passage> {
    ranked.truncate(MOST_PASSAGES);
    let mut taken = 0;
    let fits = ranked.iter().take_while(|passage| {
        taken += estimate(&passage.text);
        taken <= MOST_TOKENS
    });
    let count = fits.count().max(1);
    ranked.truncate(count);
    ranked
}

/// What each of the first words weighs, given which texts have which: a rare one more than a common
/// one, and one that none of them has most.
#[must_use]
pub fn rarity(words: usize, texts: &[u64]) -> Vec<f64> {
    let all = texts.len() as f64;
    let with = |word: usize| texts.iter().filter(|text| **text >> word & 1 == 1).count();
    (0..words).map(|word| (1.0 + all / (1 + with(word)) as f64).ln()).collect()
}

/// The weights of the words that are set.
#[must_use]
pub fn weight(weights: &[f64], set: u64) -> f64 {
    weights.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, it)| it).sum()
}

/// Puts finds in order: by the words of the question they cover, rare ones more than common ones,
/// then by the store's own score.
fn ranked(query: &Query, found: Vec<Passage>) -> Vec<Passage> {
    let titles: Vec<Coverage> = found.iter().map(|it| query.coverage(&it.title)).collect();
    let texts = found.iter().zip(&titles).map(|(it, title)| query.coverage(&it.text) | *title);
    let texts: Vec<Coverage> = texts.collect();
    let (own, earlier): (Vec<u64>, Vec<u64>) =
        texts.iter().map(|text| (text.own, text.earlier)).unzip();
    let own = rarity(query.own.len(), &own);
    let earlier = rarity(query.earlier.len(), &earlier);
    let best = found.iter().map(|passage| passage.score).fold(f64::MIN_POSITIVE, f64::max);
    let scores = texts.iter().zip(&titles).map(|(text, title)| {
        weight(&own, text.own)
            + EARLIER * weight(&earlier, text.earlier)
            + 0.5 * weight(&own, title.own)
    });
    let scores: Vec<f64> = scores.collect();
    let mut scored: Vec<(f64, Passage)> = found
        .into_iter()
        .zip(scores)
        .map(|(passage, score)| (score + passage.score / best, passage))
        .collect();
    scored.sort_by(|(one, _), (next, _)| next.total_cmp(one));
    scored.into_iter().map(|(_, passage)| passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::words::words;

    fn passage(title: &str, text: &str, score: f64) -> Passage {
        Passage { title: title.to_owned(), url: None, text: text.to_owned(), score }
    }

    fn asked(text: &str) -> Said {
        Said::text(Speaker::Visitor, text)
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
    fn a_model_is_not_given_more_than_it_can_read() {
        let long = |title: &str| passage(title, &"word ".repeat(480), 1.0);
        let six = ["a", "b", "c", "d", "e", "f"].map(long);
        assert_eq!(fitting(six.to_vec()).len(), 4);
        assert_eq!(fitting(vec![passage("a", &"word ".repeat(9_000), 1.0)]).len(), 1);
        assert!(fitting(vec![]).is_empty());
    }

    #[test]
    fn too_little_of_a_question_is_no_answer() {
        let query = Query::of("Who won the football world championship?", &[]);
        assert!(!query.is_answered_by(query.coverage("hello world")));
    }
}
