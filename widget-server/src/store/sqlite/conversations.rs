//! Conversations. Their messages are in `messages.rs`, which both are behind the same trait.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value};
use widget_core::conversation::{Channel, Conversation, ConversationStatus, FEEDBACK_KEY, Handler};
use widget_core::id::{
    AgentId, AgentVersionId, ConversationId, MessageId, OrganizationId, VisitorId, WidgetId,
};
use widget_core::time::Timestamp;

use super::listing::Listing;
use super::values::{Json, Text, maybe_moment, moment};
use super::{SqliteStore, budget, messages};
use crate::store::records::{
    Appended, Budget, ConversationChange, ConversationFilter, ConversationRecord, Listed,
    MessageRecord, NewMessage, Page, Rating, Refusal, VisitorLimits,
};
use crate::store::{Conversations, StoreError, StoreResult};

const SELECT: &str = "
    SELECT id, organization_id, widget_id, agent_id, agent_version_id, user_id, proven, status,
           handler, title, custom_metadata, feedback, created_at, updated_at, ended_at
    FROM conversations";

#[async_trait]
impl Conversations for SqliteStore {
    async fn create_conversation(
        &self,
        conversation: ConversationRecord,
        limits: VisitorLimits,
    ) -> StoreResult<()> {
        self.write(move |c| {
            budget::admit(c, &conversation.conversation, &limits)?;
            insert(c, conversation)
        })
        .await
    }

    async fn conversation(&self, id: ConversationId) -> StoreResult<ConversationRecord> {
        self.read(move |c| find(c, id)).await
    }

    async fn resumable_conversation(
        &self,
        widget: WidgetId,
        visitor: VisitorId,
        since: Timestamp,
        budget: Budget,
    ) -> StoreResult<Option<ConversationRecord>> {
        self.read(move |c| resumable(c, widget, &visitor, since, budget)).await
    }

    async fn conversations(
        &self,
        filter: ConversationFilter,
        page: Page,
    ) -> StoreResult<Listed<ConversationRecord>> {
        self.read(move |c| {
            let ids = filter.ids.map(|ids| {
                let hex: Vec<_> = ids.iter().map(|id| id.as_uuid().simple().to_string()).collect();
                serde_json::json!(hex).to_string()
            });
            Listing::of(SELECT)
                .keep("organization_id = ?", filter.organization_id.map(|id| *id.as_uuid()))
                .keep("widget_id = ?", filter.widget_id.map(|id| *id.as_uuid()))
                .keep("agent_id = ?", filter.agent_id.map(|id| *id.as_uuid()))
                .keep("status = ?", filter.status.map(ConversationStatus::as_str))
                .keep("user_id = ?", filter.user_id.map(|id| id.as_str().to_owned()))
                .keep("id IN (SELECT unhex(value) FROM json_each(?))", ids)
                .between("created_at", filter.created_after, filter.created_before)
                .page(c, page, conversation)
        })
        .await
    }

    async fn update_conversation(
        &self,
        id: ConversationId,
        change: ConversationChange,
        now: Timestamp,
    ) -> StoreResult<ConversationRecord> {
        self.write(move |c| {
            let mut record = find(c, id)?;
            let moves = change.visitor.is_some();
            apply(&mut record, change, now)?;
            update(c, &record)?;
            if moves {
                move_traces(c, &record.conversation)?;
            }
            Ok(record)
        })
        .await
    }

    async fn delete_conversation(&self, id: ConversationId) -> StoreResult<()> {
        self.write(move |c| {
            let deleted = c
                .prepare_cached("DELETE FROM conversations WHERE id = ?1")?
                .execute([id.as_uuid()])?;
            if deleted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
        })
        .await
    }

    async fn erase_visitor(&self, widget: WidgetId, visitor: VisitorId) -> StoreResult<u64> {
        self.write(move |c| erase_visitor(c, widget, &visitor)).await
    }

    async fn append_message(&self, message: NewMessage) -> StoreResult<Appended> {
        self.write(move |c| messages::append(c, message)).await
    }

    async fn messages(
        &self,
        conversation: ConversationId,
        from: i64,
        limit: u32,
    ) -> StoreResult<Vec<MessageRecord>> {
        self.read(move |c| messages::last(c, conversation, from, limit)).await
    }

