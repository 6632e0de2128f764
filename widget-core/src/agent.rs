//! Agents: what a version of one is configured with, and what a widget that runs it can do.
//!
//! As with a widget's configuration, the raw JSON document is the configuration: what is not known
//! stays in it as it came. The bounds below keep a version within what a model, an index and a
//! request can take; they are part of the JSON Schema.
//!
//! ```
//! use serde_json::json;
//! use widget_core::agent::{self, AgentVersionConfig, Capabilities, RoomVoice};
//!
//! let config = json!({ "instructions": "You are Sam.", "vision": { "video_input": true } });
//! assert!(agent::validate(&config).is_empty());
//! assert_eq!(AgentVersionConfig::of(&config).model().provider(), "builtin");
//!
//! let capabilities = Capabilities::of(&config, RoomVoice::None);
//! assert!(capabilities.supports_video_input && !capabilities.supports_voice);
//! ```

pub(crate) mod rules;

use serde::{Deserialize, Serialize};

use crate::config::Document;
use crate::config::check::Checker;
use crate::config::table::object;
use crate::error::Violation;
use crate::wire_enum::wire_enum;

/// The model provider of versions that name none: answers from the version's knowledge, without a
/// key and without a network.
pub const DEFAULT_PROVIDER: &str = "builtin";

wire_enum! {
    /// Where a version stands. A published one is immutable.
    pub enum VersionStatus {
        /// May still change; no widget serves it.
        Draft = "draft",
        /// Fixed; widgets may serve it.
        Published = "published",
    }
}

object! {
    /// The configuration of one version of an agent. Every key has a default.
    pub struct AgentVersionConfig = AGENT_VERSION {
        /// What the agent is told about itself and its task.
        instructions: plain(50000);
        /// Its first words.
        greeting: plain(2000);
        /// Which model answers.
        model: object(Model = MODEL);
        /// How it speaks; without one it does not.
        voice: object(Voice = VOICE);
        /// The language it speaks when it cannot tell the visitor's.
        language: word(Language);
        /// What it can see.
        vision: object(Vision = VISION);
        /// What it can do.
        tools: objects(0..=64, Tool = TOOL, unique "name");
        /// What it knows.
        knowledge: objects(0..=2000, KnowledgeDocument = KNOWLEDGE_DOCUMENT);
        /// The LiveKit agent that answers in its place.
        livekit: object(LiveKitAgent = LIVEKIT_AGENT);
    }
}

object! {
    /// Which model answers, and how.
    pub struct Model = MODEL with Model {
        /// Whose model: `builtin`, `openai` (anything that speaks its protocol), or one that the
        /// server's program has registered.
        provider: id = DEFAULT_PROVIDER;
        /// The model's name at its provider; `openai` needs one.
        name: plain(200);
        /// How freely it chooses its words; absent: as the provider has it.
        temperature: number(0..=2);
        /// The longest answer, in the model's tokens; absent: as the provider has it.
        max_output_tokens: int(1..=1000000);
    }
}

object! {
    /// How an agent speaks and hears.
    pub struct Voice = VOICE {
        /// The voice.
        name: plain(128);
        /// The model that hears.
        stt: plain(128);
        /// The model that speaks.
        tts: plain(128);
    }
}

object! {
    /// What an agent can see.
    pub struct Vision = VISION {
        /// The visitor's camera.
        video_input: flag = false;
        /// What the visitor shares of the screen.
        screen_share: flag = false;
        /// Pictures that the visitor sends: a model that cannot see must not be given any.
        image_input: flag = false;
    }
}

object! {
    /// Something an agent can do.
    pub struct Tool = TOOL with Tool {
        /// Its name for the model.
        name: id, required;
        /// What it does and when to use it, for the model.
        description: plain(2000);
        /// What it is called with, as a JSON Schema of an object.
        parameters: any;
        /// Where it is called; absent: in the visitor's page.
        url: url;
        /// How long an answer may take.
        timeout_ms: int(100..=60000) = 10_000;
    }
}

object! {
    /// A document an agent knows.
    pub struct KnowledgeDocument = KNOWLEDGE_DOCUMENT {
        /// Its title, named in citations.
        title: plain(300), required;
        /// Its address, linked from citations.
        url: url;
        /// Its text, in markdown.
        content: plain(1000000), required;
    }
}

object! {
    /// A LiveKit agent that answers in the room.
    pub struct LiveKitAgent = LIVEKIT_AGENT {
        /// The name it is dispatched by.
        agent_name: plain(128);
    }
}

impl<D: Document> AgentVersionConfig<D> {
    /// Reads a configuration; what is absent or damaged is the default.
    #[must_use]
    pub const fn of(config: D) -> Self {
        Self(Some(config))
    }

    /// Whether it has a voice of its own.
    #[must_use]
    pub fn speaks(&self) -> bool {
        let voice = self.voice();
        voice.name().is_some() || voice.tts().is_some()
    }
}

/// Everything that is wrong with a version's configuration; paths begin with `config`.
#[must_use]
pub fn validate<D: Document>(config: D) -> Vec<Violation> {
    let mut checker = Checker::at("config");
    let config = Some(config);
    config.iter().for_each(|config| checker.object(config, &AGENT_VERSION));
    checker.violations
}

/// The JSON Schema (draft 2020-12) of a version's configuration.
#[cfg(feature = "json")]
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::config::schema::of("Agent version configuration", &AGENT_VERSION)
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

/// What the server knows about the rooms of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomVoice {
    /// There is no room, or nothing that could speak in it.
    None,
    /// The LiveKit agent that the version names is dispatched to a room; it brings its own voice.
    LiveKitAgent,
    /// The server has a room of its own and services that hear and speak.
    Server,
}

impl Capabilities {
    /// What a version can do on this server: sight follows from its vision, voice needs a room and
    /// a voice in it.
    #[must_use]
    pub fn of<D: Document>(config: D, room: RoomVoice) -> Self {
        let config = AgentVersionConfig::of(config);
        let vision = config.vision();
        Self {
            supports_video_input: vision.video_input(),
            supports_screen_share: vision.screen_share(),
            supports_voice: match room {
                RoomVoice::None => false,
                RoomVoice::LiveKitAgent => config.livekit().agent_name().is_some(),
                RoomVoice::Server => config.speaks(),
            },
        }
    }
}

#[cfg(feature = "json")]
#[cfg(test)]
mod tests;
