//! The records that go in and out of the store.

use uuid::Uuid;
use widget_core::time::Timestamp;

mod agents;
mod attachments;
mod conversations;
mod keys;
mod leads;
mod turns;
mod widgets;

pub use agents::*;
pub use attachments::*;
pub use conversations::*;
pub use keys::*;
pub use leads::*;
pub use turns::*;
pub use widgets::*;

/// What the state of a thing forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The caller's revision is not the stored one any more.
    Stale,
    /// Something still needs the thing that should go.
    InUse,
    /// A published version cannot change.
    VersionPublished,
    /// The version is not one of that agent, or one of them is not of the organization.
    VersionMismatch,
    /// The conversation is over.
    Ended,
    /// A turn is running.
    TurnRunning,
    /// The conversation's budget is used up; a message may be sent again at `retry_at`.
    BudgetExhausted {
        /// When the oldest counted message falls out of the 24 hours.
        retry_at: Timestamp,
    },
    /// A limit on new conversations is reached.
    LimitReached {
        /// Which one.
        limit: VisitorLimit,
        /// When it makes sense to try again.
        retry_at: Timestamp,
    },
    /// There is feedback already.
    FeedbackExists,
    /// A file that should be sent is not there as a whole, is another conversation's, or was sent
    /// before.
    NotAttachable,
    /// The conversation's files take up all the room they may.
    ConversationFull,
    /// All files together do.
    StorageFull,
    /// The name or id is taken.
    Exists,
}

/// Which part of a list. Lists are newest first and stable under inserts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// At most this many, 1–200.
    pub limit: u32,
    /// Only what comes after this id.
    pub after: Option<Uuid>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to give as [`Page::after`] for the next page; `None` on the last one.
    pub next: Option<Uuid>,
}
