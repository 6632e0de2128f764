//! Reading a stream of events as it comes.

use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};
use widget_core::event::sse::Decoder;

use super::js::Js;
use super::wire;
use crate::app::App;
use crate::model::cursor::Feed;
use crate::model::message::{Msg, Problem, Signal};

/// Reads to the end and tells the model what came, as long as this stream is the one that is
/// heard.
pub(super) async fn read(app: &Rc<App>, feed: Feed, number: u32, response: &Response) {
    let say = |signal| app.dispatch(Msg::Stream(feed, signal));
    say(Signal::Opened);
    let reader = response.body().map(|body| body.get_reader());
    let reader = reader.map(JsCast::unchecked_into::<ReadableStreamDefaultReader>);
    let mut decoder = Decoder::default();
    let mut cut = true;
    while let Some(reader) = &reader {
        // `read()` gives `{ done, value }`.
        let piece = JsFuture::from(reader.read()).await;
        if number != app.stream() {
            return;
        }
        let Ok(piece) = piece else { break };
        let Some(bytes) = Js(piece).member::<Uint8Array>("value") else {
            cut = false;
            break;
        };
        decoder.push(&bytes.to_vec());
        for event in decoder.by_ref() {
            // An event too large to hold was skipped by the decoder; the rest is unharmed.
            let Ok(event) = event else { continue };
            if let Some(happened) = wire::event(&event.event, &event.data) {
                say(Signal::Event(event.id.and_then(|id| id.parse().ok()), happened));
            }
            if number != app.stream() {
                return;
            }
        }
    }
    say(Signal::Closed(cut.then(Problem::default)));
}
