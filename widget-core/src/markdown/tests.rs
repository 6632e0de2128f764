use std::cell::Cell;

use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

thread_local!(pub(super) static STEPS: Cell<usize> = const { Cell::new(0) });

/// The tree as HTML-like text, for reading in a test only.
fn show(nodes: &[Node]) -> String {
    nodes.iter().map(show_one).collect()
}

fn show_one(node: &Node) -> String {
    let tag = |name: &str, children: &[Node]| format!("<{name}>{}</{name}>", show(children));
    match node {
        Node::Paragraph(children) => tag("p", children),
        Node::Heading(level, children) => tag(&format!("h{level}"), children),
        Node::List { start, items } => {
            let items: String = items.iter().map(|item| tag("li", item)).collect();
            match start {
                None => format!("<ul>{items}</ul>"),
                Some(1) => format!("<ol>{items}</ol>"),
                Some(start) => format!("<ol start={start}>{items}</ol>"),
            }
        }
        Node::Quote(children) => tag("quote", children),
        Node::CodeBlock { language, text } => format!("<pre {language}>{text}</pre>"),
        Node::Table { columns, rows } => {
            let row = |row: &Vec<Vec<Node>>| {
                row.iter().map(|cell| format!("|{}", show(cell))).collect::<String>()
            };
            let rows: Vec<String> = rows.iter().map(row).collect();
            format!("<table {columns:?}>{}</table>", rows.join("/"))
        }
        Node::Rule => "<hr>".into(),
        Node::Text(text) => text.clone(),
        Node::Code(text) => format!("<code>{text}</code>"),
        Node::Emphasis(children) => tag("em", children),
        Node::Strong(children) => tag("b", children),
        Node::Strike(children) => tag("s", children),
        Node::Link { href, children } => format!("<a {href}>{}</a>", show(children)),
        Node::Break => "<br>".into(),
        Node::Cite(number) => format!("<cite {number}>"),
    }
}

#[track_caller]
fn table(rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        assert_eq!(show(&parse(source)), *expected, "{source:?}");
    }
}

#[test]
fn blocks() {
    table(&[
        ("", ""),
        (" \n\t\n", ""),
        ("a\nb\n\nc", "<p>a\nb</p><p>c</p>"),
        ("a\r\nb\r\n\r\nc\r\n", "<p>a\nb</p><p>c</p>"),
        (
            "# A\n## B ##\n###### F\n####### G\n#x",
            "<h1>A</h1><h2>B</h2><h6>F</h6><p>####### G\n#x</p>",
        ),
        ("#\n# C#", "<h1></h1><h1>C#</h1>"),
        ("a\n---\nb\n* * *\n___", "<p>a</p><hr><p>b</p><hr><hr>"),
        ("> a\n> b\nc\n\nd", "<quote><p>a\nb\nc</p></quote><p>d</p>"),
        ("> # a\n>> b\n> > c", "<quote><h1>a</h1><quote><p>b\nc</p></quote></quote>"),
        (
            "```rust,ignore x\nfn a() {}\n\n  b\n```\nc",
            "<pre rust,ignore>fn a() {}\n\n  b</pre><p>c</p>",
        ),
        ("~~~~\n```\n~~~\n~~~~", "<pre >```\n~~~</pre>"),
        ("a\n```\nb\n```", "<p>a</p><pre >b</pre>"),
        ("``` a`b\nc", "<p>``` a`b\nc</p>"),
        ("    indented is text", "<p>indented is text</p>"),
        ("<div onclick=x>\n<b>", "<p><div onclick=x>\n<b></p>"),
    ]);
}

