//! The turns this process is running.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use widget_core::id::{ConversationId, TurnId};

use super::ask::Ended;

/// The running turns by conversation: there is at most one in each.
#[derive(Clone, Debug, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<ConversationId, Turn>>>);

/// How to reach a running turn.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    pub(super) id: TurnId,
    /// Cancel it to stop the turn.
    pub(super) stop: CancellationToken,
    pub(super) end: watch::Receiver<Option<Ended>>,
}

/// A turn's place among the running; it ends with it.
#[derive(Debug)]
pub(super) struct Entry {
    running: Running,
    conversation: ConversationId,
    id: TurnId,
}

impl Running {
    pub(super) fn enter(&self, conversation: ConversationId, turn: Turn) -> Entry {
        let id = turn.id;
        self.turns().insert(conversation, turn);
        Entry { running: self.clone(), conversation, id }
    }

    pub(super) fn of(&self, conversation: ConversationId) -> Option<Turn> {
        self.turns().get(&conversation).cloned()
    }

    pub(super) fn len(&self) -> usize {
        self.turns().len()
    }

    fn turns(&self) -> MutexGuard<'_, HashMap<ConversationId, Turn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut turns = self.running.turns();
        if turns.get(&self.conversation).is_some_and(|turn| turn.id == self.id) {
            turns.remove(&self.conversation);
        }
    }
}
