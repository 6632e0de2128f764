//! Agents, their versions and what these know.

use serde_json::Value;
use widget_core::agent::VersionStatus;
use widget_core::id::{AgentId, AgentVersionId, OrganizationId};
use widget_core::time::Timestamp;

/// An agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Counts changes, from 1.
    pub revision: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Which version of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionNumber {
    /// The one with this number.
    Number(u32),
    /// The one with the highest number.
    Latest,
}

/// A version of an agent.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentVersion {
    /// Its id.
    pub id: AgentVersionId,
    /// Its agent.
    pub agent_id: AgentId,
    /// Its number, from 1.
    pub number: u32,
    /// Draft or published.
    pub status: VersionStatus,
    /// The configuration as it came.
    pub config: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

/// A version to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVersion {
    /// Its id.
    pub id: AgentVersionId,
    /// Its agent.
    pub agent_id: AgentId,
    /// The configuration.
    pub config: Value,
    /// The passages of its knowledge.
    pub passages: Vec<NewPassage>,
    /// When.
    pub now: Timestamp,
}

/// A passage of a knowledge document, to be indexed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPassage {
    /// The document's title, with the headings above the passage.
    pub title: String,
    /// The document's address.
    pub url: Option<String>,
    /// The text, as it is shown.
    pub text: String,
    /// What it is found by: words separated by spaces, folded and segmented by the knowledge room
    /// in the same way as the words of a search. The index holds these and nothing else, so that
    /// no engine's own tokenizer decides which languages work.
    pub terms: String,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// As in [`NewPassage`].
    pub title: String,
    /// As in [`NewPassage`].
    pub url: Option<String>,
    /// As in [`NewPassage`].
    pub text: String,
    /// How well it matches: higher is better, comparable within one search only.
    pub score: f64,
}
