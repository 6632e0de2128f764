//! The markdown tree as elements.

use widget_core::markdown::{Align, Node, parse};

use super::act::CODE;
use super::icon::{self, COPY};
use super::painter::Painter;
use crate::digits;
use crate::wording::{Word, Wording};

/// Draws an answer, or the beginning of one.
pub(crate) fn markdown(p: &mut Painter<'_>, source: &str, words: &Wording) {
    nodes(p, &parse(source), words);
}

/// Begins a link to somewhere else; the caller closes it.
pub(crate) fn link<'a, 'b>(p: &'b mut Painter<'a>, class: &str, href: &str) -> &'b mut Painter<'a> {
    p.open("a", class)
        .with("href", href)
        .with("target", "_blank")
        .with("rel", "noopener noreferrer nofollow")
}

fn nodes(p: &mut Painter<'_>, nodes: &[Node], words: &Wording) {
    for node in nodes {
        draw(p, node, words);
    }
}

fn within(p: &mut Painter<'_>, tag: &'static str, children: &[Node], words: &Wording) {
    p.open(tag, "");
    nodes(p, children, words);
    p.close();
}

fn draw(p: &mut Painter<'_>, node: &Node, words: &Wording) {
    match node {
        Node::Text(text) => drop(p.text(text)),
        Node::Paragraph(children) => within(p, "p", children, words),
        // The panel's own title is the second level.
        Node::Heading(1, children) => within(p, "h3", children, words),
        Node::Heading(2, children) => within(p, "h4", children, words),
        Node::Heading(_, children) => within(p, "h5", children, words),
        Node::List { start, items } => list(p, *start, items, words),
        Node::Quote(children) => within(p, "blockquote", children, words),
        Node::CodeBlock { language, text } => code(p, language, text, words),
        Node::Table { columns, rows } => table(p, columns, rows, words),
        Node::Rule => within(p, "hr", &[], words),
        Node::Code(text) => drop(p.line("code", "", text)),
        Node::Emphasis(children) => within(p, "em", children, words),
        Node::Strong(children) => within(p, "strong", children, words),
        Node::Strike(children) => within(p, "s", children, words),
        Node::Link { href, children } => {
            link(p, "", href);
            nodes(p, children, words);
            p.close();
        }
        Node::Break => within(p, "br", &[], words),
    }
}

fn list(p: &mut Painter<'_>, start: Option<u32>, items: &[Vec<Node>], words: &Wording) {
    p.open(if start.is_some() { "ol" } else { "ul" }, "");
    if let Some(first) = start.filter(|first| *first != 1) {
        p.with("start", &digits::of(first));
    }
    for item in items {
        p.open("li", "");
        match item.split_first() {
            // An item that begins with a paragraph is shown without it.
            Some((Node::Paragraph(children), rest)) => {
                nodes(p, children, words);
                nodes(p, rest, words);
            }
            _ => nodes(p, item, words),
        }
        p.close();
    }
    p.close();
}

fn code(p: &mut Painter<'_>, language: &str, text: &str, words: &Wording) {
    p.open("div", "code");
    p.open("div", "cap").line("span", "", language);
    icon::button(p, 0, "tool", COPY, words.say(Word::Copy), CODE).close();
    p.close();
    p.open("pre", "").with("tabindex", "0").line("code", "", text).close();
    p.close();
}

fn table(p: &mut Painter<'_>, columns: &[Align], rows: &[Vec<Vec<Node>>], words: &Wording) {
    p.open("div", "wide").with("tabindex", "0").open("table", "");
    for (index, row) in rows.iter().enumerate() {
        p.open("tr", "");
        for (column, cell) in row.iter().enumerate() {
            let class = match columns.get(column) {
                Some(Align::Center) => "mid",
                Some(Align::Right) => "end",
                _ => "",
            };
            p.open(if index == 0 { "th" } else { "td" }, class);
            nodes(p, cell, words);
            p.close();
        }
        p.close();
    }
    p.close().close();
}
