//! Requests to the server.

use js_sys::{JSON, Promise};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, AbortSignal, Headers, RequestInit};

use widget_dom::js;

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
    pub(super) fn header(&self, name: &str, value: &str) {
        let _ = self.init.get_headers().unchecked_ref::<Headers>().set(name, value);
    }

    /// With the conversation's token.
    pub(super) fn token(&self, token: Option<&str>) {
        if let Some(token) = token {
            let mut bearer = String::from("Bearer ");
            bearer.push_str(token);
            self.header("Authorization", &bearer);
        }
    }

    /// `POST` with a body as JSON. It goes as plain text, which needs no preflight where there is
    /// no token either, unless a header says that it is JSON.
    pub(super) fn post(&self, body: &JsValue) {
        self.init.set_method("POST");
        self.init.set_body(&JSON::stringify(body).map_or(JsValue::UNDEFINED, JsValue::from));
    }

    /// As long as the controller lets it.
    pub(super) fn stoppable(&self, controller: &AbortController) {
        self.init.set_signal(Some(&controller.signal()));
    }

    /// Sends it.
    pub(super) fn send(&self) -> Promise {
        js::window().fetch_with_str_and_init(&self.url, &self.init).unchecked_into()
    }
}
