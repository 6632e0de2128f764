//! The end of a turn: stored first, then told.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use widget_core::event::{FinishReason, StreamEvent};

use super::answer::Said;
use super::ask::Ended;
use super::failure::Failure;
use super::speak::{Outcome, Spoken};
use super::{Inner, replay};
use crate::store::records::{MessageRecord, TurnEnd, TurnRecord, TurnStatus};
use crate::store::{StoreError, StoreResult};

/// Waits between attempts to store an end before the visitor is told that it cannot be.
const SOON: [Duration; 3] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1)];
/// The wait between attempts after that.
const LATER: Duration = Duration::from_secs(2);

impl Inner {
    /// Stores how a turn ended and tells everyone.
    pub(super) async fn end(self: &Arc<Self>, turn: TurnRecord, spoken: Spoken) -> Ended {
        let end = self.turn_end(&turn, spoken);
        let stored = self.store_end(end.clone()).await;
        let (ended, event) = match stored {
            Ok(message) => {
                let ended = ended(turn, &end, message);
                let event = match ended.failure {
                    Some(failure) => replay::failed(failure),
                    None => replay::done(&ended.turn),
                };
                (ended, event)
            }
            Err(error) => {
                tracing::error!(turn = %turn.id, %error, "the end of a turn could not be stored");
                let failure = match error {
                    StoreError::NotFound => Failure::CONVERSATION_GONE,
                    _ => Failure::STORE_UNAVAILABLE,
                };
                let inner = Arc::clone(self);
                if failure.retryable {
                    let owed = TurnEnd { content: String::new(), ..failed(&end, failure) };
                    self.tasks.spawn(async move { inner.store_owed(owed).await });
                }
                (Ended::failed(turn, failure), replay::failed(failure))
            }
        };
        self.publish_end(&ended, event);
        ended
    }

    fn publish_end(&self, ended: &Ended, event: StreamEvent) {
        self.hub.publish(ended.turn.conversation_id, event);
    }

    fn turn_end(&self, turn: &TurnRecord, spoken: Spoken) -> TurnEnd {
        let said = spoken.answer.map(|answer| answer.said()).unwrap_or_default();
        let nothing = said.text.is_empty() && said.blocks.is_empty();
        let outcome = match spoken.outcome {
            // The server stops before anything was said: the visitor should ask again.
            Outcome::Stopped if nothing && self.cut.is_cancelled() => {
                Outcome::Failed(Failure::INTERRUPTED)
            }
            outcome => outcome,
        };
        let Said { text, citations, blocks } = said;
        let end = TurnEnd {
            id: turn.id,
            status: TurnStatus::Done,
            content: text,
            citations,
            blocks,
            usage: spoken.usage.into(),
            finish_reason: None,
            error_code: None,
            now: self.clock.now(),
        };
        match outcome {
            Outcome::Finished(reason) => {
                TurnEnd { finish_reason: Some(reason.as_str().to_owned()), ..end }
            }
            Outcome::Stopped => TurnEnd {
                status: TurnStatus::Stopped,
                finish_reason: Some(FinishReason::Stopped.as_str().to_owned()),
                ..end
            },
            Outcome::Failed(failure) => failed(&end, failure),
        }
    }

    /// Stores an end, a few times if it must be.
    async fn store_end(&self, end: TurnEnd) -> StoreResult<Option<MessageRecord>> {
        for wait in SOON {
            match self.store.finish_turn(end.clone()).await {
                Err(StoreError::Unavailable(_) | StoreError::Internal(_)) => sleep(wait).await,
                stored => return stored,
            }
        }
        self.store.finish_turn(end).await
    }

    /// Goes on trying: until it is stored the conversation has a running turn and takes no other
    /// question. The next start does it if this process cannot.
    async fn store_owed(&self, end: TurnEnd) {
        while !self.cut.is_cancelled() {
            match self.store.finish_turn(end.clone()).await {
                Err(StoreError::Unavailable(_) | StoreError::Internal(_)) => {}
                _ => return,
            }
            tokio::select! {
                () = sleep(LATER) => {}
                () = self.cut.cancelled() => {}
            }
        }
    }
}

fn failed(end: &TurnEnd, failure: Failure) -> TurnEnd {
    TurnEnd {
        status: TurnStatus::Failed,
        content: String::new(),
        citations: Vec::new(),
        blocks: Vec::new(),
        finish_reason: None,
        error_code: Some(failure.code.to_owned()),
        ..end.clone()
    }
}

fn ended(turn: TurnRecord, end: &TurnEnd, message: Option<MessageRecord>) -> Ended {
    let failure = end.error_code.as_deref().map(Failure::with_code);
    let turn = TurnRecord {
        status: end.status,
        usage: end.usage,
        finish_reason: end.finish_reason.clone(),
        error_code: end.error_code.clone(),
        ended_at: Some(end.now),
        ..turn
    };
    Ended { turn, message, failure }
}
