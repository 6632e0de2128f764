//! The environment as a layer: `WIDGET_SECTION__KEY` and `WIDGET_SECTION__KEY__FILE`.
//!
//! A variable has no type, so it takes the type of the default it replaces; where there is no
//! default, it is a text. (A provider that guesses would read an all-digit key as a number.)

use std::path::Path;

use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};

const PREFIX: &str = "WIDGET_";
const FROM_FILE: &str = "file";

/// One variable that is set: its own layer, so that an error names it.
#[derive(Debug)]
pub(super) struct Variable {
    name: String,
    key: Vec<String>,
    value: Value,
}

/// All variables that are ours.
///
/// Those with the prefix but no double underscore are left alone, since orchestrators invent such
/// names (`WIDGET_PORT`), unless one is a key of ours with an underscore missing.
pub(super) fn variables(
    environment: impl IntoIterator<Item = (String, String)>,
    defaults: &Dict,
) -> Result<Vec<Variable>, Vec<String>> {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for (name, text) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let mut key: Vec<String> = rest.split("__").map(str::to_ascii_lowercase).collect();
        if let [single] = key.as_slice() {
            wrong.extend(missing_underscore(&name, single, defaults));
            continue;
        }
        if text.is_empty() {
            continue;
        }
        let from_file = key.len() > 2 && key.last().is_some_and(|last| last == FROM_FILE);
        let text = if from_file {
            key.pop();
            read_value(&name, Path::new(&text))
        } else {
            Ok(text)
        };
        match text.and_then(|text| typed(&name, &text, find(defaults, &key))) {
            Ok(value) => found.push(Variable { name, key, value }),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

fn read_value(name: &str, path: &Path) -> Result<String, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => Err(format!("{name}: cannot read {}: {error}", path.display())),
    }
}

fn find<'a>(defaults: &'a Dict, key: &[String]) -> Option<&'a Value> {
    let (last, sections) = key.split_last()?;
    let mut dict = defaults;
    for section in sections {
        dict = dict.get(section)?.as_dict()?;
    }
    dict.get(last)
}

fn typed(name: &str, text: &str, default: Option<&Value>) -> Result<Value, String> {
    let wrong = |expected: &str| format!("{name}: expected {expected}");
    match default {
        Some(Value::Bool(..)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Value::from(true)),
            "false" | "0" | "no" | "off" => Ok(Value::from(false)),
            _ => Err(wrong("true or false")),
        },
        Some(Value::Num(..)) => {
            text.trim().parse::<i64>().map(Value::from).map_err(|_| wrong("a whole number"))
        }
        Some(Value::Array(..)) => {
            let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            Ok(Value::from(entries.map(str::to_owned).collect::<Vec<String>>()))
        }
        _ => Ok(Value::from(text)),
    }
}

fn missing_underscore(name: &str, rest: &str, defaults: &Dict) -> Option<String> {
    let (section, key) = rest.split_once('_')?;
    defaults.get(section)?.as_dict()?.get(key)?;
    let meant = format!("{PREFIX}{section}__{key}").to_ascii_uppercase();
    Some(format!("{name}: write {meant}, with two underscores after the section"))
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("the environment variable {}", self.name))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let leaf = self.value.clone();
        let value = self
            .key
            .iter()
            .rev()
            .fold(leaf, |value, key| Value::from(Dict::from([(key.clone(), value)])));
        let dict = value.into_dict().unwrap_or_default();
        Ok(Profile::Default.collect(dict))
    }
}
