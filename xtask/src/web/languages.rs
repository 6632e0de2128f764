//! The words of the modules in other languages, as the lists that the modules take.
//!
//! `www/languages/en.json` names every word, and the modules' own tables say in which order they
//! want them. A language that lacks a word, has one that nobody knows, or leaves out what is put into
//! a sentence is an error here and not a surprise for a visitor.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::assets::{Assets, HASH_DIGITS};
use super::inputs::{hash, source_files};
use crate::project;

/// Where the languages are, each in a file of its tag.
const FOLDER: &str = "www/languages";

/// The one that is compiled in, and that all others are held against.
const ENGLISH: &str = "en";

/// The sections that modules say, each with the file of its table.
const TABLES: [(&str, &str); 2] =
    [("chat", "widget-wasm/src/words.rs"), ("sheet", "widget-sheet/src/words.rs")];

/// The kinds of numbers that languages tell apart (CLDR), in the order of the forms.
const KINDS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// What the chat knows of the languages.
pub(super) struct Languages {
    /// Their tags, with spaces between them.
    pub(super) tags: String,
    /// How the names of their files go on after the tag. It is one hash for all of them, so that the
    /// chat carries 12 digits and not 12 for each.
    pub(super) rest: String,
}

/// Adds the lists of each language but English, `de-0123456789ab.json`, to the assets.
pub(super) fn gather(assets: &mut Assets) -> Result<Languages> {
    let files = files()?;
    let english = files.iter().find(|(tag, _)| tag == ENGLISH).context("there is no English")?;
    let english = english.1.clone();
    let tables = tables(&english)?;
    let mut lists = Vec::new();
    for (tag, words) in &files {
        check(words, &english).with_context(|| format!("{FOLDER}/{tag}.json"))?;
        if tag != ENGLISH {
            lists.push((tag, ordered(words, &tables).to_string()));
        }
    }
    let whole: String = lists.iter().map(|(_, list)| list.as_str()).collect();
    let rest = format!("-{}.json", &hash(whole.as_bytes())[..HASH_DIGITS]);
    for (tag, list) in lists {
        assets.kept(&format!("words_{tag}"), format!("{tag}{rest}"), list.into_bytes());
    }
    let tags: Vec<_> = files.into_iter().map(|(tag, _)| tag).collect();
    Ok(Languages { tags: tags.join(" "), rest })
}

/// One section in every language, by tag: for a script that can fetch none of the lists.
pub(super) fn section(name: &str) -> Result<Value> {
    let files = files()?.into_iter();
    Ok(files.map(|(tag, mut words)| (tag, words[name].take())).collect())
}

/// The languages by their tags.
fn files() -> Result<Vec<(String, Value)>> {
    let mut files = Vec::new();
    for file in source_files(&[FOLDER])? {
        let tag = file.trim_start_matches(FOLDER).trim_matches('/').trim_end_matches(".json");
        let content = std::fs::read(project::path(&file))?;
        let words: Value = serde_json::from_slice(&content).with_context(|| file.clone())?;
        files.push((tag.to_owned(), words));
    }
    Ok(files)
}

/// A section and its words in the order of the module's table.
type Table = (&'static str, Vec<String>);

/// The modules' tables; fails where one says something else than the English of the files.
fn tables(english: &Value) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for (section, file) in TABLES {
        let source = std::fs::read_to_string(project::path(file))?;
        let mut keys = Vec::new();
        for (key, said) in table(&source) {
            let known = english[section].get(&key).map(flat);
            ensure!(
                known.as_deref() == Some(said.as_str()),
                "{file} says {said:?} for {key}, {FOLDER}/{ENGLISH}.json {known:?}"
            );
            keys.push(key);
        }
        ensure!(!keys.is_empty(), "{file} has no words");
        tables.push((section, keys));
    }
    Ok(tables)
}

/// The lines `AskEnd = "End this conversation?",` of a table, the names in small letters.
fn table(source: &str) -> Vec<(String, String)> {
    let line = |line: &str| {
        let (name, said) = line.trim().split_once(" = \"")?;
        Some((small(name), said.strip_suffix("\",")?.to_owned()))
    };
    source.lines().filter_map(line).collect()
}

/// `AskEnd` as `ask_end`.
fn small(name: &str) -> String {
    let mut small = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !small.is_empty() {
            small.push('_');
        }
        small.extend(letter.to_lowercase());
    }
    small
}

fn ordered(words: &Value, tables: &[Table]) -> Value {
    let list = |section: &str, keys: &[String]| -> Value {
        keys.iter().map(|key| json!(flat(&words[section][key]))).collect()
    };
    let lists = tables.iter().map(|(section, keys)| ((*section).to_owned(), list(section, keys)));
    Value::Object(lists.collect())
}

/// A sentence as the modules take it: one with a number as its forms, `one:{n} day|{n} days`.
fn flat(word: &Value) -> String {
    let Some(forms) = word.as_object() else {
        return word.as_str().unwrap_or_default().to_owned();
    };
    let form = |kind: &&str| {
        let text = forms.get(*kind)?.as_str()?;
        Some(if *kind == "other" { text.to_owned() } else { format!("{kind}:{text}") })
    };
    let forms: Vec<_> = KINDS.iter().filter_map(form).collect();
    forms.join("|")
}