#[test]
fn lists() {
    table(&[
        ("- a\n- b\n\n- c", "<ul><li><p>a</p></li><li><p>b</p></li><li><p>c</p></li></ul>"),
        (
            "3. a\n4. b\n1) c",
            "<ol start=3><li><p>a</p></li><li><p>b</p></li></ol><ol><li><p>c</p></li></ol>",
        ),
        (
            "- a\n  - b\n    - c\n- d",
            "<ul><li><p>a</p><ul><li><p>b</p><ul><li><p>c</p></li></ul></li></ul></li><li><p>d</p></li></ul>",
        ),
        (
            "1. a\n  - two blanks are enough\n2. b",
            "<ol><li><p>a</p><ul><li><p>two blanks are enough</p></li></ul></li><li><p>b</p></li></ol>",
        ),
        (
            "1. a\n\n   more\n\n   ```\n   x\n     y\n   ```\n2. b",
            "<ol><li><p>a</p><p>more</p><pre >x\n  y</pre></li><li><p>b</p></li></ol>",
        ),
        ("- a\nlazy\n\nb", "<ul><li><p>a\nlazy</p></li></ul><p>b</p>"),
        ("- a\n> b", "<ul><li><p>a</p></li></ul><quote><p>b</p></quote>"),
        ("- > a\n  > b", "<ul><li><quote><p>a\nb</p></quote></li></ul>"),
        ("* a\n- b", "<ul><li><p>a</p></li></ul><ul><li><p>b</p></li></ul>"),
        ("-\n- b\n-", "<ul><li></li><li><p>b</p></li><li></li></ul>"),
        ("a\n- b", "<p>a</p><ul><li><p>b</p></li></ul>"),
        ("a\n-\n2. b", "<p>a\n-\n2. b</p>"),
        ("a\n1. b", "<p>a</p><ol><li><p>b</p></li></ol>"),
        ("-a\n1.b\n1234567890. c", "<p>-a\n1.b\n1234567890. c</p>"),
        ("-\ta\n\t- b", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>"),
    ]);
}

#[test]
fn tables() {
    table(&[
        (
            "| a | b |\n|---|:-:|\n| 1 | **2** |\n| 3 |",
            "<table [None, Center]>|a|b/|1|<b>2</b>/|3</table>",
        ),
        ("a | b\n:--|--:\n1 | 2 | dropped\n\nc", "<table [Left, Right]>|a|b/|1|2</table><p>c</p>"),
        (
            "Prices:\n| a |\n|---|\n| `x\\|y` \\| z |",
            "<p>Prices:</p><table [None]>|a/|<code>x\\|y</code> | z</table>",
        ),
        ("| a | b |\n|---|\n\nx", "<p>| a | b |\n|---|</p><p>x</p>"),
        ("| a | |\n|-|-|\n| | b |", "<table [None, None]>|a|/||b</table>"),
        ("a\n---|", "<p>a\n---|</p>"),
    ]);
}

#[test]
fn emphasis() {
    table(&[
        ("*a* _b_ **c** __d__ ~~e~~", "<p><em>a</em> <em>b</em> <b>c</b> <b>d</b> <s>e</s></p>"),
        (
            "***a*** ***b** c* ***d* e**",
            "<p><em><b>a</b></em> <em><b>b</b> c</em> <b><em>d</em> e</b></p>",
        ),
        ("**a *b* c** *a **b** c*", "<p><b>a <em>b</em> c</b> <em>a <b>b</b> c</em></p>"),
        ("2 * 3 * 4, 2*3*4, a_b_c, ~5~", "<p>2 * 3 * 4, 2<em>3</em>4, a_b_c, ~5~</p>"),
        ("**5*3=15**", "<p><b>5*3=15</b></p>"),
        ("**Note:**text **重要：**内容", "<p><b>Note:</b>text <b>重要：</b>内容</p>"),
        ("*a **b* c**\n\nx", "<p><em>a **b</em> c**</p><p>x</p>"),
        ("**a\n\nb** ****c****", "<p>**a</p><p>b** ****c****</p>"),
        ("\\*a\\* \\q \\\\*b*", "<p>*a* \\q \\<em>b</em></p>"),
        ("(*a*) \"*b*\"", "<p>(<em>a</em>) \"<em>b</em>\"</p>"),
    ]);
}

#[test]
fn code_and_breaks_and_entities() {
    table(&[
        ("`a` ``b ` c`` ` `` `", "<p><code>a</code> <code>b ` c</code> <code>``</code></p>"),
        ("`*a*\nb` *`c*`", "<p><code>*a* b</code> *<code>c*</code></p>"),
        ("` ` ``  x  ``", "<p><code> </code> <code> x </code></p>"),
        ("a  \nb\\\nc \nd\\", "<p>a<br>b<br>c\nd\\</p>"),
        (
            "&lt;b&gt; &amp;amp; &#65;&#x42; &nbsp; &copy; &#0; &#x110000; &;",
            "<p><b> &amp; AB \u{a0} &copy; &#0; &#x110000; &;</p>",
        ),
    ]);
}

#[test]
fn links() {
    table(&[
        ("[a](https://x.y)", "<p><a https://x.y>a</a></p>"),
        ("[a **b**](<https://x.y> \"t)\")", "<p><a https://x.y>a <b>b</b></a></p>"),
        ("[a](https://x.y/(z)_\\)) b", "<p><a https://x.y/(z)_)>a</a> b</p>"),
        ("[a](https://x.y?a=1&amp;b[]=2)", "<p><a https://x.y?a=1&b[]=2>a</a></p>"),
        ("[a](mailto:a@x.y) [b](tel:+1)", "<p><a mailto:a@x.y>a</a> <a tel:+1>b</a></p>"),
        ("[](https://x.y)", "<p><a https://x.y>https://x.y</a></p>"),
        (
            "[a [b](https://x.y) c](https://z)",
            "<p>[a <a https://x.y>b</a> c](<a https://z>https://z</a>)</p>",
        ),
        ("[https://x.y](https://z)", "<p><a https://z>https://x.y</a></p>"),
        ("[x] [a](b c) [d] (e)", "<p>[x] [a](b c) [d] (e)</p>"),
        (
            "![alt](https://x.y/z.png) ![](https://x.y)",
            "<p><a https://x.y/z.png>alt</a> <a https://x.y>https://x.y</a></p>",
        ),
        ("[![alt](https://i)](https://x.y)", "<p><a https://x.y>alt</a></p>"),
        ("[a\nb](https://x.y\n'c'\n)", "<p><a https://x.y>a\nb</a></p>"),
    ]);
}

#[test]
fn marks_of_sources() {
    table(&[
        ("Open [1][12], a[3].", "<p>Open <cite 1><cite 12>, a<cite 3>.</p>"),
        ("**a [1]** *[2]* ~~[3]~~", "<p><b>a <cite 1></b> <em><cite 2></em> <s><cite 3></s></p>"),
        ("- [1]\n\n# [2]", "<ul><li><p><cite 1></p></li></ul><h1><cite 2></h1>"),
        ("| [1] |\n|-|\n| [2] |", "<table [None]>|<cite 1>/|<cite 2></table>"),
        // What is no number of a source.
        (
            "[0] [01] [100] [-1] [1 ] [1,2] [^1] [٣] []",
            "<p>[0] [01] [100] [-1] [1 ] [1,2] [^1] [٣] []</p>",
        ),
        ("\\[1] [1\\] \\[1\\] &#91;1]", "<p>[1] [1] [1] [1]</p>"),
        // Code and links are what they are.
        ("`[1]`\n```\n[1]\n```", "<p><code>[1]</code></p><pre >[1]</pre>"),
        (
            "[1](https://x.y) [a [1]](https://x.y)",
            "<p><a https://x.y>1</a> <a https://x.y>a [1]</a></p>",
        ),
        ("[a [1] b] [[2]] ![3]", "<p>[a <cite 1> b] [<cite 2>] ![3]</p>"),
        ("https://x.y/[1]", "<p><a https://x.y/[1]>https://x.y/[1]</a></p>"),
        // While it is being written.
        ("a [1", "<p>a [1</p>"),
        ("**a [1]", "<p><b>a <cite 1></b></p>"),
        ("a [1](", "<p>a 1</p>"),
    ]);
}

#[test]
fn addresses_in_the_text() {
    table(&[
        (
            "See https://x.y/a_b_c?d=(e), or <http://z>.",
            "<p>See <a https://x.y/a_b_c?d=(e)>https://x.y/a_b_c?d=(e)</a>, or <a http://z>http://z</a>.</p>",
        ),
        (
            "(https://x.y/z) [https://x.y]",
            "<p>(<a https://x.y/z>https://x.y/z</a>) [<a https://x.y>https://x.y</a>]</p>",
        ),
        (
            "**https://x.y**, *http://z*",
            "<p><b><a https://x.y>https://x.y</a></b>, <em><a http://z>http://z</a></em></p>",
        ),
        ("请访问https://x.y/a。谢谢", "<p>请访问<a https://x.y/a>https://x.y/a</a>。谢谢</p>"),
        (
            "https:// xhttps://y http://a@b hello <mailto:a@b>",
            "<p>https:// xhttps://y http://a@b hello <a mailto:a@b>mailto:a@b</a></p>",
        ),
        ("a<b and c>d <https://x y>", "<p>a<b and c>d <<a https://x>https://x</a> y></p>"),
    ]);
}

#[test]
fn an_address_that_is_not_safe_leaves_its_text() {
    for address in [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "&#106;avascript:alert(1)",
        "javascript&#58;alert(1)",
        "java&#x0a;script:alert(1)",
        "&#1;javascript:alert(1)",
        "<java\tscript:alert(1)>",
        "data:text/html,x",
        "\\javascript:alert(1)",
        "/relative",
        "#a",
        "",
    ] {
        assert_eq!(show(&parse(&format!("[*a*]({address})."))), "<p><em>a</em>.</p>", "{address}");
        assert_eq!(show(&parse(&format!("![b]({address})."))), "<p>b.</p>", "{address}");
    }
    table(&[("<javascript:alert(1)>", "<p><javascript:alert(1)></p>")]);
}

#[test]
fn the_beginning_of_an_answer_is_calm() {
    table(&[
        ("a **bo", "<p>a <b>bo</b></p>"),
        ("a **bo *it", "<p>a <b>bo *it</b></p>"),
        ("a **", "<p>a </p>"),
        ("**", "<p></p>"),
        ("2**10 is", "<p>2**10 is</p>"),
        ("a `co", "<p>a <code>co</code></p>"),
        ("a `", "<p>a </p>"),
        ("```\ncode\n``", "<pre >code</pre>"),
        ("```py", "<pre py></pre>"),
        ("see [the docs](https://exam", "<p>see the docs</p>"),
        ("see [the docs](", "<p>see the docs</p>"),
        ("| a | b |\n|--", "<table [None, None]>|a|b</table>"),
        ("| a | b |\n|", "<table [None, None]>|a|b</table>"),
        ("- a\n-", "<ul><li><p>a</p></li><li></li></ul>"),
        ("> - **a", "<quote><ul><li><p><b>a</b></p></li></ul></quote>"),
    ]);
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "*", "**", "_a ", "*a **a ", "*a_ ", "a**b", "~~a", "`", "` ``", "[", "]", "[]", "[1]", "[a](",
    "[a](b", "[a](<b", "[a](b \"", "![a](b ", "[a](http://b) ", "![[", "<", "<a", "<http://",
    "http://", "http://a@", "https://a(", "&", "&#", "\\", ">", "> ", "> > ", "- ", "-\n", "1. ",
    "- - a\n", "  - a\n", "\t", " ", "\n", "\r\n", "  \n", "|", "|a", "|-", "|-|\n", "a|\n",
    "|a|\n|-|\n", "```\n", "~~~", "# ", "#", "---", "- -", "* ", "a\n", "é*", "> ```\n",
    ">\n- a\n", "**[a](b**", "[*a](https://b)*", "**a `b [c](d ",
];

/// Texts that make a careless parser look at the rest again and again.
fn hostile(size: usize) -> Vec<String> {
    let distinct: String = (1..)
        .map(|n| "`".repeat(n) + "a")
        .scan(0, |sum, run| {
            *sum += run.len();
            (*sum < size).then_some(run)
        })
        .collect();
    let mut texts = vec![distinct];
    texts.extend(PIECES.iter().map(|piece| piece.repeat(size / piece.len() + 1)));
    let columns = format!(
        "{}|\n{}|\n{}",
        "|a".repeat(size / 8),
        "|-".repeat(size / 8),
        "|\n".repeat(size / 4)
    );
    let deep: String = (0..size / 50).map(|n| " ".repeat(2 * (n % 50)) + "- a\n").collect();
    texts.extend([
        columns,
        deep,
        "a".repeat(size),
        "\u{1f980}".repeat(size / 4),
        "[".repeat(size / 2) + &"](b".repeat(size / 6),
    ]);
    texts
}

fn steps(text: &str) -> usize {
    STEPS.set(0);
    let nodes = parse(text);
    drop(nodes);
    STEPS.get()
}

#[test]
fn the_work_grows_with_the_text_and_not_faster() {
    for (small, large) in hostile(2_000).iter().zip(hostile(20_000)) {
        let shown: String = small.chars().take(12).collect();
        assert!(
            steps(&large) <= 60 * large.len() + 2_000,
            "{shown:?}: {} steps for {} bytes",
            steps(&large),
            large.len()
        );
        let ratio = steps(&large) as f64 / steps(small).max(1) as f64;
        assert!(ratio < 15.0, "{shown:?}: ten times the text took {ratio} times the steps");
    }
}

fn depth(nodes: &[Node]) -> usize {
    let of = |node: &Node| match node {
        Node::Paragraph(children)
        | Node::Heading(_, children)
        | Node::Quote(children)
        | Node::Emphasis(children)
        | Node::Strong(children)
        | Node::Strike(children)
        | Node::Link { children, .. } => depth(children),
        Node::List { items, .. } => items.iter().map(|item| depth(item)).max().unwrap_or(0),
        Node::Table { rows, .. } => {
            rows.iter().flatten().map(|cell| depth(cell)).max().unwrap_or(0)
        }
        _ => 0,
    };
    nodes.iter().map(of).max().map_or(0, |deepest| deepest + 1)
}

#[test]
fn the_tree_is_never_deep() {
    for text in hostile(5_000) {
        assert!(depth(&parse(&text)) <= MAX_TREE, "{:?}", text.get(..12));
    }
    let deepest = "> ".repeat(50) + &"*a **b ".repeat(50) + &"c** d* ".repeat(50);
    assert!(depth(&parse(&deepest)) <= MAX_TREE);
}

/// The deepest tree that [`MAX_DEPTH`] allows: 12 containers, a paragraph, 24 emphases, a link with
/// 8 emphases in it, a text.
const MAX_TREE: usize = 50;

/// Everything that is shown, in order.
fn texts(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) | Node::Code(text) | Node::CodeBlock { text, .. } => {
                out.push_str(text);
            }
            Node::Paragraph(children)
            | Node::Heading(_, children)
            | Node::Quote(children)
            | Node::Emphasis(children)
            | Node::Strong(children)
            | Node::Strike(children) => texts(children, out),
            Node::Link { href, children } => {
                assert!(is_safe_link(href), "{href:?}");
                assert!(!show(children).contains("<a "), "links do not nest");
                assert!(!show(children).contains("<cite "), "a source is a link, too");
                texts(children, out);
            }
            Node::List { items, .. } => items.iter().for_each(|item| texts(item, out)),
            Node::Table { columns, rows } => {
                assert!(rows.iter().all(|row| row.len() <= columns.len()));
                rows.iter().flatten().for_each(|cell| texts(cell, out));
            }
            Node::Rule | Node::Break => {}
            Node::Cite(number) => assert!((1..=99).contains(number)),
        }
    }
}

