//! What the visitor's browser keeps, written only after the visitor acted.

/// Everything that is kept, for one widget.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Saved {
    /// The visitor's id: `guest_` and 128 random bits, or what the server gave in its place.
    pub(crate) visitor: String,
    /// The conversation to go on with.
    pub(crate) conversation: Option<String>,
    /// Its token. A token that ran out still proves whose conversation it was.
    pub(crate) token: Option<String>,
    /// A question that has no whole answer yet.
    pub(crate) pending: Option<Pending>,
    /// The values of the form before the conversation, with the hash of the fields they answer.
    pub(crate) form: Option<KeptForm>,
    /// The visitor agreed to what the consent text says.
    pub(crate) consent: bool,
}

/// A question that was asked and not answered to the end: after a reload it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// The id this page gave the message; sending it again never makes a second one.
    pub(crate) client_id: String,
    /// The question.
    pub(crate) text: String,
    /// The ids of the files that go with it.
    pub(crate) files: Vec<String>,
}

/// A file the server has, for the next message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attached {
    /// Its id.
    pub(crate) id: String,
    /// The block that shows it, as JSON.
    pub(crate) block: String,
}

/// A form that was filled in once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptForm {
    /// The hash of the fields as they were then.
    pub(crate) hash: String,
    /// What was entered, as JSON.
    pub(crate) values: String,
}
