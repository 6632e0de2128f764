//! Agents. Their versions are in `versions.rs`, which both are behind the same trait.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use widget_core::id::{AgentId, AgentVersionId, OrganizationId};
use widget_core::time::Timestamp;

use super::listing::Listing;
use super::values::moment;
use super::{SqliteStore, versions};
use crate::store::records::{
    Agent, AgentVersion, Listed, NewPassage, NewVersion, Page, Refusal, VersionNumber,
};
use crate::store::{Agents, StoreError, StoreResult};

const SELECT: &str =
    "SELECT id, organization_id, name, revision, created_at, updated_at FROM agents";

#[async_trait]
impl Agents for SqliteStore {
    async fn insert_agent(&self, agent: Agent) -> StoreResult<()> {
        self.write(move |c| {
            c.prepare_cached(
                "INSERT INTO agents (id, organization_id, name, revision, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                agent.id.as_uuid(),
                agent.organization_id.as_uuid(),
                agent.name,
                agent.revision,
                agent.created_at.ms(),
                agent.updated_at.ms(),
            ])?;
            Ok(())
        })
        .await
    }

    async fn agent(&self, organization: OrganizationId, id: AgentId) -> StoreResult<Agent> {
        self.read(move |c| find(c, organization, id)).await
    }

    async fn agents(&self, organization: OrganizationId, page: Page) -> StoreResult<Listed<Agent>> {
        self.read(move |c| {
            Listing::of(SELECT)
                .keep("organization_id = ?", Some(*organization.as_uuid()))
                .page(c, page, agent)
        })
        .await
    }

    async fn update_agent(
        &self,
        organization: OrganizationId,
        id: AgentId,
        name: String,
        expected: Option<i64>,
        now: Timestamp,
    ) -> StoreResult<Agent> {
        self.write(move |c| {
            let mut agent = find(c, organization, id)?;
            unless_stale(expected, agent.revision)?;
            agent.name = name;
            agent.revision += 1;
            agent.updated_at = now;
            c.prepare_cached(
                "UPDATE agents SET name = ?2, revision = ?3, updated_at = ?4 WHERE id = ?1",
            )?
            .execute(params![id.as_uuid(), agent.name, agent.revision, now.ms()])?;
            Ok(agent)
        })
        .await
    }

    async fn delete_agent(
        &self,
        organization: OrganizationId,
        id: AgentId,
        expected: Option<i64>,
    ) -> StoreResult<()> {
        self.write(move |c| {
            let agent = find(c, organization, id)?;
            unless_stale(expected, agent.revision)?;
            let served = "SELECT 1 FROM widgets WHERE agent_id = ?1";
            if c.prepare_cached(served)?.exists([id.as_uuid()])? {
                return Err(StoreError::Refused(Refusal::InUse));
            }
            c.prepare_cached("DELETE FROM agents WHERE id = ?1")?.execute([id.as_uuid()])?;
            Ok(())
        })
        .await
    }

    async fn insert_version(
        &self,
        organization: OrganizationId,
        version: NewVersion,
    ) -> StoreResult<AgentVersion> {
        self.write(move |c| versions::insert(c, organization, &version)).await
    }

    async fn version(
        &self,
        organization: OrganizationId,
        agent: AgentId,
        number: VersionNumber,
    ) -> StoreResult<AgentVersion> {
        self.read(move |c| versions::numbered(c, organization, agent, number)).await
    }

    async fn version_by_id(
        &self,
        organization: OrganizationId,
        id: AgentVersionId,
    ) -> StoreResult<AgentVersion> {
        self.read(move |c| versions::find(c, organization, id)).await
    }

    async fn versions(
        &self,
        organization: OrganizationId,
        agent: AgentId,
        page: Page,
    ) -> StoreResult<Listed<AgentVersion>> {
        self.read(move |c| versions::list(c, organization, agent, page)).await
    }

    async fn update_version(
        &self,
        organization: OrganizationId,
        id: AgentVersionId,
        config: Value,
        passages: Vec<NewPassage>,
        _now: Timestamp,
    ) -> StoreResult<AgentVersion> {
        self.write(move |c| versions::update(c, organization, id, config, &passages)).await
    }

    async fn publish_version(
        &self,
        organization: OrganizationId,
        id: AgentVersionId,
        now: Timestamp,
    ) -> StoreResult<AgentVersion> {
        self.write(move |c| versions::publish(c, organization, id, now)).await
    }
}

/// [`Refusal::Stale`] when the caller has seen another revision than the stored one.
pub(super) fn unless_stale(expected: Option<i64>, stored: i64) -> StoreResult<()> {
    match expected {
        Some(expected) if expected != stored => Err(StoreError::Refused(Refusal::Stale)),
        _ => Ok(()),
    }
}

pub(super) fn find(
    c: &Connection,
    organization: OrganizationId,
    id: AgentId,
) -> StoreResult<Agent> {
    let sql = "SELECT id, organization_id, name, revision, created_at, updated_at FROM agents
               WHERE id = ?1 AND organization_id = ?2";
    let ids = [id.as_uuid(), organization.as_uuid()];
    Ok(c.prepare_cached(sql)?.query_row(ids, agent)?)
}

/// The agent with this id, whosever it is.
pub(super) fn find_any(c: &Connection, id: AgentId) -> StoreResult<Agent> {
    let sql = "SELECT id, organization_id, name, revision, created_at, updated_at FROM agents
               WHERE id = ?1";
    Ok(c.prepare_cached(sql)?.query_row([id.as_uuid()], agent)?)
}

fn agent(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent {
        id: AgentId::from_uuid(row.get(0)?),
        organization_id: OrganizationId::from_uuid(row.get(1)?),
        name: row.get(2)?,
        revision: row.get(3)?,
        created_at: moment(row, 4)?,
        updated_at: moment(row, 5)?,
    })
}
