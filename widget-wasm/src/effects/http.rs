//! Calls to the server. Nothing here decides anything: a refusal becomes a [`Problem`].

use gloo_net::http::{Method, RequestBuilder};
use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Response};

use super::js::Js;
use super::wire;
use crate::model::message::Problem;

/// How long a call that is no stream may take.
const PATIENCE_MS: u32 = 20_000;

/// A request that is being put together.
pub(crate) struct Request {
    builder: RequestBuilder,
    body: Option<JsValue>,
}

impl Request {
    /// `GET`, until it has a body.
    pub(crate) fn new(base: &str, path: &str) -> Self {
        let mut url = String::from(base);
        url.push_str(path);
        let patience = AbortSignal::timeout_with_u32(PATIENCE_MS);
        Self { builder: RequestBuilder::new(&url).abort_signal(Some(&patience)), body: None }
    }

    /// With a header.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// With the conversation's token.
    pub(super) fn token(self, token: Option<&str>) -> Self {
        let Some(token) = token else { return self };
        let mut bearer = String::from("Bearer ");
        bearer.push_str(token);
        self.header("Authorization", &bearer)
    }

    /// `POST` with a JSON body. It goes as plain text, which needs no preflight where there is no
    /// token either.
    pub(super) fn post(mut self, body: &impl Serialize) -> Self {
        self.body = js_sys::JSON::stringify(&wire::value(body)).ok().map(JsValue::from);
        self
    }

    /// The same as JSON.
    pub(super) fn json(self, body: &impl Serialize) -> Self {
        self.header("Content-Type", "application/json").post(body)
    }

    /// As long as the controller lets it.
    pub(super) fn stoppable(mut self, controller: Option<&AbortController>) -> Self {
        let signal = controller.map(AbortController::signal);
        self.builder = self.builder.abort_signal(signal.as_ref());
        self
    }

    /// Sends it. An answer that is a refusal is an answer.
    pub(super) async fn send(self) -> Result<Response, Problem> {
        let request = match self.body {
            Some(body) => self.builder.method(Method::POST).body(body),
            None => self.builder.build(),
        };
        let request = request.map_err(|_| Problem::default())?;
        request.send().await.map(Response::from).map_err(|_| Problem::default())
    }
}

/// The body as JSON; `undefined` when it is none.
pub(super) async fn json(response: &Response) -> Js {
    let body = match response.json() {
        Ok(body) => JsFuture::from(body).await.ok(),
        Err(_) => None,
    };
    Js(body.unwrap_or(JsValue::UNDEFINED))
}
