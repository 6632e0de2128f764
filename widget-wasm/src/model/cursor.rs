//! Where this page stands in the events of the conversation.
//!
//! The same turn may come twice: in the answer to the question that began it, and afterwards on the
//! conversation's own stream, which goes on where it was left before that question. Its events need
//! not be cut alike nor have the same ids there, so it is recognised as a whole, by its answer's
//! id: what was heard to its end is passed over.

/// The way an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feed {
    /// The answer to a question: that turn's events from the first on, and no others.
    Answer,
    /// The conversation's own stream: it leaves nothing out after the event it was asked for.
    Conversation,
}

/// The place in the conversation's own stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursor {
    /// The id of the last event that came on it.
    last: Option<String>,
    /// The answers that were heard to their end elsewhere.
    heard: Vec<String>,
    /// The turn that is told there now is passed over.
    passing: bool,
}

impl Cursor {
    /// Everything up to this event is here.
    pub(crate) fn at(&mut self, last: Option<String>) {
        self.last = last;
        self.passing = false;
    }

    /// What to send as `Last-Event-ID`.
    pub(crate) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// An event came on the conversation's own stream.
    pub(crate) fn came(&mut self, id: Option<String>) {
        if id.is_some() {
            self.last = id;
        }
    }

    /// A turn ended in the answer to a question.
    pub(crate) fn heard(&mut self, answer: &str) {
        self.heard.push(answer.to_owned());
    }

    /// A turn begins on the conversation's own stream; `whole` if its answer is here already.
    pub(crate) fn turn(&mut self, answer: &str, whole: bool) {
        self.passing = whole || self.heard.iter().any(|heard| heard == answer);
    }

    /// Whether the events of the turn that is told there now are known.
    pub(crate) fn passes(&self) -> bool {
        self.passing
    }
}
