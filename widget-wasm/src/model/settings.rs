//! What the configuration says to the behaviour, in the visitor's language.

use widget_core::config::{DisplayMode, Document, V1};
use widget_core::language::{Language, Text};

/// The configuration as the model needs it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Starting conversations is refused for now; those that run go on.
    pub(crate) paused: bool,
    /// The panel is all there is: no launcher, no closing.
    pub(crate) mode: Mode,
    /// Begin the conversation when the panel opens, not with the first message.
    pub(crate) start_on_open: bool,
    /// Whether a form must be filled in before the first message.
    pub(crate) form: bool,
    /// Whether that form is shown once for each visitor.
    pub(crate) form_once: bool,
    /// Whether a form is offered when the conversation has ended.
    pub(crate) feedback: bool,
    /// Whether there is more above the message field: hours, quick actions, a sound.
    pub(crate) extras: bool,
    /// Whether files can be sent.
    pub(crate) files: bool,
    /// Asked for before the first message is sent.
    pub(crate) consent: Option<Consent>,
    /// What is shown, word by word.
    pub(crate) words: Words,
}

/// How the panel stands in the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Over the page, opened by the launcher.
    #[default]
    Bubble,
    /// In a container of the page.
    Inline,
    /// The whole page.
    Fullscreen,
    /// The whole of a frame that stands over a page, which opens and closes it.
    Frame,
}

impl Mode {
    /// What styles call it: the attribute `mode` of the element.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Bubble => "bubble",
            Self::Inline => "inline",
            Self::Fullscreen | Self::Frame => "full",
        }
    }
}

/// What the visitor agrees to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Consent {
    /// The owner's sentence; empty for ours.
    pub(crate) text: String,
    /// The owner's policy.
    pub(crate) policy_url: Option<String>,
}

/// A sentence of the owner's.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Own {
    Title,
    Subtitle,
    IntroTitle,
    IntroSubtitle,
    Welcome,
    Placeholder,
    Offline,
    Ended,
    Error,
}

/// The owner's words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// The sentences, in the order of [`Own`].
    own: Vec<String>,
    /// What says that an AI answers; `None` where the owner says so elsewhere.
    pub(crate) disclosure: Option<String>,
    pub(crate) suggestions: Vec<String>,
    pub(crate) branding: Option<(String, Option<String>)>,
    pub(crate) avatar_url: Option<String>,
}

impl Words {
    /// A sentence of the owner's; empty where it is to be said in ours.
    pub(crate) fn say(&self, own: Own) -> &str {
        self.own.get(own as usize).map_or("", String::as_str)
    }
}

impl Settings {
    /// Reads the configuration.
    pub(crate) fn read<D: Document>(config: &V1<D>, language: &Language) -> Self {
        let consent = config.consent();
        let say = |text: Option<Text>| said(text, language);
        Self {
            paused: false,
            mode: match config.display_mode() {
                DisplayMode::Fab => Mode::Bubble,
                DisplayMode::Inline => Mode::Inline,
                DisplayMode::Fullscreen => Mode::Fullscreen,
            },
            start_on_open: config.start_conversation_on_toggle(),
            form: config.pre_conversation_document().is_some(),
            form_once: config.pre_conversation_show_once(),
            feedback: config.feedback_document().is_some(),
            extras: config.has_extras(),
            files: config.attachments().enabled(),
            consent: consent.required().then(|| Consent {
                text: say(consent.text().or_else(|| config.messages().consent_prompt())),
                policy_url: consent.policy_url(),
            }),
            words: words(config, language),
        }
    }
}

fn words<D: Document>(config: &V1<D>, language: &Language) -> Words {
    let (chat, messages) = (config.chat(), config.messages());
    let (branding, disclosure) = (config.branding(), config.disclosure());
    let say = |text: Option<Text>| said(text, language);
    let shown = Some(say(branding.label())).filter(|label| branding.show() && !label.is_empty());
    let mut own = Vec::new();
    for text in [
        chat.title(),
        chat.subtitle(),
        config.intro_title(),
        config.intro_subtitle(),
        messages.welcome(),
        chat.placeholder(),
        messages.offline(),
        messages.ended(),
        messages.error(),
    ] {
        own.push(say(text));
    }
    Words {
        own,
        disclosure: disclosure.show().then(|| say(disclosure.text())),
        suggestions: config.suggested_questions(language),
        branding: shown.map(|label| (label, branding.url())),
        avatar_url: chat.avatar_url(),
    }
}

/// A text in the visitor's language; empty where there is none.
fn said(text: Option<Text>, language: &Language) -> String {
    text.map(|text| text.resolve(language).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(config: &serde_json::Value) -> Settings {
        Settings::read(&V1::of(config), &Language::only("de"))
    }

    #[test]
    fn an_empty_configuration_is_a_whole_widget() {
        let settings = read(&json!({}));
        assert_eq!(settings.mode, Mode::Bubble);
        assert_eq!(settings.words.disclosure.as_deref(), Some(""));
        assert!(!settings.form && !settings.feedback);
        assert!(settings.consent.is_none() && settings.words.branding.is_none());
    }

    #[test]
    fn words_are_the_visitors() {
        let settings = read(&json!({ "v1": {
            "chat": { "title": { "en": "Help", "de": "Hilfe" } },
            "suggested_questions": [{ "en": "Hours?", "de": "Zeiten?" }],
            "consent": { "required": true, "policy_url": "https://example.com/p" },
            "messages": { "consent_prompt": { "de": "Einverstanden?" } },
            "disclosure": { "show": false },
        } }));
        assert_eq!(settings.words.say(Own::Title), "Hilfe");
        assert_eq!(settings.words.say(Own::Error), "");
        assert_eq!(settings.words.suggestions, ["Zeiten?"]);
        assert_eq!(settings.consent.unwrap().text, "Einverstanden?");
        assert_eq!(settings.words.disclosure, None);
    }

    #[test]
    fn a_feedback_form_is_asked_for_only_when_it_is_on() {
        let fields = json!([{ "id": "stars", "label": "How was it?", "type": "rating" }]);
        let on = json!({ "v1": { "post_conversation_feedback": { "fields": fields } } });
        let off = json!({ "v1": { "post_conversation_feedback": {
            "enabled": false, "fields": fields,
        } } });
        assert!(read(&on).feedback);
        assert!(!read(&off).feedback);
    }
}
