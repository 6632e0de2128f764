//! Turns: one question and its answer.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use widget_core::conversation::Handler;
use widget_core::id::{ConversationId, MessageId, TurnId};
use widget_core::message::Role;
use widget_core::time::Timestamp;

use super::conversations::{self, Standing};
use super::values::{Text, count, maybe_moment, moment, signed};
use super::{SqliteStore, budget, messages};
use crate::store::records::{
    Begun, MessageRecord, NewMessage, NewTurn, Question, Refusal, TurnEnd, TurnRecord, TurnStatus,
    Usage,
};
use crate::store::{StoreError, StoreResult, Turns};

const SELECT: &str = "
    SELECT id, conversation_id, user_message_id, message_id, status, error_code, finish_reason,
           input_tokens, output_tokens, owner, lease_until, started_at, ended_at
    FROM turns";

/// Why a turn failed whose process is gone, as the engine spells it.
const ABANDONED: &str = "turn_interrupted";

#[async_trait]
impl Turns for SqliteStore {
    async fn begin_turn(&self, turn: NewTurn) -> StoreResult<Begun> {
        self.write(move |c| begin(c, &turn)).await
    }

    async fn finish_turn(&self, end: TurnEnd) -> StoreResult<Option<MessageRecord>> {
        self.write(move |c| finish(c, end)).await
    }

    async fn turn(&self, id: TurnId) -> StoreResult<TurnRecord> {
        self.read(move |c| find(c, id)).await
    }

    async fn last_turn(&self, conversation: ConversationId) -> StoreResult<Option<TurnRecord>> {
        self.read(move |c| {
            let sql = format!("{SELECT} WHERE conversation_id = ?1 ORDER BY number DESC LIMIT 1");
            Ok(c.prepare_cached(&sql)?.query_row([conversation.as_uuid()], turn).optional()?)
        })
        .await
    }

    async fn extend_turns(&self, owner: &str, until: Timestamp) -> StoreResult<()> {
        let owner = owner.to_owned();
        self.write(move |c| {
            c.prepare_cached(
                "UPDATE turns SET lease_until = ?2 WHERE status = 'running' AND owner = ?1",
            )?
            .execute(params![owner, until.ms()])?;
            Ok(())
        })
        .await
    }

    async fn fail_abandoned_turns(
        &self,
        owner: &str,
        now: Timestamp,
    ) -> StoreResult<Vec<TurnRecord>> {
        let owner = owner.to_owned();
        self.write(move |c| fail_abandoned(c, &owner, now)).await
    }

    async fn conversation_usage(&self, conversation: ConversationId) -> StoreResult<Usage> {
        self.read(move |c| {
            let sql = "SELECT coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0)
                       FROM usage WHERE conversation_id = ?1";
            Ok(c.prepare_cached(sql)?.query_row([conversation.as_uuid()], |row| {
                Ok(Usage { input_tokens: count(row, 0)?, output_tokens: count(row, 1)? })
            })?)
        })
        .await
    }
}

fn begin(c: &Connection, new: &NewTurn) -> StoreResult<Begun> {
    let standing = conversations::standing(c, new.conversation_id)?;
    match new.question.clone() {
        Question::Message { id, content, blocks, attachments, client_message_id } => {
            let known = match &client_message_id {
                Some(id) => messages::by_client_id(c, new.conversation_id, id)?,
                None => None,
            };
            if let Some(question) = known {
                return repeat(c, new, &standing, question);
            }
            let message = NewMessage {
                id,
                conversation_id: new.conversation_id,
                role: Role::User,
                content,
                citations: Vec::new(),
                blocks,
                attachments,
                client_message_id,
                external_id: None,
                budget: None,
                now: new.now,
            };
            ask(c, new, &standing, message)
        }
        Question::Again(answer) => ask_again(c, new, &standing, answer),
    }
}

/// A message that is not there yet.
fn ask(
    c: &Connection,
    new: &NewTurn,
    standing: &Standing,
    message: NewMessage,
) -> StoreResult<Begun> {
    unless_ended(standing)?;
    if standing.handler == Handler::Human {
        budget::check_messages(c, new.conversation_id, &new.budget, new.now)?;
        let message = messages::insert(c, standing, message, None)?;
        return Ok(Begun::Kept { message, added: true });
    }
    unless_running(c, new.conversation_id)?;
    budget::check_messages(c, new.conversation_id, &new.budget, new.now)?;
    budget::check_tokens(c, new.conversation_id, standing.widget_id, &new.budget, new.now)?;
    let question = messages::insert(c, standing, message, Some(new.id))?;
    open(c, new, question, None)
}

