//! Leads and telemetry: what visitors leave.

use serde_json::{Map, Value};
use widget_core::id::{AgentId, ConversationId, LeadId, OrganizationId, VisitorId, WidgetId};
use widget_core::time::Timestamp;

/// A lead as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent.
    pub agent_id: AgentId,
    /// The widget it last came from.
    pub widget_id: Option<WidgetId>,
    /// The conversation it last came from.
    pub conversation_id: Option<ConversationId>,
    /// The visitor it last came from.
    pub user_id: Option<VisitorId>,
    /// The address, normalised.
    pub email: String,
    /// The name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Further fields.
    pub fields: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last filled in.
    pub updated_at: Timestamp,
}

/// A lead to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLead {
    /// The id it has if it is new.
    pub id: LeadId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The agent.
    pub agent_id: AgentId,
    /// The widget.
    pub widget_id: WidgetId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The visitor.
    pub user_id: VisitorId,
    /// The address, normalised.
    pub email: String,
    /// The name.
    pub name: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// Further fields, merged key by key.
    pub fields: Map<String, Value>,
    /// Now.
    pub now: Timestamp,
}

/// Which leads.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeadFilter {
    /// Of this agent.
    pub agent_id: Option<AgentId>,
    /// From this widget.
    pub widget_id: Option<WidgetId>,
    /// With this address, normalised.
    pub email: Option<String>,
    /// Made at or after.
    pub created_after: Option<Timestamp>,
    /// Made at or before.
    pub created_before: Option<Timestamp>,
}

/// A telemetry event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRecord {
    /// The widget.
    pub widget_id: WidgetId,
    /// The conversation, once there is one.
    pub conversation_id: Option<ConversationId>,
    /// The visitor, once there is one.
    pub user_id: Option<VisitorId>,
    /// The name.
    pub name: String,
    /// When it happened.
    pub at: Timestamp,
    /// More.
    pub data: Option<Value>,
}

/// How often an event happened on a day.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct EventCount {
    /// The name.
    pub name: String,
    /// The UTC day, `2026-04-09`.
    pub day: String,
    /// How often.
    pub count: u64,
}
