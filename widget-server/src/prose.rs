//! An answer's Markdown as HTML, for pages without a script. Every text is escaped by the template;
//! links are those the core found safe.

use maud::{Markup, html};
use widget_core::markdown::{Node, parse};
use widget_core::message::Citation;

/// A whole answer, whose marks lead to its sources.
pub(crate) fn prose(source: &str, cited: &[Citation]) -> Markup {
    nodes(&parse(source), cited)
}

fn nodes(nodes: &[Node], cited: &[Citation]) -> Markup {
    html! { @for node in nodes { (one(node, cited)) } }
}

fn one(node: &Node, cited: &[Citation]) -> Markup {
    let nodes = |children: &[Node]| nodes(children, cited);
    html! {
        @match node {
            Node::Paragraph(children) => p { (nodes(children)) },
            // The page has a heading of its own; an answer's stand below it.
            Node::Heading(1 | 2, children) => h3 { (nodes(children)) },
            Node::Heading(3, children) => h4 { (nodes(children)) },
            Node::Heading(_, children) => h5 { (nodes(children)) },
            Node::List { start: Some(start), items } => ol start=(start) { (list(items, cited)) },
            Node::List { start: None, items } => ul { (list(items, cited)) },
            Node::Quote(children) => blockquote { (nodes(children)) },
            Node::CodeBlock { text, .. } => pre tabindex="0" { code { (text) } },
            Node::Table { rows, .. } => (table(rows, cited)),
            Node::Rule => hr;,
            Node::Text(text) => (text),
            Node::Code(text) => code { (text) },
            Node::Emphasis(children) => em { (nodes(children)) },
            Node::Strong(children) => strong { (nodes(children)) },
            Node::Strike(children) => s { (nodes(children)) },
            Node::Link { href, children } => (link(href, &nodes(children))),
            Node::Break => br;,
            Node::Cite(number) => (mark(*number, cited)),
        }
    }
}

/// The mark of a source; that of none is text.
fn mark(number: u32, cited: &[Citation]) -> Markup {
    let source = usize::try_from(number).ok().and_then(|number| cited.get(number.checked_sub(1)?));
    let Some(source) = source else { return html! { "[" (number) "]" } };
    html! {
        @match source.link() {
            // What is seen is part of the name (WCAG 2.5.3).
            Some(href) => sup {
                a href=(href) title=(source.title) aria-label={ (number) ": " (source.title) }
                    target="_blank" rel="noopener noreferrer nofollow" { (number) }
            },
            None => sup title=(source.title) { (number) },
        }
    }
}

/// A link that leaves this page alone.
pub(crate) fn link(href: &str, content: &Markup) -> Markup {
    html! { a href=(href) target="_blank" rel="noopener noreferrer nofollow" { (content) } }
}

fn list(items: &[Vec<Node>], cited: &[Citation]) -> Markup {
    html! { @for item in items { li { (nodes(item, cited)) } } }
}

fn table(rows: &[Vec<Vec<Node>>], cited: &[Citation]) -> Markup {
    let nodes = |children: &[Node]| nodes(children, cited);
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
        let html = prose("**Nine** to `five`\n\n1. a\n2. b", &[]).into_string();
        assert_eq!(
            html,
            "<p><strong>Nine</strong> to <code>five</code></p>\
             <ol start=\"1\"><li><p>a</p></li><li><p>b</p></li></ol>"
        );
    }

    #[test]
    fn what_looks_like_html_stays_text() {
        let html = prose("<script>alert(1)</script> & \"x\"", &[]).into_string();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn an_unsafe_link_is_no_link() {
        let html = prose("[x](javascript:alert(1)) [y](https://a.example/)", &[]).into_string();
        assert!(!html.contains("href=\"javascript"), "{html}");
        assert!(html.contains("href=\"https://a.example/\""), "{html}");
    }

    #[test]
    fn a_mark_leads_to_its_source_and_to_nothing_unsafe() {
        let source = |title: &str, url: Option<&str>| Citation {
            title: title.into(),
            url: url.map(Into::into),
            quote: None,
        };
        let cited = [
            source("\"Hours\"", Some("https://a.example/")),
            source("Notes", None),
            source("Trap", Some("javascript:alert(1)")),
        ];
        let html = prose("Nine [1][2][3][4] `[1]` [[1]](https://b.example/)", &cited).into_string();
        let link = "target=\"_blank\" rel=\"noopener noreferrer nofollow\"";
        assert_eq!(
            html,
            format!(
                "<p>Nine <sup><a href=\"https://a.example/\" title=\"&quot;Hours&quot;\" \
                 aria-label=\"1: &quot;Hours&quot;\" {link}>1</a></sup><sup title=\"Notes\">2</sup>\
                 <sup title=\"Trap\">3</sup>[4] <code>[1]</code> \
                 <a href=\"https://b.example/\" {link}>[1]</a></p>"
            )
        );
    }
}
