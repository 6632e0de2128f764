//! Calls to the server. Nothing here decides anything: a refusal becomes a [`Problem`].

use js_sys::JSON;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Headers, RequestInit, Response};

use super::js::Js;
use crate::model::message::Problem;

/// How long a call that is no stream may take.
const PATIENCE_MS: u32 = 20_000;

/// A request that is being put together.
#[derive(Debug)]
pub(crate) struct Request {
    url: String,
    init: RequestInit,
}

impl Request {
    /// `GET`, until it has a body.
    pub(crate) fn new(base: &str, path: &str) -> Self {
        let mut url = String::from(base);
        url.push_str(path);
        let init = RequestInit::new();
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));
        init.set_headers(&Headers::new().map_or(JsValue::UNDEFINED, JsValue::from));
        Self { url, init }
    }

    /// With a header.
    pub(super) fn header(self, name: &str, value: &str) -> Self {
        let _ = self.init.get_headers().unchecked_ref::<Headers>().set(name, value);
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
    pub(super) fn post(self, body: &JsValue) -> Self {
        self.init.set_method("POST");
        self.init.set_body(&JSON::stringify(body).map_or(JsValue::UNDEFINED, JsValue::from));
        self
    }

    /// The same as JSON.
    pub(super) fn json(self, body: &JsValue) -> Self {
        self.header("Content-Type", "application/json").post(body)
    }

    /// As long as the controller lets it.
    pub(super) fn stoppable(self, controller: &AbortController) -> Self {
        self.init.set_signal(Some(&controller.signal()));
        self
    }

    /// Sends it. An answer that is a refusal is an answer.
    pub(super) async fn send(self) -> Result<Response, Problem> {
        let window = web_sys::window().ok_or_else(Problem::default)?;
        let sent = window.fetch_with_str_and_init(&self.url, &self.init);
        JsFuture::from(sent).await.map(JsCast::unchecked_into).map_err(|_| Problem::default())
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