/// A message that was sent before.
fn repeat(
    c: &Connection,
    new: &NewTurn,
    standing: &Standing,
    question: MessageRecord,
) -> StoreResult<Begun> {
    // A turn that failed does not count while there is one that did not: the answer of that one
    // stands.
    let sql = format!(
        "{SELECT} WHERE user_message_id = ?1 AND status <> 'failed' ORDER BY number DESC LIMIT 1"
    );
    let latest = c.prepare_cached(&sql)?.query_row([question.id.as_uuid()], turn).optional()?;
    if let Some(turn) = latest {
        return Ok(if turn.status == TurnStatus::Running {
            Begun::Running(turn)
        } else {
            let answer = answer_of(c, &turn)?;
            Begun::Finished(turn, answer)
        });
    }
    unless_ended(standing)?;
    if standing.handler == Handler::Human {
        return Ok(Begun::Kept { message: question, added: false });
    }
    unless_running(c, new.conversation_id)?;
    budget::check_tokens(c, new.conversation_id, standing.widget_id, &new.budget, new.now)?;
    open(c, new, question, None)
}

/// The question of an answer, once more.
fn ask_again(
    c: &Connection,
    new: &NewTurn,
    standing: &Standing,
    answer: MessageId,
) -> StoreResult<Begun> {
    let last = messages::last_spoken(c, new.conversation_id)?.ok_or(StoreError::NotFound)?;
    if last.id != answer || last.role != Role::Agent {
        return Err(StoreError::NotFound);
    }
    // What a person said has no turn.
    let answered = find(c, last.turn_id.ok_or(StoreError::NotFound)?)?;
    let question = messages::find(c, answered.user_message_id)?;
    unless_ended(standing)?;
    if standing.handler == Handler::Human {
        return Ok(Begun::Kept { message: question, added: false });
    }
    unless_running(c, new.conversation_id)?;
    budget::check_tokens(c, new.conversation_id, standing.widget_id, &new.budget, new.now)?;
    open(c, new, question, Some(answer))
}

fn unless_ended(standing: &Standing) -> StoreResult<()> {
    if standing.status.is_terminal() { Err(StoreError::Refused(Refusal::Ended)) } else { Ok(()) }
}

fn unless_running(c: &Connection, conversation: ConversationId) -> StoreResult<()> {
    let sql = "SELECT 1 FROM turns WHERE conversation_id = ?1 AND status = 'running'";
    if c.prepare_cached(sql)?.exists([conversation.as_uuid()])? {
        return Err(StoreError::Refused(Refusal::TurnRunning));
    }
    Ok(())
}

fn open(
    c: &Connection,
    new: &NewTurn,
    mut question: MessageRecord,
    replaces: Option<MessageId>,
) -> StoreResult<Begun> {
    c.prepare_cached(
        "INSERT INTO turns (id, conversation_id, user_message_id, message_id, replaces, status,
             input_tokens, output_tokens, owner, lease_until, started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'running', 0, 0, ?6, ?7, ?8)",
    )?
    .execute(params![
        new.id.as_uuid(),
        new.conversation_id.as_uuid(),
        question.id.as_uuid(),
        new.message_id.as_uuid(),
        replaces.map(|id| *id.as_uuid()),
        new.owner,
        new.lease_until.ms(),
        new.now.ms(),
    ])?;
    if question.turn_id != Some(new.id) {
        question.turn_id = Some(new.id);
        c.prepare_cached("UPDATE messages SET turn_id = ?2 WHERE id = ?1")?
            .execute([question.id.as_uuid(), new.id.as_uuid()])?;
    }
    Ok(Begun::Started { turn: find(c, new.id)?, question })
}

