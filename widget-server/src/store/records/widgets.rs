//! Widgets.

use serde_json::Value;
use widget_core::id::{AgentId, AgentVersionId, OrganizationId, WidgetId};
use widget_core::time::Timestamp;

use super::{Agent, AgentVersion};

/// A widget.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// Its id.
    pub id: WidgetId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent it serves.
    pub agent_id: AgentId,
    /// The version it runs.
    pub agent_version_id: AgentVersionId,
    /// Its name; without one the agent's is shown.
    pub name: Option<String>,
    /// Normalised origins that may embed it.
    pub domains: Vec<String>,
    /// Whether its own gate is open.
    pub published: bool,
    /// Whether it refuses new conversations.
    pub paused: bool,
    /// The configuration as it came.
    pub config: Value,
    /// Counts changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Which widgets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WidgetFilter {
    /// Of this agent.
    pub agent_id: Option<AgentId>,
    /// Of this version.
    pub agent_version_id: Option<AgentVersionId>,
    /// Published or not.
    pub published: Option<bool>,
    /// Made at or after.
    pub created_after: Option<Timestamp>,
    /// Made at or before.
    pub created_before: Option<Timestamp>,
    /// Changed at or after.
    pub updated_after: Option<Timestamp>,
    /// Changed at or before.
    pub updated_before: Option<Timestamp>,
}

/// What to change of a widget: what is `Some` replaces the stored value whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WidgetChange {
    /// The agent.
    pub agent_id: Option<AgentId>,
    /// The version.
    pub agent_version_id: Option<AgentVersionId>,
    /// The name.
    pub name: Option<Option<String>>,
    /// The allow-list.
    pub domains: Option<Vec<String>>,
    /// The gate.
    pub published: Option<bool>,
    /// The pause.
    pub paused: Option<bool>,
    /// The configuration.
    pub config: Option<Value>,
}

/// A secret that signs a site's identities.
#[derive(Clone, PartialEq)]
pub struct IdentitySecret {
    /// The bytes.
    pub secret: Vec<u8>,
    /// Until when; `None` for the current one.
    pub valid_until: Option<Timestamp>,
}

impl std::fmt::Debug for IdentitySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentitySecret").field("valid_until", &self.valid_until).finish()
    }
}

/// A widget with all that is needed to serve it.
#[derive(Debug, Clone, PartialEq)]
pub struct ServedWidget {
    /// The widget.
    pub widget: Widget,
    /// Its agent.
    pub agent: Agent,
    /// Its version.
    pub version: AgentVersion,
    /// Its identity secrets, the current one first.
    pub identity_secrets: Vec<IdentitySecret>,
}
