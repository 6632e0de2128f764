//! Files that visitors send.

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, Row, params};
use widget_core::id::{AttachmentId, ConversationId, MessageId, OrganizationId, WidgetId};

use super::SqliteStore;
use super::conversations;
use super::values::{Text, count, moment, signed};
use crate::store::records::{
    AttachmentKey, AttachmentRecord, AttachmentRoom, NewAttachment, PIECE_BYTES, Refusal,
};
use crate::store::{Attachments, StoreError, StoreResult};

const SELECT: &str = "
    SELECT a.id, a.conversation_id, c.widget_id, c.organization_id, a.message_id, a.key, a.name,
           a.media_type, a.size, a.pieces, a.created_at
    FROM attachments a JOIN conversations c ON c.id = a.conversation_id";

#[async_trait]
impl Attachments for SqliteStore {
    async fn begin_attachment(&self, new: NewAttachment, room: AttachmentRoom) -> StoreResult<()> {
        self.write(move |c| {
            let standing = conversations::standing(c, new.conversation_id)?;
            if standing.status.is_terminal() {
                return Err(StoreError::Refused(Refusal::Ended));
            }
            check_conversation(c, new.conversation_id, 1, room)?;
            check_total(c, room)?;
            insert(c, &new)
        })
        .await
    }

    async fn add_attachment_piece(
        &self,
        id: AttachmentId,
        piece: Bytes,
        room: AttachmentRoom,
    ) -> StoreResult<()> {
        if piece.len() > PIECE_BYTES {
            return Err(StoreError::Internal("a piece of a file is too large".to_owned()));
        }
        self.write(move |c| add_piece(c, id, &piece, room)).await
    }

    async fn finish_attachment(&self, id: AttachmentId) -> StoreResult<AttachmentRecord> {
        self.write(move |c| {
            c.prepare_cached("UPDATE attachments SET complete = 1 WHERE id = ?1")?
                .execute([id.as_uuid()])?;
            find(c, id)
        })
        .await
    }

    async fn discard_attachment(&self, id: AttachmentId) -> StoreResult<()> {
        self.write(move |c| {
            let sql = "SELECT message_id IS NOT NULL FROM attachments WHERE id = ?1";
            let sent: bool = c.prepare_cached(sql)?.query_row([id.as_uuid()], |row| row.get(0))?;
            if sent {
                return Err(StoreError::Refused(Refusal::InUse));
            }
            c.prepare_cached("DELETE FROM attachments WHERE id = ?1")?.execute([id.as_uuid()])?;
            Ok(())
        })
        .await
    }

    async fn attachment(&self, id: AttachmentId) -> StoreResult<AttachmentRecord> {
        self.read(move |c| find(c, id)).await
    }

    async fn attachment_by_key(&self, key: AttachmentKey) -> StoreResult<AttachmentRecord> {
        self.read(move |c| {
            let sql = format!("{SELECT} WHERE a.key = ?1 AND a.complete");
            Ok(c.prepare_cached(&sql)?.query_row([key.as_str()], attachment)?)
        })
        .await
    }

    async fn attachment_piece(&self, id: AttachmentId, number: u32) -> StoreResult<Bytes> {
        self.read(move |c| {
            let sql = "SELECT bytes FROM attachment_pieces
                       WHERE attachment_id = ?1 AND number = ?2";
            let bytes: Vec<u8> = c
                .prepare_cached(sql)?
                .query_row(params![id.as_uuid(), number], |row| row.get(0))?;
            Ok(Bytes::from(bytes))
        })
        .await
    }
}

fn insert(c: &Connection, new: &NewAttachment) -> StoreResult<()> {
    c.prepare_cached(
        "INSERT INTO attachments (id, conversation_id, key, name, media_type, size, pieces,
             complete, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6)",
    )?
    .execute(params![
        new.id.as_uuid(),
        new.conversation_id.as_uuid(),
        new.key.as_str(),
        new.name,
        new.media_type,
        new.now.ms(),
    ])?;
    Ok(())
}

fn add_piece(
    c: &Connection,
    id: AttachmentId,
    piece: &[u8],
    room: AttachmentRoom,
) -> StoreResult<()> {
    let sql = "SELECT conversation_id, pieces FROM attachments WHERE id = ?1 AND NOT complete";
    let (conversation, number): (uuid::Uuid, u32) =
        c.prepare_cached(sql)?.query_row([id.as_uuid()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let bytes = piece.len() as u64;
    check_conversation(c, ConversationId::from_uuid(conversation), bytes, room)?;
    c.prepare_cached(
        "INSERT INTO attachment_pieces (attachment_id, number, bytes) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![id.as_uuid(), number, piece])?;
    c.prepare_cached("UPDATE attachments SET size = size + ?2, pieces = pieces + 1 WHERE id = ?1")?
        .execute(params![id.as_uuid(), signed(bytes)])?;
    Ok(())
}

/// Whether the conversation has room for so many bytes more.
fn check_conversation(
    c: &Connection,
    conversation: ConversationId,
    more: u64,
    room: AttachmentRoom,
) -> StoreResult<()> {
    let used = c
        .prepare_cached(
            "SELECT coalesce(sum(size), 0) FROM attachments WHERE conversation_id = ?1",
        )?
        .query_row([conversation.as_uuid()], |row| count(row, 0))?;
    if used.saturating_add(more) > room.conversation_bytes {
        return Err(StoreError::Refused(Refusal::ConversationFull));
    }
    Ok(())
}

/// Whether there is any room left. Asked once for each file, for it counts all of them; the last
/// one may be over the limit by its own size.
fn check_total(c: &Connection, room: AttachmentRoom) -> StoreResult<()> {
    let used = c
        .prepare_cached("SELECT coalesce(sum(size), 0) FROM attachments")?
        .query_row([], |row| count(row, 0))?;
    if used >= room.total_bytes {
        return Err(StoreError::Refused(Refusal::StorageFull));
    }
    Ok(())
}

/// Makes files part of a message of their conversation, each once.
pub(super) fn send(
    c: &Connection,
    conversation: ConversationId,
    message: MessageId,
    files: &[AttachmentId],
) -> StoreResult<()> {
    for file in files {
        let sent = c
            .prepare_cached(
                "UPDATE attachments SET message_id = ?3
                 WHERE id = ?1 AND conversation_id = ?2 AND message_id IS NULL AND complete",
            )?
            .execute(params![file.as_uuid(), conversation.as_uuid(), message.as_uuid()])?;
        if sent == 0 {
            return Err(StoreError::Refused(Refusal::NotAttachable));
        }
    }
    Ok(())
}

fn find(c: &Connection, id: AttachmentId) -> StoreResult<AttachmentRecord> {
    let sql = format!("{SELECT} WHERE a.id = ?1 AND a.complete");
    Ok(c.prepare_cached(&sql)?.query_row([id.as_uuid()], attachment)?)
}

fn attachment(row: &Row<'_>) -> rusqlite::Result<AttachmentRecord> {
    let message: Option<_> = row.get(4)?;
    Ok(AttachmentRecord {
        id: AttachmentId::from_uuid(row.get(0)?),
        conversation_id: ConversationId::from_uuid(row.get(1)?),
        widget_id: WidgetId::from_uuid(row.get(2)?),
        organization_id: OrganizationId::from_uuid(row.get(3)?),
        message_id: message.map(MessageId::from_uuid),
        key: row.get::<_, Text<_>>(5)?.0,
        name: row.get(6)?,
        media_type: row.get(7)?,
        bytes: count(row, 8)?,
        pieces: row.get(9)?,
        created_at: moment(row, 10)?,
    })
}
