//! Markdown as elements.

use widget_core::markdown::{Align, Flat, Tag};

use super::act::CODE;
use super::icon::{self, COPY};
use super::painter::Painter;
use crate::digits;
use crate::wording::{Word, Wording};

/// Draws an answer, or the beginning of one.
pub(crate) fn markdown(p: &mut Painter<'_>, source: &str, words: &Wording) {
    // How many elements were opened for each thing that has not ended yet.
    let mut open: Vec<u8> = Vec::new();
    let (mut before, mut cell) = (Tag::End, "");
    for (tag, text) in Flat::parse(source).marks() {
        let opened = match tag {
            Tag::End => {
                for _ in 0..open.pop().unwrap_or(0) {
                    p.close();
                }
                None
            }
            _ => begin(p, tag, before, &mut cell, text, words),
        };
        open.extend(opened);
        before = tag;
    }
}

/// Says how many elements stay open; `None` for what has no end.
fn begin(
    p: &mut Painter<'_>,
    tag: Tag,
    before: Tag,
    cell: &mut &'static str,
    text: &str,
    words: &Wording,
) -> Option<u8> {
    match tag {
        Tag::Text => p.text(text),
        Tag::Code => p.line("code", "", text),
        Tag::Rule => p.open("hr", "").close(),
        Tag::Break => p.open("br", "").close(),
        // An item that begins with a paragraph is shown without it.
        Tag::Paragraph if matches!(before, Tag::Item) => return Some(0),
        Tag::CodeBlock => {
            code(p, text, words);
            return Some(3);
        }
        Tag::Table => {
            p.open("div", "wide").with("tabindex", "0").open("table", "");
            return Some(2);
        }
        _ => {
            match tag {
                Tag::List(Some(first)) if first != 1 => {
                    p.open("ol", "").with("start", &digits::of(first))
                }
                Tag::Link => link(p, "", text),
                Tag::Cell(align) => p.open(cell, side(align)),
                _ => p.open(name(tag), ""),
            };
            // The first row of a table is its head.
            if matches!(tag, Tag::Row) {
                *cell = if matches!(before, Tag::Table) { "th" } else { "td" };
            }
            return Some(1);
        }
    };
    None
}

fn name(tag: Tag) -> &'static str {
    match tag {
        // The panel's own title is the second level.
        Tag::Heading(1) => "h3",
        Tag::Heading(2) => "h4",
        Tag::Heading(_) => "h5",
        Tag::List(None) => "ul",
        Tag::List(_) => "ol",
        Tag::Item => "li",
        Tag::Quote => "blockquote",
        Tag::Row => "tr",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        Tag::Strike => "s",
        _ => "p",
    }
}

const fn side(align: Align) -> &'static str {
    match align {
        Align::Center => "mid",
        Align::Right => "end",
        _ => "",
    }
}

/// Begins a link to somewhere else; the caller closes it.
pub(crate) fn link<'a, 'b>(p: &'b mut Painter<'a>, class: &str, href: &str) -> &'b mut Painter<'a> {
    p.open("a", class)
        .with("href", href)
        .with("target", "_blank")
        .with("rel", "noopener noreferrer nofollow")
}

/// Begins a block of code, of three elements.
fn code(p: &mut Painter<'_>, language: &str, words: &Wording) {
    p.open("div", "code");
    p.open("div", "cap").line("span", "", language);
    icon::button(p, 0, "tool", COPY, words.say(Word::Copy), CODE).close();
    p.close();
    p.open("pre", "").with("tabindex", "0").open("code", "");
}
