//! The menu: a new conversation, the earlier ones, this one as a file, and an end to all of it.

use widget_core::config::Document;
use widget_dom::icon::{self, BACK, BIN, PLUS, SAVE};
use widget_dom::js::Js;
use widget_dom::painter::{Key, Painter};

use crate::call::{Call, Proof};
use crate::desk::Desk;
use crate::page::save;
use crate::past::{Past, address};
use crate::piece::Piece;
use crate::words::Word;

/// The keys of the pages.
const WAYS: Key = 1;
const ERASE: Key = 2;
const READ: Key = 3;

/// What the menu shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// The ways, and the list of conversations.
    Ways,
    /// The conversation in this place of the list.
    Read(usize),
    /// Whether all is to be deleted.
    Erase,
    /// Everything was deleted.
    Erased,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    Nothing,
    History,
    Reading,
    Transcript,
    Erasing,
}

/// The menu.
#[derive(Debug)]
pub(crate) struct Menu {
    page: Page,
    wait: Wait,
    history: Vec<Past>,
    /// The conversation that was open when the menu was.
    current: String,
    /// What was said in the conversation that is read stands there.
    told: bool,
    /// The last call came to nothing, for this reason.
    failed: Option<String>,
}

impl Menu {
    pub(crate) const fn new() -> Self {
        let (page, wait) = (Page::Ways, Wait::History);
        Self { page, wait, history: Vec::new(), current: String::new(), told: false, failed: None }
    }

    fn ask(&mut self, desk: &mut Desk, wait: Wait) {
        (self.wait, self.failed) = (wait, None);
        let read = self.read().map(|past| [past.id.as_str(), "transcript"]);
        let (method, path, proof) = match (wait, read) {
            (Wait::Erasing, _) => ("DELETE", String::from("/v1/widget/me"), Proof::Token),
            (Wait::Reading, Some(read)) => {
                ("GET", address(desk, &read, "&format=json"), Proof::Visitor)
            }
            (Wait::Transcript, Some(read)) => ("GET", address(desk, &read, ""), Proof::Visitor),
            (Wait::Transcript, None) => {
                ("GET", String::from("/v1/widget/transcript"), Proof::Token)
            }
            _ => ("GET", address(desk, &[], ""), Proof::Visitor),
        };
        desk.make_call(Call::new(method, path, proof));
    }

    /// The conversation that is read.
    fn read(&self) -> Option<&Past> {
        match self.page {
            Page::Read(place) => self.history.get(place),
            _ => None,
        }
    }

    /// Goes to another page; what was waited for on a page of its own is not waited for any more.
    fn turn_to(&mut self, desk: &mut Desk, page: Page) {
        let place = match self.read() {
            Some(past) => {
                let mut place = String::from("[data-id='");
                place.push_str(&past.id);
                place.push_str("']");
                place
            }
            None if page == Page::Ways => String::from("[data-do='erase?']"),
            None => String::from("button"),
        };
        if self.read().is_some() {
            desk.give_up();
            (self.wait, self.failed, self.told) = (Wait::Nothing, None, false);
        }
        (self.page, desk.focus) = (page, place);
    }

    fn ways(&self, p: &mut Painter, desk: &Desk) {
        let words = &desk.words;
        way(p, PLUS, words.say(Word::Restart), "restart");
        if desk.link.some("token").is_some() {
            way(p, SAVE, words.say(Word::Transcript), "save");
            way(p, BIN, words.say(Word::Erase), "erase?");
        }
        p.line("h3", "", words.say(Word::History));
        match self.wait {
            Wait::History => drop(p.line("p", "hint", words.say(Word::Loading))),
            _ if self.history.is_empty() && self.failed.is_none() => {
                p.line("p", "hint", words.say(Word::HistoryNone));
            }
            _ => {
                p.open("ul", "past");
                for past in &self.history {
                    p.open("li", "");
                    past.entry(p, desk);
                    p.close();
                }
                p.close();
            }
        }
    }

    fn ask_erase(&self, p: &mut Painter, desk: &Desk) {
        let words = &desk.words;
        p.line("h3", "", words.say(Word::Erase)).line("p", "", words.say(Word::EraseText));
        p.open("button", "fill bad").with("type", "button").with("data-do", "erase");
        p.when(self.wait == Wait::Erasing, "disabled").text(words.say(Word::EraseYes)).close();
        icon::word(p, "link", words.say(Word::Keep), "ways");
    }

