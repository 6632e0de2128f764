//! Reading an answer as it comes.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use tokio::time::{Instant, timeout_at};
use widget_core::event::sse::Decoder;
use widget_core::event::{FinishReason, Usage};

use super::refusal;
use super::retry::Failed;
use super::thinking::Thinking;
use super::wire::Chunk;
use crate::engine::model::{Finish, ModelError, TokenSink};

/// The longest event of a stream. A chunk is a few words; no honest one comes near.
const MOST_EVENT: usize = 256 << 10;
/// The longest answer that comes in one piece.
const MOST_WHOLE: usize = 1 << 20;
/// How long the usage, or the end of the connection, may come after the end of the answer.
const AFTERWORD: Duration = Duration::from_secs(2);

/// Reads the answer, its first chunk before `first` and each further one after no more than
/// `silence`.
pub(super) async fn read(
    response: Response,
    first: Instant,
    silence: Duration,
    out: &mut TokenSink,
) -> Result<Finish, Failed> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return whole(response, first, out).await;
    }
    let mut reader =
        Reader { out, thinking: Thinking::default(), said: false, end: End::default() };
    let result = reader.stream(response, first, silence).await;
    // Once something was said there is no second attempt.
    result.map_err(|failed| if reader.said { Failed::finally(failed.error) } else { failed })
}

/// How an answer ends, as far as is known.
#[derive(Debug, Default)]
struct End {
    reason: Option<FinishReason>,
    usage: Option<Usage>,
    /// `[DONE]` came.
    done: bool,
}

impl End {
    fn finish(&self) -> Finish {
        Finish { reason: self.reason.unwrap_or(FinishReason::Stop), usage: self.usage }
    }
}

struct Reader<'a> {
    out: &'a mut TokenSink,
    thinking: Thinking,
    /// Whether anything reached the visitor.
    said: bool,
    end: End,
}

impl Reader<'_> {
    async fn stream(
        &mut self,
        mut response: Response,
        first: Instant,
        silence: Duration,
    ) -> Result<Finish, Failed> {
        let mut decoder = Decoder::with_limit(MOST_EVENT);
        let mut deadline = first;
        while !self.end.done {
            let next = timeout_at(deadline, response.chunk()).await;
            let bytes = match next {
                Ok(Ok(Some(bytes))) => bytes,
                _ if self.end.reason.is_some() => break,
                Ok(Ok(None)) => return Err(self.cut("the stream ended in the middle".to_owned())),
                Ok(Err(error)) => return Err(self.cut(refusal::chain(&error))),
                Err(_) => {
                    let silent = ModelError::TimedOut("no further chunk".to_owned());
                    return Err(Failed::finally(silent));
                }
            };
            decoder.push(&bytes);
            for event in decoder.by_ref() {
                let Ok(event) = event else { return Err(unreadable("an event without end")) };
                self.take(&event.data).await?;
            }
            let patience = if self.end.reason.is_some() { AFTERWORD } else { silence };
            deadline = Instant::now() + patience;
        }
        let rest = self.thinking.finish();
        self.say(rest).await;
        Ok(self.end.finish())
    }

    async fn take(&mut self, data: &str) -> Result<(), Failed> {
        let data = data.trim();
        if data.is_empty() || self.end.done {
            return Ok(());
        }
        if data == "[DONE]" {
            self.end.done = true;
            return Ok(());
        }
        let chunk: Chunk =
            serde_json::from_str(data).map_err(|_| unreadable("a chunk that is not JSON"))?;
        if let Some(error) = chunk.error.as_ref().filter(|error| !error.is_null()) {
            return Err(refusal::reported(error));
        }
        self.end.usage = chunk.usage().or(self.end.usage);
        self.end.reason = self.end.reason.or(chunk.finish());
        let text = self.thinking.read(&chunk.text());
        if text.is_empty() {
            self.out.pulse().await;
        } else {
            self.say(text).await;
        }
        Ok(())
    }

    async fn say(&mut self, text: String) {
        if !text.is_empty() {
            self.said = true;
            self.out.text(text).await;
        }
    }

    fn cut(&self, said: String) -> Failed {
        Failed::for_now(ModelError::Cut(said), None)
    }
}

fn unreadable(what: &str) -> Failed {
    Failed::finally(ModelError::Malformed(what.to_owned()))
}

/// A server that does not stream answers in one piece.
async fn whole(
    mut response: Response,
    deadline: Instant,
    out: &mut TokenSink,
) -> Result<Finish, Failed> {
    let mut body = Vec::new();
    loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(bytes))) if body.len() + bytes.len() <= MOST_WHOLE => {
                body.extend_from_slice(&bytes);
            }
            Ok(Ok(Some(_))) => return Err(unreadable("an answer without end")),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => {
                return Err(Failed::for_now(ModelError::Cut(refusal::chain(&error)), None));
            }
            Err(_) => return Err(Failed::finally(ModelError::TimedOut("no end".to_owned()))),
        }
    }
    let answer: Chunk =
        serde_json::from_slice(&body).map_err(|_| unreadable("an answer that is not JSON"))?;
    if let Some(error) = answer.error.as_ref().filter(|error| !error.is_null()) {
        return Err(refusal::reported(error));
    }
    let mut thinking = Thinking::default();
    let mut text = thinking.read(&answer.text());
    text.push_str(&thinking.finish());
    out.text(text).await;
    let reason = answer.finish().unwrap_or(FinishReason::Stop);
    Ok(Finish { reason, usage: answer.usage() })
}
