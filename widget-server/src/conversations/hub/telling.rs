//! A turn so far, as short as it can be told.

use widget_core::event::StreamEvent;
use widget_core::id::TurnId;

/// The events of a turn with neighbouring pieces of text joined and what was replaced left out.
pub(super) struct Telling {
    turn: TurnId,
    said: Vec<StreamEvent>,
    bytes: usize,
    runs: bool,
}

impl Telling {
    pub(super) fn of(turn: TurnId, event: StreamEvent) -> Self {
        Self { turn, said: vec![event], bytes: 0, runs: true }
    }

    pub(super) fn turn(&self) -> TurnId {
        self.turn
    }

    pub(super) fn runs(&self) -> bool {
        self.runs
    }

    /// Roughly what the text takes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn events(&self) -> Vec<StreamEvent> {
        self.said.clone()
    }

    /// Takes an event of the conversation in, if it belongs to the turn.
    pub(super) fn hear(&mut self, event: &StreamEvent) {
        if !self.runs {
            return;
        }
        match event {
            StreamEvent::Token { text } => {
                self.bytes += text.len();
                if let Some(StreamEvent::Token { text: before }) = self.said.last_mut() {
                    before.push_str(text);
                    return;
                }
            }
            StreamEvent::Citations { .. } => {
                self.said.retain(|said| !matches!(said, StreamEvent::Citations { .. }));
            }
            StreamEvent::ToolCall(call) => {
                let same = |said: &StreamEvent| matches!(said, StreamEvent::ToolCall(earlier) if earlier.id == call.id);
                if let Some(place) = self.said.iter_mut().find(|said| same(said)) {
                    *place = event.clone();
                    return;
                }
            }
            StreamEvent::Block(_) => {}
            StreamEvent::Error { .. } | StreamEvent::Done { .. } => self.runs = false,
            StreamEvent::Turn { .. }
            | StreamEvent::Message(_)
            | StreamEvent::Typing { .. }
            | StreamEvent::Handler { .. }
            | StreamEvent::Ended { .. } => return,
        }
        self.said.push(event.clone());
    }
}
