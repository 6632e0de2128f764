//! Messages of conversations.

use rusqlite::{Connection, OptionalExtension, Row, params};
use widget_core::conversation::ConversationStatus;
use widget_core::id::{ConversationId, MessageId, TurnId};
use widget_core::message::Role;

use super::conversations::{self, Standing};
use super::values::{JsonList, Text, moment};
use super::{attachments, budget};
use crate::store::records::{Appended, MessageRecord, NewMessage, Rating, Refusal};
use crate::store::{StoreError, StoreResult};

const SELECT: &str = "
    SELECT id, conversation_id, seq, role, content, citations, blocks, turn_id, client_message_id,
           external_id, rating_up, rating_comment, created_at
    FROM messages";

pub(super) fn append(c: &Connection, new: NewMessage) -> StoreResult<Appended> {
    let standing = conversations::standing(c, new.conversation_id)?;
    if let Some(message) = known(c, &new)? {
        return Ok(Appended { message, added: false });
    }
    if standing.status.is_terminal() {
        return Err(StoreError::Refused(Refusal::Ended));
    }
    if let Some(budget) = &new.budget {
        budget::check_messages(c, new.conversation_id, budget, new.now)?;
    }
    Ok(Appended { message: insert(c, &standing, new, None)?, added: true })
}

/// The message that was kept before under one of the new one's ids.
fn known(c: &Connection, new: &NewMessage) -> StoreResult<Option<MessageRecord>> {
    if let Some(id) = &new.external_id {
        let sql = format!("{SELECT} WHERE conversation_id = ?1 AND external_id = ?2");
        let values = params![new.conversation_id.as_uuid(), id];
        let found = c.prepare_cached(&sql)?.query_row(values, message).optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    match &new.client_message_id {
        Some(id) => by_client_id(c, new.conversation_id, id),
        None => Ok(None),
    }
}

pub(super) fn by_client_id(
    c: &Connection,
    conversation: ConversationId,
    id: &str,
) -> StoreResult<Option<MessageRecord>> {
    let sql = format!("{SELECT} WHERE conversation_id = ?1 AND client_message_id = ?2");
    let values = params![conversation.as_uuid(), id];
    Ok(c.prepare_cached(&sql)?.query_row(values, message).optional()?)
}

/// Keeps a message at the end of its conversation, which has begun by that.
pub(super) fn insert(
    c: &Connection,
    standing: &Standing,
    new: NewMessage,
    turn: Option<TurnId>,
) -> StoreResult<MessageRecord> {
    c.prepare_cached(
        "INSERT INTO messages (id, conversation_id, seq, role, content, citations, blocks,
             turn_id, client_message_id, external_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        new.id.as_uuid(),
        new.conversation_id.as_uuid(),
        standing.next_seq,
        new.role.as_str(),
        new.content,
        JsonList(&new.citations[..]),
        JsonList(&new.blocks[..]),
        turn.map(|id| *id.as_uuid()),
        new.client_message_id,
        new.external_id,
        new.now.ms(),
    ])?;
    attachments::send(c, new.conversation_id, new.id, &new.attachments)?;
    let status = match standing.status {
        ConversationStatus::TokenCreated => ConversationStatus::InProgress,
        status => status,
    };
    c.prepare_cached(
        "UPDATE conversations SET next_seq = ?2 + 1, last_message_at = ?3,
             updated_at = max(updated_at, ?3), status = ?4
         WHERE id = ?1",
    )?
    .execute(params![
        new.conversation_id.as_uuid(),
        standing.next_seq,
        new.now.ms(),
        status.as_str()
    ])?;
    Ok(MessageRecord {
        id: new.id,
        conversation_id: new.conversation_id,
        seq: standing.next_seq,
        role: new.role,
        content: new.content,
        citations: new.citations,
        blocks: new.blocks,
        turn_id: turn,
        client_message_id: new.client_message_id,
        external_id: new.external_id,
        rating: None,
        created_at: new.now,
    })
}

pub(super) fn last(
    c: &Connection,
    conversation: ConversationId,
    from: i64,
    limit: u32,
) -> StoreResult<Vec<MessageRecord>> {
    let sql =
        format!("{SELECT} WHERE conversation_id = ?1 AND seq >= ?2 ORDER BY seq DESC LIMIT ?3");
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map(params![conversation.as_uuid(), from, limit], message)?;
    let mut messages = rows.collect::<Result<Vec<_>, _>>()?;
    messages.reverse();
    Ok(messages)
}

pub(super) fn find(c: &Connection, id: MessageId) -> StoreResult<MessageRecord> {
    let sql = format!("{SELECT} WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([id.as_uuid()], message)?)
}

/// The last thing that was said, notices of the system aside.
pub(super) fn last_spoken(
    c: &Connection,
    conversation: ConversationId,
) -> StoreResult<Option<MessageRecord>> {
    let sql = format!(
        "{SELECT} WHERE conversation_id = ?1 AND role <> 'system' ORDER BY seq DESC LIMIT 1"
    );
    Ok(c.prepare_cached(&sql)?.query_row([conversation.as_uuid()], message).optional()?)
}

pub(super) fn delete(c: &Connection, id: MessageId) -> StoreResult<()> {
    c.prepare_cached("DELETE FROM messages WHERE id = ?1")?.execute([id.as_uuid()])?;
    Ok(())
}

pub(super) fn rate(
    c: &Connection,
    conversation: ConversationId,
    message: MessageId,
    rating: &Rating,
) -> StoreResult<()> {
    let rated = c
        .prepare_cached(
            "UPDATE messages SET rating_up = ?4, rating_comment = ?5
             WHERE id = ?1 AND conversation_id = ?2 AND role = ?3",
        )?
        .execute(params![
            message.as_uuid(),
            conversation.as_uuid(),
            Role::Agent.as_str(),
            rating.up,
            rating.comment
        ])?;
    if rated == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn message(row: &Row<'_>) -> rusqlite::Result<MessageRecord> {
    let rating = match row.get(10)? {
        Some(up) => Some(Rating { up, comment: row.get(11)? }),
        None => None,
    };
    let turn: Option<_> = row.get(7)?;
    Ok(MessageRecord {
        id: MessageId::from_uuid(row.get(0)?),
        conversation_id: ConversationId::from_uuid(row.get(1)?),
        seq: row.get(2)?,
        role: row.get::<_, Text<_>>(3)?.0,
        content: row.get(4)?,
        citations: row.get::<_, JsonList<_>>(5)?.0,
        blocks: row.get::<_, JsonList<_>>(6)?.0,
        turn_id: turn.map(TurnId::from_uuid),
        client_message_id: row.get(8)?,
        external_id: row.get(9)?,
        rating,
        created_at: moment(row, 12)?,
    })
}
