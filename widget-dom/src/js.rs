//! JavaScript values as documents, and the few ways into them that the modules need.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use widget_core::config::Document;

/// A value the browser has already parsed, read by the rules as it is.
#[derive(Clone, Debug)]
pub struct Js(pub JsValue);

impl Js {
    /// Parses JSON; what is none becomes `undefined`.
    pub fn parse(json: &str) -> Self {
        Self(parse(json))
    }

    /// Itself as JSON.
    pub fn json(&self) -> String {
        stringify(&self.0).unwrap_or_default()
    }

    /// The text under a key; empty where there is none.
    pub fn string(&self, key: &str) -> String {
        self.get(key).and_then(|value| value.text()).unwrap_or_default()
    }

    /// The text under a key, where there is one that is not empty.
    pub fn some(&self, key: &str) -> Option<String> {
        Some(self.string(key)).filter(|text| !text.is_empty())
    }

    /// The truth under a key; false where there is none.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(|value| value.boolean()).unwrap_or_default()
    }

    /// The texts of the list under a key; what is none is empty.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.get(key).map(|list| list.all_texts()).unwrap_or_default()
    }

    /// The entries of the list under a key.
    pub fn list(&self, key: &str) -> Vec<Self> {
        let mut entries = Vec::new();
        if let Some(list) = self.get(key) {
            while let Some(entry) = list.at(entries.len()) {
                entries.push(entry);
            }
        }
        entries
    }

    fn all_texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        while let Some(entry) = self.at(texts.len()) {
            texts.push(entry.text().unwrap_or_default());
        }
        texts
    }

    /// The value under a key as what the page says it is; `None` where it is not there.
    pub fn member<T: JsCast>(&self, key: &str) -> Option<T> {
        self.get(key).map(|value| value.0.unchecked_into())
    }
}

impl Document for Js {
    fn get(&self, key: &str) -> Option<Self> {
        get(&self.0, key).map(Self)
    }

    fn at(&self, index: usize) -> Option<Self> {
        let list = self.0.dyn_ref::<Array>()?;
        let index = u32::try_from(index).ok()?;
        (index < list.length()).then(|| Self(list.get(index)))
    }

    fn len(&self) -> Option<usize> {
        self.0.dyn_ref::<Array>().map(|list| list.length() as usize)
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn boolean(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn is_object(&self) -> bool {
        self.0.is_object() && !Array::is_array(&self.0)
    }

    fn keys(&self) -> Vec<String> {
        Self(keys(&self.0).into()).all_texts()
    }
}

/// Sets a property; what refuses it stays as it is.
pub fn set(target: &JsValue, key: &str, value: impl Into<JsValue>) {
    put(target, key, &value.into());
}

/// A list of texts.
pub fn list(texts: &[String]) -> Array {
    let list = Array::new();
    for text in texts {
        list.push(&text.as_str().into());
    }
    list
}

#[wasm_bindgen(module = "/src/js.js")]
extern "C" {
    fn get(value: &JsValue, key: &str) -> Option<JsValue>;
    fn put(target: &JsValue, key: &str, value: &JsValue);
    fn keys(value: &JsValue) -> Array;

    /// Calls a function; `undefined` where it throws.
    pub fn call(f: &Function, first: &JsValue, second: &JsValue, third: &JsValue) -> JsValue;

    fn parse(json: &str) -> JsValue;

    /// A value as JSON; `None` where it has none.
    pub fn stringify(value: &JsValue) -> Option<String>;
}

// What is bound here by hand never throws as it is used; `js_sys` and `web_sys` would look whether
// it did, each time: 1 KB.
#[wasm_bindgen]
extern "C" {
    type Thenable;
    #[wasm_bindgen(method)]
    fn then(this: &Thenable, kept: &Function, broken: &Function);

    type Callable;
    #[wasm_bindgen(method)]
    fn bind(this: &Callable, context: &JsValue, first: u32) -> Function;
}

/// Calls one of two functions when a promise is kept or broken. (`Promise::then` wants a closure
/// for each.)
pub fn then(promise: &Promise, kept: &Function, broken: &Function) {
    promise.unchecked_ref::<Thenable>().then(kept, broken);
}

/// What the loader's guard makes of a function: one that throws nothing into the page.
#[must_use]
pub fn guarded(guard: &Function, function: &JsValue) -> Function {
    call(guard, function, &JsValue::UNDEFINED, &JsValue::UNDEFINED).unchecked_into()
}

/// A function with its first argument given.
pub fn bind(function: &Function, first: u32) -> Function {
    function.unchecked_ref::<Callable>().bind(&JsValue::UNDEFINED, first)
}
