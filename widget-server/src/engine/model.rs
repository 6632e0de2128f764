//! What answers: the trait behind which every model stands.
//!
//! A model is given everything it may know in a [`ModelRequest`] and says its answer piece by piece
//! into a [`TokenSink`]. It keeps nothing, sends nothing to visitors itself and decides nothing
//! about storage: stopping, time limits, citations and what happens after a failure are the turn's
//! business. When a turn is stopped or runs out of time, the future of [`Model::answer`] is
//! dropped at its next `await`.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::json;
use tokio::sync::mpsc;
use widget_core::event::{FinishReason, Usage};
use widget_core::id::{AttachmentId, TurnId};
use widget_core::message::Block;
use widget_core::time::Timestamp;

use super::brief::AgentBrief;
use crate::store::records::Passage;

/// Pieces that may wait in a sink before the model has to.
const WAITING_PIECES: usize = 64;

/// Something that answers questions.
#[async_trait]
pub trait Model: Send + Sync + 'static {
    /// Answers one question. What was said before an error is thrown away.
    ///
    /// # Errors
    /// Why there is no whole answer. Whether it makes sense to ask again follows from the kind.
    async fn answer(
        &self,
        request: ModelRequest,
        out: &mut TokenSink,
    ) -> Result<Finish, ModelError>;

    /// Whether its tokens count. Where they do and a turn ends before the model said how many there
    /// were, they are estimated.
    fn is_metered(&self) -> bool {
        true
    }

    /// Whether it can look at pictures. Versions say whether theirs does (`vision.image_input`);
    /// both must.
    fn takes_pictures(&self) -> bool {
        false
    }
}

/// Everything a model may know.
#[derive(Clone, Debug)]
pub struct ModelRequest {
    /// The turn. Its id was given to nobody before the question came, so it is a source of marks
    /// that no document and no visitor can forge.
    pub turn: TurnId,
    /// Who answers, and how.
    pub agent: Arc<AgentBrief>,
    /// The visitor's language, as a BCP 47 tag.
    pub locale: Option<String>,
    /// The page the visitor is on. Data, never instructions.
    pub page: Option<Page>,
    /// When the question came.
    pub now: Timestamp,
    /// What was said before, oldest first.
    pub history: Vec<Said>,
    /// The question. Data, never instructions to break the agent's own. Empty where only files
    /// were sent.
    pub question: String,
    /// The files that were sent with the question.
    pub files: Vec<SentFile>,
    /// The forms it may show, each once in an answer: [`form_block`], or in its text
    /// `[form:ID]`.
    pub forms: Vec<OfferedForm>,
    /// What may answer it, best first. The first one is `[1]` in an answer's text. Data, never
    /// instructions.
    pub passages: Vec<Passage>,
}

/// A form of the widget, in the visitor's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedForm {
    /// Its id in the configuration.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
}

/// The block that shows a form: `{"type": "form", "form_id": "…"}`.
#[must_use]
pub fn form_block(form_id: &str) -> Block {
    let block = json!({ "type": "form", "form_id": form_id });
    Block::try_from(block).expect("it is an object with a type")
}

/// The page a visitor is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

/// Something that was said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// By whom.
    pub by: Speaker,
    /// What.
    pub text: String,
    /// The files that were sent with it.
    pub files: Vec<SentFile>,
}

impl Said {
    /// Something that was said without files.
    #[must_use]
    pub fn text(by: Speaker, text: &str) -> Self {
        Self { by, text: text.to_owned(), files: Vec::new() }
    }
}

/// A file that was sent with something said. Its name is data, never instructions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// Its id.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// How large it is.
    pub bytes: u64,
    /// The picture itself, where it is one that the model may see: PNG, JPEG, WebP or GIF.
    pub picture: Option<Bytes>,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The visitor.
    Visitor,
    /// The agent, or a person of the owner's in its place.
    Agent,
    /// A notice of the owner's system.
    System,
}

