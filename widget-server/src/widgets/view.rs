//! The widget object, the same on the management and on the public side (seed 000).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::agent::{Capabilities, VersionStatus};
use widget_core::id::{AgentId, AgentVersionId, OrganizationId, WidgetId};
use widget_core::time::Timestamp;
use widget_core::widget::{Availability, WidgetStatus};

use super::hours::HoursView;
use super::looks::LooksView;
use crate::store::records::ServedWidget;

/// A widget.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WebWidget")]
pub struct WidgetView {
    /// Its id.
    pub id: WidgetId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent it serves.
    pub agent_id: AgentId,
    /// The version it runs.
    pub agent_version_id: AgentVersionId,
    /// Its name; the agent's, where it has none of its own.
    pub name: String,
    /// The origins that may embed and call it.
    pub domains: Vec<String>,
    /// Whether its own gate is open.
    pub published: bool,
    /// The configuration as it came.
    pub config: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// `paused`, `active` when both gates are open, else `draft`. Read only.
    pub status: WidgetStatus,
    /// What a visitor can do beyond text. Read only.
    pub capabilities: Capabilities,
}

impl WidgetView {
    /// The object of `served`; `capabilities` is what this server can do with its version.
    #[must_use]
    pub fn of(served: &ServedWidget, capabilities: Capabilities) -> Self {
        let widget = &served.widget;
        Self {
            id: widget.id,
            organization_id: widget.organization_id,
            agent_id: widget.agent_id,
            agent_version_id: widget.agent_version_id,
            name: widget.name.clone().unwrap_or_else(|| served.agent.name.clone()),
            domains: widget.domains.clone(),
            published: widget.published,
            config: widget.config.clone(),
            created_at: widget.created_at,
            updated_at: widget.updated_at,
            status: availability(served).status(),
            capabilities,
        }
    }
}

/// A widget as the public reads it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PublicWebWidget")]
pub struct PublicWidgetView<'a> {
    /// The widget.
    #[serde(flatten)]
    pub widget: &'a WidgetView,
    /// Whether people are there, where the widget has `business_hours`. Read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<HoursView<'a>>,
    /// Its colours and measures as a browser takes them. Read only.
    pub looks: LooksView,
    /// The panel as the module named in it will draw it first, for that module; only where `lang`
    /// asks for it. Read only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Value>,
}

/// Where a widget stands with its two gates and its pause.
#[must_use]
pub fn availability(served: &ServedWidget) -> Availability {
    let version_published = served.version.status == VersionStatus::Published;
    Availability::of(served.widget.published, version_published, served.widget.paused)
}
