//! The model `openai`: any server that speaks `/chat/completions` with streaming.
//!
//! Servers differ, so little is asked of them: what is read is read leniently (`wire`), and what
//! some refuse (`stream_options`, `max_tokens`) is left out or renamed once they say so. A request
//! is tried again only as long as nothing was said, for a reason that may pass, and within the time
//! one may wait for a first token. From the first word on, a cut, a silence or something unreadable
//! ends the turn as failed: what was said so far is not stored, and the visitor may ask again.
//!
//! A `data` line that is not JSON ends the answer as unreadable at once, because nobody can tell
//! what was lost with it. JSON of another shape is passed over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, RequestBuilder, Response};
use tokio::time::{Instant, sleep, timeout_at};

use super::model::{Finish, Model, ModelError, ModelRequest, TokenSink};
use crate::config::{OpenAiConfig, Secret};
use crate::net::Net;

mod body;
mod refusal;
mod retry;
mod stream;
mod thinking;
mod wire;

use body::Dialect;
use retry::{Backoff, Failed};

/// Requests for one answer, at most, that failed for a reason that may pass.
const ATTEMPTS: u32 = 4;

/// How to reach a model.
#[derive(Clone, Debug)]
pub struct OpenAiOptions {
    /// The address that `/chat/completions` is appended to, without a trailing slash.
    pub base_url: String,
    /// The bearer token.
    pub api_key: Option<Secret>,
    /// The model of agents that name none.
    pub model: String,
    /// The longest wait for the beginning of an answer, over all attempts, and the longest silence
    /// within it.
    pub silence: Duration,
}

impl From<&OpenAiConfig> for OpenAiOptions {
    fn from(config: &OpenAiConfig) -> Self {
        Self {
            base_url: config.base_url.clone(),
            api_key: config.api_key.clone(),
            model: config.model.clone(),
            silence: config.timeout(),
        }
    }
}

/// The model.
#[derive(Debug)]
pub struct OpenAi {
    client: Client,
    options: OpenAiOptions,
    /// The server wants `max_completion_tokens`.
    renamed_limit: AtomicBool,
    /// The server does not know `stream_options`.
    plain_stream: AtomicBool,
}

impl OpenAi {
    /// A model at an address of the operator's own configuration.
    #[must_use]
    pub fn new(net: &Net, options: OpenAiOptions) -> Self {
        Self {
            client: net.trusted().clone(),
            options,
            renamed_limit: AtomicBool::new(false),
            plain_stream: AtomicBool::new(false),
        }
    }

    fn dialect(&self) -> Dialect {
        Dialect {
            renamed_limit: self.renamed_limit.load(Ordering::Relaxed),
            plain_stream: self.plain_stream.load(Ordering::Relaxed),
        }
    }

    /// Remembers what the server does not understand; whether that is news.
    fn learn(&self, dialect: Dialect) -> bool {
        let limit = dialect.renamed_limit && !self.renamed_limit.swap(true, Ordering::Relaxed);
        let stream = dialect.plain_stream && !self.plain_stream.swap(true, Ordering::Relaxed);
        limit || stream
    }

    fn call(&self, request: &ModelRequest) -> RequestBuilder {
        let body = body::body(request, &self.options.model, self.dialect());
        let url = format!("{}/chat/completions", self.options.base_url);
        let call = self.client.post(url).header("accept", "text/event-stream").json(&body);
        match &self.options.api_key {
            Some(key) => call.bearer_auth(key.expose()),
            None => call,
        }
    }

    /// One attempt.
    async fn attempt(
        &self,
        request: &ModelRequest,
        deadline: Instant,
        out: &mut TokenSink,
    ) -> Result<Finish, Failed> {
        let response = self.open(request, deadline).await?;
        let first = deadline.max(Instant::now());
        stream::read(response, first, self.options.silence, out).await
    }

    async fn open(&self, request: &ModelRequest, deadline: Instant) -> Result<Response, Failed> {
        loop {
            let sent = timeout_at(deadline, self.call(request).send()).await;
            let response = match sent {
                Err(_) => return Err(Failed::finally(timed_out("no answer to the request"))),
                Ok(Err(error)) => return Err(refusal::transport(&error)),
                Ok(Ok(response)) => response,
            };
            if response.status().is_success() {
                return Ok(response);
            }
            let read = refusal::read(response, self.options.api_key.as_ref());
            let refused = timeout_at(deadline, read).await;
            let refused = refused.map_err(|_| Failed::finally(timed_out("no end of an error")))?;
            if !self.learn(refused.wants) {
                return Err(refused.failed);
            }
        }
    }
}

#[async_trait]
impl Model for OpenAi {
    async fn answer(
        &self,
        request: ModelRequest,
        out: &mut TokenSink,
    ) -> Result<Finish, ModelError> {
        let deadline = Instant::now() + self.options.silence;
        let mut backoff = Backoff::new(request.turn);
        for attempt in 1.. {
            let failed = match self.attempt(&request, deadline, out).await {
                Ok(finish) => return Ok(finish),
                Err(failed) => failed,
            };
            let Some(wait) = backoff
                .wait(&failed)
                .filter(|wait| attempt < ATTEMPTS && Instant::now() + *wait < deadline)
            else {
                return Err(failed.error);
            };
            tracing::debug!(turn = %request.turn, attempt, error = %failed.error, "trying again");
            sleep(wait).await;
        }
        unreachable!("attempts are counted without end")
    }

    fn takes_pictures(&self) -> bool {
        true
    }
}

fn timed_out(what: &str) -> ModelError {
    ModelError::TimedOut(what.to_owned())
}

#[cfg(test)]
mod tests;
