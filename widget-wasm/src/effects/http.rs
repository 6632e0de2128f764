//! Requests to the server; how they are made is said in `http.js`.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::app::App;

#[wasm_bindgen(module = "/src/http.js")]
extern "C" {
    fn send(
        url: &str,
        token: Option<&str>,
        last_event: Option<&str>,
        streams: bool,
        body: Option<&Object>,
    ) -> Promise;

    /// Closes the stream that is open.
    pub(super) fn hang_up();
}

impl App {
    /// Sends a request with the token, if any; with a body it is a `POST`.
    pub(super) fn send(&self, path: &str, token: Option<&str>, body: Option<&Object>) -> Promise {
        send(&self.url(path), token, None, false, body)
    }

    /// Sends a request with the conversation's token that is answered by a stream.
    pub(super) fn stream(&self, path: &str, last: Option<&str>, body: Option<&Object>) -> Promise {
        send(&self.url(path), Some(self.model.token()), last, true, body)
    }

    fn url(&self, path: &str) -> String {
        let mut url = self.base.clone();
        url.push_str(path);
        url
    }
}
