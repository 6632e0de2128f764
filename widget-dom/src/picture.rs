//! What was drawn where there is no page, as JSON: a page makes elements of it
//! (`widget-wasm/src/first.js`).

use serde_json::{Map, Value, json};

use crate::painter::Live;

impl Live {
    /// What is in it: each element as `[tag, attributes, …]` with what is in that, each text as one.
    #[must_use]
    pub fn picture(&self) -> Vec<Value> {
        self.children.iter().map(Self::node).collect()
    }

    fn node(&self) -> Value {
        if self.tag.is_empty() {
            return self.text.as_str().into();
        }
        let attributes: Map<_, _> =
            self.attributes.iter().map(|(name, value)| ((*name).into(), json!(value))).collect();
        let mut node = vec![json!(self.tag), attributes.into()];
        node.extend(self.picture());
        node.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::painter::Painter;

    #[test]
    fn what_is_drawn_without_a_page_is_an_element_in_an_element() {
        let mut p = Painter::new(Live::nowhere());
        p.open("div", "head").line("h2", "", "Help").close();
        p.open("textarea", "").with("rows", "1").close();
        let picture = p.done().unwrap().picture();
        assert_eq!(
            json!(picture),
            json!([["div", { "class": "head" }, ["h2", {}, "Help"]], ["textarea", { "rows": "1" }]])
        );
    }
}
