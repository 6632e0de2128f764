//! The model that needs no key and no network: it quotes what the agent knows.
//!
//! It never makes anything up. An answer is sentences, lists and code of the best passages, word
//! for word, with those passages as citations; where no passage speaks about enough of the
//! question it says so and offers to take an e-mail address. The same request always gets the same
//! answer.
//!
//! # The `lead_form` block
//! Beside the sentence that offers it comes a block
//! `{"type": "lead_form", "reason": "not_found"}`: the widget may show its lead form there, and
//! what is entered goes to `POST /v1/widget/leads`. When the visitor wrote an address into the chat
//! the block is `{"type": "lead_form", "reason": "address_given", "email": "…"}`, to be confirmed:
//! nothing is taken for a lead that the visitor did not submit. A client that does not know the
//! block still has the sentence.
//!
//! # Forms
//! Where a question names the title of one of the owner's forms, the answer shows that form.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::sleep;
use widget_core::event::Usage;
use widget_core::message::Block;

use super::model::{Finish, Model, ModelError, ModelRequest, OfferedForm, TokenSink};
use super::retrieval::{Coverage, Query, rarity, weight};
use crate::knowledge::stopwords::{language, primary};
use crate::store::records::Passage;

mod extract;
mod phrases;
mod small_talk;

use extract::Extract;
use phrases::Phrases;
use small_talk::SmallTalk;

/// Passages quoted in one answer.
const MOST_QUOTED: usize = 2;
/// Bytes of text that go out together, at least, cut at white space.
const GROUP: usize = 12;
/// The same where there is no white space.
const UNSPACED_GROUP: usize = 36;

/// The built-in model.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    pace: Duration,
}

/// What it says.
#[derive(Debug, Default, PartialEq)]
struct Reply {
    text: String,
    /// Passages quoted, with the quotation.
    cited: Vec<(usize, String)>,
    block: Option<serde_json::Value>,
}

impl Builtin {
    /// A model that pauses so long after every few words, so that its answers can be read as they
    /// come; zero for none.
    #[must_use]
    pub const fn new(pace: Duration) -> Self {
        Self { pace }
    }
}

#[async_trait]
impl Model for Builtin {
    async fn answer(
        &self,
        request: ModelRequest,
        out: &mut TokenSink,
    ) -> Result<Finish, ModelError> {
        let reply = compose(&request);
        for (at, group) in groups(&reply.text).into_iter().enumerate() {
            if at > 0 && !self.pace.is_zero() {
                sleep(self.pace).await;
            }
            out.text(group).await;
        }
        for (passage, quote) in reply.cited {
            out.cite(passage, Some(quote)).await;
        }
        if let Some(block) = reply.block.and_then(|block| Block::try_from(block).ok()) {
            out.block(block).await;
        }
        Ok(Finish::complete(Some(Usage::default())))
    }

    fn is_metered(&self) -> bool {
        false
    }
}

/// Answers, and says of files that nobody here looks into them.
fn compose(request: &ModelRequest) -> Reply {
    if request.files.is_empty() {
        return answer(request);
    }
    let likely = likely(request);
    let shown = language(&request.question, likely).map(str::to_owned);
    let language = shown.or_else(|| likely.map(primary)).unwrap_or_default();
    let said = Phrases::of(&language).file_sent;
    if request.question.is_empty() {
        return Reply { text: said.to_owned(), ..Reply::default() };
    }
    let reply = answer(request);
    Reply { text: format!("{said}\n\n{}", reply.text), ..reply }
}

fn likely(request: &ModelRequest) -> Option<&str> {
    request.locale.as_deref().or(request.agent.language.as_deref())
}

fn answer(request: &ModelRequest) -> Reply {
    let likely = likely(request);
    if let Some((talk, language)) = small_talk::read(&request.question, &request.agent.name) {
        return small_talk_reply(request, talk, Phrases::of(language));
    }
    let shown = language(&request.question, likely).map(str::to_owned);
    let language = shown.or_else(|| likely.map(primary)).unwrap_or_default();
    let phrases = Phrases::of(&language);
    if let Some(email) = small_talk::address(&request.question) {
        let block = json!({ "type": "lead_form", "reason": "address_given", "email": email });
        let text = phrases.address_given.to_owned();
        return Reply { text, block: Some(block), ..Reply::default() };
    }
    let query = Query::of(&request.question, &request.history);
    if query.own.is_empty() {
        return Reply { text: phrases.unclear.to_owned(), ..Reply::default() };
    }
    let quoted = quoted(&query, &request.passages, phrases);
    if let Some(form) = fitting(&query, request) {
        let text = phrases.form.to_owned();
        let reply = quoted.unwrap_or_else(|| Reply { text, ..Reply::default() });
        return Reply { block: Some(json!({ "type": "form", "form_id": form.id })), ..reply };
    }
    quoted.unwrap_or_else(|| Reply {
        text: phrases.not_found.to_owned(),
        block: Some(json!({ "type": "lead_form", "reason": "not_found" })),
        ..Reply::default()
    })
}

