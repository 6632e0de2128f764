//! The page's nodes, with the few methods that the modules need.
//!
//! None of them throws as it is used here: names of tags and attributes are ours, and a node is put
//! before one that was just found beside it. So nobody looks whether it did, which `web_sys` does for
//! each call: 1 KB for a visitor.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(module = "/src/dom.js")]
extern "C" {
    /// Takes what is in an element for what is about to be made in it, piece by piece.
    pub fn adopt(root: &Node);

    /// Makes an element.
    pub fn create_element(tag: &str) -> Node;

    /// Makes a text.
    pub fn create_text() -> Node;
}

/// What stands for a node where there is no page.
pub(crate) fn no_node() -> Node {
    JsValue::UNDEFINED.unchecked_into()
}

#[wasm_bindgen]
extern "C" {
    /// A node of the page: an element or a text.
    #[derive(Clone, Debug, PartialEq)]
    pub type Node;

    /// Sets an attribute.
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub fn set_attribute(this: &Node, name: &str, value: &str);

    /// Takes an attribute away.
    #[wasm_bindgen(method, js_name = removeAttribute)]
    pub fn remove_attribute(this: &Node, name: &str);

    /// Sets an attribute without a value, or takes it away.
    #[wasm_bindgen(method, js_name = toggleAttribute)]
    pub fn toggle_attribute(this: &Node, name: &str, there: bool);

    /// Sets all the text in it.
    #[wasm_bindgen(method, setter, js_name = textContent)]
    pub fn set_text(this: &Node, text: &str);

    /// The first node in it.
    #[wasm_bindgen(method, getter, js_name = firstChild)]
    pub fn first_child(this: &Node) -> Option<Node>;

    /// The node that follows.
    #[wasm_bindgen(method, getter, js_name = nextSibling)]
    pub fn next_sibling(this: &Node) -> Option<Node>;

    /// Puts a node into it, before another one or as the last.
    #[wasm_bindgen(method, js_name = insertBefore)]
    pub fn insert_before(this: &Node, node: &Node, next: Option<&Node>);

    /// Takes it out of the page.
    #[wasm_bindgen(method)]
    pub fn remove(this: &Node);

    /// Whether it is in the page.
    #[wasm_bindgen(method, getter, js_name = isConnected)]
    pub fn is_connected(this: &Node) -> bool;

    /// Puts the focus on it.
    #[wasm_bindgen(method)]
    pub fn focus(this: &Node);
}
