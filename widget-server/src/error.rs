//! From what went wrong inside to what a client is told.

use std::time::Duration;

use crate::auth::Denied;
use crate::http::Problem;
use crate::store::StoreError;
use crate::store::records::Refusal;

/// How long a client is asked to wait when the store cannot be reached.
const STORE_RETRY: Duration = Duration::from_secs(2);

impl From<StoreError> for Problem {
    /// Features answer the refusals they know better themselves; what reaches here unnamed is
    /// still told truthfully.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found("not_found"),
            StoreError::Refused(refusal) => refused(&refusal),
            StoreError::Unavailable(inside) => Self::unavailable(
                "store_unavailable",
                "The server cannot reach its database right now. Try again in a moment.",
                inside,
            )
            .retry_after(STORE_RETRY),
            StoreError::Internal(inside) => Self::internal(inside),
        }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Stale => Problem::precondition_failed(),
        Refusal::InUse => Problem::conflict("in_use", "Something still needs this."),
        Refusal::VersionPublished => {
            Problem::conflict("version_published", "A published version cannot be changed.")
        }
        Refusal::VersionMismatch => Problem::conflict(
            "version_mismatch",
            "The agent version does not belong to this agent.",
        ),
        Refusal::Ended => Problem::conflict("conversation_ended", "This conversation has ended."),
        Refusal::TurnRunning => {
            Problem::conflict("turn_running", "An answer is still being written.")
        }
        Refusal::FeedbackExists => {
            Problem::conflict("feedback_exists", "Feedback was already given.")
        }
        Refusal::NotAttachable => Problem::conflict(
            "attachment_not_sendable",
            "One of the files was sent before, or is gone; upload it again.",
        ),
        Refusal::ConversationFull => Problem::conflict(
            "attachments_full",
            "The files of this conversation take up all the room they may have.",
        ),
        Refusal::StorageFull => Problem::unavailable(
            "storage_full",
            "This server takes no more files at the moment.",
            "attachments have reached limits.attachments_total_mb",
        ),
        Refusal::Exists => Problem::conflict("exists", "This exists already."),
        Refusal::BudgetExhausted { .. } | Refusal::LimitReached { .. } => {
            Problem::conflict("limit_reached", "A limit is reached.")
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => Self::unauthorized(
                "unauthorized",
                "This needs a valid management key: `Authorization: Bearer ak_…`.",
            ),
            Denied::MissingOrganization => Self::unauthorized(
                "missing_organization",
                "A personal token needs the organization: `X-Anyreach-Org: <organization id>`.",
            ),
            Denied::NotAMember => Self::not_found("not_found"),
            Denied::Store(error) => error.into(),
        }
    }
}
