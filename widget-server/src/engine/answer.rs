//! An answer while it is being said.

use std::collections::HashMap;

use widget_core::event::StreamEvent;
use widget_core::id::ConversationId;
use widget_core::message::{Block, Citation};

use super::form_marks::{FormMarks, Part};
use super::markers::Markers;
use super::model::{OfferedForm, Piece, form_block};
use super::quote::quote;
use super::retrieval::Query;
use crate::conversations::hub::Hub;
use crate::store::records::Passage;

/// Blocks of one answer.
const MOST_BLOCKS: usize = 16;

/// Takes the pieces of a model in and publishes what visitors may see of them.
#[derive(Debug)]
pub(super) struct Answer {
    hub: Hub,
    conversation: ConversationId,
    passages: Vec<Passage>,
    query: Query,
    markers: Markers,
    forms: FormMarks,
    quotes: HashMap<usize, String>,
    text: String,
    blocks: Vec<Block>,
    most_bytes: usize,
}

/// What was said.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) citations: Vec<Citation>,
    pub(super) blocks: Vec<Block>,
}

/// Whether an answer may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    Full,
}

impl Answer {
    pub(super) fn new(
        hub: Hub,
        conversation: ConversationId,
        passages: Vec<Passage>,
        query: Query,
        forms: &[OfferedForm],
        most_bytes: usize,
    ) -> Self {
        let markers = Markers::new(passages.len());
        Self {
            forms: FormMarks::new(forms.iter().map(|form| form.id.clone()).collect()),
            hub,
            conversation,
            passages,
            query,
            markers,
            quotes: HashMap::new(),
            text: String::new(),
            blocks: Vec::new(),
            most_bytes,
        }
    }

    /// Takes pieces in. Texts that came together are published together.
    pub(super) fn say(&mut self, pieces: impl IntoIterator<Item = Piece>) -> Room {
        let mut text = String::new();
        let mut room = Room::Left;
        for piece in pieces {
            if let Piece::Text(more) = piece {
                for part in self.forms.read(&more) {
                    match part {
                        Part::Text(more) => text.push_str(&self.markers.read(&more)),
                        Part::Form(id) => {
                            room = self.publish_text(&std::mem::take(&mut text));
                            self.show(form_block(&id));
                        }
                    }
                }
                continue;
            }
            room = self.publish_text(&std::mem::take(&mut text));
            match piece {
                Piece::Citation { passage, quote } => self.cite(passage, quote),
                Piece::Block(block) => self.show(block),
                Piece::Text(_) | Piece::Pulse => {}
            }
        }
        if room == Room::Left { self.publish_text(&text) } else { room }
    }

    /// Publishes what was held back and the citations.
    pub(super) fn close(&mut self) {
        let held = self.forms.finish();
        let mut rest = self.markers.read(&held);
        rest.push_str(&self.markers.finish());
        self.publish_text(&rest);
        let citations = self.citations();
        if !citations.is_empty() {
            self.publish(StreamEvent::Citations { citations });
        }
    }

    /// What was said, as it is stored.
    pub(super) fn said(&self) -> Said {
        Said {
            text: self.text.trim_end().to_owned(),
            citations: self.citations(),
            blocks: self.blocks.clone(),
        }
    }

    /// Whether nothing was said yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim_end().is_empty() && self.blocks.is_empty()
    }

    fn publish_text(&mut self, text: &str) -> Room {
        let mut text: String =
            text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
        if self.text.is_empty() {
            text.drain(..text.len() - text.trim_start().len());
        }
        let left = self.most_bytes.saturating_sub(self.text.len());
        let full = text.len() > left;
        text.truncate(text.floor_char_boundary(left));
        if !text.is_empty() {
            self.text.push_str(&text);
            self.publish(StreamEvent::Token { text });
        }
        if full { Room::Full } else { Room::Left }
    }

    fn cite(&mut self, passage: usize, quote: Option<String>) {
        if self.markers.cite(passage).is_some()
            && let Some(quote) = quote
        {
            self.quotes.entry(passage).or_insert(quote);
        }
    }

    /// Whether a block of this type is part of it.
    pub(super) fn shows(&self, kind: &str) -> bool {
        self.blocks.iter().any(|block| block.kind() == kind)
    }

    /// Shows more than text.
    pub(super) fn show(&mut self, block: Block) {
        if self.blocks.len() < MOST_BLOCKS {
            self.publish(StreamEvent::Block(block.clone()));
            self.blocks.push(block);
        }
    }

    fn publish(&self, event: StreamEvent) {
        self.hub.publish(self.conversation, event);
    }

    fn citations(&self) -> Vec<Citation> {
        let cited = self.markers.cited().iter();
        cited
            .filter_map(|at| self.passages.get(*at).map(|passage| (at, passage)))
            .map(|(at, passage)| Citation {
                title: passage.title.clone(),
                url: passage.url.clone(),
                quote: self.quotes.get(at).cloned().or_else(|| quote(&passage.text, &self.query)),
            })
            .collect()
    }
}
