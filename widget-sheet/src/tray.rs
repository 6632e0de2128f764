//! The files that go with the next message: chosen, checked by the rules of `widget-core`, brought to
//! the server one after the other, and taken back where the visitor thinks better of it.

use js_sys::{Array, Uint8Array, encode_uri_component};
use wasm_bindgen::JsCast;
use widget_core::attachment::{HEAD_BYTES, MAX_PER_MESSAGE, Refusal, Rules};
use widget_core::config::Document;
use widget_dom::digits;
use widget_dom::icon::{self, CLIP, CLOSE};
use widget_dom::js::{Js, set};
use widget_dom::painter::{Key, Painter};

use crate::call::{Call, Proof};
use crate::desk::Desk;
use crate::page::{choose, head};
use crate::piece::Piece;
use crate::saying::filled;
use crate::words::Word;

/// How far a file is.
#[derive(Debug)]
enum Stage {
    /// Others are before it, or its first bytes are being read.
    Waiting,
    /// It is on its way.
    Going,
    /// The server has it: the block that shows it.
    There(Js),
    /// It was refused: why.
    Refused(String),
}

/// A file of the next message.
#[derive(Debug)]
struct Chosen {
    key: Key,
    name: String,
    file: Js,
    stage: Stage,
}

/// The files of the next message.
#[derive(Debug)]
pub(crate) struct Tray {
    rules: Rules,
    /// What the browser offers to choose.
    accepts: String,
    chosen: Vec<Chosen>,
    count: Key,
    /// What a file was refused for that is not in the tray.
    too_many: bool,
}

impl Tray {
    pub(crate) fn new(desk: &Desk) -> Self {
        let rules = Rules::of(&desk.config.attachments());
        let mut accepts = String::new();
        for name in rules.types() {
            accepts.push_str(name);
            accepts.push(',');
        }
        Self { rules, accepts, chosen: Vec::new(), count: 0, too_many: false }
    }

    /// Begins with the next file, unless one is under way.
    fn next(&mut self, desk: &mut Desk) {
        if self.chosen.iter().any(|one| matches!(one.stage, Stage::Going)) {
            return;
        }
        let waits = |one: &&mut Chosen| matches!(one.stage, Stage::Waiting);
        let Some(next) = self.chosen.iter_mut().find(waits) else { return };
        let size = next.file.get("size").and_then(|size| size.number()).unwrap_or_default();
        next.stage = Stage::Going;
        match self.rules.check_size(size as u64) {
            Ok(()) => desk.wait(&head(&next.file.0, HEAD_BYTES as u32)),
            Err(refusal) => {
                next.stage = Stage::Refused(why(&self.rules, refusal, &next.name, desk));
                self.next(desk);
            }
        }
    }

    /// Tells the chat which files go with the next message.
    fn tell(&self, desk: &Desk) {
        let blocks = Array::new();
        for one in &self.chosen {
            if let Stage::There(block) = &one.stage {
                blocks.push(&block.0);
            }
        }
        desk.tell_of("files", &blocks);
    }

    fn remove(&mut self, desk: &mut Desk, key: &str) {
        let Some(place) = self.chosen.iter().position(|one| digits::of(one.key) == key) else {
            return;
        };
        let gone = self.chosen.remove(place);
        if matches!(gone.stage, Stage::Going) {
            desk.give_up();
        }
        // One the server has and that is not sent, it forgets by itself within the hour.
        self.tell(desk);
        self.next(desk);
    }
}

impl Piece for Tray {
    fn laid(&mut self, desk: &mut Desk) {
        desk.attend("sent");
        desk.attend("left");
    }

    fn draw(&self, p: &mut Painter, desk: &Desk) {
        let words = &desk.words;
        if !self.chosen.is_empty() || self.too_many {
            p.part(1, "ul", "chips").with("aria-label", words.say(Word::Attached));
            for one in &self.chosen {
                chip(p, one, desk);
            }
            if self.too_many {
                let text = filled(desk, Word::FileCount, "", MAX_PER_MESSAGE as u32);
                p.open("li", "wrong").with("role", "alert").text(&text).close();
            }
            p.close();
        }
        icon::button(p, 2, "tool", CLIP, words.say(Word::Attach), "choose").close();
        p.part(3, "input", "").with("type", "file").with("hidden", "").with("multiple", "");
        p.with("accept", &self.accepts).close();
    }

