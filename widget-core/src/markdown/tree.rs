//! The tree that the marks of a document describe.

use super::Node;
use super::flat::{Marks, Tag};

/// Everything up to the end of what holds it. (What holds something else than nodes takes its
/// parts itself; a mark that is none of them cannot come there.)
pub(super) fn nodes(marks: &mut Marks<'_>) -> Vec<Node> {
    let mut out = Vec::new();
    while let Some((tag, text)) = marks.next() {
        let node = match tag {
            Tag::End => break,
            Tag::Paragraph => Node::Paragraph(nodes(marks)),
            Tag::Heading(level) => Node::Heading(level, nodes(marks)),
            Tag::List(start) => Node::List { start, items: parts(marks, |_, marks| nodes(marks)) },
            Tag::Quote => Node::Quote(nodes(marks)),
            Tag::CodeBlock => code(text, marks),
            Tag::Table => table(marks),
            Tag::Rule => Node::Rule,
            Tag::Text => {
                if let Some(Node::Text(before)) = out.last_mut() {
                    before.push_str(text);
                    continue;
                }
                Node::Text(text.to_owned())
            }
            Tag::Code => Node::Code(text.to_owned()),
            Tag::Emphasis => Node::Emphasis(nodes(marks)),
            Tag::Strong => Node::Strong(nodes(marks)),
            Tag::Strike => Node::Strike(nodes(marks)),
            Tag::Link => Node::Link { href: text.to_owned(), children: nodes(marks) },
            Tag::Break => Node::Break,
            Tag::Cite(number) => Node::Cite(number),
            Tag::Item | Tag::Row | Tag::Cell(_) => continue,
        };
        out.push(node);
    }
    out
}

fn parts<T>(marks: &mut Marks<'_>, mut part: impl FnMut(Tag, &mut Marks<'_>) -> T) -> Vec<T> {
    let mut out = Vec::new();
    while let Some((tag, _)) = marks.next() {
        if tag == Tag::End {
            break;
        }
        out.push(part(tag, marks));
    }
    out
}

fn code(language: &str, marks: &mut Marks<'_>) -> Node {
    let mut code = String::new();
    for (_, text) in marks.take_while(|(tag, _)| *tag != Tag::End) {
        code.push_str(text);
    }
    Node::CodeBlock { language: language.to_owned(), text: code }
}

fn table(marks: &mut Marks<'_>) -> Node {
    let mut columns = Vec::new();
    let mut in_head = true;
    let rows = parts(marks, |_, marks| {
        let row = parts(marks, |tag, marks| {
            if let (true, Tag::Cell(align)) = (in_head, tag) {
                columns.push(align);
            }
            nodes(marks)
        });
        in_head = false;
        row
    });
    Node::Table { columns, rows }
}
