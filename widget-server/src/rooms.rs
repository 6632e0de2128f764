//! Rooms: where a visitor and an agent speak.

use serde_json::Value;
use widget_core::agent::{AgentVersionConfig, Capabilities, RoomVoice};
use widget_core::conversation::Conversation;

use crate::app::App;
use crate::config::Config;
use crate::http::Problem;
use crate::widgets::served::Served;

pub mod livekit;

use livekit::{ConnectionDetails, LiveKit};

/// The LiveKit agent that a version's configuration names. It answers in the room, and the server
/// answers nothing itself.
#[must_use]
pub fn agent_in_room(version: &Value) -> Option<String> {
    AgentVersionConfig::of(version).livekit().agent_name()
}

/// What a visitor can do beyond text with this version on this server.
#[must_use]
pub fn capabilities(config: &Config, version: &Value) -> Capabilities {
    let has_room = agent_in_room(version).is_some() && external(config).is_some();
    let room = if has_room { RoomVoice::LiveKitAgent } else { RoomVoice::None };
    Capabilities::of(version, room)
}

/// A fresh room for a conversation, where there is one; and what the visitor can do there.
///
/// A conversation keeps its version: the widget may run another one by now.
///
/// # Errors
/// Those of the store.
pub async fn connect(
    app: &App,
    served: &Served,
    conversation: &Conversation,
) -> Result<(Option<ConnectionDetails>, Capabilities), Problem> {
    let version = version_of(app, served, conversation).await?;
    let capabilities = capabilities(&app.config, &version);
    let room = external(&app.config).zip(agent_in_room(&version)).map(|(livekit, agent)| {
        let now = app.clock.now();
        livekit::connection_details(livekit, &agent, conversation.id, capabilities, now)
    });
    Ok((room, capabilities))
}

/// The configuration of the version a conversation runs.
///
/// # Errors
/// Those of the store.
pub async fn version_of(
    app: &App,
    served: &Served,
    conversation: &Conversation,
) -> Result<Value, Problem> {
    let record = served.record();
    if record.version.id == conversation.agent_version_id {
        return Ok(record.version.config.clone());
    }
    let organization = record.widget.organization_id;
    let version = app.store.version_by_id(organization, conversation.agent_version_id).await?;
    Ok(version.config)
}

fn external(config: &Config) -> Option<LiveKit<'_>> {
    let livekit = &config.livekit;
    Some(LiveKit {
        url: livekit.url.as_deref()?,
        api_key: livekit.api_key.as_deref()?,
        api_secret: livekit.api_secret.as_ref()?.expose(),
    })
}
