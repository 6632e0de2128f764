//! Markdown as a tree: the safe subset that answers are written in.
//!
//! [`parse`] makes the tree; [`Flat`] says the same from its beginning to its end, which is all the
//! browser needs and costs it half as much.
//!
//! Model output is untrusted. It becomes nodes, never HTML text: tags are text, images become
//! links, and a link leads only where [`is_safe_link`] lets it. An answer is parsed anew with each
//! token that arrives, so a beginning of an answer reads as calmly as the whole: an open fence is
//! a code block already, an open `**` or `` ` `` at the very end already takes effect, a half-typed
//! address is not shown.
//!
//! The work is proportional to the input, whatever the input: nesting is bounded by
//! [`MAX_DEPTH`], and looking ahead by a budget; hostile text loses its formatting, not our time.
//!
//! Known departures from `CommonMark` 0.31 and GFM: no HTML, no indented code, no underlined
//! headings, no link references; a list may be nested by two spaces; a character outside ASCII
//! counts as a letter beside `*`, so that emphasis works in languages without spaces.
//!
//! ```
//! use widget_core::markdown::{Node, parse};
//!
//! let nodes = parse("Open **daily**.");
//! assert_eq!(nodes, [Node::Paragraph(vec![
//!     Node::Text("Open ".into()),
//!     Node::Strong(vec![Node::Text("daily".into())]),
//!     Node::Text(".".into()),
//! ])]);
//! ```

mod block;
mod flat;
mod inline;
mod link;
mod tree;

pub use flat::{Flat, Marks, Tag};
pub use link::is_safe_link;

use crate::scan::{cut, nibble};

/// How deep quotes and lists nest at most, and how many emphases may be open at once. The tree is
/// then at most fifty levels deep: it is walked by recursion, on a stack of 128 KiB in the
/// browser.
pub const MAX_DEPTH: usize = 12;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A paragraph.
    Paragraph(Vec<Node>),
    /// A heading, level 1 to 6.
    Heading(u8, Vec<Node>),
    /// A list; `start` is the first number of an ordered one. An item holds blocks.
    List {
        /// The first number, `None` for bullets.
        start: Option<u32>,
        /// The items.
        items: Vec<Vec<Node>>,
    },
    /// A quotation, holding blocks.
    Quote(Vec<Node>),
    /// A block of code.
    CodeBlock {
        /// The language as written after the fence, or empty.
        language: String,
        /// The code; lines are joined by `\n`.
        text: String,
    },
    /// A table. A row may be shorter than `columns`, never longer.
    Table {
        /// How each column is aligned.
        columns: Vec<Align>,
        /// The head row and then the others; a cell holds inline nodes.
        rows: Vec<Vec<Vec<Node>>>,
    },
    /// A thematic break.
    Rule,
    /// Text. A line break within a paragraph stays as `\n`.
    Text(String),
    /// Code in a line.
    Code(String),
    /// Emphasis.
    Emphasis(Vec<Node>),
    /// Strong emphasis.
    Strong(Vec<Node>),
    /// Struck out.
    Strike(Vec<Node>),
    /// A link to an address that [`is_safe_link`]. Links do not nest.
    Link {
        /// The address.
        href: String,
        /// What is shown.
        children: Vec<Node>,
    },
    /// A line break that was asked for.
    Break,
    /// `[n]`, the mark of the n-th source, from 1 to 99. Where there is no such source it is the text
    /// that it looks like. In code and in links there are none.
    Cite(u32),
}

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// As the text runs.
    None,
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}

/// Parses a document, or the beginning of one.
#[must_use]
pub fn parse(source: &str) -> Vec<Node> {
    tree::nodes(&mut Flat::parse(source).marks())
}

/// A number, where it is not too large to be one.
fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let mut number = 0_u32;
    for &digit in digits {
        let value = u32::from(nibble(digit)?);
        if value >= radix || number > u32::MAX / radix - 1 {
            return None;
        }
        number = number * radix + value;
    }
    (!digits.is_empty()).then_some(number)
}

/// Counts the steps of a test, so that the work can be compared with the input.
#[inline]
fn step() {
    #[cfg(test)]
    tests::STEPS.set(tests::STEPS.get() + 1);
}

#[cfg(test)]
mod tests;
