//! What an agent knows: documents cut into passages that are found by their words.

use serde_json::Value;

use crate::store::records::NewPassage;

pub mod blocks;
pub mod chunk;
mod stem;
pub mod stopwords;
pub mod words;

/// The passages of the `knowledge` documents of a version's configuration, to be indexed with it.
/// What is no document (`{title, url?, content}`) is passed over: the configuration is checked
/// elsewhere.
#[must_use]
pub fn passages(config: &Value) -> Vec<NewPassage> {
    let documents = config["knowledge"].as_array().map(Vec::as_slice).unwrap_or_default();
    documents.iter().flat_map(document_passages).collect()
}

fn document_passages(document: &Value) -> Vec<NewPassage> {
    let text = |key: &str| document[key].as_str().unwrap_or_default();
    let url = document["url"].as_str().map(str::to_owned);
    chunk::chunks(text("title"), text("content"))
        .into_iter()
        .map(|chunk| NewPassage {
            terms: words::terms(&chunk.title, &chunk.text),
            title: chunk.title,
            url: url.clone(),
            text: chunk.text,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_become_passages_with_their_terms() {
        let config = json!({"knowledge": [
            {"title": "Shop", "url": "https://a.example", "content": "# Hours\nOpen daily."},
            {"title": "No content"},
            7,
        ]});
        let found = passages(&config);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].title, "Shop › Hours");
        assert_eq!(found[0].url.as_deref(), Some("https://a.example"));
        assert_eq!(found[0].terms, "shop hour shop hour open dail");
    }

    #[test]
    fn a_version_without_knowledge_has_no_passages() {
        assert!(passages(&json!({})).is_empty());
    }
}
