//! Reading a stream of events as it comes.

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ReadableStreamDefaultReader;
use widget_core::event::sse::Decoder;

use super::{Step, wire};
use crate::app::App;
use crate::model::cursor::Feed;
use crate::model::message::{Msg, Problem, Signal};
use widget_dom::js::Js;

/// A stream that is being read. It is dropped as soon as another one took its place.
#[derive(Debug)]
pub(crate) struct Stream {
    feed: Feed,
    number: u32,
    reader: ReadableStreamDefaultReader,
    decoder: Decoder,
}

impl Stream {
    /// Begins to read the body of an answer.
    pub(super) fn open(app: &mut App, feed: Feed, number: u32, body: Js) {
        let reader = body.0.unchecked_into();
        let stream = Box::new(Self { feed, number, reader, decoder: Decoder::default() });
        if stream.say(app, Signal::Opened) {
            stream.next(app);
        }
    }

    /// Waits for the next piece.
    fn next(self: Box<Self>, app: &mut App) {
        let piece = self.reader.read();
        app.when(&piece, Step::Piece(self));
    }

    /// Takes a piece, which is `{ done, value }`, and tells the model what is in it.
    pub(super) fn take(mut self: Box<Self>, app: &mut App, piece: Result<JsValue, JsValue>) {
        let Ok(piece) = piece else {
            self.say(app, Signal::Closed(Some(Problem::default())));
            return;
        };
        let Some(bytes) = Js(piece).member::<Uint8Array>("value") else {
            self.say(app, Signal::Closed(None));
            return;
        };
        self.decoder.push(&bytes.to_vec());
        // An event too large to hold was skipped by the decoder; the rest is unharmed.
        while let Some(event) = self.decoder.next() {
            let Ok(event) = event else { continue };
            if let Some(happened) = wire::event(&event.event, &event.data)
                && !self.say(app, Signal::Event(event.id, happened))
            {
                return;
            }
        }
        self.next(app);
    }

    /// Tells the model, as long as this stream is the one that is heard; says whether it still is.
    fn say(&self, app: &mut App, signal: Signal) -> bool {
        if self.number == app.stream {
            app.dispatch(Msg::Stream(self.feed, signal));
        }
        self.number == app.stream
    }
}
