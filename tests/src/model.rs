//! A model endpoint that speaks OpenAI's `/v1/chat/completions` with streaming, as scripted.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, Response, StatusCode, header};

use crate::listener::{AnswerBody, Listener, Received, fed, whole};
use crate::wait::until;

pub use script::{Gate, Script};

mod script;

/// A running model endpoint. Each request takes the next queued script, else the usual one.
#[derive(Debug)]
pub struct ModelServer {
    listener: Listener,
    state: Arc<Mutex<State>>,
}

/// A request that the model received.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The request itself.
    pub request: Received,
    left: Arc<AtomicBool>,
}

#[derive(Debug)]
struct State {
    queue: VecDeque<Script>,
    usual: Script,
    asked: Vec<Asked>,
}

impl Asked {
    /// Whether the caller went away before the script was over.
    pub fn was_left(&self) -> bool {
        self.left.load(Ordering::SeqCst)
    }

    /// The text of the last message of the request.
    pub fn last_message(&self) -> String {
        let body = self.request.json();
        let last = body["messages"].as_array().and_then(|messages| messages.last());
        last.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned()
    }
}

impl ModelServer {
    /// A model that answers everything with one sentence.
    pub async fn start() -> Self {
        let usual = Script::answer("The model's usual answer.");
        let state = State { queue: VecDeque::new(), usual, asked: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let listener = Listener::start(move |request| answer(Arc::clone(&shared), request)).await;
        Self { listener, state }
    }

    /// The value for `openai.base_url`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.listener.address)
    }

    /// Queues the script for the next request that has none yet.
    pub fn next(&self, script: Script) {
        lock(&self.state).queue.push_back(script);
    }

    /// Answers with this whenever nothing is queued.
    pub fn usually(&self, script: Script) {
        lock(&self.state).usual = script;
    }

    /// Every request so far, in order of arrival.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.state).asked.clone()
    }

    /// The request with that number, counted from 0, once it has come.
    pub async fn request(&self, number: usize) -> Asked {
        let what = format!("request {number} to the model");
        until(&what, || std::future::ready(self.asked().get(number).cloned())).await
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Received) -> Response<AnswerBody> {
    if request.method != "POST" || request.path != "/v1/chat/completions" {
        return reply(
            StatusCode::NOT_FOUND,
            "application/json",
            whole(r#"{"error":"no such path"}"#),
        );
    }
    let left = Arc::new(AtomicBool::new(false));
    let script = {
        let mut state = lock(&state);
        state.asked.push(Asked { request, left: Arc::clone(&left) });
        state.queue.pop_front().unwrap_or_else(|| state.usual.clone())
    };
    if let Some(gate) = &script.before_head {
        gate.pass().await;
    }
    if let Some(refusal) = script.refusal {
        let mut response = reply(refusal.status, "application/json", whole(refusal.body));
        response.headers_mut().extend(refusal.headers);
        return response;
    }
    let (feed, body) = fed();
    tokio::spawn(async move { left.store(!script.play(&feed).await, Ordering::SeqCst) });
    reply(StatusCode::OK, "text/event-stream", body)
}

fn reply(status: StatusCode, kind: &'static str, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::{Call, Client};

    fn completion(model: &ModelServer) -> Call {
        let body = json!({ "stream": true, "messages": [{ "role": "user", "content": "Hours?" }] });
        Client::new(&model.base_url()).post("/chat/completions").json(&body)
    }

    #[tokio::test]
    async fn a_held_answer_goes_on_when_its_gate_is_opened() {
        let model = ModelServer::start().await;
        let gate = Gate::new();
        model.next(Script::new().say("Nine").hold(&gate).say(" to five").finish());
        let mut events = completion(&model).events().await;
        assert_eq!(events.next().await.data["choices"][0]["delta"]["content"], "Nine");
        gate.reached().await;
        gate.open();
        assert_eq!(events.next().await.data["choices"][0]["delta"]["content"], " to five");
        assert_eq!(events.next().await.data["choices"][0]["finish_reason"], "stop");
        assert_eq!(model.request(0).await.last_message(), "Hours?");
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_is_noticed() {
        let model = ModelServer::start().await;
        model.next(Script::new().say("Nine").stall());
        let mut events = completion(&model).events().await;
        events.next().await;
        drop(events);
        let asked = model.request(0).await;
        crate::wait::until_true("the hang-up", || asked.was_left()).await;
    }

    #[tokio::test]
    async fn a_cut_answer_breaks_off_without_an_end() {
        let model = ModelServer::start().await;
        model.next(Script::new().say("Nine").cut());
        let mut events = completion(&model).events().await;
        events.next().await;
        assert!(events.breaks_off().await);
    }

    #[tokio::test]
    async fn a_refusal_carries_its_headers_and_the_next_request_is_served() {
        let model = ModelServer::start().await;
        model.next(Script::refuse(429, "slow down").header("retry-after", "2"));
        let reply = completion(&model).await.expect(429);
        assert_eq!(reply.header("retry-after"), Some("2"));
        let text = completion(&model).await.expect(200).text();
        assert!(text.contains("usual") && text.ends_with("data: [DONE]\n\n"), "{text}");
    }
}
