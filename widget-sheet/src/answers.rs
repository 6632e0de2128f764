//! What the visitor entered.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlInputElement};
use widget_core::form::{Field, FieldType};
use widget_dom::js::set;

/// Reads what stands in the boxes.
pub(crate) fn read(sheet: &Element, fields: &[Field]) -> Object {
    let values = Object::new();
    for field in fields {
        set(&values, &field.id, answer(sheet, field));
    }
    values
}

/// What stands in the boxes of a field, as it was entered (the rules trim it); `undefined` where
/// nothing does.
fn answer(sheet: &Element, field: &Field) -> JsValue {
    let boxes = boxes(sheet, &field.id);
    let chosen = Array::new();
    for one in boxes.iter().filter(|one| one.checked()) {
        chosen.push(&one.value().into());
    }
    let text = match field.field_type {
        FieldType::Checkbox => return (chosen.length() > 0).into(),
        FieldType::Multiselect => return chosen.into(),
        FieldType::Radio | FieldType::Rating | FieldType::Nps => {
            chosen.get(0).as_string().unwrap_or_default()
        }
        _ => boxes.first().map(HtmlInputElement::value).unwrap_or_default(),
    };
    let text = JsValue::from_str(&text);
    match field.field_type {
        _ if text.is_falsy() => JsValue::UNDEFINED,
        // The browser's own reading of a number: Rust's costs the visitor 10 KB.
        FieldType::Rating | FieldType::Nps | FieldType::Number => {
            f64::try_from(text).unwrap_or(f64::NAN).into()
        }
        _ => text,
    }
}

/// The boxes of a field. A select and a textarea have `value` where an input has it, which is all
/// that is read of them.
fn boxes(sheet: &Element, id: &str) -> Vec<HtmlInputElement> {
    let mut query = String::from("[name=");
    query.push_str(id);
    query.push(']');
    let Ok(found) = sheet.query_selector_all(&query) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)).map(JsCast::unchecked_into).collect()
}
