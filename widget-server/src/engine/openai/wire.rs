//! What is read, and no more: every field may be missing, `null` or of another kind.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use widget_core::event::{FinishReason, Usage};

/// A chunk of a stream, or a whole completion.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chunk {
    #[serde(default, deserialize_with = "lenient")]
    choices: Option<Vec<Choice>>,
    #[serde(default, deserialize_with = "lenient")]
    usage: Option<Tokens>,
    /// Some servers report what went wrong inside a stream.
    #[serde(default)]
    pub(super) error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Choice {
    /// In a stream.
    #[serde(default, deserialize_with = "lenient")]
    delta: Option<Said>,
    /// In a whole completion.
    #[serde(default, deserialize_with = "lenient")]
    message: Option<Said>,
    #[serde(default, deserialize_with = "lenient")]
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default)]
    content: Value,
    #[serde(default, deserialize_with = "lenient")]
    refusal: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Tokens {
    #[serde(default, deserialize_with = "lenient")]
    prompt_tokens: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    completion_tokens: Option<u64>,
}

impl Chunk {
    /// The text it adds, empty when it adds none.
    pub(super) fn text(&self) -> String {
        let Some(choice) = self.choice() else { return String::new() };
        let Some(said) = choice.delta.as_ref().or(choice.message.as_ref()) else {
            return String::new();
        };
        let content = match &said.content {
            Value::String(text) => text.clone(),
            // Some servers send parts.
            Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
            _ => String::new(),
        };
        if content.is_empty() { said.refusal.clone().unwrap_or_default() } else { content }
    }

    /// Why the answer ends, when it does.
    pub(super) fn finish(&self) -> Option<FinishReason> {
        let reason = self.choice()?.finish_reason.as_deref().filter(|reason| !reason.is_empty())?;
        Some(match reason {
            "length" | "max_tokens" => FinishReason::Length,
            "content_filter" => FinishReason::ContentFilter,
            _ => FinishReason::Stop,
        })
    }

    /// What it cost, when the server says so.
    pub(super) fn usage(&self) -> Option<Usage> {
        let usage = self.usage.as_ref()?;
        let (input, output) = (usage.prompt_tokens, usage.completion_tokens);
        (input.is_some() || output.is_some()).then(|| Usage {
            input_tokens: input.unwrap_or_default(),
            output_tokens: output.unwrap_or_default(),
        })
    }

    fn choice(&self) -> Option<&Choice> {
        self.choices.as_ref()?.first()
    }
}

/// What a server says of a failure: `{"error": {message, type, code}}`, `{"error": "…"}`, or
/// something else entirely.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    pub(super) message: String,
    /// `type` and `code`, in lower case.
    pub(super) kind: String,
}

impl Complaint {
    pub(super) fn of(error: &Value) -> Self {
        let message = match error {
            Value::String(text) => text.clone(),
            other => other["message"].as_str().map_or_else(|| other.to_string(), str::to_owned),
        };
        let word = |key: &str| match &error[key] {
            Value::String(word) => word.to_lowercase(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        Self { message, kind: format!("{} {}", word("type"), word("code")) }
    }
}

/// A value of another kind counts as absent.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(json: &str) -> Chunk {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_usual_chunk_is_read() {
        let usual = chunk(
            r#"{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},
            "finish_reason":null}],"usage":null}"#,
        );
        assert_eq!((usual.text().as_str(), usual.finish(), usual.usage()), ("Hi", None, None));
        let last = chunk(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#);
        assert_eq!((last.text().as_str(), last.finish()), ("", Some(FinishReason::Length)));
        let usage = chunk(r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#);
        assert_eq!(usage.usage(), Some(Usage { input_tokens: 3, output_tokens: 4 }));
    }

    #[test]
    fn what_is_odd_is_passed_over() {
        for odd in [
            "{}",
            r#"{"choices":null}"#,
            r#"{"choices":[{}]}"#,
            r#"{"choices":"none","usage":7}"#,
            r#"{"choices":[{"delta":{"content":null,"reasoning_content":"hm"}}]}"#,
            r#"{"choices":[{"delta":{"content":7,"tool_calls":[]},"finish_reason":7}]}"#,
            r#"{"usage":{"prompt_tokens":"many"}}"#,
        ] {
            let odd = chunk(odd);
            assert_eq!((odd.text().as_str(), odd.finish(), odd.usage()), ("", None, None));
        }
    }

    #[test]
    fn parts_and_refusals_are_text_too() {
        let parts =
            r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"text":"b"}]}}]}"#;
        assert_eq!(chunk(parts).text(), "ab");
        assert_eq!(chunk(r#"{"choices":[{"delta":{"refusal":"No."}}]}"#).text(), "No.");
    }

    #[test]
    fn complaints_come_in_many_forms() {
        let said = |json: &str| Complaint::of(&serde_json::from_str(json).unwrap());
        assert_eq!(said(r#""busy""#).message, "busy");
        let usual = said(r#"{"message":"too long","type":"T","code":"context_length_exceeded"}"#);
        assert_eq!(usual.message, "too long");
        assert_eq!(usual.kind, "t context_length_exceeded");
        assert_eq!(said(r#"{"code":429}"#).kind, " 429");
    }
}
