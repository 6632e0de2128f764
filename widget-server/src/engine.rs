//! Answering: turns of the server, the models behind them, and the limits around both.
//!
//! [`Engine::ask`] takes a question, stores it and starts a turn; what is said goes to the
//! conversation's stream ([`Hub`]) and, at the end, into the store. [`standard_models`] are those
//! that every server has; an embedding program adds its own with [`Models::with`].

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use widget_core::agent::VersionStatus;
use widget_core::event::StreamEvent;
use widget_core::id::{AgentVersionId, ConversationId, MessageId};

use crate::clock::Clock;
use crate::config::Config;
use crate::conversations::hub::Hub;
use crate::net::Net;
use crate::random;
use crate::store::{Store, StoreResult};

mod answer;
pub mod ask;
pub mod brief;
pub mod builtin;
mod end;
pub mod failure;
mod files;
mod form_marks;
mod gather;
pub mod markers;
pub mod model;
mod offers;
pub mod openai;
pub mod prompt;
mod quote;
pub mod replay;
pub mod retrieval;
mod running;
mod speak;
pub mod tokens;
mod turn;

use ask::{Ask, AskError, Asked, Ended};
use brief::AgentBrief;
use builtin::Builtin;
use failure::Failure;
use model::Models;
use openai::{OpenAi, OpenAiOptions};
use running::Running;
use turn::Task;

/// How long a caller is asked to wait when all places are taken.
const BUSY_RETRY: Duration = Duration::from_secs(5);
/// Versions whose configuration is kept as read.
const BRIEFS: u64 = 256;
/// How long stopped turns have to store their end.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The models that every server has: `builtin` and `openai`.
#[must_use]
pub fn standard_models(config: &Config, net: &Net) -> Models {
    let pace = Duration::from_millis(config.engine.builtin_pace_ms);
    Models::default()
        .with("builtin", Arc::new(Builtin::new(pace)))
        .with("openai", Arc::new(OpenAi::new(net, OpenAiOptions::from(&config.openai))))
}

/// Limits of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Turns at once.
    pub turns: usize,
    /// The longest silence of a model, before its first piece or between pieces.
    pub silence: Duration,
    /// The longest turn.
    pub turn: Duration,
    /// The longest answer, in bytes of UTF-8.
    pub answer_bytes: usize,
    /// The most tokens of what was said before that a model is given.
    pub history_tokens: u64,
    /// How long running turns may go on when the server stops.
    pub drain: Duration,
    /// How long this process may be silent before others may give its turns up.
    pub lease: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            turns: 256,
            silence: Duration::from_secs(90),
            turn: Duration::from_secs(600),
            answer_bytes: 64 << 10,
            history_tokens: 6_000,
            drain: Duration::from_secs(30),
            lease: Duration::from_secs(30),
        }
    }
}

impl From<&Config> for EngineOptions {
    fn from(config: &Config) -> Self {
        let usual = Self::default();
        Self {
            turns: config.engine.max_turns.get(),
            // A little longer than the model itself waits, so that its own, more telling error
            // comes first.
            silence: usual.silence.max(config.openai.timeout() + Duration::from_secs(30)),
            turn: Duration::from_secs(config.engine.turn_seconds.get()),
            history_tokens: config.engine.history_tokens,
            drain: Duration::from_secs(config.limits.drain_seconds),
            ..usual
        }
    }
}

/// Answers questions. Cloning is cheap and shares.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("models", &self.0.models).finish_non_exhaustive()
    }
}

struct Inner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    hub: Hub,
    models: Models,
    options: EngineOptions,
    /// This process, for the leases of its turns.
    owner: String,
    places: Arc<Semaphore>,
    briefs: Cache<(AgentVersionId, i64), Arc<AgentBrief>>,
    running: Running,
    tasks: TaskTracker,
    /// Cancelled when no new question is taken.
    draining: CancellationToken,
    /// Cancelled when running turns are stopped.
    cut: CancellationToken,
}

