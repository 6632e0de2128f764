//! What a conversation, a visitor and a widget have used in the last 24 hours, and when there is
//! room again.
//!
//! A limit of `n` is reached when `n` were counted; there is room again as soon as enough of the
//! oldest have fallen out of the 24 hours.

use rusqlite::{Connection, Params, params};
use widget_core::conversation::Conversation;
use widget_core::id::{ConversationId, WidgetId};
use widget_core::time::Timestamp;

use super::values::{count, moment, signed};
use crate::store::records::VisitorLimit::{
    ConcurrentConversations, ConversationsPerDay, TokensPerDay,
};
use crate::store::records::{Budget, Refusal, VisitorLimits};
use crate::store::{StoreError, StoreResult};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

const CONVERSATIONS_OF_VISITOR: &str = "SELECT created_at FROM conversations
     WHERE widget_id = ?1 AND created_at > ?2 AND user_id = ?3 ORDER BY created_at";

/// `updated_at` is never before the last message; it is the column with the index.
const CONVERSATIONS_HELD: &str = "SELECT last_message_at FROM conversations
     WHERE widget_id = ?1 AND updated_at > ?2 AND last_message_at > ?2 AND ended_at IS NULL
     ORDER BY last_message_at";

const TOKENS_OF_CONVERSATION: &str =
    "SELECT at, input_tokens + output_tokens FROM usage WHERE conversation_id = ?1 AND at > ?2
     ORDER BY at";

const TOKENS_OF_WIDGET: &str =
    "SELECT at, input_tokens + output_tokens FROM usage WHERE widget_id = ?1 AND at > ?2
     ORDER BY at";

/// [`Refusal::LimitReached`] when the conversation must not begin now.
pub(super) fn admit(
    c: &Connection,
    conversation: &Conversation,
    limits: &VisitorLimits,
) -> StoreResult<()> {
    let (widget, now) = (conversation.widget_id.as_uuid(), limits.now);
    for limit in [ConversationsPerDay, ConcurrentConversations, TokensPerDay] {
        let Some(most) = limits.of(limit) else { continue };
        let since = now.plus_ms(-limit.window_ms()).ms();
        let left = match limit {
            ConversationsPerDay => {
                let values = params![widget, since, conversation.user_id.as_str()];
                when_below(c, CONVERSATIONS_OF_VISITOR, values, most, One, now)
            }
            ConcurrentConversations => {
                when_below(c, CONVERSATIONS_HELD, params![widget, since], most, One, now)
            }
            TokensPerDay => {
                when_below(c, TOKENS_OF_WIDGET, params![widget, since], most, Column, now)
            }
        };
        if let Some(at) = left? {
            let retry_at = at.plus_ms(limit.window_ms());
            return Err(StoreError::Refused(Refusal::LimitReached { limit, retry_at }));
        }
    }
    Ok(())
}

/// [`Refusal::BudgetExhausted`] when the visitor has sent as many messages as they may.
pub(super) fn check_messages(
    c: &Connection,
    conversation: ConversationId,
    budget: &Budget,
    now: Timestamp,
) -> StoreResult<()> {
    let day = now.plus_ms(-DAY_MS);
    let sql = "SELECT created_at FROM messages
               WHERE conversation_id = ?1 AND role = 'user' AND created_at > ?2
               ORDER BY created_at";
    let values = params![conversation.as_uuid(), day.ms()];
    exhausted(when_below(c, sql, values, u64::from(budget.messages), One, now)?)
}

/// [`Refusal::BudgetExhausted`] when the conversation or its widget has used as many tokens as it
/// may.
pub(super) fn check_tokens(
    c: &Connection,
    conversation: ConversationId,
    widget: WidgetId,
    budget: &Budget,
    now: Timestamp,
) -> StoreResult<()> {
    let day = now.plus_ms(-DAY_MS).ms();
    let values = params![conversation.as_uuid(), day];
    let own = when_below(c, TOKENS_OF_CONVERSATION, values, budget.tokens, Column, now)?;
    let whole = match budget.widget_tokens {
        Some(most) => {
            when_below(c, TOKENS_OF_WIDGET, params![widget.as_uuid(), day], most, Column, now)?
        }
        None => None,
    };
    exhausted(own.max(whole))
}

/// Whether the conversation is within its own budget of messages and tokens.
pub(super) fn has_room(
    c: &Connection,
    conversation: ConversationId,
    since: Timestamp,
    budget: &Budget,
) -> StoreResult<bool> {
    let values = params![conversation.as_uuid(), since.ms()];
    let messages: i64 = c
        .prepare_cached(
            "SELECT count(*) FROM messages
             WHERE conversation_id = ?1 AND role = 'user' AND created_at > ?2",
        )?
        .query_row(values, |row| row.get(0))?;
    let tokens: i64 = c
        .prepare_cached(
            "SELECT coalesce(sum(input_tokens + output_tokens), 0) FROM usage
             WHERE conversation_id = ?1 AND at > ?2",
        )?
        .query_row(values, |row| row.get(0))?;
    Ok(messages < i64::from(budget.messages) && tokens < signed(budget.tokens))
}

fn exhausted(left: Option<Timestamp>) -> StoreResult<()> {
    match left {
        Some(at) => {
            let retry_at = at.plus_ms(DAY_MS);
            Err(StoreError::Refused(Refusal::BudgetExhausted { retry_at }))
        }
        None => Ok(()),
    }
}

/// What a row of a count weighs.
#[derive(Clone, Copy)]
enum Weight {
    /// One.
    One,
    /// What its second column says.
    Column,
}
use Weight::{Column, One};

/// `None` while what `sql` counts is below the limit; else the moment of the row with whose going
/// it is below again. `sql` selects moments, oldest first.
fn when_below(
    c: &Connection,
    sql: &str,
    values: impl Params,
    limit: u64,
    weight: Weight,
    now: Timestamp,
) -> StoreResult<Option<Timestamp>> {
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(values, |row| {
        let weight = match weight {
            One => 1,
            Column => count(row, 1)?,
        };
        Ok((moment(row, 0)?, weight))
    })?;
    let counted = rows.collect::<Result<Vec<_>, _>>()?;
    let mut rest: u64 = counted.iter().map(|(_, weight)| weight).sum();
    if rest < limit {
        return Ok(None);
    }
    for (at, weight) in counted {
        rest -= weight;
        if rest < limit {
            return Ok(Some(at));
        }
    }
    // A limit of nothing is never below.
    Ok(Some(now))
}