    fn pressed(&mut self, desk: &mut Desk, verb: &str, id: String) {
        if verb == "choose" {
            choose(&desk.into);
        } else {
            self.remove(desk, &id);
        }
    }

    fn chosen(&mut self, desk: &mut Desk, files: &Js) {
        self.too_many = false;
        let mut place = 0;
        while let Some(file) = files.at(place) {
            place += 1;
            if self.chosen.len() == MAX_PER_MESSAGE {
                self.too_many = true;
                break;
            }
            self.count += 1;
            let name = file.string("name");
            self.chosen.push(Chosen { key: self.count, name, file, stage: Stage::Waiting });
        }
        self.next(desk);
    }

    fn told(&mut self, how: &str, _detail: String) {
        match how {
            "sent" => self.chosen.retain(|one| !matches!(one.stage, Stage::There(_))),
            // They were brought to a conversation that is no longer this one.
            _ => self.chosen.clear(),
        }
    }

    /// The file under way was read or was answered.
    fn came(&mut self, desk: &mut Desk, answer: Result<Js, String>) {
        let going = |one: &&mut Chosen| matches!(one.stage, Stage::Going);
        let Some(one) = self.chosen.iter_mut().find(going) else { return };
        match answer {
            Ok(bytes) if bytes.0.is_instance_of::<Uint8Array>() => {
                let head = bytes.0.unchecked_into::<Uint8Array>().to_vec();
                match self.rules.check(&one.name, &one.file.string("type"), &head) {
                    Ok(file) => {
                        one.name = file.name;
                        return desk.make_call(upload(one, file.media_type));
                    }
                    Err(refusal) => {
                        one.stage = Stage::Refused(why(&self.rules, refusal, &one.name, desk));
                    }
                }
            }
            Ok(block) => {
                set(&block.0, "type", "attachment");
                one.stage = Stage::There(block);
                self.tell(desk);
            }
            Err(detail) => {
                let ours = filled(desk, Word::UploadFailed, &one.name, 0);
                one.stage = Stage::Refused(if detail.is_empty() { ours } else { detail });
            }
        }
        self.next(desk);
    }
}

fn upload(one: &Chosen, media_type: String) -> Call {
    let mut path = String::from("/v1/widget/attachments?name=");
    path.push_str(&String::from(encode_uri_component(&one.name)));
    let mut call = Call::new("POST", path, Proof::Token);
    (call.body, call.media_type) = (one.file.0.clone(), media_type);
    call
}

fn chip(p: &mut Painter, one: &Chosen, desk: &Desk) {
    p.part(one.key, "li", "chip");
    match &one.stage {
        Stage::Waiting | Stage::Going => {
            p.with("aria-busy", "true");
            let said = filled(desk, Word::Uploading, &one.name, 0);
            p.open("span", "sr").with("role", "status").text(&said).close();
            p.open("span", "").with("aria-hidden", "true").text(&one.name).close();
        }
        Stage::There(_) => drop(p.line("span", "", &one.name)),
        Stage::Refused(why) => {
            p.open("span", "wrong").with("role", "alert").text(why).close();
        }
    }
    let label = filled(desk, Word::Remove, &one.name, 0);
    icon::button(p, 0, "tool", CLOSE, &label, "remove")
        .with("data-id", &digits::of(one.key))
        .close();
    p.close();
}

/// Why a file is not taken.
fn why(rules: &Rules, refusal: Refusal, name: &str, desk: &Desk) -> String {
    let (word, number) = match refusal {
        Refusal::TooLarge { .. } => (Word::FileTooLarge, (rules.max_bytes() / 1_000_000) as u32),
        Refusal::Empty => (Word::UploadFailed, 0),
        _ => (Word::FileType, 0),
    };
    filled(desk, word, name, number)
}
