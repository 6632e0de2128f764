//! What the model wants done in the world.
//!
//! An effect names what is to be done; what it is done with is read from the model right then
//! (`Model::beginning`, `Model::question`, …). So an effect is a word, small to make and to move.

use super::message::{Call, Timer};

/// One thing to do. What comes of it returns as a [`Msg`](super::message::Msg).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Fetch the configuration again.
    Load,
    /// `init`: begin a conversation or take one up again.
    Begin,
    /// Ask the question and read its answer. Closes any stream that is open.
    Ask,
    /// Read the conversation's own stream. Closes any stream that is open.
    Listen,
    /// Close the stream that is open.
    HangUp,
    /// Fetch the module that draws sheets.
    FetchSheet,
    /// Make a small call.
    Call(Call),
    /// Come back after so many milliseconds.
    Wait(Timer, u32),
    /// Keep in the visitor's browser what is to be kept.
    Save,
    /// Take away what the browser keeps.
    Forget,
    /// Remember, for this tab, whether the panel stands open.
    Remember,
    /// Put the focus there.
    Focus(Focus),
    /// Let assistive technology say this message.
    Announce(u32),
    /// Let somebody who looks elsewhere hear that there is news.
    Chime,
    /// Let the second module know that the conversation was left, or is over.
    Left,
    /// Show the newest message.
    ScrollDown,
    /// Put the draft back into the message field.
    GiveBack,
    /// Put this message on the clipboard.
    Copy(u32),
    /// Tell the page that something happened, with the message it is about, or 0.
    Emit(News, u32),
}

/// What the page hears of; `element.js` names the events, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Ready,
    Opened,
    Closed,
    Began,
    Message,
    Ended,
    Feedback,
    Failed,
    Lead,
    Action,
}

/// What `init` is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Begin<'a> {
    /// The conversation to take up again.
    pub(crate) conversation: Option<&'a str>,
    /// A new conversation, whatever there was.
    pub(crate) fresh: bool,
    /// Who the visitor is; empty where a token says so.
    pub(crate) visitor: &'a str,
    /// The site's hash of the visitor's id; may be empty.
    pub(crate) hash: &'a str,
    /// The site's token for the visitor; may be empty.
    pub(crate) voucher: &'a str,
    /// A token that may have run out, as proof.
    pub(crate) token: Option<&'a str>,
    /// What the site says of the visitor, as JSON.
    pub(crate) details: Option<&'a str>,
    /// What the form before the conversation asked, as JSON.
    pub(crate) metadata: Option<&'a str>,
}

/// What is asked of the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// The message that is pending among what is saved.
    Say,
    /// Another answer in the place of the one with this key.
    Regenerate(u32),
}

/// Where the focus goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The button that opens the panel.
    Launcher,
    /// The same, where the panel was opened before it was there.
    Again,
    /// Where the visitor goes on: the message field, or the first field of a form.
    Panel,
}
