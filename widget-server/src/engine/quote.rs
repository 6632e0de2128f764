//! The sentence of a passage that says most about a question.

use unicode_segmentation::UnicodeSegmentation;

use super::retrieval::Query;
use crate::knowledge::blocks::{Kind, blocks};

/// The longest quotation, in characters.
const LONGEST: usize = 240;

/// The sentence of a passage that covers most of the question, shortened at a word. `None` for a
/// passage of nothing but code and tables.
#[must_use]
pub(super) fn quote(passage: &str, query: &Query) -> Option<String> {
    let blocks = blocks(passage);
    let prose = blocks.iter().filter(|it| !matches!(it.kind, Kind::Code | Kind::Table));
    let sentences = prose.flat_map(|block| sentences(&block.text));
    let mut best: Option<(u32, &str)> = None;
    for sentence in sentences {
        let score = query.coverage(sentence).score();
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, sentence));
        }
    }
    best.map(|(_, sentence)| shortened(sentence))
}

/// The sentences of a block, lines of lists apart.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n- ")
        .flat_map(UnicodeSegmentation::unicode_sentences)
        .map(|sentence| sentence.trim().trim_start_matches("- ").trim_start_matches("> "))
        .filter(|sentence| !sentence.is_empty())
}

fn shortened(sentence: &str) -> String {
    let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = sentence.char_indices().nth(LONGEST) else { return sentence };
    let end = sentence[..cut].rfind(' ').filter(|at| *at > cut / 2).unwrap_or(cut);
    format!("{}…", sentence[..end].trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_on_the_question_is_quoted() {
        let query = Query::of("When are you open on Sunday?", &[]);
        let text = "We bake bread. On Sunday we are open from nine. Come by!";
        assert_eq!(quote(text, &query).as_deref(), Some("On Sunday we are open from nine."));
    }

    #[test]
    fn a_long_sentence_is_cut_at_a_word() {
        let query = Query::of("word", &[]);
        let quoted = quote(&"word ".repeat(100), &query).unwrap();
        assert!(quoted.ends_with("word…") && quoted.chars().count() <= LONGEST + 1);
    }

    #[test]
    fn code_is_not_quoted() {
        assert_eq!(quote("```\nlet a;\n```", &Query::of("let", &[])), None);
    }
}
