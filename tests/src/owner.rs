//! The owner of an organization, who manages over the core API.

use serde_json::{Value, json};

use crate::client::Client;

/// A client that carries a management key.
#[derive(Clone, Debug)]
pub struct Owner(Client);

/// The origin of the host pages in tests that need no browser.
pub const SHOP: &str = "https://shop.example";

impl Owner {
    /// An owner who calls with this client.
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// The client beneath, for everything that has no method here.
    pub fn client(&self) -> &Client {
        &self.0
    }

    /// Makes an agent with one published version of this configuration: (agent id, version id).
    pub async fn agent(&self, config: &Value) -> (String, String) {
        let agent = self.made("/core/agents", &json!({ "name": "Ada" })).await;
        let agent = text(&agent, "id");
        let versions = format!("/core/agents/{agent}/versions");
        let version = self.made(&versions, &json!({ "config": config })).await;
        let publish = format!("{versions}/{}/publish", version["number"]);
        self.0.post(&publish).json(&json!({})).await.expect(200);
        (agent, text(&version, "id"))
    }

    /// Makes a published widget of the built-in agent for these domains; returns the widget.
    pub async fn widget(&self, domains: &[&str], v1: &Value) -> Value {
        let knowledge = json!([{
            "title": "Opening hours",
            "url": "https://shop.example/hours",
            "content": "The shop is open from nine to five on weekdays.",
        }]);
        let model = json!({ "provider": "builtin" });
        self.widget_of(&json!({ "model": model, "knowledge": knowledge }), domains, v1).await
    }

    /// Makes a published widget of an agent with this configuration; returns the widget.
    pub async fn widget_of(&self, agent: &Value, domains: &[&str], v1: &Value) -> Value {
        let (agent_id, agent_version_id) = self.agent(agent).await;
        let widget = json!({
            "agent_id": agent_id,
            "agent_version_id": agent_version_id,
            "domains": domains,
            "published": true,
            "config": { "v1": v1 },
        });
        self.made("/core/web-widgets", &widget).await
    }

    /// What a POST that creates answers.
    pub async fn made(&self, path: &str, body: &Value) -> Value {
        self.0.post(path).json(body).await.expect(201).json()
    }

    /// What a GET answers.
    pub async fn read(&self, path: &str) -> Value {
        self.0.get(path).await.expect(200).json()
    }
}

/// A text member of an answer.
///
/// # Panics
/// When it is missing or no text.
#[track_caller]
pub fn text(answer: &Value, member: &str) -> String {
    let found = answer[member].as_str();
    found.unwrap_or_else(|| panic!("no text {member:?} in {answer:#}")).to_owned()
}
