//! What a page's HTML says, as far as the checker cares.

use tree::{Id, Kind, Tree};

mod tree;

/// A page, read.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// `<base href>`: what relative addresses are relative to.
    pub(super) base: Option<String>,
    /// The `<title>`.
    pub(super) title: String,
    /// Every `<meta http-equiv>` in the head; elsewhere browsers ignore a policy.
    pub(super) equivalents: Vec<Equivalent>,
    /// Every `<script>`, wherever it stands.
    pub(super) scripts: Vec<Script>,
    /// Every `<img>`, `<link>` and `<iframe>` with an address, for telling what builds the page.
    pub(super) sources: Vec<String>,
    /// Text that a visitor reads.
    pub(super) text: String,
    /// The ids of the page's elements.
    pub(super) ids: Vec<String>,
    /// Whether a password is asked for.
    pub(super) asks_password: bool,
    /// An AMP page runs no script but AMP's own.
    pub(super) is_amp: bool,
    /// Whether the end was not read.
    pub(super) is_cut: bool,
}

/// A `<meta>` that stands for a header.
#[derive(Debug)]
pub(super) struct Equivalent {
    /// In lower case: `content-security-policy`.
    pub(super) name: String,
    pub(super) content: String,
}

/// Where a script stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the page: a browser comes to it.
    Page,
    /// In `<noscript>`: only for browsers without scripts.
    Noscript,
    /// Between `<!--` and `-->`.
    Comment,
    /// In `<template>`, which only waits to be copied.
    Template,
    /// In the `srcdoc` of a frame: a page of its own.
    Frame,
}

/// A `<script>`.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) place: Place,
    pub(super) attributes: Vec<(String, String)>,
    /// What stands between its tags.
    pub(super) text: String,
}

impl Script {
    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(there, _)| there == name).map(|(_, value)| value.as_str())
    }

    /// How a browser takes it.
    pub(super) fn kind(&self) -> ScriptKind {
        let Some(kind) = self.attribute("type") else { return ScriptKind::Classic };
        match kind.trim().to_ascii_lowercase().split(';').next().unwrap_or_default().trim() {
            ""
            | "text/javascript"
            | "application/javascript"
            | "application/x-javascript"
            | "application/ecmascript"
            | "text/ecmascript" => ScriptKind::Classic,
            "module" => ScriptKind::Module,
            _ => ScriptKind::Data,
        }
    }
}

/// How a browser takes a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScriptKind {
    /// It runs.
    Classic,
    /// It runs as a module, without `document.currentScript`.
    Module,
    /// Any other type: it does not run, unless another script makes it.
    Data,
}

impl Document {
    /// Reads a page.
    pub(super) fn parse(html: &str) -> Self {
        let mut document = Self::default();
        document.gather(&Tree::parse(html), None);
        document
    }

    /// The content of `<meta http-equiv=…>`.
    pub(super) fn equivalents<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.equivalents.iter().filter(move |meta| meta.name == name);
        named.map(|meta| meta.content.as_str())
    }

    /// Adds what a tree holds; `inside` says where the tree itself was found.
    fn gather(&mut self, tree: &Tree, inside: Option<Place>) {
        self.is_cut |= tree.is_cut;
        for (id, node) in tree.nodes() {
            match &node.kind {
                Kind::Element { .. } => self.element(tree, id, inside),
                Kind::Comment(text) if inside.is_none() => self.within(text, Place::Comment),
                Kind::Text(text) if inside.is_none() && is_read(tree, id) => {
                    self.text.push_str(text);
                    self.text.push(' ');
                }
                _ => {}
            }
        }
    }

    /// HTML inside something that is not the page itself: only its scripts count.
    fn within(&mut self, html: &str, place: Place) {
        if html.contains("<script") || html.contains("<SCRIPT") {
            self.gather(&Tree::parse_inside(html), Some(place));
        }
    }

    fn element(&mut self, tree: &Tree, id: Id, inside: Option<Place>) {
        let in_page = tree.is_in_page(id);
        if tree.name(id) == "script" {
            let place = inside.unwrap_or(if in_page { Place::Page } else { Place::Template });
            let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            let attributes = tree.attributes(id).map(own).collect();
            self.scripts.push(Script { place, attributes, text: tree.text(id) });
        }
        if inside.is_some() || !in_page {
            return;
        }
        let attribute = |name: &str| tree.attribute(id, name).map(str::to_owned);
        self.ids.extend(attribute("id"));
        match tree.name(id) {
            "html" => {
                self.is_amp |= tree.attributes(id).any(|(name, _)| matches!(name, "amp" | "⚡"));
            }
            "base" => self.base = self.base.take().or_else(|| attribute("href")),
            "title" => self.title.push_str(&tree.text(id)),
            "noscript" => self.within(&tree.text(id), Place::Noscript),
            "input" => {
                let kind = attribute("type").unwrap_or_default();
                self.asks_password |= kind.eq_ignore_ascii_case("password");
            }
            "meta" if tree.ancestors(id).any(|around| tree.name(around) == "head") => {
                if let Some((name, content)) = attribute("http-equiv").zip(attribute("content")) {
                    let name = name.trim().to_ascii_lowercase();
                    self.equivalents.push(Equivalent { name, content });
                }
            }
            "iframe" => {
                self.within(&attribute("srcdoc").unwrap_or_default(), Place::Frame);
                self.sources.extend(attribute("src"));
            }
            "img" => self.sources.extend(attribute("src")),
            "link" => self.sources.extend(attribute("href")),
            _ => {}
        }
    }
}

