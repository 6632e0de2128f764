//! Versions of agents.

use rusqlite::{Connection, Row, params};
use serde_json::Value;
use widget_core::agent::VersionStatus;
use widget_core::id::{AgentId, AgentVersionId, OrganizationId};
use widget_core::time::Timestamp;

use super::values::{Json, maybe_moment, moment};
use super::{agents, knowledge};
use crate::store::records::{
    AgentVersion, Listed, NewPassage, NewVersion, Page, Refusal, VersionNumber,
};
use crate::store::{StoreError, StoreResult};

/// Each query that follows adds its own conditions on version `v` and its agent `a`.
const SELECT: &str = "
    SELECT v.id, v.agent_id, v.number, v.config, v.created_at, v.published_at
    FROM agent_versions v JOIN agents a ON a.id = v.agent_id";

pub(super) fn insert(
    c: &Connection,
    organization: OrganizationId,
    new: &NewVersion,
) -> StoreResult<AgentVersion> {
    agents::find(c, organization, new.agent_id)?;
    let number: u32 = c
        .prepare_cached(
            "SELECT coalesce(max(number), 0) + 1 FROM agent_versions WHERE agent_id = ?1",
        )?
        .query_row([new.agent_id.as_uuid()], |row| row.get(0))?;
    let knowledge = knowledge::keep(c, new.agent_id, &new.passages)?;
    c.prepare_cached(
        "INSERT INTO agent_versions (id, agent_id, number, config, knowledge_id, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        new.id.as_uuid(),
        new.agent_id.as_uuid(),
        number,
        Json(&new.config),
        knowledge,
        new.now.ms(),
    ])?;
    find(c, organization, new.id)
}

pub(super) fn numbered(
    c: &Connection,
    organization: OrganizationId,
    agent: AgentId,
    number: VersionNumber,
) -> StoreResult<AgentVersion> {
    let number = match number {
        VersionNumber::Number(number) => Some(number),
        VersionNumber::Latest => None,
    };
    let sql = format!(
        "{SELECT} WHERE a.organization_id = ?1 AND v.agent_id = ?2 AND (?3 IS NULL OR v.number = ?3)
         ORDER BY v.number DESC LIMIT 1"
    );
    let values = params![organization.as_uuid(), agent.as_uuid(), number];
    Ok(c.prepare_cached(&sql)?.query_row(values, version)?)
}

pub(super) fn find(
    c: &Connection,
    organization: OrganizationId,
    id: AgentVersionId,
) -> StoreResult<AgentVersion> {
    let sql = format!("{SELECT} WHERE v.id = ?1 AND a.organization_id = ?2");
    let ids = [id.as_uuid(), organization.as_uuid()];
    Ok(c.prepare_cached(&sql)?.query_row(ids, version)?)
}

/// The version with this id, whosever it is.
pub(super) fn find_any(c: &Connection, id: AgentVersionId) -> StoreResult<AgentVersion> {
    let sql = format!("{SELECT} WHERE v.id = ?1");
    Ok(c.prepare_cached(&sql)?.query_row([id.as_uuid()], version)?)
}

/// By number: that is the order in which they were made, also within a millisecond.
pub(super) fn list(
    c: &Connection,
    organization: OrganizationId,
    agent: AgentId,
    page: Page,
) -> StoreResult<Listed<AgentVersion>> {
    agents::find(c, organization, agent)?;
    let limit = page.limit.clamp(1, 200);
    let sql = format!(
        "{SELECT} WHERE v.agent_id = ?1 AND (?2 IS NULL OR
             v.number < (SELECT number FROM agent_versions WHERE id = ?2 AND agent_id = ?1))
         ORDER BY v.number DESC LIMIT ?3"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let rows = statement.query_map(params![agent.as_uuid(), page.after, limit + 1], version)?;
    let mut items = rows.collect::<Result<Vec<_>, _>>()?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = if more { items.last().map(|version| *version.id.as_uuid()) } else { None };
    Ok(Listed { items, next })
}

pub(super) fn update(
    c: &Connection,
    organization: OrganizationId,
    id: AgentVersionId,
    config: Value,
    passages: &[NewPassage],
) -> StoreResult<AgentVersion> {
    let mut version = find(c, organization, id)?;
    if version.status == VersionStatus::Published {
        return Err(StoreError::Refused(Refusal::VersionPublished));
    }
    let knowledge = knowledge::keep(c, version.agent_id, passages)?;
    c.prepare_cached("UPDATE agent_versions SET config = ?2, knowledge_id = ?3 WHERE id = ?1")?
        .execute(params![id.as_uuid(), Json(&config), knowledge])?;
    knowledge::drop_unused(c, version.agent_id)?;
    version.config = config;
    Ok(version)
}

pub(super) fn publish(
    c: &Connection,
    organization: OrganizationId,
    id: AgentVersionId,
    now: Timestamp,
) -> StoreResult<AgentVersion> {
    let version = find(c, organization, id)?;
    if version.status == VersionStatus::Published {
        return Ok(version);
    }
    c.prepare_cached("UPDATE agent_versions SET published_at = ?2 WHERE id = ?1")?
        .execute(params![id.as_uuid(), now.ms()])?;
    find(c, organization, id)
}

fn version(row: &Row<'_>) -> rusqlite::Result<AgentVersion> {
    let published_at = maybe_moment(row, 5)?;
    let status =
        if published_at.is_some() { VersionStatus::Published } else { VersionStatus::Draft };
    Ok(AgentVersion {
        id: AgentVersionId::from_uuid(row.get(0)?),
        agent_id: AgentId::from_uuid(row.get(1)?),
        number: row.get(2)?,
        status,
        config: row.get::<_, Json<_>>(3)?.0,
        created_at: moment(row, 4)?,
        published_at,
    })
}
