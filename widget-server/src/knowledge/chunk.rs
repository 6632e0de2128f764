//! A document cut into passages: small enough to be quoted, whole enough to be understood.
//!
//! Cuts fall at headings first, then between blocks, then between sentences; inside a code block
//! only when it is larger than a passage may be, and then between lines with the fence repeated.
//! Each passage knows the headings it stands under.

use unicode_segmentation::UnicodeSegmentation;

use super::blocks::{Block, Kind, blocks};

/// A passage is closed once it has this many bytes: about 200 words, an answer's worth.
const AIM: usize = 1_200;
/// No passage is larger than this.
const MOST: usize = 2_400;
/// What stands between the parts of a title path.
const PATH: &str = " › ";

/// A passage of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The document's title and the headings above: `Guide › Install › Linux`.
    pub title: String,
    /// The text, markdown kept.
    pub text: String,
}

/// The passages of a document, in order. A document without text has none.
#[must_use]
pub fn chunks(title: &str, content: &str) -> Vec<Chunk> {
    let mut cutter = Cutter { document: title.trim(), ..Cutter::default() };
    for block in blocks(content) {
        match block.kind {
            Kind::Heading(level) => cutter.heading(level, &block.text),
            _ => cutter.block(&block),
        }
    }
    cutter.close();
    cutter.chunks
}

#[derive(Default)]
struct Cutter<'a> {
    document: &'a str,
    headings: Vec<(u8, String)>,
    open: String,
    chunks: Vec<Chunk>,
}

impl Cutter<'_> {
    fn heading(&mut self, level: u8, text: &str) {
        self.close();
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, text.to_owned()));
    }

    fn block(&mut self, block: &Block) {
        for piece in pieces(block) {
            if !self.open.is_empty() && self.open.len() + piece.len() > AIM && !self.introduces() {
                self.close();
            }
            if self.open.len() + piece.len() + 2 > MOST {
                self.close();
            }
            if !self.open.is_empty() {
                self.open.push_str("\n\n");
            }
            self.open.push_str(&piece);
        }
    }

    /// A sentence that ends in a colon belongs to what follows it.
    fn introduces(&self) -> bool {
        self.open.trim_end().ends_with([':', '：'])
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.open);
        if text.trim().is_empty() {
            return;
        }
        self.chunks.push(Chunk { title: self.title(), text });
    }

    fn title(&self) -> String {
        let mut path: Vec<&str> = vec![self.document];
        for (_, heading) in &self.headings {
            if path.last().is_none_or(|last| !last.eq_ignore_ascii_case(heading)) {
                path.push(heading);
            }
        }
        path.retain(|part| !part.is_empty());
        path.join(PATH)
    }
}

/// A block as it is, or in pieces no larger than a passage may be.
fn pieces(block: &Block) -> Vec<String> {
    if block.text.len() <= MOST {
        return vec![block.text.clone()];
    }
    match block.kind {
        Kind::Code => code_pieces(&block.text),
        Kind::List | Kind::Table | Kind::Quote => gather(block.text.split_inclusive('\n'), AIM),
        Kind::Paragraph | Kind::Heading(_) => gather(block.text.unicode_sentences(), AIM),
    }
}

fn code_pieces(text: &str) -> Vec<String> {
    let opening = text.lines().next().unwrap_or_default();
    let mark: String = opening.trim().chars().take_while(|c| matches!(c, '`' | '~')).collect();
    if mark.is_empty() {
        return gather(text.split_inclusive('\n'), AIM);
    }
    let inside = text[opening.len()..].trim_start_matches('\n');
    let inside = inside.strip_suffix(mark.as_str()).unwrap_or(inside);
    gather(inside.split_inclusive('\n'), AIM)
        .into_iter()
        .map(|piece| format!("{opening}\n{piece}\n{mark}"))
        .collect()
}

/// Puts parts together up to `aim` bytes; a part larger than that is cut between characters.
fn gather<'a>(parts: impl Iterator<Item = &'a str>, aim: usize) -> Vec<String> {
    let mut gathered = Vec::new();
    let mut open = String::new();
    for part in parts {
        if !open.is_empty() && open.len() + part.len() > aim {
            gathered.push(std::mem::take(&mut open));
        }
        let mut rest = part;
        while rest.len() > aim {
            let cut = rest.floor_char_boundary(aim);
            gathered.push(rest[..cut].to_owned());
            rest = &rest[cut..];
        }
        open.push_str(rest);
    }
    gathered.push(open);
    gathered
        .into_iter()
        .map(|piece| piece.trim_end().to_owned())
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_passage_knows_the_headings_above_it() {
        let page = "# Guide\nHello.\n\n## Install\n### Linux\nUse apt.\n### Windows\nUse winget.\n\
            ## Run\nStart it.";
        let found = chunks("Guide", page);
        let titles: Vec<&str> = found.iter().map(|chunk| chunk.title.as_str()).collect();
        assert_eq!(
            titles,
            ["Guide", "Guide › Install › Linux", "Guide › Install › Windows", "Guide › Run"]
        );
        assert_eq!(found[1].text, "Use apt.");
    }

    #[test]
    fn short_paragraphs_of_a_section_stay_together() {
        assert_eq!(
            chunks("T", "One.\n\nTwo.\n\n- a\n- b"),
            [Chunk { title: "T".to_owned(), text: "One.\n\nTwo.\n\n- a\n- b".to_owned() }]
        );
    }

    #[test]
    fn a_code_block_that_must_be_cut_keeps_its_fences() {
        let code = format!("```rust\n{}```", "let a = 1; // a line of code\n".repeat(200));
        let found = chunks("T", &code);
        assert!(found.len() > 2);
        for chunk in found {
            assert!(chunk.text.starts_with("```rust\n"), "{}", chunk.text);
            assert!(chunk.text.ends_with("\n```"), "{}", chunk.text);
        }
    }

    #[test]
    fn what_a_colon_announces_is_not_cut_off() {
        let text = format!("{}\n\nDo this:\n\n- step\n- step", "Word ".repeat(238));
        let found = chunks("T", &text);
        let with = found.iter().find(|chunk| chunk.text.contains("Do this:"));
        assert!(with.is_some_and(|chunk| chunk.text.contains("- step")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_word_under_a_heading_ends_up_in_a_passage_of_bounded_size(
            content in "([a-z]{1,9}|\n\n|\n# |```\n|- |。|é| ){0,300}"
        ) {
            let found = chunks("T", &content.repeat(4));
            for chunk in &found {
                prop_assert!(chunk.text.len() <= MOST + 64, "{}", chunk.text.len());
            }
            let kept: String = found.iter().map(|chunk| chunk.text.as_str()).collect();
            let blocks = blocks(&content).into_iter();
            for block in blocks.filter(|block| !matches!(block.kind, Kind::Heading(_))) {
                for word in block.text.split(|c: char| !c.is_ascii_lowercase()) {
                    prop_assert!(kept.contains(word), "{word}");
                }
            }
        }
    }
}
