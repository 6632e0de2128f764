//! The part of a passage that answers a question, as it stands there.

use crate::engine::quote::{quote, sentences};
use crate::engine::retrieval::Query;
use crate::knowledge::blocks::{Block, Kind, blocks};
use crate::store::records::Passage;

/// A passage no longer than this is quoted whole.
const WHOLE: usize = 480;
/// An extract grows until it has this many bytes.
const AIM: usize = 560;
/// A block longer than this is quoted in part.
const LONG_BLOCK: usize = 900;

/// A part of a passage.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extract {
    /// The text, markdown kept.
    pub(super) text: String,
    /// Its best sentence, for the citation.
    pub(super) quote: String,
}

/// Extracts what answers the question; `None` from an empty passage.
pub(super) fn from(passage: &Passage, query: &Query) -> Option<Extract> {
    let blocks: Vec<Block> = blocks(&passage.text)
        .into_iter()
        .filter(|block| !matches!(block.kind, Kind::Heading(_)))
        .collect();
    let text = if passage.text.len() <= WHOLE {
        joined(&blocks, query)
    } else {
        joined(around_best(&blocks, query), query)
    };
    let quote = quote(&text, query).unwrap_or_else(|| passage.title.clone());
    (!text.is_empty()).then_some(Extract { text, quote })
}

fn joined(blocks: &[Block], query: &Query) -> String {
    let texts: Vec<String> = blocks.iter().map(|block| shortened(block, query)).collect();
    texts.join("\n\n")
}

/// The block that says most, with what belongs to it and what follows, up to the aim.
fn around_best<'a>(blocks: &'a [Block], query: &Query) -> &'a [Block] {
    let Some(best) = best(blocks.iter().map(|block| block.text.as_str()), query) else {
        return blocks;
    };
    let (mut from, mut to) = (best, best + 1);
    // Backwards to what announces it.
    while from > 0 && announces(&blocks[from - 1]) {
        from -= 1;
    }
    let mut length: usize = blocks[from..to].iter().map(|block| block.text.len()).sum();
    while to < blocks.len() {
        let next = &blocks[to];
        let belongs = announces(&blocks[to - 1]) || next.kind == Kind::Code;
        let says_more = length + next.text.len() <= AIM && score(&next.text, query) > 0;
        if !belongs && !says_more {
            break;
        }
        length += next.text.len();
        to += 1;
    }
    &blocks[from..to]
}

fn announces(block: &Block) -> bool {
    block.kind == Kind::Paragraph && block.text.trim_end().ends_with([':', '：'])
}

/// A block as it is, or the part of a long one that answers.
fn shortened(block: &Block, query: &Query) -> String {
    if block.text.len() <= LONG_BLOCK {
        return block.text.clone();
    }
    match block.kind {
        Kind::Paragraph | Kind::Quote | Kind::Heading(_) => best_sentences(&block.text, query),
        Kind::List => best_lines(&block.text, 0, query),
        // The names of the columns and the line under them stay.
        Kind::Table => best_lines(&block.text, 2, query),
        Kind::Code => block.text.clone(),
    }
}

/// The best sentence and those after it, up to the aim.
fn best_sentences(text: &str, query: &Query) -> String {
    let sentences: Vec<&str> = sentences(text).collect();
    let Some(best) = best(sentences.iter().copied(), query) else { return text.to_owned() };
    let mut taken = String::new();
    for sentence in &sentences[best..] {
        if !taken.is_empty() && taken.len() + sentence.len() > AIM {
            break;
        }
        if !taken.is_empty() {
            taken.push(' ');
        }
        taken.push_str(sentence);
    }
    taken
}

/// The lines that share a word with the question, in order, after the first `head` lines; the
/// beginning when none does.
fn best_lines(text: &str, head: usize, query: &Query) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let (head, rows) = lines.split_at(head.min(lines.len()));
    let some = rows.iter().any(|line| score(line, query) > 0);
    let mut taken: Vec<&str> = head.to_vec();
    let mut length = 0;
    for line in rows.iter().filter(|line| !some || score(line, query) > 0) {
        length += line.len();
        if length > LONG_BLOCK {
            break;
        }
        taken.push(line);
    }
    taken.join("\n")
}

/// The place of the text that says most; the first of equals.
fn best<'a>(texts: impl Iterator<Item = &'a str>, query: &Query) -> Option<usize> {
    let mut best = None;
    for (at, text) in texts.enumerate() {
        let score = score(text, query);
        if best.is_none_or(|(_, most)| score > most) {
            best = Some((at, score));
        }
    }
    best.map(|(at, _)| at)
}

fn score(text: &str, query: &Query) -> u32 {
    query.coverage(text).score()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(text: &str) -> Passage {
        Passage { title: "T".to_owned(), url: None, text: text.to_owned(), score: 1.0 }
    }

    fn extract(question: &str, text: &str) -> String {
        from(&passage(text), &Query::of(question, &[])).unwrap().text
    }

    /// Words that share nothing with any question.
    fn filler(sentences: usize) -> String {
        "Lorem ipsum dolor amet consectetur. ".repeat(sentences).trim_end().to_owned()
    }

    #[test]
    fn a_short_passage_is_quoted_whole() {
        assert_eq!(
            extract("opening hours", "## Hours\n\nOpening at nine.\n\n- Closed on Monday"),
            "Opening at nine.\n\n- Closed on Monday"
        );
    }

    #[test]
    fn of_a_long_passage_the_paragraph_on_the_question_is_quoted() {
        let text = format!("{}\n\nShipping takes two days.\n\n{}", filler(10), filler(10));
        assert_eq!(extract("How long does shipping take?", &text), "Shipping takes two days.");
    }

    #[test]
    fn steps_come_with_the_sentence_that_announces_them_and_code_with_its_text() {
        let text = format!(
            "{}\n\nTo install it:\n\n1. Download it\n2. Install the file\n\nThen start it:\n\n\
            ```sh\nrun\n```\n\n{}",
            filler(12),
            filler(5)
        );
        let found = extract("How do I install the file?", &text);
        assert_eq!(found, "To install it:\n\n1. Download it\n2. Install the file");
        let found = extract("How do I start?", &text);
        assert_eq!(found, "Then start it:\n\n```sh\nrun\n```");
    }

    #[test]
    fn of_a_long_table_the_rows_on_the_question_are_quoted() {
        let rows: String = (0..80).map(|at| format!("| item{at} | value |\n")).collect();
        let table = format!("| Name | Price |\n|---|---|\n{rows}| Bread | 4 € |");
        assert_eq!(extract("bread", &table), "| Name | Price |\n|---|---|\n| Bread | 4 € |");
    }

    #[test]
    fn of_a_long_paragraph_the_sentences_from_the_best_one_on_are_quoted() {
        let text = format!("{} Bread costs four euros. {}", filler(20), filler(30));
        let found = extract("What does bread cost?", &text);
        assert!(found.starts_with("Bread costs four euros. Lorem"), "{found}");
        assert!(found.len() <= AIM + 50);
    }
}
