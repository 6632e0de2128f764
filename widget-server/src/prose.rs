//! An answer's Markdown as HTML, for pages without a script. Every text is escaped by the template;
//! links are those the core found safe.

use maud::{Markup, html};
use widget_core::markdown::{Node, parse};

/// A whole answer.
pub(crate) fn prose(source: &str) -> Markup {
    nodes(&parse(source))
}

fn nodes(nodes: &[Node]) -> Markup {
    html! { @for node in nodes { (one(node)) } }
}

fn one(node: &Node) -> Markup {
    html! {
        @match node {
            Node::Paragraph(children) => p { (nodes(children)) },
            // The page has a heading of its own; an answer's stand below it.
            Node::Heading(1 | 2, children) => h3 { (nodes(children)) },
            Node::Heading(3, children) => h4 { (nodes(children)) },
            Node::Heading(_, children) => h5 { (nodes(children)) },
            Node::List { start: Some(start), items } => ol start=(start) { (list(items)) },
            Node::List { start: None, items } => ul { (list(items)) },
            Node::Quote(children) => blockquote { (nodes(children)) },
            Node::CodeBlock { text, .. } => pre tabindex="0" { code { (text) } },
            Node::Table { rows, .. } => (table(rows)),
            Node::Rule => hr;,
            Node::Text(text) => (text),
            Node::Code(text) => code { (text) },
            Node::Emphasis(children) => em { (nodes(children)) },
            Node::Strong(children) => strong { (nodes(children)) },
            Node::Strike(children) => s { (nodes(children)) },
            Node::Link { href, children } => (link(href, &nodes(children))),
            Node::Break => br;,
        }
    }
}

/// A link that leaves this page alone.
pub(crate) fn link(href: &str, content: &Markup) -> Markup {
    html! { a href=(href) target="_blank" rel="noopener noreferrer nofollow" { (content) } }
}

fn list(items: &[Vec<Node>]) -> Markup {
    html! { @for item in items { li { (nodes(item)) } } }
}

fn table(rows: &[Vec<Vec<Node>>]) -> Markup {
    let (head, body) = rows.split_first().map_or((None, rows), |(head, body)| (Some(head), body));
    html! {
        table {
            @if let Some(head) = head {
                thead { tr { @for cell in head { th { (nodes(cell)) } } } }
            }
            tbody { @for row in body { tr { @for cell in row { td { (nodes(cell)) } } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_elements() {
        let html = prose("**Nine** to `five`\n\n1. a\n2. b").into_string();
        assert_eq!(
            html,
            "<p><strong>Nine</strong> to <code>five</code></p>\
             <ol start=\"1\"><li><p>a</p></li><li><p>b</p></li></ol>"
        );
    }

    #[test]
    fn what_looks_like_html_stays_text() {
        let html = prose("<script>alert(1)</script> & \"x\"").into_string();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn an_unsafe_link_is_no_link() {
        let html = prose("[x](javascript:alert(1)) [y](https://a.example/)").into_string();
        assert!(!html.contains("href=\"javascript"), "{html}");
        assert!(html.contains("href=\"https://a.example/\""), "{html}");
    }
}
