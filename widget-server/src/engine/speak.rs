//! Letting a model speak: what it says is published as it comes, within limits.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use widget_core::event::{FinishReason, Usage};

use super::answer::{Answer, Room};
use super::failure::Failure;
use super::gather::{Gathered, Until};
use super::model::{Finish, Model, ModelError, ModelRequest, OfferedForm, Piece, TokenSink};
use super::tokens::estimate;
use super::turn::Task;
use super::{EngineOptions, files, offers, prompt};
use crate::store::StoreResult;
use crate::store::records::{MessageRecord, TurnRecord};

/// Pieces taken from a model at once: what came together is published together.
const PIECES: usize = 64;

/// What a model said, and why it ended.
pub(super) struct Spoken {
    pub(super) answer: Option<Answer>,
    pub(super) outcome: Outcome,
    pub(super) usage: Usage,
}

/// Why a model's answer ends.
#[derive(Debug)]
pub(super) enum Outcome {
    Finished(FinishReason),
    Stopped,
    Failed(Failure),
}

impl Spoken {
    fn failed(failure: Failure) -> Self {
        Self { answer: None, outcome: Outcome::Failed(failure), usage: Usage::default() }
    }
}

impl Task {
    /// Gathers what the model may know and lets it answer.
    pub(super) async fn speak(
        &self,
        turn: &TurnRecord,
        question: &MessageRecord,
        gathered: Option<Gathered>,
        stop: &CancellationToken,
    ) -> Spoken {
        let Some(model) = self.inner.models.get(&self.brief.provider) else {
            let version = &self.ask.conversation.conversation.agent_version_id;
            tracing::error!(provider = self.brief.provider, %version, "no such model provider");
            return Spoken::failed(Failure::MODEL_MISSING);
        };
        let shown = self.brief.image_input && model.takes_pictures();
        let gathered = match self.gathered(question, gathered, shown).await {
            Ok(gathered) => gathered,
            Err(error) => {
                tracing::error!(turn = %turn.id, %error, "the turn's context could not be read");
                return Spoken::failed(Failure::STORE_UNAVAILABLE);
            }
        };
        let forms = offers::forms(&self.ask);
        let mut answer = Answer::new(
            self.inner.hub.clone(),
            turn.conversation_id,
            gathered.passages.clone(),
            gathered.query.clone(),
            &forms,
            self.inner.options.answer_bytes,
        );
        let request = self.request(turn, gathered, forms);
        let read = model.is_metered().then(|| prompt::input_tokens(&request));
        let listening = listen(model, request, &mut answer, stop, &self.inner.options);
        let heard = AssertUnwindSafe(listening).catch_unwind().await;
        let (outcome, usage) = match heard {
            Ok(heard) => conclude(heard, &answer, turn),
            Err(_) => {
                tracing::error!(turn = %turn.id, "a model panicked");
                (Outcome::Failed(Failure::INTERNAL), None)
            }
        };
        if let Outcome::Finished(_) = outcome
            && !answer.shows(offers::LEAD_FORM)
            && let Some(block) = self.lead_form(&question.content).await
        {
            answer.show(block);
        }
        if !matches!(outcome, Outcome::Failed(_)) {
            answer.close();
        }
        let usage = usage.unwrap_or_else(|| estimated(read, &answer, &outcome));
        Spoken { answer: Some(answer), outcome, usage }
    }

    /// What was gathered early, if it was for this very question; with the pictures themselves,
    /// where the model is shown any.
    async fn gathered(
        &self,
        question: &MessageRecord,
        early: Option<Gathered>,
        shown: bool,
    ) -> StoreResult<Gathered> {
        let mut gathered = match early {
            Some(early) if question.id == self.question_id => early,
            _ => {
                let files = files::of(&question.blocks);
                self.gather(&question.content, files, Until::Place(question.seq)).await?
            }
        };
        if shown {
            files::load_pictures(self.inner.store.as_ref(), &mut gathered).await?;
        }
        Ok(gathered)
    }

    fn request(
        &self,
        turn: &TurnRecord,
        gathered: Gathered,
        forms: Vec<OfferedForm>,
    ) -> ModelRequest {
        ModelRequest {
            turn: turn.id,
            agent: Arc::clone(&self.brief),
            locale: self.ask.locale.clone(),
            page: self.ask.page.clone(),
            now: turn.started_at,
            history: gathered.history,
            question: gathered.question,
            files: gathered.files,
            forms,
            passages: gathered.passages,
        }
    }
}

/// What a turn cost, as far as can be told: nothing where a model failed before its first word.
fn estimated(read: Option<u64>, answer: &Answer, outcome: &Outcome) -> Usage {
    match read {
        Some(input_tokens) if !(answer.is_empty() && matches!(outcome, Outcome::Failed(_))) => {
            Usage { input_tokens, output_tokens: estimate(&answer.said().text) }
        }
        _ => Usage::default(),
    }
}

/// What came of listening.
enum Heard {
    Ended(Result<Finish, ModelError>),
    Stopped,
    /// The answer is as long as it may be.
    Full,
    /// Silence, or no end.
    TooSlow(&'static str),
}

async fn listen(
    model: Arc<dyn Model>,
    request: ModelRequest,
    answer: &mut Answer,
    stop: &CancellationToken,
    limits: &EngineOptions,
) -> Heard {
    let (sink, mut pieces) = TokenSink::open();
    let mut model = pin!(async move {
        // Its own from here on: the pieces end when the model is done.
        let mut sink = sink;
        model.answer(request, &mut sink).await
    });
    let mut silence = pin!(sleep(limits.silence));
    let mut whole = pin!(sleep(limits.turn));
    let mut heard: Vec<Piece> = Vec::with_capacity(PIECES);
    let mut result = None;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return Heard::Stopped,
            count = pieces.recv_many(&mut heard, PIECES) => {
                if answer.say(heard.drain(..)) == Room::Full {
                    return Heard::Full;
                }
                if count == 0
                    && let Some(result) = result.take()
                {
                    return Heard::Ended(result);
                }
                silence.as_mut().reset(Instant::now() + limits.silence);
            }
            ended = &mut model, if result.is_none() => result = Some(ended),
            () = &mut silence => return Heard::TooSlow("silence"),
            () = &mut whole => return Heard::TooSlow("the whole answer"),
        }
    }
}

fn conclude(heard: Heard, answer: &Answer, turn: &TurnRecord) -> (Outcome, Option<Usage>) {
    match heard {
        Heard::Ended(Ok(finish)) if answer.is_empty() => {
            let filtered = ModelError::Filtered("nothing was said".to_owned());
            let failure = match finish.reason {
                FinishReason::ContentFilter => Failure::from(&filtered),
                _ => Failure::MODEL_SILENT,
            };
            tracing::warn!(turn = %turn.id, reason = %finish.reason, "a model said nothing");
            (Outcome::Failed(failure), finish.usage)
        }
        Heard::Ended(Ok(finish)) => (Outcome::Finished(finish.reason), finish.usage),
        Heard::Ended(Err(error)) => {
            tracing::warn!(turn = %turn.id, %error, "a turn failed");
            (Outcome::Failed(Failure::from(&error)), None)
        }
        Heard::Stopped => (Outcome::Stopped, None),
        Heard::Full => (Outcome::Finished(FinishReason::Length), None),
        Heard::TooSlow(what) => {
            tracing::warn!(turn = %turn.id, what, "a model was too slow");
            (Outcome::Failed(Failure::MODEL_TIMEOUT), None)
        }
    }
}
