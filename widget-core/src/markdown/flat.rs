//! A document as one text and the marks on it: what the parser writes, and the browser draws from.

use super::{Align, block, cut};

/// What begins, ends or stands at a place of a document.
///
/// What has children begins with its own tag and ends with [`Tag::End`]; `Rule`, `Break`, `Text`,
/// `Code` and `Cite` have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A paragraph.
    Paragraph,
    /// A heading, level 1 to 6.
    Heading(u8),
    /// A list of items; the number is the first of an ordered one.
    List(Option<u32>),
    /// An item of a list; it holds blocks.
    Item,
    /// A quotation; it holds blocks.
    Quote,
    /// A block of code, holding one text or none; its own text is the language.
    CodeBlock,
    /// A table of rows; the first is its head, and says how many columns there are.
    Table,
    /// A row of cells.
    Row,
    /// A cell.
    Cell(Align),
    /// A thematic break.
    Rule,
    /// Text. A line break within a paragraph stays as `\n`.
    Text,
    /// Code in a line.
    Code,
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Struck out.
    Strike,
    /// A link; its own text is the address.
    Link,
    /// A line break that was asked for.
    Break,
    /// The mark of the n-th source, `[n]`; its own text is the number.
    Cite(u32),
    /// The end of what began last.
    End,
}

/// A tag and the part of the text that belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) tag: Tag,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// A document that was parsed, as one text and the marks on it.
///
/// It says the same as the tree of [`parse`](super::parse) in two allocations, and the browser,
/// which draws it from the beginning to the end, needs no tree.
///
/// ```
/// use widget_core::markdown::{Flat, Tag};
///
/// let flat = Flat::parse("Open **daily**.");
/// let marks: Vec<_> = flat.marks().collect();
/// assert_eq!(marks, [
///     (Tag::Paragraph, ""),
///     (Tag::Text, "Open "),
///     (Tag::Strong, ""),
///     (Tag::Text, "daily"),
///     (Tag::End, ""),
///     (Tag::Text, "."),
///     (Tag::End, ""),
/// ]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Flat {
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
}

impl Flat {
    /// Parses a document, or the beginning of one.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        block::parse(source)
    }

    /// The marks in their order, each with the text that belongs to it.
    #[must_use]
    pub const fn marks(&self) -> Marks<'_> {
        Marks { flat: self, at: 0 }
    }

    /// Puts a mark without a text.
    #[inline(never)]
    pub(super) fn mark(&mut self, tag: Tag) {
        self.marks.push(Mark { tag, from: 0, to: 0 });
    }

    /// Puts a mark on what was added to the text since it was that long.
    #[inline(never)]
    pub(super) fn mark_from(&mut self, tag: Tag, from: usize) {
        self.marks.push(Mark { tag, from, to: self.text.len() });
    }

    /// Puts text.
    pub(super) fn put(&mut self, text: &str) {
        super::step();
        let from = self.text.len();
        self.text.push_str(text);
        self.mark_from(Tag::Text, from);
    }
}

/// The marks of a document, made by [`Flat::marks`]. Two texts may follow each other.
#[derive(Clone, Debug)]
pub struct Marks<'a> {
    flat: &'a Flat,
    at: usize,
}

impl<'a> Iterator for Marks<'a> {
    type Item = (Tag, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Mark { tag, from, mut to } = *self.flat.marks.get(self.at)?;
            self.at += 1;
            while matches!(tag, Tag::Text)
                && let Some(next) = self.flat.marks.get(self.at)
                && matches!(next.tag, Tag::Text)
                && next.from == to
            {
                to = next.to;
                self.at += 1;
            }
            if !matches!(tag, Tag::Text) || from < to {
                return Some((tag, cut(&self.flat.text, from, to)));
            }
        }
    }
}
