//! The messages a visitor sees, merged from everywhere they come from: typed here, kept by the
//! server, streamed as an answer, said by somebody else.

use widget_core::id::MessageId;
use widget_core::message::{Citation, Role};

/// A message as the server tells it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// The server's id.
    pub(crate) id: MessageId,
    /// Who speaks.
    pub(crate) role: Role,
    /// Markdown from an agent, plain text from anybody else.
    pub(crate) text: String,
    /// Where it comes from.
    pub(crate) citations: Vec<Citation>,
}

/// How far a message is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Typed here; the server has not confirmed it yet.
    Sending,
    /// Being written by the server.
    Live,
    /// Whole.
    Done,
    /// It could not be sent, or the answer broke off. The sentence is the server's, if it had one.
    Failed {
        /// What the server said about it; may be empty.
        detail: String,
        /// Whether trying the same again makes sense.
        retryable: bool,
    },
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
    /// The server's id, once it is known.
    pub(crate) id: Option<MessageId>,
    /// The id this page gave it, where it was typed here.
    pub(crate) client_id: Option<String>,
    /// Who speaks.
    pub(crate) role: Role,
    /// What was said so far.
    pub(crate) text: String,
    /// Where it comes from.
    pub(crate) citations: Vec<Citation>,
    /// How far it is.
    pub(crate) stage: Stage,
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

    /// Adds a message typed here and names it.
    pub(crate) fn typed(&mut self, text: &str, client_id: &str) -> u32 {
        let key = self.push(Role::User, None, Stage::Sending);
        self.change(key, |entry| {
            entry.text = text.to_owned();
            entry.client_id = Some(client_id.to_owned());
        });
        key
    }

    /// Takes in a whole message the server told; what is already here is replaced, what is new
    /// goes to the end, before anything still on its way to the server.
    pub(crate) fn told(&mut self, told: Told) -> u32 {
        let found = self.find(told.id).map(|entry| entry.key);
        let key = found.unwrap_or_else(|| self.push(told.role, Some(told.id), Stage::Done));
        self.change(key, |entry| {
            entry.text = told.text;
            entry.citations = told.citations;
            entry.stage = Stage::Done;
        });
        key
    }

    /// Begins an answer, or begins it anew: its text is empty again.
    pub(crate) fn answer(&mut self, id: MessageId) -> u32 {
        let found = self.find(id).map(|entry| entry.key);
        let key = found.unwrap_or_else(|| self.push(Role::Agent, Some(id), Stage::Live));
        self.change(key, |entry| {
            entry.text.clear();
            entry.citations.clear();
            entry.stage = Stage::Live;
        });
        key
    }

    /// Changes one message and marks it for redrawing.
    pub(crate) fn change(&mut self, key: u32, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            change(entry);
            entry.revision += 1;
        }
    }

    /// The message with this key.
    pub(crate) fn get(&self, key: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The message with this id of the server's.
    pub(crate) fn find(&self, id: MessageId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == Some(id))
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

    fn push(&mut self, role: Role, id: Option<MessageId>, stage: Stage) -> u32 {
        self.next_key += 1;
        let (key, client_id, revision) = (self.next_key, None, 0);
        let (text, citations, vote) = (String::new(), Vec::new(), None);
        let entry = Entry { key, id, client_id, role, text, citations, stage, vote, revision };
        let unsent = self.entries.iter().position(|entry| entry.id.is_none());
        let place = unsent.filter(|_| entry.id.is_some()).unwrap_or(self.entries.len());
        self.entries.insert(place, entry);
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> MessageId {
        MessageId::from_uuid(uuid::Uuid::from_u128(number))
    }

    fn told(number: u128, role: Role, text: &str) -> Told {
        Told { id: id(number), role, text: text.into(), citations: Vec::new() }
    }

    fn texts(log: &Log) -> Vec<&str> {
        log.entries().iter().map(|entry| entry.text.as_str()).collect()
    }

    #[test]
    fn the_same_message_told_twice_stands_once() {
        let mut log = Log::default();
        log.told(told(1, Role::User, "Hi"));
        log.told(told(2, Role::Agent, "Hello"));
        log.told(told(2, Role::Agent, "Hello!"));
        assert_eq!(texts(&log), ["Hi", "Hello!"]);
    }

    #[test]
    fn history_comes_before_what_is_still_on_its_way() {
        let mut log = Log::default();
        log.typed("new", "c1");
        log.told(told(1, Role::User, "old"));
        assert_eq!(texts(&log), ["old", "new"]);
    }

    #[test]
    fn an_answer_told_anew_is_empty_again_and_keeps_its_place() {
        let mut log = Log::default();
        let key = log.answer(id(1));
        log.change(key, |entry| entry.text.push_str("half"));
        log.told(told(2, Role::Agent, "later"));
        assert_eq!(log.answer(id(1)), key);
        assert_eq!(texts(&log), ["", "later"]);
    }

    #[test]
    fn a_change_marks_the_message_for_redrawing() {
        let mut log = Log::default();
        let key = log.typed("x", "c1");
        let before = log.get(key).map(|entry| entry.revision);
        log.change(key, |entry| entry.vote = Some(Vote::Up));
        assert!(log.get(key).map(|entry| entry.revision) > before);
    }
}