    async fn message(&self, id: MessageId) -> StoreResult<MessageRecord> {
        self.read(move |c| messages::find(c, id)).await
    }

    async fn next_seq(&self, conversation: ConversationId) -> StoreResult<i64> {
        self.read(move |c| {
            let sql = "SELECT next_seq FROM conversations WHERE id = ?1";
            Ok(c.prepare_cached(sql)?.query_row([conversation.as_uuid()], |row| row.get(0))?)
        })
        .await
    }

    async fn rate_message(
        &self,
        conversation: ConversationId,
        message: MessageId,
        rating: Rating,
    ) -> StoreResult<()> {
        self.write(move |c| messages::rate(c, conversation, message, &rating)).await
    }

    async fn submit_feedback(
        &self,
        conversation: ConversationId,
        data: Map<String, Value>,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.write(move |c| submit_feedback(c, conversation, &data, now)).await
    }
}

/// A conversation as far as a message or a turn must know it.
pub(super) struct Standing {
    pub(super) organization_id: OrganizationId,
    pub(super) widget_id: WidgetId,
    pub(super) agent_id: AgentId,
    pub(super) status: ConversationStatus,
    pub(super) handler: Handler,
    pub(super) next_seq: i64,
}

pub(super) fn standing(c: &Connection, id: ConversationId) -> StoreResult<Standing> {
    let sql = "SELECT organization_id, widget_id, agent_id, status, handler, next_seq
               FROM conversations WHERE id = ?1";
    Ok(c.prepare_cached(sql)?.query_row([id.as_uuid()], |row| {
        Ok(Standing {
            organization_id: OrganizationId::from_uuid(row.get(0)?),
            widget_id: WidgetId::from_uuid(row.get(1)?),
            agent_id: AgentId::from_uuid(row.get(2)?),
            status: row.get::<_, Text<_>>(3)?.0,
            handler: row.get::<_, Text<_>>(4)?.0,
            next_seq: row.get(5)?,
        })
    })?)
}

fn find(c: &Connection, id: ConversationId) -> StoreResult<ConversationRecord> {
    let sql = format!("{SELECT} WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([id.as_uuid()], conversation)?)
}

fn insert(c: &Connection, record: ConversationRecord) -> StoreResult<()> {
    let mut conversation = record.conversation;
    conversation.custom_metadata.shift_remove(FEEDBACK_KEY);
    c.prepare_cached(
        "INSERT INTO conversations (id, organization_id, widget_id, agent_id, agent_version_id,
             user_id, proven, status, handler, next_seq, title, custom_metadata, created_at,
             updated_at, ended_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        conversation.id.as_uuid(),
        record.organization_id.as_uuid(),
        conversation.widget_id.as_uuid(),
        conversation.agent_id.as_uuid(),
        conversation.agent_version_id.as_uuid(),
        conversation.user_id.as_str(),
        record.proven,
        conversation.status.as_str(),
        record.handler.as_str(),
        conversation.title,
        Json(&conversation.custom_metadata),
        conversation.created_at.ms(),
        conversation.updated_at.ms(),
        conversation.ended_at.map(Timestamp::ms),
    ])?;
    Ok(())
}

