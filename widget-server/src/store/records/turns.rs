//! Turns: one question and its answer.

use std::str::FromStr;

use widget_core::UnknownWord;
use widget_core::id::{AttachmentId, ConversationId, MessageId, TurnId};
use widget_core::message::{Block, Citation};
use widget_core::time::Timestamp;

use super::MessageRecord;

/// The budget of a conversation in any 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Messages of the visitor.
    pub messages: u32,
    /// Tokens in and out.
    pub tokens: u64,
    /// Tokens of the whole widget.
    pub widget_tokens: Option<u64>,
}

/// The state of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnStatus {
    /// Being answered.
    Running,
    /// Answered.
    Done,
    /// Not answered; may be tried again.
    Failed,
    /// Stopped by the visitor.
    Stopped,
}

impl TurnStatus {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

impl FromStr for TurnStatus {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        [Self::Running, Self::Done, Self::Failed, Self::Stopped]
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or(UnknownWord)
    }
}

/// A turn as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnRecord {
    /// Its id.
    pub id: TurnId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The question.
    pub user_message_id: MessageId,
    /// The id the answer has or will have.
    pub message_id: MessageId,
    /// Its state.
    pub status: TurnStatus,
    /// Why it failed.
    pub error_code: Option<String>,
    /// Why the answer ends: `stop`, `length`, `stopped`.
    pub finish_reason: Option<String>,
    /// What it cost.
    pub usage: Usage,
    /// The process that answers.
    pub owner: String,
    /// Until when that process may be silent.
    pub lease_until: Timestamp,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Tokens of a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Usage {
    /// Tokens read by the model.
    pub input_tokens: u64,
    /// Tokens written by the model.
    pub output_tokens: u64,
}

/// What a turn answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// A message of the visitor.
    Message {
        /// The id it will have.
        id: MessageId,
        /// The text.
        content: String,
        /// More than text.
        blocks: Vec<Block>,
        /// The files that are sent with it; the blocks show them.
        attachments: Vec<AttachmentId>,
        /// The client's own id.
        client_message_id: Option<String>,
    },
    /// The question of this answer, which is the conversation's last, once more: the new answer
    /// replaces it when it is stored; until then the former one stays.
    /// [`StoreError::NotFound`](crate::store::StoreError::NotFound) when it is not the last answer.
    Again(MessageId),
}

/// A turn to begin.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTurn {
    /// Its id.
    pub id: TurnId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// The question.
    pub question: Question,
    /// The id the answer will have.
    pub message_id: MessageId,
    /// The budget, counted over the 24 hours before `now`.
    pub budget: Budget,
    /// The process that answers.
    pub owner: String,
    /// Until when that process may be silent.
    pub lease_until: Timestamp,
    /// Now.
    pub now: Timestamp,
}

/// What became of a turn to begin.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// It is open; answer it. A failed turn of the same message may lie before it.
    Started {
        /// The turn.
        turn: TurnRecord,
        /// The question.
        question: MessageRecord,
    },
    /// The same `client_message_id` is being answered.
    Running(TurnRecord),
    /// The same `client_message_id` was answered (or stopped before any text: no message).
    Finished(TurnRecord, Option<MessageRecord>),
    /// A person has the conversation: the message is kept, nobody answers by machine.
    Kept {
        /// The message.
        message: MessageRecord,
        /// Whether this call kept it.
        added: bool,
    },
}

/// The end of a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnEnd {
    /// The turn.
    pub id: TurnId,
    /// Its final state. A failed turn stores no answer.
    pub status: TurnStatus,
    /// The answer.
    pub content: String,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// More than text.
    pub blocks: Vec<Block>,
    /// What it cost.
    pub usage: Usage,
    /// Why it ends.
    pub finish_reason: Option<String>,
    /// Why it failed.
    pub error_code: Option<String>,
    /// Now.
    pub now: Timestamp,
}