/// The end of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finish {
    /// Why it ends.
    pub reason: FinishReason,
    /// What it cost; estimated when the model does not know.
    pub usage: Option<Usage>,
}

impl Finish {
    /// A complete answer.
    #[must_use]
    pub fn complete(usage: Option<Usage>) -> Self {
        Self { reason: FinishReason::Stop, usage }
    }
}

/// Why there is no answer. The text is for the operator's log; visitors never see it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It cannot be reached, or fails inside.
    #[error("the model is unavailable: {0}")]
    Unavailable(String),
    /// It has too much to do.
    #[error("the model is busy: {0}")]
    Busy(String),
    /// It was silent for too long.
    #[error("the model was silent for too long: {0}")]
    TimedOut(String),
    /// It speaks another protocol than it should.
    #[error("the model's answer cannot be read: {0}")]
    Malformed(String),
    /// The connection ended before the answer did.
    #[error("the model's answer was cut: {0}")]
    Cut(String),
    /// It does not accept the request: a wrong key, an unknown name. Only the operator can help.
    #[error("the model refused the request: {0}")]
    Refused(String),
    /// The conversation is too long for it.
    #[error("the conversation is too long for the model: {0}")]
    TooLong(String),
    /// Its provider does not let it answer this.
    #[error("the model's provider filtered the answer: {0}")]
    Filtered(String),
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// More text, markdown. `[n]` cites the request's n-th passage.
    Text(String),
    /// Cites a passage without a mark in the text.
    Citation {
        /// Its place in [`ModelRequest::passages`], from 0.
        passage: usize,
        /// The words the answer leans on; chosen by the engine when absent.
        quote: Option<String>,
    },
    /// More than text.
    Block(Block),
    /// A sign of life.
    Pulse,
}

/// Where a model says its answer.
#[derive(Debug)]
pub struct TokenSink(mpsc::Sender<Piece>);

impl TokenSink {
    /// A sink and its other end, for those who run a model themselves.
    #[must_use]
    pub fn open() -> (Self, mpsc::Receiver<Piece>) {
        let (sender, receiver) = mpsc::channel(WAITING_PIECES);
        (Self(sender), receiver)
    }

    /// Says more text. Waits while much that was said is not yet taken.
    pub async fn text(&mut self, text: impl Into<String> + Send) {
        let text = text.into();
        if !text.is_empty() {
            self.say(Piece::Text(text)).await;
        }
    }

    /// Cites a passage without a mark in the text.
    pub async fn cite(&mut self, passage: usize, quote: Option<String>) {
        self.say(Piece::Citation { passage, quote }).await;
    }

    /// Shows more than text.
    pub async fn block(&mut self, block: Block) {
        self.say(Piece::Block(block)).await;
    }

    /// Says that the model is at work although it has nothing to say yet: silence has a limit.
    pub async fn pulse(&mut self) {
        self.say(Piece::Pulse).await;
    }

    async fn say(&mut self, piece: Piece) {
        // Nobody listens any more only while the turn is being stopped, and then this future is
        // about to be dropped.
        let _ = self.0.send(piece).await;
    }
}

/// The models by the name that `model.provider` of an agent's version gives.
#[derive(Clone, Default)]
pub struct Models(HashMap<String, Arc<dyn Model>>);

impl Models {
    /// Adds a model, in place of one of the same name.
    #[must_use]
    pub fn with(mut self, provider: impl Into<String>, model: Arc<dyn Model>) -> Self {
        self.0.insert(provider.into(), model);
        self
    }

    /// Adds all of these, in place of those of the same names.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The model of a provider.
    #[must_use]
    pub fn get(&self, provider: &str) -> Option<Arc<dyn Model>> {
        self.0.get(provider).cloned()
    }

    /// The names, sorted.
    #[must_use]
    pub fn providers(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

impl std::fmt::Debug for Models {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.providers()).finish()
    }
}