fn resumable(
    c: &Connection,
    widget: WidgetId,
    visitor: &VisitorId,
    since: Timestamp,
    budget: Budget,
) -> StoreResult<Option<ConversationRecord>> {
    let sql = format!(
        "{SELECT} WHERE widget_id = ?1 AND user_id = ?2 AND proven AND ended_at IS NULL
         AND last_message_at >= ?3 ORDER BY id DESC"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query(params![widget.as_uuid(), visitor.as_str(), since.ms()])?;
    while let Some(row) = rows.next()? {
        let record = conversation(row)?;
        if budget::has_room(c, record.conversation.id, since, &budget)? {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

fn apply(
    record: &mut ConversationRecord,
    change: ConversationChange,
    now: Timestamp,
) -> StoreResult<()> {
    let conversation = &mut record.conversation;
    if let Some(status) = change.status
        && status != conversation.status
    {
        if conversation.status.is_terminal() {
            return Err(StoreError::Refused(Refusal::Ended));
        }
        if conversation.status.may_become(status) {
            conversation.status = status;
            conversation.ended_at = status.is_terminal().then_some(now);
        }
    }
    if let Some(handler) = change.handler {
        record.handler = handler;
    }
    if let Some((visitor, proven)) = change.visitor {
        conversation.user_id = visitor;
        record.proven = proven;
    }
    if let Some(mut metadata) = change.merge_metadata {
        metadata.shift_remove(FEEDBACK_KEY);
        conversation.custom_metadata.extend(metadata);
    }
    if let Some(title) = change.title {
        conversation.title = Some(title);
    }
    conversation.updated_at = now;
    Ok(())
}

fn update(c: &Connection, record: &ConversationRecord) -> StoreResult<()> {
    let conversation = &record.conversation;
    let mut metadata = conversation.custom_metadata.clone();
    metadata.shift_remove(FEEDBACK_KEY);
    c.prepare_cached(
        "UPDATE conversations SET user_id = ?2, proven = ?3, status = ?4, handler = ?5,
             title = ?6, custom_metadata = ?7, updated_at = ?8, ended_at = ?9
         WHERE id = ?1",
    )?
    .execute(params![
        conversation.id.as_uuid(),
        conversation.user_id.as_str(),
        record.proven,
        conversation.status.as_str(),
        record.handler.as_str(),
        conversation.title,
        Json(&metadata),
        conversation.updated_at.ms(),
        conversation.ended_at.map(Timestamp::ms),
    ])?;
    Ok(())
}

/// What the visitor left in the conversation goes where the conversation goes: who erases the new
/// visitor erases it too.
fn move_traces(c: &Connection, conversation: &Conversation) -> StoreResult<()> {
    for sql in [
        "UPDATE leads SET user_id = ?2 WHERE conversation_id = ?1",
        "UPDATE events SET user_id = ?2 WHERE conversation_id = ?1",
    ] {
        c.prepare_cached(sql)?
            .execute(params![conversation.id.as_uuid(), conversation.user_id.as_str()])?;
    }
    Ok(())
}

fn erase_visitor(c: &Connection, widget: WidgetId, visitor: &VisitorId) -> StoreResult<u64> {
    let whose = params![widget.as_uuid(), visitor.as_str()];
    for sql in [
        "DELETE FROM leads WHERE widget_id = ?1 AND user_id = ?2",
        "DELETE FROM events WHERE widget_id = ?1 AND user_id = ?2",
    ] {
        c.prepare_cached(sql)?.execute(whose)?;
    }
    let conversations = c
        .prepare_cached("DELETE FROM conversations WHERE widget_id = ?1 AND user_id = ?2")?
        .execute(whose)?;
    Ok(conversations as u64)
}

fn submit_feedback(
    c: &Connection,
    id: ConversationId,
    data: &Map<String, Value>,
    now: Timestamp,
) -> StoreResult<()> {
    let given: bool = c
        .prepare_cached("SELECT feedback IS NOT NULL FROM conversations WHERE id = ?1")?
        .query_row([id.as_uuid()], |row| row.get(0))?;
    if given {
        return Err(StoreError::Refused(Refusal::FeedbackExists));
    }
    c.prepare_cached("UPDATE conversations SET feedback = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![id.as_uuid(), Json(data), now.ms()])?;
    Ok(())
}

fn conversation(row: &Row<'_>) -> rusqlite::Result<ConversationRecord> {
    let Json(mut custom_metadata) = row.get::<_, Json<Map<String, Value>>>(10)?;
    if let Some(Json(feedback)) = row.get::<_, Option<Json<Value>>>(11)? {
        custom_metadata.insert(FEEDBACK_KEY.to_owned(), feedback);
    }
    Ok(ConversationRecord {
        conversation: Conversation {
            id: ConversationId::from_uuid(row.get(0)?),
            widget_id: WidgetId::from_uuid(row.get(2)?),
            agent_id: AgentId::from_uuid(row.get(3)?),
            agent_version_id: AgentVersionId::from_uuid(row.get(4)?),
            user_id: row.get::<_, Text<_>>(5)?.0,
            channel: Channel::WebRtc,
            status: row.get::<_, Text<_>>(7)?.0,
            title: row.get(9)?,
            custom_metadata,
            created_at: moment(row, 12)?,
            updated_at: moment(row, 13)?,
            ended_at: maybe_moment(row, 14)?,
        },
        organization_id: OrganizationId::from_uuid(row.get(1)?),
        handler: row.get::<_, Text<_>>(8)?.0,
        proven: row.get(6)?,
    })
}
