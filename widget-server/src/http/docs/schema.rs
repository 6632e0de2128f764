//! JSON Schema in words and tables.

use std::fmt::Write;

use serde_json::Value;

use super::text::{escape, prose};

/// A type in a few words, references as links: `Thing[]`, `string or null`, `"a" | "b"`.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = escape(reference.rsplit('/').next().unwrap_or(reference));
        return format!("<a href=\"#type-{name}\">{name}</a>");
    }
    if let Some(constant) = schema.get("const") {
        return literal(constant);
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(literal).collect::<Vec<_>>().join(" | ");
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(choices) = schema[key].as_array() {
            let between = if key == "allOf" { " and " } else { " or " };
            return choices.iter().map(kind).collect::<Vec<_>>().join(between);
        }
    }
    match &schema["type"] {
        Value::String(name) => named(name, schema),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names.map(|name| named(name, schema)).collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}

fn literal(value: &Value) -> String {
    format!("<code>{}</code>", escape(&value.to_string()))
}

fn named(name: &str, schema: &Value) -> String {
    match name {
        "array" => format!("{}[]", kind(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map of {}", kind(&schema["additionalProperties"]))
        }
        "null" => "null".to_owned(),
        _ => format!("{}{}", escape(name), bounds(schema)),
    }
}

/// What limits a value; the bounds of machine integers say nothing.
fn bounds(schema: &Value) -> String {
    let mut out = String::new();
    if let Some(format) = schema["format"].as_str() {
        let machine = format.starts_with("uint") || format.starts_with("int");
        if !machine && format != "double" {
            let _ = write!(out, " ({})", escape(format));
        }
        if machine {
            return out;
        }
    }
    for (key, words) in [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("minLength", "at least"),
        ("maxLength", "at most"),
    ] {
        if let Some(number) = schema.get(key) {
            let _ = write!(out, ", {words} {}", escape(&number.to_string()));
        }
    }
    out
}

/// The properties of an object as a table; objects inside it as tables of their own.
pub(super) fn expanded(schema: &Value) -> String {
    let mut out = String::new();
    for key in ["anyOf", "oneOf", "allOf"] {
        for choice in schema[key].as_array().into_iter().flatten() {
            out.push_str(&expanded(choice));
        }
    }
    let Some(properties) = schema["properties"].as_object() else { return out };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    out.push_str("<table>");
    for (name, property) in properties {
        let must = if required.contains(&name.as_str()) { " <em>required</em>" } else { "" };
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><code>{}</code>{must}</th><td>{}</td><td>{}{}</td></tr>",
            escape(name),
            kind(property),
            prose(property["description"].as_str().unwrap_or_default()),
            expanded(property),
        );
    }
    out.push_str("</table>");
    out
}
