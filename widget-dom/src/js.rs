//! JavaScript values as documents, and the few ways into them that the modules need.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Window;
use widget_core::config::Document;

/// A value the browser has already parsed, read by the rules as it is.
#[derive(Clone, Debug)]
pub struct Js(pub JsValue);

impl Js {
    /// Parses JSON; what is none becomes `undefined`.
    pub fn parse(json: &str) -> Self {
        Self(JSON::parse(json).unwrap_or(JsValue::UNDEFINED))
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

    /// The value under a key as what the page says it is; `None` where it is not there.
    pub fn member<T: JsCast>(&self, key: &str) -> Option<T> {
        self.get(key).map(|value| value.0.unchecked_into())
    }
}

impl Document for Js {
    fn get(&self, key: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &key.into()).ok()?;
        (!value.is_null() && !value.is_undefined()).then_some(Self(value))
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
        let Some(object) = self.0.dyn_ref::<Object>() else { return Vec::new() };
        Object::keys(object).iter().filter_map(|key| key.as_string()).collect()
    }
}

/// Sets a property; what refuses it stays as it is.
pub fn set(target: &JsValue, key: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(target, &key.into(), &value.into());
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Window;

    type Thenable;
    #[wasm_bindgen(method)]
    fn then(this: &Thenable, kept: &Function, broken: &Function);

    type Callable;
    #[wasm_bindgen(method)]
    fn bind(this: &Callable, context: &JsValue, first: u32) -> Function;
}

/// The window. (`web_sys::window` looks for it under four names, which costs 1 KB.)
pub fn window() -> Window {
    WINDOW.with(Clone::clone)
}

/// Calls one of two functions when a promise is kept or broken. (`Promise::then` wants a closure
/// for each.)
pub fn then(promise: &Promise, kept: &Function, broken: &Function) {
    promise.unchecked_ref::<Thenable>().then(kept, broken);
}

/// A function with its first argument given.
pub fn bind(function: &Function, first: u32) -> Function {
    function.unchecked_ref::<Callable>().bind(&JsValue::UNDEFINED, first)
}
