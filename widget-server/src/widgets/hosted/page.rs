//! The hosted page itself.

use http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;
use widget_core::attachment::Attached;
use widget_core::config::V1;
use widget_core::form::Form;
use widget_core::language::{Language, Text};
use widget_core::message::{Block, Citation, MAX_CONTENT_CHARS, Message, Role};

use super::entry::Entry;
use super::inputs::inputs;
use super::style::style;
use crate::http::Problem;
use crate::languages::Words;
use crate::prose::{link, prose};
use crate::widgets::embed::Script;
use crate::widgets::served::Served;

/// Everything a page is made of.
pub(super) struct Page<'a> {
    pub(super) served: &'a Served,
    pub(super) language: &'a Language,
    pub(super) base: &'a str,
    pub(super) nonce: &'a str,
    /// The script that makes it the full chat; `None` where there is none to load.
    pub(super) script: Option<Script>,
    pub(super) greeting: Option<String>,
    /// What the visitor has sent, to be shown again where it was not taken.
    pub(super) entry: &'a Entry,
    pub(super) problem: Option<&'a Problem>,
    pub(super) held: Option<Held>,
    /// The id of the visitor's next message.
    pub(super) next_message_id: String,
}

/// The conversation so far.
pub(super) struct Held {
    pub(super) token: String,
    pub(super) messages: Vec<Message>,
    pub(super) is_over: bool,
    /// A person answers, later.
    pub(super) by_person: bool,
}

