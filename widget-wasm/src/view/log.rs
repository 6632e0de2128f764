//! The messages.

use widget_core::message::{Citation, Role};

use super::act::{on, says};
use super::card::{self, card};
use super::markdown::{link, markdown};
use super::part;
use crate::model::log::{Entry, Stage, Vote};
use crate::model::settings::Own;
use crate::model::{Exchange, Model};
use crate::words::Word;
use widget_dom::digits;
use widget_dom::icon::{self, AGAIN, ALERT, COPY, THUMB};
use widget_dom::painter::{Key, Painter};
use widget_dom::wording::Wording;

/// The keys of what is within a message.
const COMMENT: Key = 1;
const FIRST_BLOCK: Key = 2;

/// What was drawn last: messages that are as they were then are not drawn again.
pub(crate) type Drawn = Vec<(Key, u32)>;

/// The scrolling part of the panel.
pub(crate) fn log(p: &mut Painter, model: &Model, words: &Wording, drawn: &mut Drawn) {
    let before = std::mem::take(drawn);
    p.part(part::LOG, "div", "log")
        .with("role", "log")
        .with("aria-live", "off")
        .with("tabindex", "0")
        .when(model.menu, "inert");
    p.with("aria-label", words.say(Word::Messages));
    intro(p, model, words);
    for entry in model.log.entries() {
        // The key of a message and everything that decides how it looks.
        let key = entry.key + part::FIRST_MESSAGE;
        let mark = (key, entry.revision * 2 + u32::from(model.may_regenerate(entry.key)));
        if !before.contains(&mark) || !p.keep(key, "div") {
            message(p, key, entry, Some(model), words);
        }
        drawn.push(mark);
    }
    waiting(p, model, words);
    if model.log.entries().is_empty() && model.may_ask() {
        suggestions(p, model);
    }
    p.close();
}

fn intro(p: &mut Painter, model: &Model, words: &Wording) {
    let own = &model.settings.words;
    p.part(part::INTRO, "div", "intro");
    let (intro, below) = (own.say(Own::IntroTitle), own.say(Own::IntroSubtitle));
    let hero = !intro.is_empty() || !below.is_empty();
    if hero {
        p.open("div", "hero").line("h3", "", intro).line("p", "", below).close();
    }
    let welcome =
        if model.welcome.is_empty() { own.say(Own::Welcome) } else { model.welcome.as_str() };
    let greeting = if welcome.is_empty() { &model.greeting } else { welcome };
    let greeting = if greeting.is_empty() && !hero { words.say(Word::Welcome) } else { greeting };
    if !greeting.is_empty() {
        p.open("div", "msg agent").open("div", "text");
        markdown(p, greeting, None, words);
        p.close().close();
    }
    p.close();
}

fn suggestions(p: &mut Painter, model: &Model) {
    p.part(part::ASKS, "div", "asks");
    for question in &model.settings.words.suggestions {
        icon::word(p, "", question, says::ASK);
    }
    p.close();
}

/// That somebody is about to say something.
fn waiting(p: &mut Painter, model: &Model, words: &Wording) {
    let live = model.log.last().is_some_and(|last| last.stage == Stage::Live);
    let awaited = matches!(model.exchange, Exchange::Asked | Exchange::Held | Exchange::Cut);
    if model.working || model.typing || (awaited && !live && !model.human) {
        p.part(part::WAIT, "div", "msg agent");
        dots(p, words);
        if model.working {
            p.line("span", "hint", words.say(Word::Searching));
        }
        p.close();
    }
}

fn dots(p: &mut Painter, words: &Wording) {
    p.open("span", "dots").with("role", "img").with("aria-label", words.say(Word::Thinking));
    for _ in 0..3 {
        p.open("i", "").close();
    }
    p.close();
}

/// One message; where it is only read, of no model, with nothing to be done about it.
pub(crate) fn message(
    p: &mut Painter,
    key: Key,
    entry: &Entry,
    model: Option<&Model>,
    words: &Wording,
) {
    let (class, who) = match entry.role {
        Role::User => ("msg user", Some(Word::You)),
        Role::Agent => ("msg agent", Some(Word::Agent)),
        Role::System => ("msg system", None),
    };
    p.part(key, "div", class);
    if let Some(who) = who {
        p.line("span", "sr", words.say(who));
    }
    said(p, entry, words);
    sources(p, &entry.citations, words);
    // What is shown where nobody speaks belongs to no message of the server's.
    let owner = if entry.role == Role::System { "" } else { entry.id.as_str() };
    for (place, block) in entry.blocks.iter().enumerate() {
        card(p, FIRST_BLOCK + place as Key, block, owner);
    }
    failure(p, entry, words);
    if let Some(model) = model
        && entry.role == Role::Agent
        && entry.stage == Stage::Done
        && !entry.id.is_empty()
    {
        tools(p, entry, model, words);
        if entry.vote == Some(Vote::Down) {
            card(p, COMMENT, card::COMMENT, &entry.id);
        }
    }
    p.close();
}

fn said(p: &mut Painter, entry: &Entry, words: &Wording) {
    let live = entry.stage == Stage::Live;
    match entry.role {
        _ if entry.text.is_empty() => {
            if live {
                dots(p, words);
            }
        }
        Role::Agent => {
            p.open("div", if live { "text live" } else { "text" });
            markdown(p, &entry.text, Some(entry), words);
            p.close();
        }
        _ => drop(p.line("div", "text plain", &entry.text)),
    }
}

/// Where the answer comes from: each a chip that opens its source.
fn sources(p: &mut Painter, citations: &[Citation], words: &Wording) {
    if citations.is_empty() {
        return;
    }
    p.open("div", "sources").with("role", "group").with("aria-label", words.say(Word::Sources));
    for (index, citation) in citations.iter().enumerate() {
        match citation.link() {
            Some(href) => link(p, "chip", href),
            None => p.open("span", "chip"),
        };
        if let Some(quote) = &citation.quote {
            p.with("title", quote);
        }
        p.line("b", "", &digits::of(index as u32 + 1)).line("span", "", &citation.title).close();
    }
    p.close();
}

fn failure(p: &mut Painter, entry: &Entry, words: &Wording) {
    if !matches!(entry.stage, Stage::Failed | Stage::Refused) {
        return;
    }
    let ours = if entry.role == Role::User { Word::NotSent } else { Word::Broken };
    p.open("div", "fail");
    icon::icon(p, ALERT);
    p.line("span", "", words.hint(&entry.detail, ours));
    if entry.stage == Stage::Failed {
        icon::word(p, "link", words.say(Word::Retry), says::RETRY);
    }
    p.close();
}

fn tools(p: &mut Painter, entry: &Entry, model: &Model, words: &Wording) {
    p.open("div", "tools");
    icon::button(p, 0, "tool", COPY, words.say(Word::Copy), &on(says::COPY, entry.key)).close();
    for (class, word, verb, vote) in
        [("tool", Word::Good, says::UP, Vote::Up), ("tool flip", Word::Bad, says::DOWN, Vote::Down)]
    {
        let pressed = if entry.vote == Some(vote) { "true" } else { "false" };
        icon::button(p, 0, class, THUMB, words.say(word), &on(verb, entry.key))
            .with("aria-pressed", pressed)
            .close();
    }
    if model.may_regenerate(entry.key) {
        icon::button(p, 0, "tool", AGAIN, words.say(Word::Again), says::AGAIN).close();
    }
    p.close();
}
