//! Reading a stream of server-sent events as it comes.

use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use widget_core::event::sse::{Decoder, SseEvent};

use crate::wait::in_time;

/// One event with its data read as JSON (or as a string where they are none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The `id:` field, where one was sent.
    pub id: Option<String>,
    /// The `event:` field; `message` where none was sent.
    pub name: String,
    /// The `data:` field.
    pub data: Value,
}

/// An open event stream; dropping it closes the connection.
#[derive(Debug)]
pub struct EventStream {
    /// The head of the reply.
    pub headers: HeaderMap,
    body: Incoming,
    decoder: Decoder,
    broken: bool,
}

impl EventStream {
    pub(crate) fn new(response: Response<Incoming>) -> Self {
        let (head, body) = response.into_parts();
        Self { headers: head.headers, body, decoder: Decoder::default(), broken: false }
    }

    /// The next event.
    ///
    /// # Panics
    /// When the stream ends before it.
    pub async fn next(&mut self) -> Event {
        self.next_or_end().await.expect("one more event")
    }

    /// The next event, or `None` when the stream is over.
    pub async fn next_or_end(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.decoder.next() {
                return Some(Event::from(event.expect("an event of a bearable size")));
            }
            self.read().await?;
        }
    }

    /// All events up to the next one of that name, which is the last of them.
    ///
    /// # Panics
    /// When the stream ends before it.
    pub async fn until(&mut self, name: &str) -> Vec<Event> {
        let mut events = Vec::new();
        // A quiet stream still carries comments: the limit holds for the whole wait.
        in_time(&format!("the event {name:?}"), async {
            while events.last().is_none_or(|event: &Event| event.name != name) {
                match self.next_or_end().await {
                    Some(event) => events.push(event),
                    None => panic!("the stream ended before {name:?}: {events:#?}"),
                }
            }
        })
        .await;
        events
    }

    /// All events to the end of the stream.
    pub async fn rest(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(event) = self.next_or_end().await {
            events.push(event);
        }
        events
    }

    /// Reads to the end and tells whether the connection broke instead of ending.
    pub async fn breaks_off(&mut self) -> bool {
        self.rest().await;
        self.broken
    }

    async fn read(&mut self) -> Option<()> {
        let frame = in_time("an event or the end of the stream", self.body.frame()).await?;
        let Ok(frame) = frame else {
            self.broken = true;
            return None;
        };
        if let Some(bytes) = frame.data_ref() {
            self.decoder.push(bytes);
        }
        Some(())
    }
}

impl From<SseEvent> for Event {
    fn from(SseEvent { id, event: name, data, .. }: SseEvent) -> Self {
        Self { id, name, data: serde_json::from_str(&data).unwrap_or_else(|_| data.into()) }
    }
}

/// The text that these events build up: the tokens since the last `turn`.
pub fn answer(events: &[Event]) -> String {
    let begin = events.iter().rposition(|event| event.name == "turn").unwrap_or(0);
    let tokens = events[begin..].iter().filter(|event| event.name == "token");
    tokens.filter_map(|token| token.data["text"].as_str()).collect()
}
