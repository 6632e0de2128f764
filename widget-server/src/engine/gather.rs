//! What a model is given beside the question: the conversation so far, and passages.

use widget_core::id::{AgentVersionId, ConversationId, MessageId};
use widget_core::message::Role;

use super::model::{Said, SentFile, Speaker};
use super::retrieval::{self, Query};
use super::{files, tokens};
use crate::store::records::{MessageRecord, Passage};
use crate::store::{Store, StoreResult};

/// Messages read from the store; more than any history holds.
const MOST_MESSAGES: u32 = 60;

/// What it takes to name a file. (Pictures are few, and counted with the request.)
const FILE_TOKENS: u64 = 30;

/// What was gathered for a question.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Gathered {
    /// The question it was gathered for.
    pub(super) question: String,
    /// The files that came with it.
    pub(super) files: Vec<SentFile>,
    /// What was said before, oldest first.
    pub(super) history: Vec<Said>,
    /// The question in words.
    pub(super) query: Query,
    /// What may answer it.
    pub(super) passages: Vec<Passage>,
}

/// Where to gather.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sources {
    pub(super) conversation: ConversationId,
    pub(super) version: AgentVersionId,
    /// The first message that may be seen.
    pub(super) visible_from: i64,
    /// Whether the version has documents.
    pub(super) has_knowledge: bool,
    /// The most tokens of history.
    pub(super) history_tokens: u64,
}

/// Where the history ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// Before this message, which may not be stored yet and is the newest once it is.
    Newest(MessageId),
    /// Before this place.
    Place(i64),
}

/// Reads the history before the question and finds the passages.
pub(super) async fn gather(
    store: &dyn Store,
    sources: Sources,
    question: &str,
    files: Vec<SentFile>,
    until: Until,
) -> StoreResult<Gathered> {
    let search = async |query: &Query| match sources.has_knowledge {
        true => retrieval::find(store, sources.version, query).await,
        false => Ok(Vec::new()),
    };
    let reading = store.messages(sources.conversation, sources.visible_from, MOST_MESSAGES);
    let query = Query::of(question, &[]);
    // A question that says enough by itself is looked up while the history is read.
    let (mut messages, early) = if query.stands_alone() {
        let (messages, passages) = tokio::try_join!(reading, search(&query))?;
        (messages, Some(passages))
    } else {
        (reading.await?, None)
    };
    messages.retain(|message| match until {
        Until::Newest(id) => message.id != id,
        Until::Place(seq) => message.seq < seq,
    });
    let history = history(&messages, sources.history_tokens);
    let (query, passages) = match early {
        Some(passages) => (query, passages),
        None => {
            let query = Query::of(question, &history);
            let passages = search(&query).await?;
            (query, passages)
        }
    };
    Ok(Gathered { question: question.to_owned(), files, history, query, passages })
}

/// The newest messages that fit, oldest first; it never begins with an answer.
fn history(messages: &[MessageRecord], tokens: u64) -> Vec<Said> {
    let mut left = tokens;
    let mut history: Vec<Said> = Vec::new();
    for message in messages.iter().rev() {
        let files = files::of(&message.blocks);
        let cost = tokens::estimate(&message.content) + 4 + FILE_TOKENS * files.len() as u64;
        if cost > left {
            break;
        }
        left -= cost;
        let by = match message.role {
            Role::User => Speaker::Visitor,
            Role::Agent => Speaker::Agent,
            Role::System => Speaker::System,
        };
        history.push(Said { by, text: message.content.clone(), files });
    }
    while history.last().is_some_and(|said| said.by == Speaker::Agent) {
        history.pop();
    }
    history.reverse();
    history
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use widget_core::id::MessageId;
    use widget_core::time::Timestamp;

    use super::*;

    fn message(seq: i64, role: Role, content: &str) -> MessageRecord {
        MessageRecord {
            id: MessageId::from_uuid(Uuid::from_u128(1)),
            conversation_id: ConversationId::from_uuid(Uuid::from_u128(2)),
            seq,
            role,
            content: content.to_owned(),
            citations: vec![],
            blocks: vec![],
            turn_id: None,
            client_message_id: None,
            external_id: None,
            rating: None,
            created_at: Timestamp::EPOCH,
        }
    }

    fn texts(history: &[Said]) -> Vec<&str> {
        history.iter().map(|said| said.text.as_str()).collect()
    }

    #[test]
    fn the_newest_that_fits_is_kept_in_order_and_begins_with_a_question() {
        let messages = [
            message(1, Role::User, "first question"),
            message(2, Role::Agent, "first answer"),
            message(3, Role::User, "second question"),
            message(4, Role::Agent, "second answer"),
        ];
        assert_eq!(texts(&history(&messages, 1_000)).len(), 4);
        assert_eq!(texts(&history(&messages, 25)), ["second question", "second answer"]);
        assert_eq!(texts(&history(&messages[..3], 1_000)).len(), 3);
        assert!(history(&messages, 3).is_empty());
    }
}
