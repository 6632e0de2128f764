//! Agents: versions, and what a widget that runs one can do.

use serde::{Deserialize, Serialize};

use crate::wire_enum::wire_enum;

wire_enum! {
    /// Where a version stands. A published one is immutable.
    pub enum VersionStatus {
        /// May still change; no widget serves it.
        Draft = "draft",
        /// Fixed; widgets may serve it.
        Published = "published",
    }
}

/// What a visitor can do beyond text, as the public answers say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capabilities {
    /// The agent can see through the visitor's camera.
    pub supports_video_input: bool,
    /// The agent can see what the visitor shares of the screen.
    pub supports_screen_share: bool,
    /// The visitor can talk to the agent: there is a room, and something in it that speaks.
    pub supports_voice: bool,
}
