//! Asking a question, and what comes of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use widget_core::attachment::Attached;
use widget_core::event::Usage;
use widget_core::id::MessageId;
use widget_core::time::Timestamp;

use super::failure::Failure;
use super::model::Page;
use crate::conversations::hub::TurnEvents;
use crate::store::StoreError;
use crate::store::records::{
    Budget, ConversationRecord, MessageRecord, Refusal, ServedWidget, TurnRecord, TurnStatus,
};

/// A question in a conversation.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The conversation; its version answers, whatever the widget runs by now.
    pub conversation: ConversationRecord,
    /// The widget it belongs to.
    pub served: Arc<ServedWidget>,
    /// What is asked.
    pub question: AskQuestion,
    /// The first message the model may know of: the visitor did not prove to be the one who was
    /// there before it.
    pub visible_from: i64,
    /// The conversation's budget.
    pub budget: Budget,
    /// The visitor's language, as a BCP 47 tag.
    pub locale: Option<String>,
    /// The page the visitor is on.
    pub page: Option<Page>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskQuestion {
    /// Something new, cleaned by [`widget_core::message::clean_content`] (beside files, by
    /// [`widget_core::message::clean_caption`]).
    Message {
        /// The text.
        content: String,
        /// The files that are sent with it: of this conversation, and not sent yet.
        files: Vec<Attached>,
        /// The client's own id; the same one never makes a second message.
        client_message_id: Option<String>,
    },
    /// The same as this answer answers, once more: the last answer of the conversation.
    Again(MessageId),
}

/// What came of a question.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one for each question, and moved at once")]
pub enum Asked {
    /// It is being answered, by this call or by an earlier one with the same client's id.
    Answering(Answering),
    /// It was answered before.
    Answered {
        /// How the turn ended.
        end: Ended,
        /// The turn as it is stored, to be streamed again.
        events: TurnEvents,
    },
    /// A person has the conversation: the message is kept and announced, no machine answers.
    Kept {
        /// The message.
        message: MessageRecord,
        /// Whether this call kept it.
        added: bool,
    },
}

/// A turn that runs, whether or not this value is kept.
#[derive(Debug)]
pub struct Answering {
    /// The turn, as it began.
    pub turn: TurnRecord,
    /// Its events, from the first to the last.
    pub events: TurnEvents,
    pub(super) end: watch::Receiver<Option<Ended>>,
}

impl Answering {
    /// Waits for the end of the turn; what the answer is by then is stored.
    pub async fn end(mut self) -> Ended {
        let ended = self.end.wait_for(Option::is_some).await.ok().and_then(|end| end.clone());
        // A turn ends with its process only when the whole server does.
        ended.unwrap_or_else(|| Ended::failed(self.turn, Failure::INTERRUPTED))
    }
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The turn with its final status, usage and finish reason.
    pub turn: TurnRecord,
    /// The answer; absent when it failed, or was stopped before anything was said.
    pub message: Option<MessageRecord>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

impl Ended {
    pub(super) fn failed(turn: TurnRecord, failure: Failure) -> Self {
        let turn = TurnRecord {
            status: TurnStatus::Failed,
            error_code: Some(failure.code.to_owned()),
            ..turn
        };
        Self { turn, message: None, failure: Some(failure) }
    }

    /// What it cost.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.turn.usage.into()
    }
}

/// Why a question was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The conversation is over.
    #[error("the conversation has ended")]
    Ended,
    /// Another question is being answered.
    #[error("an answer is still being written")]
    TurnRunning,
    /// The conversation's budget is used up.
    #[error("the conversation's budget is used up")]
    BudgetExhausted {
        /// When the oldest counted message falls out of the 24 hours.
        retry_at: Timestamp,
    },
    /// A file that should be sent was sent before, or is gone.
    #[error("a file cannot be sent")]
    NotAttachable,
    /// The conversation, or the answer to give once more, does not exist.
    #[error("not found")]
    NotFound,
    /// The server answers as many questions as it may at once, or is about to stop.
    #[error("the server is busy")]
    Busy {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// The store could not.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AskError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Refused(Refusal::Ended) => Self::Ended,
            StoreError::Refused(Refusal::TurnRunning) => Self::TurnRunning,
            StoreError::Refused(Refusal::NotAttachable) => Self::NotAttachable,
            StoreError::Refused(Refusal::BudgetExhausted { retry_at }) => {
                Self::BudgetExhausted { retry_at }
            }
            other => Self::Store(other),
        }
    }
}