const SOUP: &str = "(\\*|\\*\\*|_|~~|`|```\n?|\\[1\\]|\\[|\\]|\\(|\\)|!|<|>|&amp;|&#58;|\\\\|\n|\n\n|  \n|\r\n|- |1\\. |> |#|\\||\\|-|---|https?://|javascript:|a|b | |\t|é|🦀|\"|:|@|;){0,40}";

proptest! {
    #[test]
    fn any_text_is_parsed_to_a_shallow_tree_of_safe_links(source in prop_oneof![SOUP, "\\PC{0,60}", any::<String>()]) {
        for (end, _) in source.char_indices().chain([(source.len(), ' ')]) {
            let nodes = parse(&source[..end]);
            prop_assert!(depth(&nodes) <= MAX_TREE);
            texts(&nodes, &mut String::new());
        }
    }

    #[test]
    fn letters_are_never_lost(source in "([a-z]|\\*|_|~|`|\n| |>|-|\\||#){0,60}") {
        // After a fence comes a language, which is not shown.
        prop_assume!(!source.contains("```") && !source.contains("~~~"));
        let nodes = parse(&source);
        // GFM leaves out the cells of a row that stand beyond the columns of the table's head.
        prop_assume!(!show(&nodes).contains("<table"));
        let mut shown = String::new();
        texts(&nodes, &mut shown);
        let letters = |text: &str| text.chars().filter(char::is_ascii_lowercase).collect::<String>();
        prop_assert_eq!(letters(&shown), letters(&source));
    }
}
