//! The panel: header, what is on the screen, and the place to write.

use super::act::says;
use super::card::{self, card};
use super::log::{Drawn, log};
use super::markdown::link;
use super::part;
use crate::model::message::Problem;
use crate::model::notice::Notice;
use crate::model::settings::{Mode, Own};
use crate::model::sheet::{Kind, Sheet, State};
use crate::model::{Model, Screen};
use crate::words::Word;
use widget_dom::icon::{self, ALERT, CLOSE, DOWN, LEAVE, MORE, SEND, SPARK, STOP};
use widget_dom::painter::Painter;
use widget_dom::wording::Wording;

/// Everything inside the panel.
pub(crate) fn panel(p: &mut Painter, model: &Model, words: &Wording, drawn: &mut Drawn) {
    header(p, model, words);
    if !matches!(model.screen, Screen::Chat) {
        drawn.clear();
    }
    match &model.screen {
        Screen::Chat => {
            log(p, model, words, drawn);
            icon::button(p, part::LATEST, "latest", DOWN, words.say(Word::Latest), says::LATEST)
                .close();
            foot(p, model, words);
            if model.menu {
                p.part(part::COVER, "div", "cover");
                card(p, part::MENU, card::MENU, "");
                p.close();
            }
        }
        Screen::Sheet(sheet) => sheet_of(p, sheet, words),
        Screen::Loading => loading(p, words),
        Screen::Broken(problem) => broken(p, problem, words),
    }
}

/// What the panel is called.
pub(crate) fn title<'a>(model: &'a Model, words: &'a Wording) -> &'a str {
    let own = model.settings.words.say(Own::Title);
    words.or(if own.is_empty() { &model.agent } else { own }, Word::Chat)
}

fn header(p: &mut Painter, model: &Model, words: &Wording) {
    let own = &model.settings.words;
    p.part(part::HEAD, "div", "head");
    match &own.avatar_url {
        Some(url) => drop(p.open("img", "face").with("alt", "").with("src", url).close()),
        None => {
            p.open("span", "face");
            icon::icon(p, SPARK);
            p.close();
        }
    }
    p.open("div", "who").line("h2", "", title(model, words));
    let subtitle = if model.human { words.say(Word::Person) } else { own.say(Own::Subtitle) };
    if !subtitle.is_empty() {
        p.line("p", "", subtitle);
    }
    p.close();
    if matches!(model.screen, Screen::Chat) {
        icon::button(p, part::MENU, "top", MORE, words.say(Word::More), says::MENU).close();
    }
    if model.may_end() {
        icon::button(p, part::END, "top", LEAVE, words.say(Word::End), says::ASK_END).close();
    }
    if matches!(model.settings.mode, Mode::Bubble | Mode::Frame) {
        icon::button(p, part::CLOSE, "top", CLOSE, words.say(Word::Close), says::CLOSE).close();
    }
    p.close();
}

fn foot(p: &mut Painter, model: &Model, words: &Wording) {
    let notice = model.notice();
    let asks = matches!(
        notice,
        Some(Notice::Ended | Notice::Consent | Notice::AskEnd | Notice::Budget(_))
    );
    p.part(part::FOOT, "div", "foot").when(model.menu, "inert");
    if model.settings.extras {
        card(p, part::EXTRAS, card::EXTRAS, "");
    }
    if let Some(notice) = &notice {
        bar(p, notice, model, words);
    }
    if !asks && model.may_ask() {
        composer(p, model, words);
    }
    fine(p, model, words);
    p.close();
}

/// What stands in the way, and the way on.
fn bar(p: &mut Painter, notice: &Notice<'_>, model: &Model, words: &Wording) {
    let own = &model.settings.words;
    let (sentence, class, word, act) = match notice {
        Notice::Offline => (words.or(own.say(Own::Offline), Word::Offline), "", Word::Chat, ""),
        Notice::Reconnecting => {
            (words.say(Word::Reconnecting), "link", Word::RetryNow, says::RETRY)
        }
        Notice::Paused => (words.or(own.say(Own::Offline), Word::Paused), "", Word::Chat, ""),
        Notice::Ended => {
            (words.or(own.say(Own::Ended), Word::Ended), "fill", Word::Restart, says::RESTART)
        }
        Notice::Budget(detail) => {
            (words.hint(detail, Word::Budget), "link", Word::Restart, says::RESTART)
        }
        Notice::Gone => (words.say(Word::Gone), "", Word::Chat, ""),
        Notice::Failed(detail) => {
            let error = own.say(Own::Error);
            let said = if error.is_empty() { words.hint(detail, Word::Failed) } else { error };
            (said, "link", Word::Retry, says::RETRY)
        }
        Notice::AskEnd => (words.say(Word::AskEnd), "fill", Word::EndYes, says::END),
        Notice::Consent => return consent(p, model, words),
    };
    p.part(part::BAR, "div", "bar").with("role", "status").line("span", "", sentence);
    if !act.is_empty() {
        icon::word(p, class, words.say(word), act);
    }
    if matches!(notice, Notice::AskEnd) {
        icon::word(p, "link", words.say(Word::EndNo), says::KEEP);
    }
    p.close();
}

