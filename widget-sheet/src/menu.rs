//! The menu: a new conversation, the earlier ones, this one as a file, and an end to all of it.

use js_sys::encode_uri_component;
use widget_core::config::Document;
use widget_dom::icon::{self, BACK, BIN, PLUS, SAVE};
use widget_dom::js::Js;
use widget_dom::painter::Painter;

use crate::call::{Call, Proof};
use crate::desk::Desk;
use crate::page::save;
use crate::piece::Piece;
use crate::saying::moment;
use crate::words::Word;

/// A conversation of this visitor.
#[derive(Debug)]
struct Past {
    id: String,
    title: String,
    /// When something was said in it last, as people write it.
    when: String,
    ended: bool,
}

/// What the menu shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// The ways, and the list of conversations.
    Ways,
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
    Transcript,
    Erasing,
}

/// The menu.
#[derive(Debug)]
pub(crate) struct Menu {
    page: Page,
    wait: Wait,
    history: Vec<Past>,
    /// The last call came to nothing, for this reason.
    failed: Option<String>,
}

impl Menu {
    pub(crate) const fn new() -> Self {
        Self { page: Page::Ways, wait: Wait::History, history: Vec::new(), failed: None }
    }

    fn ask(&mut self, desk: &mut Desk, wait: Wait) {
        (self.wait, self.failed) = (wait, None);
        let (method, path, proof) = match wait {
            Wait::Transcript => ("GET", String::from("/v1/widget/transcript"), Proof::Token),
            Wait::Erasing => ("DELETE", String::from("/v1/widget/me"), Proof::Token),
            _ => ("GET", past(desk), Proof::Visitor),
        };
        desk.make_call(Call::new(method, path, proof));
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
                    entry(p, past, desk);
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
        icon::word(p, "link", words.say(Word::Keep), "keep");
    }
}

impl Piece for Menu {
    fn laid(&mut self, desk: &mut Desk) {
        self.ask(desk, Wait::History);
    }

    fn draw(&self, p: &mut Painter, desk: &Desk) {
        p.open("div", "sheet menu");
        match self.page {
            Page::Erased => {
                p.open("p", "taken").with("role", "status").text(desk.words.say(Word::Erased));
                p.close();
                icon::word(p, "fill", desk.words.say(Word::Restart), "restart");
            }
            page => {
                way(p, BACK, desk.words.say(Word::Back), "skip");
                if page == Page::Erase { self.ask_erase(p, desk) } else { self.ways(p, desk) }
            }
        }
        if let Some(detail) = &self.failed {
            p.open("p", "fail").with("role", "alert");
            p.text(desk.words.hint(detail, Word::Failed)).close();
        }
        p.close();
    }

    fn pressed(&mut self, desk: &mut Desk, verb: &str, id: String) {
        match verb {
            "save" => self.ask(desk, Wait::Transcript),
            "erase?" => self.page = Page::Erase,
            "keep" => self.page = Page::Ways,
            "erase" => self.ask(desk, Wait::Erasing),
            "open" => desk.tell_of(verb, &id.into()),
            verb => desk.tell(verb),
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
            (Wait::Transcript, Ok(file)) => save(&file.0, "chat.txt"),
            (Wait::Erasing, Ok(_)) => {
                self.page = Page::Erased;
                desk.tell("erased");
            }
            (Wait::Nothing, Ok(_)) => {}
        }
    }
}

impl Past {
    fn read(entry: &Js, desk: &Desk) -> Self {
        let status = entry.string("status");
        Self {
            id: entry.string("id"),
            title: entry.string("title"),
            when: moment(desk, &entry.string("updated_at"), true),
            ended: status == "completed" || status == "failed",
        }
    }
}

/// Where the visitor's conversations are listed.
fn past(desk: &Desk) -> String {
    let mut path = String::from("/core/public/web-widgets/");
    path.push_str(&desk.link.string("widget"));
    path.push_str("/conversations?user_id=");
    path.push_str(&String::from(encode_uri_component(&desk.link.string("visitor"))));
    path
}

fn way(p: &mut Painter, path: &str, label: &str, verb: &str) {
    p.open("button", "way").with("type", "button").with("data-do", verb);
    icon::icon(p, path);
    p.line("span", "", label).close();
}

/// One that has ended cannot be gone on with: it is named, and no more.
fn entry(p: &mut Painter, past: &Past, desk: &Desk) {
    let current = desk.link.string("conversation") == past.id;
    let state = match (current, past.ended) {
        (true, _) => desk.words.say(Word::Current),
        (_, true) => desk.words.say(Word::ConversationEnded),
        _ => "",
    };
    if past.ended {
        p.open("span", "entry");
    } else {
        p.open("button", "entry").with("type", "button").with("data-id", &past.id);
        p.with("data-do", if current { "skip" } else { "open" });
    }
    p.line("b", "", desk.words.or(&past.title, Word::Untitled));
    p.open("small", "").text(&past.when);
    if !state.is_empty() {
        p.text(" · ").text(state);
    }
    p.close().close();
}
