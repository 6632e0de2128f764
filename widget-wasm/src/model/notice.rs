//! The one thing that stands in the way, if anything does: each with a sentence and a way on.

use super::{Exchange, Life, Link, Model};

/// What the visitor is told above the message field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice<'a> {
    /// No network. It goes on by itself.
    Offline,
    /// The server is not reached at the moment. It goes on by itself, or sooner by hand.
    Reconnecting,
    /// No conversation can be begun for now.
    Paused,
    /// The conversation is over; a new one can begin.
    Ended,
    /// The conversation, or the visitor, has used up what the owner allows; the server says it.
    Budget(&'a str),
    /// The widget is no longer live, or not on this page.
    Gone,
    /// Something else; with what the server said, if anything.
    Failed(&'a str),
    /// Whether to end the conversation.
    AskEnd,
    /// Whether the held message may be sent.
    Consent,
}

impl Model {
    /// What stands in the way now.
    pub(crate) fn notice(&self) -> Option<Notice<'_>> {
        if self.asks_end {
            return Some(Notice::AskEnd);
        }
        if self.held.is_some() && matches!(self.screen, super::Screen::Chat) {
            return Some(Notice::Consent);
        }
        if self.life == Life::Ended {
            return Some(Notice::Ended);
        }
        if !self.online {
            return Some(Notice::Offline);
        }
        if let Some(problem) = &self.problem {
            return Some(match (problem.status, problem.code.as_str()) {
                _ if problem.is_spent() => Notice::Budget(&problem.detail),
                (_, "widget_paused") => Notice::Paused,
                (403 | 404, "widget_not_found" | "origin_forbidden") => Notice::Gone,
                _ if self.link == Link::Waiting => return self.reconnecting(),
                _ if problem.passes() => Notice::Reconnecting,
                _ => Notice::Failed(&problem.detail),
            });
        }
        (self.settings.paused && self.life == Life::Before && !self.resumes())
            .then_some(Notice::Paused)
    }

    /// A short break is not worth a word, unless the visitor waits for something.
    fn reconnecting(&self) -> Option<Notice<'_>> {
        (self.attempts > 1 || self.exchange != Exchange::Idle).then_some(Notice::Reconnecting)
    }
}