/// Holds a language against English.
fn check(words: &Value, english: &Value) -> Result<()> {
    let (sections, wanted) = (object(words)?, object(english)?);
    same_keys(sections, wanted)?;
    for (section, wanted) in wanted {
        let (found, wanted) = (object(&sections[section])?, object(wanted)?);
        same_keys(found, wanted).with_context(|| section.clone())?;
        for (key, wanted) in wanted {
            sentence(&found[key], wanted).with_context(|| format!("{section}.{key}"))?;
        }
    }
    Ok(())
}

fn object(value: &Value) -> Result<&Map<String, Value>> {
    value.as_object().context("an object is expected")
}

fn same_keys(found: &Map<String, Value>, wanted: &Map<String, Value>) -> Result<()> {
    let missing: Vec<_> = wanted.keys().filter(|key| !found.contains_key(*key)).collect();
    let unknown: Vec<_> = found.keys().filter(|key| !wanted.contains_key(*key)).collect();
    ensure!(missing.is_empty(), "missing: {missing:?}");
    ensure!(unknown.is_empty(), "unknown: {unknown:?}");
    Ok(())
}

/// A sentence says what the English one says: the same is put into it, and it has forms for numbers
/// where that one has.
fn sentence(found: &Value, wanted: &Value) -> Result<()> {
    match (found, wanted) {
        (Value::String(found), Value::String(wanted)) => text(found, &marks(wanted), true),
        (Value::Object(found), Value::Object(wanted)) => {
            let other = wanted.get("other").and_then(Value::as_str).context("other is missing")?;
            ensure!(found.contains_key("other"), "other is missing");
            for (kind, form) in found {
                ensure!(KINDS.contains(&kind.as_str()), "{kind} is no kind of number");
                let form = form.as_str().context("a form is a text")?;
                text(form, &marks(other), kind == "other")?;
            }
            Ok(())
        }
        _ => bail!("it has forms for numbers where English has, and only there"),
    }
}

/// `all`: whether everything must be in it that may be.
fn text(found: &str, wanted: &BTreeSet<&str>, all: bool) -> Result<()> {
    ensure!(!found.trim().is_empty(), "it is empty");
    ensure!(!found.contains('|'), "`|` stands between the forms of a sentence");
    let found = marks(found);
    let fits = if all { found == *wanted } else { found.is_subset(wanted) };
    ensure!(fits, "{found:?} is put into it instead of {wanted:?}");
    Ok(())
}

/// What is put into a sentence: `{name}`.
fn marks(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(mark, _)| mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Value {
        json!({ "chat": {
            "ask_end": "End?",
            "remove": "Remove {name}",
            "unread": { "one": "{n} message", "other": "{n} messages" },
        } })
    }

    /// What is wrong with German where this replaces a word of it.
    fn wrong(key: &str, word: Value) -> String {
        let mut german = english();
        german["chat"][key] = word;
        check(&german, &english()).map_or_else(|error| format!("{error:#}"), |()| String::new())
    }

    #[test]
    fn every_word_is_there_and_no_other() {
        assert_eq!(wrong("ask_end", json!("Beenden?")), "");
        assert!(wrong("bye", json!("Tschüss")).contains("unknown: [\"bye\"]"));
        assert!(wrong("ask_end", json!(" ")).contains("it is empty"));
        let error = check(&json!({ "chat": {} }), &english()).unwrap_err();
        assert!(format!("{error:#}").contains("missing: [\"ask_end\", \"remove\", \"unread\"]"));
    }

    #[test]
    fn what_is_put_into_a_sentence_stays_in_it() {
        assert!(wrong("remove", json!("Entfernen")).contains("instead of {\"name\"}"));
        assert!(wrong("remove", json!("{nahme} weg")).contains("{\"nahme\"}"));
        assert!(wrong("unread", json!("{n} Nachrichten")).contains("forms for numbers"));
        assert!(wrong("unread", json!({ "one": "{n} da" })).contains("other is missing"));
        assert!(wrong("unread", json!({ "some": "x", "other": "{n}" })).contains("no kind"));
        assert_eq!(wrong("unread", json!({ "two": "Zwei", "other": "{n} da" })), "");
    }

    #[test]
    fn a_table_gives_the_order_and_a_number_its_forms() {
        let source =
            "words! {\n    // One\n    Unread = \"x\",\n    AskEnd = \"End \\\"it\\\"?\",\n}";
        let keys: Vec<_> = table(source).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["unread", "ask_end"]);
        let lists = ordered(&english(), &[("chat", keys)]);
        assert_eq!(lists, json!({ "chat": ["one:{n} message|{n} messages", "End?"] }));
    }

    #[test]
    fn the_languages_of_this_tree_are_whole() {
        let mut assets = Assets::default();
        let languages = gather(&mut assets).unwrap();
        assert!(languages.tags.starts_with("ar de en es "), "{}", languages.tags);
        assert_eq!(assets.name("words_de").unwrap(), format!("de{}", languages.rest));
        assert!(assets.name("words_en").is_err());
    }
}