/// Whether a text is one that visitors read.
fn is_read(tree: &Tree, id: Id) -> bool {
    let hidden = ["script", "style", "noscript", "template", "title", "head"];
    tree.is_in_page(id) && !tree.ancestors(id).any(|around| hidden.contains(&tree.name(around)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(html: &str) -> Vec<Place> {
        Document::parse(html).scripts.iter().map(|script| script.place).collect()
    }

    #[test]
    fn a_script_is_found_wherever_it_stands() {
        assert_eq!(places("<p>x</p><script src=/a></script>"), [Place::Page]);
        assert_eq!(places("<table><script src=/a></script></table>"), [Place::Page]);
        assert_eq!(places("<noscript><script src=/a></script></noscript>"), [Place::Noscript]);
        let in_head = "<head><noscript><script src=/a></script></noscript></head>";
        assert_eq!(places(in_head), [Place::Noscript]);
        assert_eq!(places("<!-- <script src=/a></script> -->"), [Place::Comment]);
        assert_eq!(places("<template><script src=/a></script></template>"), [Place::Template]);
        assert_eq!(places("<iframe srcdoc='<script src=/a></script>'></iframe>"), [Place::Frame]);
        assert_eq!(places("<textarea><script src=/a></script></textarea>"), []);
    }

    #[test]
    fn a_policy_counts_only_in_the_head() {
        let policy = "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">";
        let of = |html: &str| Document::parse(html).equivalents("content-security-policy").count();
        assert_eq!(of(policy), 1);
        assert_eq!(of(&format!("<title>x</title>{policy}<body>")), 1);
        assert_eq!(of(&format!("<body><p>x</p>{policy}")), 0);
    }

    #[test]
    fn what_visitors_read_is_told_from_what_runs() {
        let page = "<title>Shop</title><body>Buy<script>let hidden</script>\
                    <style>p{}</style> &lt;script src=x&gt;";
        let document = Document::parse(page);
        assert_eq!(document.title, "Shop");
        assert!(document.text.contains("Buy") && document.text.contains("<script src=x>"));
        assert!(!document.text.contains("hidden"));
    }

    #[test]
    fn types_of_scripts_are_read_as_browsers_do() {
        let of = |html: &str| Document::parse(html).scripts[0].kind();
        assert_eq!(of("<script>"), ScriptKind::Classic);
        assert_eq!(of("<script type='Text/JavaScript; charset=utf-8'>"), ScriptKind::Classic);
        assert_eq!(of("<script type=module>"), ScriptKind::Module);
        assert_eq!(of("<script type=text/plain>"), ScriptKind::Data);
    }

    proptest::proptest! {
        #[test]
        fn no_page_makes_it_panic(parts: Vec<u8>) {
            const PIECES: [&str; 24] = [
                "<table>", "<b>", "</b>", "<a>", "</a>", "<p>", "text", "<template>",
                "</template>", "<tr>", "<script>", "</script>", "<select>", "<option>", "<svg>",
                "<noscript>", "</noscript>", "<!--", "-->", "<frameset>", "<body id=a>",
                "<html amp>", "<math><mi>", "<form>",
            ];
            let html: String =
                parts.iter().map(|part| PIECES[usize::from(*part) % PIECES.len()]).collect();
            Document::parse(&html);
        }
    }
}
