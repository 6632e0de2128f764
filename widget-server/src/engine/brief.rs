//! What a version's configuration says to whoever answers.

use serde_json::Value;
use widget_core::agent::AgentVersionConfig;

/// Who answers, and how. Read from a version's configuration; what is missing or of the wrong
/// kind has its default, for the configuration was checked when it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentBrief {
    /// The agent's name.
    pub name: String,
    /// What the owner tells it.
    pub instructions: String,
    /// Its first words.
    pub greeting: Option<String>,
    /// The language it speaks when it cannot tell the visitor's, as a BCP 47 tag.
    pub language: Option<String>,
    /// Which of the registered models.
    pub provider: String,
    /// The model's name at its provider.
    pub model: Option<String>,
    /// How freely it chooses its words.
    pub temperature: Option<f64>,
    /// The longest answer in the model's tokens.
    pub max_output_tokens: Option<u64>,
    /// Whether it looks at the pictures that visitors send.
    pub image_input: bool,
    /// Whether it has documents to look things up in.
    pub has_knowledge: bool,
}

impl AgentBrief {
    /// Reads a configuration.
    #[must_use]
    pub fn read(name: &str, config: &Value) -> Self {
        let config = AgentVersionConfig::of(config);
        let model = config.model();
        Self {
            name: name.to_owned(),
            instructions: text(config.instructions()).unwrap_or_default(),
            greeting: text(config.greeting()),
            language: text(config.language()),
            provider: model.provider(),
            model: text(model.name()),
            temperature: model.temperature(),
            max_output_tokens: model.max_output_tokens().and_then(|most| u64::try_from(most).ok()),
            image_input: config.vision().image_input(),
            has_knowledge: !config.knowledge().is_empty(),
        }
    }
}

fn text(value: Option<impl AsRef<str>>) -> Option<String> {
    let value = value?;
    Some(value.as_ref().trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_empty_configuration_is_the_built_in_model() {
        let brief = AgentBrief::read("Ada", &json!({}));
        assert_eq!((brief.name.as_str(), brief.provider.as_str()), ("Ada", "builtin"));
        assert_eq!(brief.greeting, None);
        assert!(!brief.has_knowledge);
    }

    #[test]
    fn what_a_version_says_is_read() {
        let brief = AgentBrief::read(
            "Ada",
            &json!({
                "instructions": "Be kind.", "greeting": "Hi!", "language": "de",
                "model": {"provider": "openai", "name": "m", "temperature": 0.5,
                    "max_output_tokens": 300},
                "knowledge": [{"title": "Hours", "content": "From nine to five."}],
            }),
        );
        assert_eq!(brief.instructions, "Be kind.");
        assert_eq!(brief.provider, "openai");
        assert!(brief.has_knowledge);
        assert_eq!((brief.temperature, brief.max_output_tokens), (Some(0.5), Some(300)));
    }
}