impl Engine {
    /// An engine; nothing runs yet.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        hub: Hub,
        models: Models,
        options: EngineOptions,
    ) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            hub,
            models,
            options,
            owner: random::hex::<16>(),
            places: Arc::new(Semaphore::new(options.turns)),
            briefs: Cache::new(BRIEFS),
            running: Running::default(),
            tasks: TaskTracker::new(),
            draining: CancellationToken::new(),
            cut: CancellationToken::new(),
        }))
    }

    /// The streams of all conversations.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// How many turns this process runs.
    #[must_use]
    pub fn running(&self) -> usize {
        self.0.running.len()
    }

    /// The names of the models there are.
    #[must_use]
    pub fn providers(&self) -> Vec<&str> {
        self.0.models.providers()
    }

    /// Gives up the turns that a former process left unfinished, and tells whoever comes back for
    /// them; how many there were. Call it before the first question.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn recover(&self) -> StoreResult<usize> {
        let inner = &self.0;
        let abandoned = inner.store.fail_abandoned_turns(&inner.owner, inner.clock.now()).await?;
        for turn in &abandoned {
            let conversation = turn.conversation_id;
            inner.hub.publish(
                conversation,
                StreamEvent::Turn {
                    turn_id: turn.id,
                    user_message_id: turn.user_message_id,
                    message_id: turn.message_id,
                },
            );
            inner.hub.publish(conversation, replay::failed(Failure::INTERRUPTED));
        }
        Ok(abandoned.len())
    }

    /// Says to the store that this process is alive and forgets old streams, until told to stop.
    /// Let it run until after [`Engine::drain`].
    pub async fn upkeep(&self, until: CancellationToken) {
        let inner = &self.0;
        let mut ticks = interval(inner.options.lease / 3);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = until.cancelled() => return,
                _ = ticks.tick() => inner.tick().await,
            }
        }
    }

    /// Takes a question. The turn goes on whether or not the result is kept or even awaited.
    ///
    /// # Errors
    /// Why the question was not taken; nothing was stored then.
    pub async fn ask(&self, ask: Ask) -> Result<Asked, AskError> {
        let inner = &self.0;
        let busy = AskError::Busy { retry_after: BUSY_RETRY };
        if inner.draining.is_cancelled() {
            return Err(busy);
        }
        let Ok(place) = Arc::clone(&inner.places).try_acquire_owned() else { return Err(busy) };
        let brief = inner.brief(&ask).await?;
        let question_id = MessageId::v7(inner.clock.now(), &random::bytes());
        let task = Task { inner: Arc::clone(inner), ask, brief, question_id };
        let (reply, asked) = oneshot::channel();
        // A task of its own from here on: the caller may go away at any moment, and a turn that
        // was stored as running must be run.
        inner.tasks.spawn(async move {
            task.run(reply).await;
            drop(place);
        });
        asked.await.unwrap_or_else(|_| {
            let lost = "the task of a turn ended without a word".to_owned();
            Err(AskError::Store(crate::store::StoreError::Internal(lost)))
        })
    }

    /// Stops the turn that runs in a conversation; what was said is kept. Answers when it is
    /// stored; `None` when no turn runs here.
    pub async fn stop(&self, conversation: ConversationId) -> Option<Ended> {
        let mut turn = self.0.running.of(conversation)?;
        turn.stop.cancel();
        turn.end.wait_for(Option::is_some).await.ok()?.clone()
    }

    /// Takes no more questions and waits for the running turns; stops those that take too long,
    /// keeping what was said.
    pub async fn drain(&self) {
        let inner = &self.0;
        inner.draining.cancel();
        inner.tasks.close();
        if timeout(inner.options.drain, inner.tasks.wait()).await.is_err() {
            tracing::warn!(turns = self.running(), "stopping turns that still run");
        }
        inner.cut.cancel();
        if timeout(LAST_WORDS, inner.tasks.wait()).await.is_err() {
            tracing::error!(turns = self.running(), "turns were left behind");
        }
    }
}

impl Inner {
    async fn tick(&self) {
        self.hub.sweep();
        if self.running.len() == 0 {
            return;
        }
        let until = self.clock.now().plus(self.options.lease);
        if let Err(error) = self.store.extend_turns(&self.owner, until).await {
            tracing::warn!(%error, "the lease of running turns could not be extended");
        }
    }

    /// What the conversation's own version says; a widget may have moved on to another.
    async fn brief(&self, ask: &Ask) -> StoreResult<Arc<AgentBrief>> {
        let (agent, current) = (&ask.served.agent, &ask.served.version);
        let version = ask.conversation.conversation.agent_version_id;
        let key = (version, agent.revision);
        if let Some(brief) = self.briefs.get(&key) {
            return Ok(brief);
        }
        let (brief, status) = if version == current.id {
            (AgentBrief::read(&agent.name, &current.config), current.status)
        } else {
            let organization = ask.conversation.organization_id;
            let earlier = self.store.version_by_id(organization, version).await?;
            (AgentBrief::read(&agent.name, &earlier.config), earlier.status)
        };
        let brief = Arc::new(brief);
        // A draft may still change.
        if status == VersionStatus::Published {
            self.briefs.insert(key, Arc::clone(&brief));
        }
        Ok(brief)
    }
}

#[cfg(test)]
mod tests;