    /// What was said in a conversation that has ended.
    fn reading(&self, p: &mut Painter, desk: &Desk, past: &Past) {
        let words = &desk.words;
        p.line("h3", "", past.title(desk));
        past.when(p, "");
        self.failure(p, desk);
        if self.wait == Wait::Reading {
            p.open("p", "hint").with("role", "status").text(words.say(Word::Loading)).close();
        }
        // What was said is drawn by the chat, which knows how.
        p.open("div", "said").close();
        if self.told {
            p.open("div", "bar").line("span", "", words.say(Word::Over));
            icon::word(p, "fill", words.say(Word::Restart), "restart");
            p.close();
        } else if self.failed.is_some() {
            icon::word(p, "link", words.say(Word::Retry), "again");
        }
    }

    fn failure(&self, p: &mut Painter, desk: &Desk) {
        if let Some(detail) = &self.failed {
            p.open("p", "fail").with("role", "alert");
            p.text(desk.words.hint(detail, Word::Failed)).close();
        }
    }
}

impl Piece for Menu {
    fn laid(&mut self, desk: &mut Desk) {
        self.current = desk.link.string("conversation");
        desk.attend("left");
        self.ask(desk, Wait::History);
    }

    fn draw(&self, p: &mut Painter, desk: &Desk) {
        let words = &desk.words;
        // Each page is an element of its own, so that one begins where it begins.
        if let Some(past) = self.read() {
            p.part(READ, "div", "sheet menu read").open("div", "row");
            way(p, BACK, words.say(Word::History), "ways");
            icon::button(p, 0, "tool", SAVE, words.say(Word::Transcript), "save").close();
            p.close();
            self.reading(p, desk, past);
            p.close();
            return;
        }
        p.part(if self.page == Page::Ways { WAYS } else { ERASE }, "div", "sheet menu");
        if self.page == Page::Erased {
            p.open("p", "taken").with("role", "status").text(words.say(Word::Erased)).close();
            icon::word(p, "fill", words.say(Word::Restart), "restart");
        } else {
            way(p, BACK, words.say(Word::Back), "skip");
            if self.page == Page::Erase { self.ask_erase(p, desk) } else { self.ways(p, desk) }
        }
        self.failure(p, desk);
        p.close();
    }

    fn pressed(&mut self, desk: &mut Desk, verb: &str, id: String) {
        match verb {
            "save" => self.ask(desk, Wait::Transcript),
            "erase?" => self.turn_to(desk, Page::Erase),
            "ways" => self.turn_to(desk, Page::Ways),
            "read" => {
                if let Some(place) = self.history.iter().position(|past| past.id == id) {
                    self.turn_to(desk, Page::Read(place));
                    self.ask(desk, Wait::Reading);
                }
            }
            "again" => self.ask(desk, Wait::Reading),
            "erase" => self.ask(desk, Wait::Erasing),
            "open" => desk.tell_of(verb, &id.into()),
            verb => desk.tell(verb),
        }
    }

    /// The conversation that was open is over.
    fn told(&mut self, _how: &str, _detail: String) {
        for past in &mut self.history {
            past.ended |= past.id == self.current;
        }
    }

    fn came(&mut self, desk: &mut Desk, answer: Result<Js, String>) {
        let waited = std::mem::replace(&mut self.wait, Wait::Nothing);
        match (waited, answer) {
            (_, Err(detail)) => self.failed = Some(detail),
            (Wait::History, Ok(list)) => {
                while let Some(entry) = list.at(self.history.len()) {
                    self.history.push(Past::read(&entry, desk));
                }
            }
            (Wait::Reading, Ok(messages)) => {
                desk.tell_of("said", &messages.0);
                self.told = true;
            }
            (Wait::Transcript, Ok(file)) => save(&file.0, "chat.txt"),
            (Wait::Erasing, Ok(_)) => {
                self.page = Page::Erased;
                desk.tell("erased");
            }
            (Wait::Nothing, Ok(_)) => {}
        }
    }
}

fn way(p: &mut Painter, path: &str, label: &str, verb: &str) {
    p.open("button", "way").with("type", "button").with("data-do", verb);
    icon::icon(p, path);
    p.line("span", "", label).close();
}
