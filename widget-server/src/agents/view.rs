//! What the management API shows of agents and versions.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::agent::VersionStatus;
use widget_core::id::{AgentId, AgentVersionId, OrganizationId};
use widget_core::time::Timestamp;

use crate::store::records::{Agent, AgentVersion};

/// An agent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Agent")]
pub struct AgentView {
    /// Its id.
    pub id: AgentId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl From<&Agent> for AgentView {
    fn from(agent: &Agent) -> Self {
        Self {
            id: agent.id,
            organization_id: agent.organization_id,
            name: agent.name.clone(),
            created_at: agent.created_at,
            updated_at: agent.updated_at,
        }
    }
}

/// A version of an agent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AgentVersion")]
pub struct VersionView {
    /// Its id.
    pub id: AgentVersionId,
    /// Its agent.
    pub agent_id: AgentId,
    /// Its number, from 1.
    pub number: u32,
    /// Draft or published; a published one cannot change.
    pub status: VersionStatus,
    /// The configuration as it came.
    pub config: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

impl From<&AgentVersion> for VersionView {
    fn from(version: &AgentVersion) -> Self {
        Self {
            id: version.id,
            agent_id: version.agent_id,
            number: version.number,
            status: version.status,
            config: version.config.clone(),
            created_at: version.created_at,
            published_at: version.published_at,
        }
    }
}