fn finish(c: &Connection, end: TurnEnd) -> StoreResult<Option<MessageRecord>> {
    if end.status == TurnStatus::Running {
        return Err(StoreError::Internal("a turn cannot end as running".to_owned()));
    }
    let turn = find(c, end.id)?;
    if turn.status != TurnStatus::Running {
        return answer_of(c, &turn);
    }
    let standing = conversations::standing(c, turn.conversation_id)?;
    note_usage(c, &turn, &standing, &end)?;
    c.prepare_cached(
        "UPDATE turns SET status = ?2, error_code = ?3, finish_reason = ?4, input_tokens = ?5,
             output_tokens = ?6, ended_at = ?7
         WHERE id = ?1",
    )?
    .execute(params![
        end.id.as_uuid(),
        end.status.as_str(),
        end.error_code,
        end.finish_reason,
        signed(end.usage.input_tokens),
        signed(end.usage.output_tokens),
        end.now.ms(),
    ])?;
    let empty = end.content.is_empty() && end.blocks.is_empty();
    if end.status == TurnStatus::Failed || empty {
        return Ok(None);
    }
    let replaced: Option<uuid::Uuid> = c
        .prepare_cached("SELECT replaces FROM turns WHERE id = ?1")?
        .query_row([end.id.as_uuid()], |row| row.get(0))?;
    if let Some(replaced) = replaced {
        messages::delete(c, MessageId::from_uuid(replaced))?;
    }
    let answer = NewMessage {
        id: turn.message_id,
        conversation_id: turn.conversation_id,
        role: Role::Agent,
        content: end.content,
        citations: end.citations,
        blocks: end.blocks,
        attachments: Vec::new(),
        client_message_id: None,
        external_id: None,
        budget: None,
        now: end.now,
    };
    messages::insert(c, &standing, answer, Some(turn.id)).map(Some)
}

fn note_usage(
    c: &Connection,
    turn: &TurnRecord,
    standing: &Standing,
    end: &TurnEnd,
) -> StoreResult<()> {
    c.prepare_cached(
        "INSERT INTO usage (organization_id, widget_id, agent_id, conversation_id, turn_id, at,
             input_tokens, output_tokens)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        standing.organization_id.as_uuid(),
        standing.widget_id.as_uuid(),
        standing.agent_id.as_uuid(),
        turn.conversation_id.as_uuid(),
        turn.id.as_uuid(),
        end.now.ms(),
        signed(end.usage.input_tokens),
        signed(end.usage.output_tokens),
    ])?;
    Ok(())
}

fn answer_of(c: &Connection, turn: &TurnRecord) -> StoreResult<Option<MessageRecord>> {
    match messages::find(c, turn.message_id) {
        Ok(message) => Ok(Some(message)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// One process serves a database: running turns of any other one are nobody's, lease or not.
fn fail_abandoned(c: &Connection, owner: &str, now: Timestamp) -> StoreResult<Vec<TurnRecord>> {
    let mut statement = c.prepare_cached(
        "UPDATE turns SET status = 'failed', error_code = ?3, ended_at = ?2
         WHERE status = 'running' AND owner <> ?1
         RETURNING id, conversation_id, user_message_id, message_id, status, error_code,
                   finish_reason, input_tokens, output_tokens, owner, lease_until, started_at,
                   ended_at",
    )?;
    let turns = statement.query_map(params![owner, now.ms(), ABANDONED], turn)?;
    Ok(turns.collect::<Result<_, _>>()?)
}

fn find(c: &Connection, id: TurnId) -> StoreResult<TurnRecord> {
    let sql = format!("{SELECT} WHERE id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([id.as_uuid()], turn)?)
}

fn turn(row: &Row<'_>) -> rusqlite::Result<TurnRecord> {
    Ok(TurnRecord {
        id: TurnId::from_uuid(row.get(0)?),
        conversation_id: ConversationId::from_uuid(row.get(1)?),
        user_message_id: MessageId::from_uuid(row.get(2)?),
        message_id: MessageId::from_uuid(row.get(3)?),
        status: row.get::<_, Text<_>>(4)?.0,
        error_code: row.get(5)?,
        finish_reason: row.get(6)?,
        usage: Usage { input_tokens: count(row, 7)?, output_tokens: count(row, 8)? },
        owner: row.get(9)?,
        lease_until: moment(row, 10)?,
        started_at: moment(row, 11)?,
        ended_at: maybe_moment(row, 12)?,
    })
}
