//! What a model says to one request, step by step.

use std::io;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use crate::wait::in_time;

/// The course of one answer. Steps are played in order; nothing is added by itself.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub(super) before_head: Option<Gate>,
    pub(super) refusal: Option<Refusal>,
    steps: Vec<Step>,
}

/// An answer that is no stream.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

#[derive(Clone, Debug)]
enum Step {
    Send(Bytes),
    Hold(Gate),
    Stall,
    Cut,
}

impl Script {
    /// A stream that ends before it said anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// A whole, ordinary answer: one chunk a word, then usage, finish and `[DONE]`.
    pub fn answer(text: &str) -> Self {
        let count = text.split_whitespace().count() as u64;
        Self::new().words(text).usage(11, count).finish()
    }

    /// Answers with an error status and `{"error": {"message": …}}`.
    pub fn refuse(status: u16, message: &str) -> Self {
        let status = StatusCode::from_u16(status).expect("a status code");
        let body = json!({ "error": { "message": message } }).to_string();
        let refusal = Refusal { status, headers: HeaderMap::new(), body };
        Self { refusal: Some(refusal), ..Self::default() }
    }

    /// Sets a header of a refusal.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let refusal = self.refusal.as_mut().expect("only a refusal has headers of its own");
        let name: HeaderName = name.parse().expect("a header name");
        refusal.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Sends not even a status line until the gate is open.
    #[must_use]
    pub fn late(mut self, gate: &Gate) -> Self {
        self.before_head = Some(gate.clone());
        self
    }

    /// Says this in one chunk.
    #[must_use]
    pub fn say(self, text: &str) -> Self {
        self.delta(&json!({ "content": text }))
    }

    /// Says this in one chunk a word.
    #[must_use]
    pub fn words(self, text: &str) -> Self {
        text.split_inclusive(' ').fold(self, Script::say)
    }

    /// Calls a tool, with the arguments in two chunks as real models send them.
    #[must_use]
    pub fn tool_call(self, id: &str, name: &str, arguments: &Value) -> Self {
        let arguments = arguments.to_string();
        let (first, rest) = arguments.split_at(arguments.len() / 2);
        let call = json!({ "index": 0, "id": id, "type": "function",
            "function": { "name": name, "arguments": first } });
        let more = json!({ "index": 0, "function": { "arguments": rest } });
        self.delta(&json!({ "tool_calls": [call] })).delta(&json!({ "tool_calls": [more] }))
    }

    /// Waits there until the gate is open.
    #[must_use]
    pub fn hold(self, gate: &Gate) -> Self {
        self.step(Step::Hold(gate.clone()))
    }

    /// Reports tokens used.
    #[must_use]
    pub fn usage(self, prompt: u64, completion: u64) -> Self {
        let total = prompt + completion;
        let usage = json!({ "prompt_tokens": prompt, "completion_tokens": completion,
            "total_tokens": total });
        self.chunk(&json!({ "object": "chat.completion.chunk", "choices": [], "usage": usage }))
    }

    /// Finishes with `stop` and `[DONE]`.
    #[must_use]
    pub fn finish(self) -> Self {
        self.finish_for("stop")
    }

    /// Finishes for another reason: `length`, `tool_calls`, `content_filter`.
    #[must_use]
    pub fn finish_for(self, reason: &str) -> Self {
        self.choice(&json!({ "index": 0, "delta": {}, "finish_reason": reason }))
            .raw("data: [DONE]\n\n")
    }

    /// Sends these bytes as they are.
    #[must_use]
    pub fn raw(self, bytes: impl Into<Bytes>) -> Self {
        self.step(Step::Send(bytes.into()))
    }

    /// Says nothing more and keeps the connection open.
    #[must_use]
    pub fn stall(self) -> Self {
        self.step(Step::Stall)
    }

    /// Breaks the connection off.
    #[must_use]
    pub fn cut(self) -> Self {
        self.step(Step::Cut)
    }

    fn delta(self, delta: &Value) -> Self {
        self.choice(&json!({ "index": 0, "delta": delta, "finish_reason": null }))
    }

    fn choice(self, choice: &Value) -> Self {
        self.chunk(&json!({ "object": "chat.completion.chunk", "choices": [choice] }))
    }

    fn chunk(self, chunk: &Value) -> Self {
        self.raw(format!("data: {chunk}\n\n"))
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Plays all steps; whether the caller was still there at the end.
    pub(super) async fn play(self, feed: &mpsc::Sender<io::Result<Bytes>>) -> bool {
        for step in self.steps {
            let stayed = match step {
                Step::Send(bytes) => feed.send(Ok(bytes)).await.is_ok(),
                Step::Hold(gate) => tokio::select! {
                    () = gate.pass() => true,
                    () = feed.closed() => false,
                },
                Step::Stall => {
                    feed.closed().await;
                    false
                }
                Step::Cut => feed.send(Err(io::ErrorKind::ConnectionAborted.into())).await.is_ok(),
            };
            if !stayed {
                return false;
            }
        }
        true
    }
}

/// A point in a script at which the model waits for the test.
#[derive(Clone, Debug)]
pub struct Gate {
    open: watch::Sender<bool>,
    reached: watch::Sender<bool>,
}

impl Gate {
    /// A closed gate.
    #[expect(clippy::new_without_default, reason = "a default gate would say nothing of its state")]
    pub fn new() -> Self {
        Self { open: watch::Sender::new(false), reached: watch::Sender::new(false) }
    }

    /// Lets the model go on, now and at every later pass.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until the model stands before the gate: everything before it has been sent.
    pub async fn reached(&self) {
        in_time("the model at its gate", seen(&self.reached)).await;
    }

    pub(super) async fn pass(&self) {
        self.reached.send_replace(true);
        seen(&self.open).await;
    }
}

async fn seen(flag: &watch::Sender<bool>) {
    // The sender is held here, so waiting cannot fail.
    let _ = flag.subscribe().wait_for(|flag| *flag).await;
}
