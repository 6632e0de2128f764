//! `/core/agents` and their versions.

use super::{CURSOR, LIMIT};
use crate::agents::core_api::{self as agents, AgentBody};
use crate::agents::version_api::{
    self as versions, MAX_VERSION_BYTES, NewVersionBody, VersionBody,
};
use crate::agents::view::{AgentView, VersionView};
use crate::app::App;
use crate::http::Endpoint;
use serde_json::Value;

const AGENTS: &str = "Agents";

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    let mut rows = agents_themselves();
    rows.extend(their_versions());
    rows
}

fn agents_themselves() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/core/agents", "list_agents", agents::list_agents)
            .scope("agents:read")
            .tag(AGENTS)
            .summary("List agents")
            .query(&[LIMIT, CURSOR])
            .response::<Vec<AgentView>>(200),
        Endpoint::post("/core/agents", "create_agent", agents::create_agent)
            .scope("agents:manage")
            .tag(AGENTS)
            .summary("Create an agent")
            .body::<AgentBody>()
            .response::<AgentView>(201),
        Endpoint::get("/core/agents/{id}", "get_agent", agents::get_agent)
            .scope("agents:read")
            .tag(AGENTS)
            .summary("Get one agent")
            .response::<AgentView>(200),
        Endpoint::put("/core/agents/{id}", "update_agent", agents::update_agent)
            .scope("agents:manage")
            .tag(AGENTS)
            .summary("Rename an agent")
            .body::<AgentBody>()
            .response::<AgentView>(200),
        Endpoint::delete("/core/agents/{id}", "delete_agent", agents::delete_agent)
            .scope("agents:manage")
            .tag(AGENTS)
            .summary("Delete an agent with its versions")
            .response_empty(204)
            .problems(&[(409, "agent_in_use")]),
    ]
}

fn their_versions() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get(
            "/core/agents/{id}/versions",
            "list_agent_versions",
            versions::list_agent_versions,
        )
        .scope("agents:read")
        .tag(AGENTS)
        .summary("List the versions of an agent")
        .query(&[LIMIT, CURSOR])
        .response::<Vec<VersionView>>(200),
        Endpoint::post(
            "/core/agents/{id}/versions",
            "create_agent_version",
            versions::create_agent_version,
        )
        .scope("agents:manage")
        .tag(AGENTS)
        .summary("Create a draft version")
        .limit(MAX_VERSION_BYTES)
        .body::<NewVersionBody>()
        .response::<VersionView>(201),
        Endpoint::get(
            "/core/agents/{id}/versions/{n}",
            "get_agent_version",
            versions::get_agent_version,
        )
        .scope("agents:read")
        .tag(AGENTS)
        .summary("Get a version by number, or `latest`")
        .response::<VersionView>(200),
        Endpoint::put(
            "/core/agents/{id}/versions/{n}",
            "update_agent_version",
            versions::update_agent_version,
        )
        .scope("agents:manage")
        .tag(AGENTS)
        .summary("Replace the configuration of a draft")
        .limit(MAX_VERSION_BYTES)
        .body::<VersionBody>()
        .response::<VersionView>(200)
        .problems(&[(409, "version_published")]),
        Endpoint::post(
            "/core/agents/{id}/versions/{n}/publish",
            "publish_agent_version",
            versions::publish_agent_version,
        )
        .scope("agents:manage")
        .tag(AGENTS)
        .summary("Publish a version")
        .response::<VersionView>(200),
        Endpoint::get(
            "/core/agent-config-schema",
            "get_agent_config_schema",
            versions::get_agent_config_schema,
        )
        .scope("agents:read")
        .tag(AGENTS)
        .summary("The JSON Schema of a version's configuration")
        .response::<Value>(200),
    ]
}
