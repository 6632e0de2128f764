//! The table of `config.v1`, and the accessors made from it.
//!
//! Limits of length that the contract leaves open are chosen so that the text fits its place in
//! the panel; they are part of the JSON Schema.

use super::Document;
use super::appearance::{BRANDING, Branding, CHAT, Chat, LAUNCHER, Launcher, OFFSET, Offset};
use super::behaviour::{
    ATTACHMENTS, Attachments, BUSINESS_HOURS, BusinessHours, CONSENT, Consent, DISCLOSURE,
    Disclosure, LANGUAGES, LEAD_CAPTURE, LIMITS, Languages, LeadCapture, Limits, MESSAGES,
    Messages, PROACTIVE_TRIGGER, ProactiveTrigger, QUICK_ACTION, QuickAction,
};
use super::table::object;
use super::words::{ConversationMode, DisplayMode, Position, Shape, Theme};
use crate::colour::{Colour, Palette, Scheme};
use crate::language::Language;

object! {
    /// The configuration of a widget, version 1. Every key has a default.
    pub struct V1 = V1_TABLE with V1 {
        /// Light, dark, or what the visitor's system prefers.
        theme: choice(Theme) = Theme::System;
        /// A bubble, in a container of the page, or the whole page.
        display_mode: choice(DisplayMode) = DisplayMode::Fab;
        /// Where the bubble stands; mirrored in right-to-left pages.
        position: choice(Position) = Position::BottomRight;
        /// How far from the corner.
        offset: object(Offset = OFFSET);
        /// The layer of the page the widget lies on.
        z_index: int(-2147483647..=2147483647) = 2_147_483_000;
        /// The launcher.
        trigger: object(Launcher = LAUNCHER);
        /// The panel.
        chat: object(Chat = CHAT);
        /// The colour from which every other derives.
        primary_color: colour;
        /// The line that names the product.
        branding: object(Branding = BRANDING);
        /// The heading of the empty chat.
        intro_title: text(80);
        /// What stands under the heading.
        intro_subtitle: text(200);
        /// What the widget says by itself.
        messages: object(Messages = MESSAGES);
        /// Whether a conversation begins by typing or by speaking.
        default_mode: choice(ConversationMode) = ConversationMode::Text;
        /// Whether visitors can speak; where absent, they can if the agent has a voice.
        voice_enabled: flag;
        /// Whether opening the panel starts the conversation.
        start_conversation_on_toggle: flag = false;
        /// Shown above the closed launcher and in the empty chat; a tap opens and sends.
        suggested_questions: texts(6, 80);
        /// Buttons in the panel.
        quick_actions: objects(0..=8, QuickAction = QUICK_ACTION, unique "id");
        /// Must be submitted before the conversation; its values merge into `custom_metadata`.
        pre_conversation_form: form;
        /// Whether the form before the conversation is shown once per browser.
        pre_conversation_show_once: flag = true;
        /// Forms the agent, a button or a trigger may show.
        forms: forms(10);
        /// The form after the conversation.
        post_conversation_feedback: feedback;
        /// How the widget asks for an address.
        lead_capture: object(LeadCapture = LEAD_CAPTURE);
        /// What the widget does by itself, evaluated in the browser.
        triggers: objects(0..=20, ProactiveTrigger = PROACTIVE_TRIGGER, unique "id");
        /// Paths or addresses where the launcher does not appear.
        hidden_paths: globs(32);
        /// Says that the visitor talks to an AI.
        disclosure: object(Disclosure = DISCLOSURE);
        /// What a visitor must agree to first.
        consent: object(Consent = CONSENT);
        /// Whether every `user_id` that is no guest's must be proven.
        require_identity: flag = false;
        /// Whether the widget has a page of its own at `/w/{id}`.
        hosted_page: flag = true;
        /// Which languages the widget is shown in.
        languages: object(Languages = LANGUAGES);
        /// Whether an answer makes a sound.
        sound: flag = false;
        /// Whether the launcher counts unread messages.
        unread_badge: flag = true;
        /// Which files a visitor may send.
        attachments: object(Attachments = ATTACHMENTS);
        /// What a visitor or all of them may use in any 24 hours.
        limits: object(Limits = LIMITS);
        /// Conversations older than so many days are erased; absent: never.
        retention_days: int(1..=3650);
        /// When people are there.
        business_hours: object(BusinessHours = BUSINESS_HOURS);
    }
}

