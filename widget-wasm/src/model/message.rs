//! What can happen to the widget.

use super::card::Wish;
use super::cursor::Feed;
use super::identity::Identity;
use super::log::{Told, Vote};
use super::saved::Saved;
use super::settings::Settings;
use super::sheet::Decision;

use widget_core::message::Citation;

/// Something happened: the visitor acted, the page changed, the server spoke, time passed.
#[derive(Clone, Debug)]
pub(crate) enum Msg {
    /// The visitor did something.
    Act(Act),
    /// The configuration came, or did not.
    Loaded(Result<Box<Settings>, Problem>),
    /// The conversation was begun or taken up again, or not.
    Begun(Result<Beginning, Problem>),
    /// Something came on the stream that is open.
    Stream(Feed, Signal),
    /// A small call was answered.
    Called(Call, Result<(), Problem>),
    /// The module that draws sheets came, or did not.
    SheetCame(bool),
    /// The visitor decided what to do on a sheet.
    Decided(Decision),
    /// The visitor wants something, on a card.
    Wished(Wish),
    /// A wait is over.
    Elapsed(Timer),
    /// The browser lost or found the network.
    Online(bool),
    /// The page is looked at, or no longer is.
    Visible(bool),
    /// The element was put into the page or taken out of it.
    Attached(bool),
    /// Another tab wrote to what the browser keeps.
    Saved(Saved),
}

/// What a visitor can do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// The launcher was pressed.
    Toggle,
    /// Open, if it is not.
    Open,
    /// Close, if it is not.
    Close,
    /// Open the menu.
    Menu,
    /// A question was asked, by typing or by choosing a suggested one.
    Ask(String),
    /// Agree, or not, to what the consent text says.
    Consent(bool),
    /// Try again what went wrong.
    Retry,
    /// Another answer to the last question.
    Regenerate,
    /// Stop the answer.
    Stop,
    /// Judge an answer.
    Rate(u32, Vote),
    /// Copy an answer.
    Copy(u32),
    /// Ask whether to end the conversation.
    AskEnd(bool),
    /// End the conversation.
    End,
    /// Begin a new one.
    Restart,
    /// The site says who the visitor is.
    Identify(Box<Identity>),
    /// The visitor signed out of the site; with randomness like that of [`Model::new`].
    ///
    /// [`Model::new`]: super::Model::new
    LogOut(String),
    /// The site says more of the visitor, as JSON.
    Describe(String),
}

/// The answer to `init`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Beginning {
    /// The conversation.
    pub(crate) conversation: String,
    /// The visitor's id from now on.
    pub(crate) visitor: String,
    /// The conversation's token.
    pub(crate) token: String,
    /// The agent's name.
    pub(crate) agent: String,
    /// How the agent greets.
    pub(crate) greeting: String,
    /// The newest messages, oldest first.
    pub(crate) messages: Vec<Told>,
    /// The event up to which they tell everything.
    pub(crate) last_event: Option<String>,
}

/// What comes on a stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Signal {
    /// The server accepted.
    Opened,
    /// An event, with its id.
    Event(Option<String>, Event),
    /// Nothing more will come; with a reason when it was refused or cut.
    Closed(Option<Problem>),
}

/// An event of the conversation; see `widget_core::event::StreamEvent` for what each means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Turn {
        question: String,
        answer: String,
    },
    Token(String),
    Citations(Vec<Citation>),
    /// Something to be shown with the answer, as JSON.
    Block(String),
    ToolCall {
        active: bool,
    },
    Error {
        detail: String,
        retryable: bool,
    },
    Done {
        answer: String,
    },
    Message(Told),
    Typing(bool),
    Handler {
        human: bool,
    },
    Ended,
}

/// Why the server did not do what was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The HTTP status; 0 when the server was not reached.
    pub(crate) status: u16,
    /// The problem document's `code`.
    pub(crate) code: String,
    /// Its sentence.
    pub(crate) detail: String,
}

impl Problem {
    /// Whether the conversation, or the visitor, has used up what the owner allows. (Too many calls at
    /// once from one address is another thing: it passes.)
    pub(crate) fn is_spent(&self) -> bool {
        self.status == 429 && self.code != "rate_limited"
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub(crate) fn passes(&self) -> bool {
        self.status == 0 || self.status >= 500
    }
}

/// A small call with the conversation's token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Stop the running answer.
    Stop,
    /// Judge the answer with this key.
    Rate(u32, Vote),
    /// End the conversation.
    End,
    /// Hand in the feedback form.
    Feedback,
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The next attempt to reach the server.
    Reconnect,
    /// An answer that should have begun by now.
    Answer,
}
