//! The tree that html5ever builds, kept in one vector.
//!
//! Nodes refer to each other by their place in it, so that a page of any depth is built and dropped
//! without recursion. The parsing rules look through all open elements at many a tag, so that a
//! hostile page (a million `<div>`) would take minutes: the steps are counted, and at a limit that
//! no real page comes near the rest is left unread.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

/// A node's place in the tree; the first is the document.
pub(super) type Id = usize;

const DOCUMENT: Id = 0;

/// How much is given to the parser between two looks at the count.
const PIECE: usize = 1024;
/// Elements looked at while parsing. A page of 2 MB and 40,000 elements takes some five million.
const MAX_STEPS: u64 = 30_000_000;
/// The same for HTML inside something else, of which there may be a lot.
const MAX_STEPS_INSIDE: u64 = 1_000_000;

/// What a node is.
pub(super) enum Kind {
    /// The document, or what is inside a `<template>`.
    Root,
    Element {
        name: QualName,
        attributes: Vec<Attribute>,
        template: Option<Id>,
    },
    Text(String),
    Comment(String),
}

/// A node and its parent.
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) parent: Option<Id>,
    children: Vec<Id>,
}

/// A parsed page.
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Whether the rest was left unread.
    pub(super) is_cut: bool,
}

impl Tree {
    /// Reads HTML as a browser with scripts switched on does: what is in `<noscript>` is text.
    pub(super) fn parse(html: &str) -> Self {
        Self::parse_within(html, MAX_STEPS)
    }

    /// Reads HTML that stands inside a comment or an attribute.
    pub(super) fn parse_inside(html: &str) -> Self {
        Self::parse_within(html, MAX_STEPS_INSIDE)
    }

    fn parse_within(html: &str, max_steps: u64) -> Self {
        let sink = Sink { nodes: RefCell::new(vec![Node::new(Kind::Root)]), steps: Cell::new(0) };
        let mut parser = parse_document(sink, ParseOpts::default());
        let mut rest = html;
        while !rest.is_empty() && parser.tokenizer.sink.sink.steps.get() < max_steps {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
            parser.process(piece.into());
            rest = behind;
        }
        Self { is_cut: !rest.is_empty(), ..parser.finish() }
    }

    /// All nodes, in the order in which they were made.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (Id, &Node)> {
        self.nodes.iter().enumerate()
    }

    /// The element's local name; the empty text for anything else.
    pub(super) fn name(&self, id: Id) -> &str {
        match &self.nodes[id].kind {
            Kind::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    /// An attribute of an element.
    pub(super) fn attribute(&self, id: Id, wanted: &str) -> Option<&str> {
        self.attributes(id).find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// All attributes of an element.
    pub(super) fn attributes(&self, id: Id) -> impl Iterator<Item = (&str, &str)> {
        let attributes: &[Attribute] = match &self.nodes[id].kind {
            Kind::Element { attributes, .. } => attributes,
            _ => &[],
        };
        attributes.iter().map(|attribute| (&*attribute.name.local, &*attribute.value))
    }

    /// The text directly inside an element, as scripts and `<noscript>` have it.
    pub(super) fn text(&self, id: Id) -> String {
        let texts =
            self.nodes[id].children.iter().filter_map(|child| match &self.nodes[*child].kind {
                Kind::Text(text) => Some(text.as_str()),
                _ => None,
            });
        texts.collect()
    }

    /// Everything around a node, from the inside out.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(self.nodes[id].parent, |around| self.nodes[*around].parent)
    }

    /// Whether a node is part of the page, and not of a `<template>` or of nothing.
    pub(super) fn is_in_page(&self, id: Id) -> bool {
        id == DOCUMENT || self.ancestors(id).last() == Some(DOCUMENT)
    }
}

impl Node {
    fn new(kind: Kind) -> Self {
        Self { kind, parent: None, children: Vec::new() }
    }
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    steps: Cell<u64>,
}

impl Sink {
    fn add(&self, kind: Kind) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node::new(kind));
        nodes.len() - 1
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[id].parent.take() {
            // What is moved was nearly always put there last.
            let place = nodes[parent].children.iter().rposition(|child| *child == id);
            place.map(|place| nodes[parent].children.remove(place));
        }
    }

    /// Puts a node among the children of `parent`, before the one at `place`.
    fn insert(&self, parent: Id, place: usize, child: NodeOrText<Id>) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                if self.lengthen(parent, place, &text) {
                    return;
                }
                self.add(Kind::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        nodes[id].parent = Some(parent);
        let place = place.min(nodes[parent].children.len());
        nodes[parent].children.insert(place, id);
    }

    /// Adds to the text that stands right before that place; `false` where there is none.
    fn lengthen(&self, parent: Id, place: usize, more: &str) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let before = place.checked_sub(1).and_then(|before| nodes[parent].children.get(before));
        let Some(&before) = before else { return false };
        match &mut nodes[before].kind {
            Kind::Text(text) => {
                text.push_str(more);
                true
            }
            _ => false,
        }
    }

    fn end_of(&self, parent: Id) -> usize {
        self.nodes.borrow()[parent].children.len()
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner(), is_cut: false }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        self.steps.set(self.steps.get() + 1);
        Ref::map(self.nodes.borrow(), |nodes| match &nodes[*target].kind {
            Kind::Element { name, .. } => name,
            _ => unreachable!("html5ever asks for the names of elements only"),
        })
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> Id {
        let template = flags.template.then(|| self.add(Kind::Root));
        self.add(Kind::Element { name, attributes, template })
    }

    fn create_comment(&self, text: StrTendril) -> Id {
        self.add(Kind::Comment(text.to_string()))
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> Id {
        self.create_comment(data)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.insert(*parent, self.end_of(*parent), child);
    }

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(id) = &child {
            self.detach(*id);
        }
        let place = {
            let nodes = self.nodes.borrow();
            let parent = nodes[*sibling].parent;
            parent.and_then(|parent| {
                let place = nodes[parent].children.iter().rposition(|child| child == sibling)?;
                Some((parent, place))
            })
        };
        if let Some((parent, place)) = place {
            self.insert(parent, place, child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        let has_parent = self.nodes.borrow()[*element].parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Id) -> Id {
        match self.nodes.borrow()[*target].kind {
            Kind::Element { template: Some(contents), .. } => contents,
            _ => unreachable!("html5ever asks for the contents of templates only"),
        }
    }

    fn same_node(&self, left: &Id, right: &Id) -> bool {
        left == right
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &Id, more: Vec<Attribute>) {
        if let Kind::Element { attributes, .. } = &mut self.nodes.borrow_mut()[*target].kind {
            for attribute in more {
                if attributes.iter().all(|there| there.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut nodes = self.nodes.borrow_mut();
        let moved = std::mem::take(&mut nodes[*node].children);
        for child in &moved {
            nodes[*child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_page_is_left_before_it_takes_long() {
        let hostile = [
            "<div>".repeat(50_000),
            "<a><p>".repeat(30_000),
            (0..20_000).map(|number| format!("<b id={number}><p>")).collect(),
        ];
        for html in hostile {
            assert!(Tree::parse_within(&html, 300_000).is_cut);
        }
    }

    #[test]
    fn a_large_page_of_the_usual_kind_is_read_to_its_end() {
        let row = "<div class=row><ul><li><a href=/x><img src=x>Text</a></li></ul><p>More</div>";
        let tree = Tree::parse(&row.repeat(2_000));
        assert!(!tree.is_cut);
        assert_eq!(tree.nodes().filter(|(id, _)| tree.name(*id) == "img").count(), 2_000);
    }
}
