//! JavaScript values as documents, and the few ways into them that the rest needs.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use widget_core::config::Document;

/// A value the browser has already parsed, read by the rules as it is.
#[derive(Clone, Debug)]
pub(crate) struct Js(pub(crate) JsValue);

impl Js {
    /// Parses JSON; what is none becomes `undefined`.
    pub(crate) fn parse(json: &str) -> Self {
        Self(JSON::parse(json).unwrap_or(JsValue::UNDEFINED))
    }

    /// The text under a key; empty where there is none.
    pub(crate) fn string(&self, key: &str) -> String {
        self.get(key).and_then(|value| value.text()).unwrap_or_default()
    }

    /// The text under a key, where there is one that is not empty.
    pub(crate) fn some(&self, key: &str) -> Option<String> {
        Some(self.string(key)).filter(|text| !text.is_empty())
    }

    /// The value under a key as what the page says it is; `None` where it is not there.
    pub(crate) fn member<T: JsCast>(&self, key: &str) -> Option<T> {
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
pub(crate) fn set(target: &JsValue, key: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(target, &key.into(), &value.into());
}
