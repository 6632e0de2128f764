//! One turn: from the question to the stored answer.
//!
//! It is a task of the server. Nobody has to listen, and no connection can end it: it ends when the
//! model is done, fails, is too slow, or is stopped, and in each case its end is stored before it
//! is published. A panic of a model fails the turn like any other fault.

use std::sync::Arc;

use tokio::sync::{oneshot, watch};
use widget_core::event::StreamEvent;
use widget_core::id::{MessageId, TurnId};
use widget_core::message::Block;

use super::ask::{Answering, Ask, AskError, AskQuestion, Asked, Ended};
use super::brief::AgentBrief;
use super::failure::Failure;
use super::gather::{Gathered, Sources, Until, gather};
use super::model::SentFile;
use super::running::Turn;
use super::{Inner, replay};
use crate::random;
use crate::store::StoreResult;
use crate::store::records::{Begun, MessageRecord, NewTurn, Question, TurnRecord, TurnStatus};

/// A question on its way.
pub(super) struct Task {
    pub(super) inner: Arc<Inner>,
    pub(super) ask: Ask,
    pub(super) brief: Arc<AgentBrief>,
    /// The id the question has if it is a new one.
    pub(super) question_id: MessageId,
}

impl Task {
    /// Takes the question, answers it, and says early what came of it.
    pub(super) async fn run(self, reply: oneshot::Sender<Result<Asked, AskError>>) {
        let (begun, gathered) = tokio::join!(self.begin(), self.gather_early());
        match begun {
            Ok(Begun::Started { turn, question }) => {
                self.answer(turn, question, gathered, reply).await;
            }
            other => {
                // Whoever asked may be gone; there is nothing to answer then.
                let _ = reply.send(self.not_begun(other).await);
            }
        }
    }

    async fn begin(&self) -> StoreResult<Begun> {
        let now = self.inner.clock.now();
        let message_id = MessageId::v7(now, &random::bytes());
        let question = match &self.ask.question {
            AskQuestion::Message { content, files, client_message_id } => Question::Message {
                id: self.question_id,
                content: content.clone(),
                blocks: files.iter().map(Block::from).collect(),
                attachments: files.iter().map(|file| file.id).collect(),
                client_message_id: client_message_id.clone(),
            },
            AskQuestion::Again(answer) => Question::Again(*answer),
        };
        let turn = NewTurn {
            id: TurnId::v7(now, &random::bytes()),
            conversation_id: self.ask.conversation.conversation.id,
            question,
            message_id,
            budget: self.ask.budget,
            owner: self.inner.owner.clone(),
            lease_until: now.plus(self.inner.options.lease),
            now,
        };
        self.inner.store.begin_turn(turn).await
    }

    /// Gathers while the question is being stored, when the question is known already.
    async fn gather_early(&self) -> Option<Gathered> {
        match &self.ask.question {
            // What goes wrong here goes wrong again when the turn gathers, and is told then.
            AskQuestion::Message { content, files, .. } => {
                let files = files.iter().map(SentFile::from).collect();
                self.gather(content, files, Until::Newest(self.question_id)).await.ok()
            }
            AskQuestion::Again(_) => None,
        }
    }

    pub(super) async fn gather(
        &self,
        question: &str,
        files: Vec<SentFile>,
        until: Until,
    ) -> StoreResult<Gathered> {
        let conversation = &self.ask.conversation.conversation;
        let sources = Sources {
            conversation: conversation.id,
            version: conversation.agent_version_id,
            visible_from: self.ask.visible_from,
            has_knowledge: self.brief.has_knowledge,
            history_tokens: self.inner.options.history_tokens,
        };
        gather(self.inner.store.as_ref(), sources, question, files, until).await
    }

    /// The question opened no turn.
    async fn not_begun(&self, begun: StoreResult<Begun>) -> Result<Asked, AskError> {
        let conversation = self.ask.conversation.conversation.id;
        match begun? {
            Begun::Running(turn) => self.join(turn).await,
            Begun::Finished(turn, message) => Ok(self.told(turn, message)),
            Begun::Kept { message, added } => {
                if added {
                    let event = StreamEvent::Message(message.to_message());
                    self.inner.hub.publish(conversation, event);
                }
                Ok(Asked::Kept { message, added })
            }
            Begun::Started { .. } => unreachable!("a turn that started is answered"),
        }
    }

    /// The same message is being answered already.
    async fn join(&self, turn: TurnRecord) -> Result<Asked, AskError> {
        let conversation = turn.conversation_id;
        let running = self.inner.running.of(conversation).filter(|it| it.id == turn.id);
        let events = self.inner.hub.subscribe_turn(conversation, turn.id);
        if let (Some(running), Some(events)) = (running, events) {
            return Ok(Asked::Answering(Answering { turn, events, end: running.end }));
        }
        // It ended in between, or another process runs it.
        let turn = self.inner.store.turn(turn.id).await?;
        if turn.status == TurnStatus::Running {
            return Err(AskError::TurnRunning);
        }
        let message = self.inner.store.message(turn.message_id).await.ok();
        Ok(self.told(turn, message))
    }

    fn told(&self, turn: TurnRecord, message: Option<MessageRecord>) -> Asked {
        let events = replay::replay(&turn, message.as_ref());
        let events = self.inner.hub.tell_turn(turn.conversation_id, events);
        let failure = turn.error_code.as_deref().map(Failure::with_code);
        Asked::Answered { end: Ended { turn, message, failure }, events }
    }

    async fn answer(
        &self,
        turn: TurnRecord,
        question: MessageRecord,
        gathered: Option<Gathered>,
        reply: oneshot::Sender<Result<Asked, AskError>>,
    ) {
        let conversation = turn.conversation_id;
        let hub = &self.inner.hub;
        let stop = self.inner.cut.child_token();
        let (ended, end) = watch::channel(None);
        let entry = self
            .inner
            .running
            .enter(conversation, Turn { id: turn.id, stop: stop.clone(), end: end.clone() });
        hub.publish(
            conversation,
            StreamEvent::Turn {
                turn_id: turn.id,
                user_message_id: turn.user_message_id,
                message_id: turn.message_id,
            },
        );
        if let Some(events) = hub.subscribe_turn(conversation, turn.id) {
            // Whoever asked may be gone; the turn goes on.
            let _ = reply.send(Ok(Asked::Answering(Answering { turn: turn.clone(), events, end })));
        }
        if matches!(self.ask.question, AskQuestion::Message { .. }) {
            // Other tabs have not seen the question.
            hub.publish(conversation, StreamEvent::Message(question.to_message()));
        }
        let spoken = self.speak(&turn, &question, gathered, &stop).await;
        let end = self.inner.end(turn, spoken).await;
        drop(entry);
        ended.send_replace(Some(end));
    }
}