fn consent(p: &mut Painter, model: &Model, words: &Wording) {
    let consent = model.settings.consent.as_ref();
    let text = consent.map(|consent| consent.text.as_str()).unwrap_or_default();
    p.part(part::CONSENT, "div", "ask").with("role", "group");
    p.line("p", "plain", model.held.as_deref().unwrap_or_default());
    p.open("p", "").text(words.or(text, Word::Consent)).text(" ");
    if let Some(url) = consent.and_then(|consent| consent.policy_url.as_ref()) {
        link(p, "", url).text(words.say(Word::Policy)).close();
    }
    p.close();
    icon::word(p, "fill", words.say(Word::Agree), says::AGREE);
    icon::word(p, "link", words.say(Word::Decline), says::DECLINE);
    p.close();
}

fn composer(p: &mut Painter, model: &Model, words: &Wording) {
    p.part(part::WRITE, "form", "write");
    if model.may_attach() {
        card(p, part::FILES, card::FILES, "");
    }
    p.open("textarea", "").with("rows", "1").with("maxlength", "8000").with("enterkeyhint", "send");
    p.with("placeholder", words.or(model.settings.words.say(Own::Placeholder), Word::Placeholder));
    p.with("aria-label", words.say(Word::Message)).close();
    let (path, word, act) =
        if model.busy() { (STOP, Word::Stop, says::STOP) } else { (SEND, Word::Send, says::SEND) };
    icon::button(p, 0, "send", path, words.say(word), act).close();
    p.close();
}

/// That an AI answers, and whose product this is.
fn fine(p: &mut Painter, model: &Model, words: &Wording) {
    let own = &model.settings.words;
    p.open("p", "fine");
    if let Some(text) = own.disclosure.as_ref().filter(|_| !model.human) {
        p.line("span", "", words.or(text, Word::Disclosure));
    }
    match &own.branding {
        Some((label, Some(url))) => drop(link(p, "", url).text(label).close()),
        Some((label, None)) => drop(p.line("span", "", label)),
        None => {}
    }
    p.close();
}

fn broken(p: &mut Painter, problem: &Problem, words: &Wording) {
    let gone = matches!(problem.status, 403 | 404);
    let text = words.say(if gone { Word::Gone } else { Word::Unreachable });
    note(p, ALERT, text, if gone { &[] } else { &[(Word::Retry, says::RETRY)] }, words);
}

fn loading(p: &mut Painter, words: &Wording) {
    p.part(part::NOTE, "div", "note").with("role", "status").text(words.say(Word::Loading)).close();
}

/// The room in which the module of the sheets draws, once it is here.
fn sheet_of(p: &mut Painter, sheet: &Sheet, words: &Wording) {
    let key = match sheet.kind {
        Kind::Before => part::ROOM,
        Kind::Feedback => part::SURVEY,
    };
    match sheet.state {
        State::Coming => loading(p, words),
        State::Missing => {
            let ways = [(Word::Retry, says::RETRY), (Word::Restart, says::RESTART)];
            let ways = if sheet.kind == Kind::Feedback { &ways } else { &ways[..1] };
            note(p, ALERT, words.say(Word::Unreachable), ways, words);
        }
        _ => drop(p.part(key, "div", "room").close()),
    }
}

/// A screen that says one thing, and the ways on.
fn note(p: &mut Painter, path: &str, text: &str, ways: &[(Word, &str)], words: &Wording) {
    p.part(part::NOTE, "div", "note").with("role", "status");
    icon::icon(p, path);
    p.line("p", "", text);
    let mut class = "fill";
    for (label, act) in ways {
        icon::word(p, class, words.say(*label), act);
        class = "link";
    }
    p.close();
}
