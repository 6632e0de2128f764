//! The JSON Schema of a configuration, from the same tables that validate it.

use serde_json::{Map, Value, json};

use super::table::{Default, Key, Kind, Object};
use super::v1::V1_TABLE;
use crate::glob::MAX_CHARS;

/// The JSON Schema (draft 2020-12) of a whole `config` object.
///
/// It holds every key, kind, bound and default. What lies between keys (references to forms,
/// bounds that suit a field's type, ids that must differ) only [`validate`](super::validate)
/// checks.
#[must_use]
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let v1 = reference(&V1_TABLE, &mut definitions);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Widget configuration",
        "type": "object",
        "properties": { "v1": v1 },
        "$defs": definitions,
    })
}

/// The JSON Schema of a document that is one object of a table.
pub(crate) fn of(title: &str, object: &Object) -> Value {
    let mut definitions = Map::new();
    let mut schema = reference(object, &mut definitions);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = title.into();
    schema["$defs"] = definitions.into();
    schema
}

/// A reference to an object's definition, which is added where it is not there yet.
fn reference(object: &Object, definitions: &mut Map<String, Value>) -> Value {
    let name = object.name.trim_end_matches("Table");
    if !definitions.contains_key(name) {
        definitions.insert(name.to_owned(), Value::Null);
        let definition = definition(object, definitions);
        definitions.insert(name.to_owned(), definition);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn definition(object: &Object, definitions: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in object.keys {
        properties.insert(key.name.to_owned(), property(key, definitions));
        if key.required {
            required.push(key.name);
        }
    }
    let mut definition = json!({
        "type": "object",
        "description": sentence(object.doc),
        "properties": properties,
    });
    if !required.is_empty() {
        definition["required"] = json!(required);
    }
    definition
}

fn property(key: &Key, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = kind(&key.kind, definitions);
    if !key.required {
        schema = nullable(schema);
    }
    schema["description"] = sentence(key.doc).into();
    match key.default {
        Default::None => {}
        Default::Flag(flag) => schema["default"] = flag.into(),
        Default::Int(int) => schema["default"] = int.into(),
        Default::Word(word) => schema["default"] = word.into(),
    }
    schema
}

/// Adds `null`, which means the default.
fn nullable(mut schema: Value) -> Value {
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    if let Some(Value::String(name)) = schema.get("type") {
        schema["type"] = json!([name, "null"]);
    } else if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.push(json!({ "type": "null" }));
    } else if schema.get("$ref").is_some() {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema
}

fn kind(kind: &Kind, definitions: &mut Map<String, Value>) -> Value {
    match kind {
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Kind::Text { max } => json!({ "anyOf": [
            { "type": "string", "maxLength": max },
            {
                "type": "object",
                "propertyNames": { "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$" },
                "additionalProperties": { "type": ["string", "null"], "maxLength": max },
            },
        ] }),
        Kind::Plain { max } => json!({ "type": "string", "maxLength": max }),
        Kind::OneOf(words) => json!({ "type": "string", "enum": words }),
        Kind::Colour => pattern("^(#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}))?$"),
        Kind::Url => pattern("^([Hh][Tt][Tt][Pp][Ss]?://.+)?$"),
        Kind::Id => pattern("^[a-z][a-z0-9_]{0,63}$"),
        Kind::Glob => json!({ "type": "string", "maxLength": MAX_CHARS, "pattern": "^\\S*$" }),
        Kind::Language => pattern("^([A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)?$"),
        Kind::MediaType => pattern("^([^/\\s]+/[^/\\s]+)?$"),
        Kind::TimeZone => pattern("^[A-Za-z0-9_+/-]*$"),
        Kind::Time => pattern("^([01][0-9]|2[0-4]):[0-5][0-9]$"),
        Kind::Any => json!({}),
        Kind::List { min, max, of, .. } => {
            let mut list = json!({
                "type": "array",
                "items": self::kind(of, definitions),
                "maxItems": max,
            });
            if *min > 0 {
                list["minItems"] = (*min).into();
            }
            list
        }
        Kind::Object(object) => reference(object, definitions),
    }
}

fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// A doc comment as one line.
fn sentence(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
