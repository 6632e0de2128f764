//! Draws into the page, touching only what differs from what was drawn before.
//!
//! The view says, from the top, which elements there should be: [`open`](Painter::open), their
//! attributes and text, [`close`](Painter::close). What was drawn before is found again by key and
//! tag, so focus, selection, scrolling and animations survive. Nothing is ever written as HTML.
//! (A description that is built first and compared afterwards was tried: its code is 9 KB larger
//! in the browser, brotli.)
//!
//! Where there is no page, as on the server, the same is drawn and only remembered: see
//! [`Live::picture`].

use crate::dom::{Node, create_element, create_text, no_node};

/// Whether there is a page to draw into.
const PAGE: bool = cfg!(target_arch = "wasm32");

/// Names an element among its siblings; 0 is found again by its tag and order alone.
pub type Key = u32;

/// A node of the page and what it was last told to show.
#[derive(Debug)]
pub struct Live {
    dom: Node,
    key: Key,
    /// Empty for text.
    pub(crate) tag: &'static str,
    pub(crate) attributes: Vec<(&'static str, String)>,
    pub(crate) text: String,
    pub(crate) children: Vec<Live>,
}

/// An element that is being drawn.
#[derive(Debug)]
struct Frame {
    live: Live,
    /// What was in it before and was not found again yet.
    old: Vec<Option<Live>>,
    /// Which attributes were named, by their place.
    named: u32,
}

/// What is being drawn.
#[derive(Debug, Default)]
pub struct Painter {
    frames: Vec<Frame>,
}

impl Live {
    /// An element of the page that is empty so far.
    pub fn new(dom: Node) -> Self {
        let (attributes, text, children) = (Vec::new(), String::new(), Vec::new());
        Self { dom, key: 0, tag: "", attributes, text, children }
    }

    /// Nothing that is in a page.
    pub fn nowhere() -> Self {
        Self::new(no_node())
    }

    /// Whether nothing was drawn into it yet.
    pub fn is_empty(&self) -> bool {
        self.children.is_empty()
    }
}

impl Painter {
    /// Begins to draw into an element.
    #[must_use]
    pub fn new(root: Live) -> Self {
        let mut painter = Self::default();
        painter.enter(root);
        painter
    }

    /// Ends; gives back the element it was begun with.
    pub fn done(mut self) -> Option<Live> {
        Some(leave(self.frames.pop()?))
    }

    fn enter(&mut self, mut live: Live) {
        let old = std::mem::take(&mut live.children).into_iter().map(Some).collect();
        self.frames.push(Frame { live, old, named: 0 });
    }

    /// What was here before and fits.
    fn find(&mut self, key: Key, tag: &str) -> Option<Live> {
        let frame = self.frames.last_mut()?;
        let fits = |old: &&mut Option<Live>| {
            old.as_ref().is_some_and(|old| old.key == key && old.tag == tag)
        };
        frame.old.iter_mut().find(fits)?.take()
    }

    /// Begins an element with a key and a class.
    pub fn part(&mut self, key: Key, tag: &'static str, class: &str) -> &mut Self {
        let live = self.find(key, tag).unwrap_or_else(|| {
            let dom = if PAGE { create_element(tag) } else { no_node() };
            Live { key, tag, ..Live::new(dom) }
        });
        self.enter(live);
        if class.is_empty() { self } else { self.with("class", class) }
    }

    /// Begins an element with a class.
    pub fn open(&mut self, tag: &'static str, class: &str) -> &mut Self {
        self.part(0, tag, class)
    }

    /// An attribute of the element that was begun last.
    pub fn with(&mut self, name: &'static str, value: &str) -> &mut Self {
        let Some(frame) = self.frames.last_mut() else { return self };
        let known = frame.live.attributes.iter().position(|(known, _)| *known == name);
        let place = known.unwrap_or(frame.live.attributes.len());
        frame.named |= 1 << place.min(31);
        let same = known.and_then(|place| frame.live.attributes.get(place));
        if same.is_none_or(|(_, old)| old != value) {
            if PAGE {
                frame.live.dom.set_attribute(name, value);
            }
            match frame.live.attributes.get_mut(place) {
                Some((_, old)) => value.clone_into(old),
                None => frame.live.attributes.push((name, value.to_owned())),
            }
        }
        self
    }

    /// An attribute without a value, where it applies.
    pub fn when(&mut self, applies: bool, name: &'static str) -> &mut Self {
        if applies { self.with(name, "") } else { self }
    }

    /// Text in the element that was begun last.
    pub fn text(&mut self, text: &str) -> &mut Self {
        let mut live = self
            .find(0, "")
            .unwrap_or_else(|| Live::new(if PAGE { create_text() } else { no_node() }));
        if live.text != text {
            if PAGE {
                live.dom.set_text(text);
            }
            text.clone_into(&mut live.text);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.live.children.push(live);
        }
        self
    }

    /// Leaves what has this key as it is; says whether there is such a thing.
    pub fn keep(&mut self, key: Key, tag: &str) -> bool {
        let Some(live) = self.find(key, tag) else { return false };
        if let Some(frame) = self.frames.last_mut() {
            frame.live.children.push(live);
        }
        true
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self) -> &mut Self {
        if let Some(frame) = self.frames.pop() {
            let live = leave(frame);
            if let Some(outer) = self.frames.last_mut() {
                outer.live.children.push(live);
            }
        }
        self
    }

    /// An element with text in it.
    pub fn line(&mut self, tag: &'static str, class: &str, text: &str) -> &mut Self {
        self.open(tag, class).text(text).close()
    }
}

/// Takes away what is no longer there and puts the rest in order.
fn leave(frame: Frame) -> Live {
    let Frame { mut live, old, named } = frame;
    if !PAGE {
        // It is drawn once: nothing was there before.
        return live;
    }
    let mut place = 0;
    let dom = live.dom.clone();
    live.attributes.retain(|(name, _)| {
        let kept = named & (1 << place) != 0;
        place += 1;
        if !kept {
            dom.remove_attribute(name);
        }
        kept
    });
    for gone in old.into_iter().flatten() {
        gone.dom.remove();
    }
    let mut next = dom.first_child();
    for child in &live.children {
        if next.as_ref() == Some(&child.dom) {
            next = child.dom.next_sibling();
        } else {
            dom.insert_before(&child.dom, next.as_ref());
        }
    }
    live
}
