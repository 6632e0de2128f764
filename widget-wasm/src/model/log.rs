//! The messages a visitor sees, merged from everywhere they come from: typed here, kept by the
//! server, streamed as an answer, said by somebody else.

use widget_core::message::{Citation, Role};
use widget_dom::digits;

/// A message as the server tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// The server's id.
    pub(crate) id: String,
    /// Who speaks.
    pub(crate) role: Role,
    /// Markdown from an agent, plain text from anybody else.
    pub(crate) text: String,
    /// Where it comes from.
    pub(crate) citations: Vec<Citation>,
    /// What is shown with it, each as JSON.
    pub(crate) blocks: Vec<String>,
}

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Typed here; the server has not confirmed it yet.
    Sending,
    /// Being written by the server.
    Live,
    /// Whole.
    Done,
    /// It could not be sent, or the answer broke off; trying the same again makes sense.
    Failed,
    /// It could not be sent, or the answer broke off, for good.
    Refused,
}

/// A visitor's judgement of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vote {
    /// It helped.
    Up,
    /// It did not.
    Down,
}

impl Vote {
    /// The word on the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Names the message in this page; never changes.
    pub(crate) key: u32,
    /// The server's id; empty until it is known.
    pub(crate) id: String,
    /// The id this page gave it, where it was typed here; else empty.
    pub(crate) client_id: String,
    /// Who speaks.
    pub(crate) role: Role,
    /// What was said so far.
    pub(crate) text: String,
    /// Where it comes from.
    pub(crate) citations: Vec<Citation>,
    /// What is shown with it, each as JSON.
    pub(crate) blocks: Vec<String>,
    /// How far it is.
    pub(crate) stage: Stage,
    /// What the server said about a failure; may be empty.
    pub(crate) detail: String,
    /// What the visitor thinks of it.
    pub(crate) vote: Option<Vote>,
    /// Grows with every change, so that the view redraws only what changed.
    pub(crate) revision: u32,
}

/// All messages, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    next_key: u32,
}

impl Log {
    /// The messages, oldest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Adds a message typed here.
    pub(crate) fn typed(&mut self, text: &str, client_id: &str, blocks: Vec<String>) {
        let entry = self.add(Role::User, String::new());
        entry.blocks = blocks;
        text.clone_into(&mut entry.text);
        client_id.clone_into(&mut entry.client_id);
    }

    /// Takes in a whole message the server told: what is already here is replaced. Returns its
    /// key.
    pub(crate) fn told(&mut self, told: Told) -> u32 {
        let entry = self.named(told.id, told.role);
        entry.text = told.text;
        entry.citations = told.citations;
        entry.blocks = told.blocks;
        entry.stage = Stage::Done;
        entry.key
    }

    /// Shows a block that is nobody's word, after all that was said.
    pub(crate) fn show(&mut self, block: String) {
        let mut id = String::from("shown-");
        digits::push(&mut id, self.next_key);
        let entry = self.named(id, Role::System);
        entry.blocks.push(block);
        entry.stage = Stage::Done;
    }

    /// Begins an answer, or begins it anew: its text is empty again. Returns its key.
    pub(crate) fn answer(&mut self, id: String) -> u32 {
        let entry = self.named(id, Role::Agent);
        entry.text = String::new();
        entry.citations = Vec::new();
        entry.blocks = Vec::new();
        entry.stage = Stage::Live;
        entry.key
    }

    /// The message with this id, which is added where it is new, to be changed.
    fn named(&mut self, id: String, role: Role) -> &mut Entry {
        match self.entries.iter().position(|entry| entry.id == id) {
            Some(place) => {
                let entry = &mut self.entries[place];
                entry.revision += 1;
                entry
            }
            None => self.add(role, id),
        }
    }

    /// A message to be changed, and therefore drawn anew.
    pub(crate) fn edit(&mut self, key: u32) -> Option<&mut Entry> {
        let entry = self.entries.iter_mut().find(|entry| entry.key == key)?;
        entry.revision += 1;
        Some(entry)
    }

    /// Changes how far a message is.
    pub(crate) fn stage(&mut self, key: u32, stage: Stage) {
        if let Some(entry) = self.edit(key) {
            entry.stage = stage;
        }
    }

    /// The message with this key.
    pub(crate) fn get(&self, key: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The key of the message with this id of the server's.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        self.entries.iter().find(|entry| entry.id == id).map(|entry| entry.key)
    }

    /// The newest message in this stage.
    pub(crate) fn newest(&self, stage: Stage) -> Option<u32> {
        self.entries.iter().rev().find(|entry| entry.stage == stage).map(|entry| entry.key)
    }

    /// The newest message.
    pub(crate) fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Takes a message away.
    pub(crate) fn remove(&mut self, key: u32) {
        self.entries.retain(|entry| entry.key != key);
    }

    /// Takes everything away; keys are not used twice.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Adds a message: at the end, but what the server knows before what is still on its way there.
    fn add(&mut self, role: Role, id: String) -> &mut Entry {
        self.next_key += 1;
        let unsent = self.entries.iter().position(|entry| entry.id.is_empty());
        let place = unsent.filter(|_| !id.is_empty()).unwrap_or(self.entries.len());
        let entry = Entry {
            key: self.next_key,
            id,
            client_id: String::new(),
            role,
            text: String::new(),
            citations: Vec::new(),
            blocks: Vec::new(),
            stage: Stage::Sending,
            detail: String::new(),
            vote: None,
            revision: 0,
        };
        self.entries.insert(place, entry);
        &mut self.entries[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(id: &str, role: Role, text: &str) -> Told {
        Told { id: id.into(), role, text: text.into(), citations: Vec::new(), blocks: Vec::new() }
    }

    fn texts(log: &Log) -> Vec<&str> {
        log.entries().iter().map(|entry| entry.text.as_str()).collect()
    }

    #[test]
    fn the_same_message_told_twice_stands_once() {
        let mut log = Log::default();
        log.told(told("1", Role::User, "Hi"));
        log.told(told("2", Role::Agent, "Hello"));
        log.told(told("2", Role::Agent, "Hello!"));
        assert_eq!(texts(&log), ["Hi", "Hello!"]);
    }

    #[test]
    fn history_comes_before_what_is_still_on_its_way() {
        let mut log = Log::default();
        log.typed("new", "c1", Vec::new());
        log.told(told("1", Role::User, "old"));
        assert_eq!(texts(&log), ["old", "new"]);
    }

    #[test]
    fn an_answer_told_anew_is_empty_again_and_keeps_its_place() {
        let mut log = Log::default();
        let key = log.answer("1".into());
        log.edit(key).unwrap().text.push_str("half");
        log.told(told("2", Role::Agent, "later"));
        assert_eq!(log.answer("1".into()), key);
        assert_eq!(texts(&log), ["", "later"]);
    }

    #[test]
    fn a_change_marks_the_message_for_redrawing() {
        let mut log = Log::default();
        let key = log.answer("1".into());
        let before = log.get(key).map(|entry| entry.revision);
        log.stage(key, Stage::Done);
        assert!(log.get(key).map(|entry| entry.revision) > before);
    }
}