/// The form whose title the question names. A title of one word is named by that word alone:
/// "delivery" asks for the form of that name, "do you deliver on Sundays?" may ask for anything.
fn fitting<'a>(query: &Query, request: &'a ModelRequest) -> Option<&'a OfferedForm> {
    request.forms.iter().find(|form| {
        let title = Query::of(&form.title, &[]);
        let words = title.own.len();
        let named = title.coverage(&request.question).own_words() == words;
        words > 0 && named && (words > 1 || query.own.len() == 1)
    })
}

fn small_talk_reply(request: &ModelRequest, talk: SmallTalk, phrases: &Phrases) -> Reply {
    let text = match (talk, &request.agent.greeting) {
        (SmallTalk::Greeting, Some(greeting)) => greeting.clone(),
        (SmallTalk::Greeting, None) => phrases.greeting.to_owned(),
        (SmallTalk::Thanks, _) => phrases.thanks.to_owned(),
        (SmallTalk::Bye, _) => phrases.bye.to_owned(),
    };
    Reply { text, ..Reply::default() }
}

/// Answers with the best passages; `None` when none speaks about enough of the question.
fn quoted(query: &Query, passages: &[Passage], phrases: &Phrases) -> Option<Reply> {
    let texts: Vec<Coverage> = passages.iter().map(|it| query.passage_coverage(it)).collect();
    let own: Vec<u64> = texts.iter().map(|text| text.own).collect();
    let weights = rarity(query.own.len(), &own);
    let common = common(query.own.len(), &own);
    let mut reply = Reply::default();
    let mut covered = 0;
    for (at, (passage, coverage)) in passages.iter().zip(&texts).enumerate() {
        let first = reply.cited.is_empty();
        let new = coverage.own & !covered & !common;
        if !query.is_answered_by(*coverage) || !(first || adds(query, passage, *coverage, new)) {
            continue;
        }
        let Some(Extract { text, quote }) = extract::from(passage, query) else { continue };
        if !first {
            reply.text.push_str("\n\n");
        }
        reply.text.push_str(&text);
        reply.cited.push((at, quote));
        covered |= coverage.own;
        if reply.cited.len() == MOST_QUOTED {
            break;
        }
    }
    if reply.cited.is_empty() {
        return None;
    }
    let missed = if query.is_paired() { 0.7 } else { 0.5 };
    if weight(&weights, !covered) > missed * weight(&weights, u64::MAX) {
        reply.text = format!("{}\n\n{}", phrases.closest, reply.text);
    }
    Some(reply)
}

/// The words that more than half of the passages have.
fn common(words: usize, texts: &[u64]) -> u64 {
    let with = |word: usize| texts.iter().filter(|text| **text >> word & 1 == 1).count();
    (0..words).filter(|word| with(*word) * 2 > texts.len()).map(|word| 1 << word).sum()
}

/// Whether a further passage says something on its own account: a word of the question that was
/// not covered yet, and another one beside it or that one in its title. A single word is chance.
fn adds(query: &Query, passage: &Passage, coverage: Coverage, new: u64) -> bool {
    new != 0 && (coverage.own_words() > 1 || query.coverage(&passage.title).own & new != 0)
}

/// A text in groups of a few words.
fn groups(text: &str) -> Vec<&str> {
    let mut groups = Vec::new();
    let mut from = 0;
    let mut after_space = false;
    for (at, character) in text.char_indices() {
        let long = at - from;
        if (after_space && !character.is_whitespace() && long >= GROUP) || long >= UNSPACED_GROUP {
            groups.push(&text[from..at]);
            from = at;
        }
        after_space = character.is_whitespace();
    }
    groups.push(&text[from..]);
    groups
}

#[cfg(test)]
mod tests;