impl Page<'_> {
    /// The whole document.
    pub(super) fn render(&self) -> String {
        let v1 = self.served.v1();
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.tag()) dir=(self.language.direction()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport"
                        content="width=device-width, initial-scale=1, interactive-widget=resizes-content";
                    title { (self.title(&v1)) }
                    // Made of constants and colours, and with no place for a `<`.
                    style nonce=(self.nonce) { (PreEscaped(style(&v1))) }
                }
                body {
                    (self.header(&v1))
                    main { (self.main(&v1)) }
                    @if let Some(script) = &self.script {
                        script nonce=(self.nonce) src=(script.src) data-base=(self.base)
                            data-boot=(script.boot) defer {}
                    }
                }
            }
        };
        page.into_string()
    }

    fn say(&self, text: Option<&Text>) -> Option<String> {
        text.map(|text| text.resolve(self.language).to_owned())
    }

    /// What the page says by itself.
    fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    fn title(&self, v1: &V1<&Value>) -> String {
        self.say(v1.chat().title().as_ref()).unwrap_or_else(|| self.served.name().to_owned())
    }

    fn header(&self, v1: &V1<&Value>) -> Markup {
        let chat = v1.chat();
        html! {
            header {
                @if let Some(avatar) = chat.avatar_url() { img src=(avatar) alt=""; }
                div {
                    h1 { (self.title(v1)) }
                    @if let Some(subtitle) = self.say(chat.subtitle().as_ref()) { p { (subtitle) } }
                }
            }
        }
    }

    fn main(&self, v1: &V1<&Value>) -> Markup {
        let is_over = self.held.as_ref().is_some_and(|held| held.is_over);
        html! {
            (self.disclosure(v1))
            @match &self.held {
                Some(held) => (self.conversation(held)),
                None => (self.beginning(v1)),
            }
            @if let Some(problem) = self.problem {
                p class="wrong" role="alert" { (self.complaint(v1, problem)) }
            }
            @if is_over && self.problem.is_none() {
                p class="note" role="status" { (self.over(v1)) }
            }
            (self.form(v1))
        }
    }

    fn disclosure(&self, v1: &V1<&Value>) -> Markup {
        let disclosure = v1.disclosure();
        let text = self.say(disclosure.text().as_ref());
        let text = text.unwrap_or_else(|| self.words().chat.disclosure.clone());
        html! { @if disclosure.show() { p class="note" { (text) } } }
    }

    fn beginning(&self, v1: &V1<&Value>) -> Markup {
        let welcome = self.say(v1.messages().welcome().as_ref()).or_else(|| self.greeting.clone());
        html! {
            @if let Some(title) = self.say(v1.intro_title().as_ref()) { h2 { (title) } }
            @if let Some(subtitle) = self.say(v1.intro_subtitle().as_ref()) { p { (subtitle) } }
            @if let Some(welcome) = welcome {
                ol class="messages" { li class="agent" { (prose(&welcome, &[])) } }
            }
        }
    }

    fn conversation(&self, held: &Held) -> Markup {
        html! {
            ol class="messages" { @for message in &held.messages { (said(message)) } }
            @if held.by_person {
                p class="note" role="status" { (self.words().page.waiting) }
            }
        }
    }

    fn complaint(&self, v1: &V1<&Value>, problem: &Problem) -> String {
        let messages = v1.messages();
        let own = match problem.code() {
            "widget_paused" => messages.offline(),
            _ if problem.status().is_server_error() => messages.error(),
            _ => None,
        };
        self.say(own.as_ref()).unwrap_or_else(|| self.ours(problem).to_owned())
    }

    /// The faults are told in English; what a visitor may meet is said in other languages too.
    fn ours<'p>(&self, problem: &'p Problem) -> &'p str {
        let Words { chat, sheet, page, .. } = self.words();
        match problem.code() {
            _ if self.words().are_english() => problem.detail(),
            "widget_paused" => &chat.paused,
            "consent_required" => &sheet.required_tick,
            "conversation_ended" => &chat.ended,
            "turn_running" => &chat.loading,
            "agent_answers_in_room" => &page.needs_script,
            _ if problem.status() == StatusCode::TOO_MANY_REQUESTS => &chat.budget,
            _ if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => &sheet.bad_value,
            _ => &chat.failed,
        }
    }

    fn over(&self, v1: &V1<&Value>) -> String {
        let ended = self.say(v1.messages().ended().as_ref());
        ended.unwrap_or_else(|| self.words().chat.ended.clone())
    }

    fn form(&self, v1: &V1<&Value>) -> Markup {
        let is_over = self.held.as_ref().is_some_and(|held| held.is_over);
        let words = self.words();
        html! {
            form method="post" {
                @if let Some(held) = &self.held {
                    input type="hidden" name="token" value=(held.token);
                } @else {
                    @if let Some(form) = v1.pre_conversation_form() { (self.before(&form)) }
                    (self.consent(v1))
                }
                input type="hidden" name="client_message_id" value=(self.next_message_id);
                (self.failed())
                @if !is_over { (self.question(v1)) }
                @if self.held.is_some() {
                    div class="row" {
                        button class="quiet" name="look" value="1" formnovalidate {
                            (words.page.look)
                        }
                        button class="quiet" name="new" value="1" formnovalidate {
                            (words.chat.restart)
                        }
                    }
                }
            }
        }
    }

    /// What was said and not answered; said again unchanged, it is the same message.
    fn failed(&self) -> Markup {
        let id = self.entry.client_message_id.as_ref().filter(|_| self.problem.is_some());
        html! {
            @if let Some(id) = id {
                input type="hidden" name="failed_message_id" value=(id);
                input type="hidden" name="failed_content" value=(self.entry.content);
            }
        }
    }

    fn question(&self, v1: &V1<&Value>) -> Markup {
        let placeholder = self.say(v1.chat().placeholder().as_ref());
        let placeholder = placeholder.unwrap_or_else(|| self.words().chat.placeholder.clone());
        // What was taken is in the conversation; what was not stands there to be sent again.
        let typed = if self.problem.is_some() { self.entry.content.as_str() } else { "" };
        // A tap on one of these would leave the form before the conversation unanswered.
        let asks_first = v1.pre_conversation_form().is_some() || v1.consent().required();
        html! {
            @if self.held.is_none() && !asks_first {
                div class="row" {
                    @for question in v1.suggested_questions(self.language) {
                        button class="quiet" name="content" value=(question) formnovalidate {
                            (question)
                        }
                    }
                }
            }
            label class="hidden" for="content" { (placeholder) }
            textarea id="content" name="content" rows="3" required autofocus
                maxlength=(MAX_CONTENT_CHARS) placeholder=(placeholder) { (typed) }
            button { (self.words().sheet.submit) }
        }
    }

    fn before(&self, form: &Form) -> Markup {
        let errors = self.problem.map(Problem::errors).unwrap_or_default();
        html! {
            @if let Some(title) = self.say(form.title.as_ref()) { h2 { (title) } }
            @if let Some(description) = self.say(form.description.as_ref()) { p { (description) } }
            (inputs(&form.fields, self.entry, errors, self.language))
        }
    }

    fn consent(&self, v1: &V1<&Value>) -> Markup {
        let consent = v1.consent();
        let text = self
            .say(consent.text().as_ref())
            .or_else(|| self.say(v1.messages().consent_prompt().as_ref()))
            .unwrap_or_else(|| self.words().page.consent.clone());
        html! {
            @if consent.required() {
                p class="note" {
                    label {
                        input type="checkbox" name="consent" required
                            checked[self.entry.consent];
                        " " (text)
                    }
                    @if let Some(policy) = consent.policy_url() {
                        " " (link(&policy, &html! { (self.words().chat.policy) }))
                    }
                }
            }
        }
    }
}

fn said(message: &Message) -> Markup {
    html! {
        @match message.role {
            Role::User => li class="user" { (message.content) (files(&message.blocks)) },
            Role::System => li class="system" { (message.content) },
            Role::Agent => li class="agent" {
                (prose(&message.content, &message.citations))
                (sources(&message.citations))
            },
        }
    }
}

/// The files of a message, to be opened beside this page; its address is `/w/…`.
fn files(blocks: &[Block]) -> Markup {
    html! {
        @for file in blocks.iter().filter_map(Attached::of) {
            p { a href=(format!("..{}", file.path)) rel="noopener" target="_blank" { (file.name) } }
        }
    }
}

fn sources(citations: &[Citation]) -> Markup {
    html! {
        @if !citations.is_empty() {
            ol class="sources" {
                @for citation in citations {
                    li {
                        @match citation.link() {
                            Some(url) => (link(url, &html! { (citation.title) })),
                            None => (citation.title),
                        }
                    }
                }
            }
        }
    }
}