impl<D: Document> V1<D> {
    /// The version 1 of a whole `config` object; where it has none, everything is the default.
    ///
    /// ```
    /// use serde_json::json;
    /// use widget_core::config::{Theme, V1};
    ///
    /// let config = json!({ "v1": { "theme": "dark", "trigger": { "size": 64 } } });
    /// let v1 = V1::of(&config);
    /// assert_eq!(v1.theme(), Theme::Dark);
    /// assert_eq!(v1.trigger().size(), 64);
    /// assert_eq!(v1.chat().width(), 400);
    /// ```
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a document is a cheap handle")]
    pub fn of(config: D) -> Self {
        Self(config.get("v1"))
    }

    /// The language for a visitor's wishes, the most wanted first: the page's `lang`, then the
    /// browser's languages.
    #[must_use]
    pub fn language(&self, wishes: &[&str]) -> Language {
        let languages = self.languages();
        let default = languages.default_tag();
        Language::choose(wishes, &languages.available(), default.as_deref())
    }

    /// The form before the conversation as it is written, where it asks something; for those who
    /// only pass it on.
    #[must_use]
    pub fn pre_conversation_document(&self) -> Option<D> {
        let form = self.0.as_ref()?.get("pre_conversation_form")?;
        (form.get("fields")?.len()? > 0).then_some(form)
    }

    /// The form after the conversation as it is written, where it asks something and is not
    /// switched off; for those who only pass it on.
    #[must_use]
    pub fn feedback_document(&self) -> Option<D> {
        let form = self.0.as_ref()?.get("post_conversation_feedback")?;
        let off = form.get("enabled").and_then(|on| on.boolean()) == Some(false);
        (!off && form.get("fields")?.len()? > 0).then_some(form)
    }

    /// The form of this id that the agent may show, as it is written; for those who only pass it on.
    #[must_use]
    pub fn form_document(&self, id: &str) -> Option<D> {
        let forms = self.0.as_ref()?.get("forms")?;
        let is_it = |form: &D| form.get("id").and_then(|own| own.text()).as_deref() == Some(id);
        (0..forms.len()?).filter_map(|index| forms.at(index)).find(is_it)
    }

    /// The form that asks for an address, as it is written; for those who only pass it on.
    #[must_use]
    pub fn lead_document(&self) -> Option<D> {
        self.0.as_ref()?.get("lead_capture")?.get("form")
    }

    /// Whether there is any of what few widgets have: quick actions, business hours, a sound; for
    /// those who leave it to others.
    #[must_use]
    pub fn has_extras(&self) -> bool {
        let has = |key| self.0.as_ref().and_then(|v1| v1.get(key)).is_some();
        has("quick_actions") || has("business_hours") || self.sound()
    }

    /// Whether the launcher stays away from a page, given its address.
    #[must_use]
    pub fn is_hidden_on(&self, address: &str) -> bool {
        self.hidden_paths().iter().any(|glob| glob.matches_page(address))
    }

    /// The outline of the avatar; where none is given, the launcher's.
    #[must_use]
    pub fn avatar_shape(&self) -> Shape {
        self.chat().avatar_shape().unwrap_or_else(|| self.trigger().shape())
    }

    /// All colours in one scheme, derived from what is given.
    #[must_use]
    pub fn palette(&self, scheme: Scheme) -> Palette {
        let chat = self.chat();
        let mode = match scheme {
            Scheme::Light => chat.light_mode(),
            Scheme::Dark => chat.dark_mode(),
        };
        let primary: Colour = self.primary_color().unwrap_or(Palette::DEFAULT_PRIMARY);
        Palette::with(scheme, primary, &mode.given())
    }
}
