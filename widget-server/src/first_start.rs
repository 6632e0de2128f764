//! What the first start makes on an empty database: an organization with a key, and where it is
//! wanted an agent that knows this product's own documentation, with a widget.

use serde_json::{Value, json};
use uuid::Uuid;
use widget_core::id::{AgentId, AgentVersionId, KeyId, OrganizationId, WidgetId};
use widget_core::time::Timestamp;

use crate::auth::key::{Kind, mint};
use crate::auth::scope;
use crate::knowledge;
use crate::store::records::{Agent, ApiKey, KeyHolder, NewVersion, Organization, Widget};
use crate::store::{Store, StoreResult};

/// The name of the demo widget, by which the demo page finds it.
pub const DEMO_NAME: &str = "Demo";

/// The pages of the guide: title, page, text.
pub const GUIDE: [(&str, &str, &str); 9] = [
    ("Getting started", "getting-started", include_str!("../guide/getting-started.md")),
    ("Embedding the widget", "embedding", include_str!("../guide/embedding.md")),
    ("Methods and events for developers", "developers", include_str!("../guide/developers.md")),
    (
        "Allowed domains and security",
        "domains-and-security",
        include_str!("../guide/domains-and-security.md"),
    ),
    ("The widget does not show", "not-showing", include_str!("../guide/not-showing.md")),
    ("Agents, versions and knowledge", "agents", include_str!("../guide/agents.md")),
    ("Appearance and configuration", "appearance", include_str!("../guide/appearance.md")),
    (
        "Forms, feedback and leads",
        "forms-and-feedback",
        include_str!("../guide/forms-and-feedback.md"),
    ),
    ("Operating the server", "operations", include_str!("../guide/operations.md")),
];

/// The page of the guide with this name.
#[must_use]
pub fn guide_page(name: &str) -> Option<(&'static str, &'static str)> {
    GUIDE.iter().find(|(_, page, _)| *page == name).map(|(title, _, text)| (*title, *text))
}

/// What was made.
#[derive(Debug)]
pub struct FirstStart {
    /// The management key, to be shown once.
    pub key: String,
    /// The demo widget, where it was wanted.
    pub widget: Option<WidgetId>,
}

/// Whether somebody has to make the demo widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demo {
    /// Make it.
    Make,
    /// Only an organization and a key.
    Skip,
}

/// Makes what an empty database needs; `None` when it is not empty. `guide` is the address under
/// which the pages of the guide are served: citations lead there.
///
/// # Errors
/// Those of the store.
pub async fn make(
    store: &dyn Store,
    demo: Demo,
    guide: &str,
    now: Timestamp,
) -> StoreResult<Option<FirstStart>> {
    if !store.organizations().await?.is_empty() {
        return Ok(None);
    }
    let organization = OrganizationId::from_uuid(Uuid::now_v7());
    let name = "My organization".to_owned();
    store.insert_organization(Organization { id: organization, name, created_at: now }).await?;
    let widget = match demo {
        Demo::Make => Some(make_demo(store, organization, guide, now).await?),
        Demo::Skip => None,
    };
    // Last, so that whoever has seen a key has all the rest.
    let key = make_key(store, organization, now).await?;
    Ok(Some(FirstStart { key, widget }))
}

async fn make_key(
    store: &dyn Store,
    organization: OrganizationId,
    now: Timestamp,
) -> StoreResult<String> {
    let id = KeyId::from_uuid(Uuid::now_v7());
    let minted = mint(Kind::Organization, id);
    store
        .insert_key(ApiKey {
            id,
            holder: KeyHolder::Organization(organization),
            name: "first key".to_owned(),
            scopes: scope::ALL.iter().map(ToString::to_string).collect(),
            secret_digest: minted.digest,
            created_at: now,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
        })
        .await?;
    Ok(minted.token)
}

async fn make_demo(
    store: &dyn Store,
    organization: OrganizationId,
    guide: &str,
    now: Timestamp,
) -> StoreResult<WidgetId> {
    let agent = AgentId::from_uuid(Uuid::now_v7());
    store
        .insert_agent(Agent {
            id: agent,
            organization_id: organization,
            name: "Guide".to_owned(),
            revision: 1,
            created_at: now,
            updated_at: now,
        })
        .await?;
    let version = AgentVersionId::from_uuid(Uuid::now_v7());
    let config = demo_version(guide);
    let passages = knowledge::passages(&config);
    let new = NewVersion { id: version, agent_id: agent, config, passages, now };
    store.insert_version(organization, new).await?;
    store.publish_version(organization, version, now).await?;
    let id = WidgetId::from_uuid(Uuid::now_v7());
    store
        .insert_widget(Widget {
            id,
            organization_id: organization,
            agent_id: agent,
            agent_version_id: version,
            name: Some(DEMO_NAME.to_owned()),
            domains: Vec::new(),
            published: true,
            paused: false,
            config: demo_config(),
            revision: 1,
            created_at: now,
            updated_at: now,
        })
        .await?;
    Ok(id)
}

fn demo_version(guide: &str) -> Value {
    let knowledge: Vec<Value> = GUIDE
        .iter()
        .map(|(title, page, content)| {
            json!({"title": title, "url": format!("{guide}/{page}"), "content": content})
        })
        .collect();
    json!({
        "instructions": "You are the guide of this chat widget. Answer questions about installing, \
                         embedding, configuring and operating it, from its documentation only. \
                         Be brief and friendly.",
        "greeting": "Hello! I know the documentation of this widget. What would you like to know?",
        "model": {"provider": "builtin"},
        "language": "en",
        "knowledge": knowledge,
    })
}

fn demo_config() -> Value {
    json!({"v1": {
        "primary_color": "#4f46e5",
        "intro_title": "Ask about the widget",
        "intro_subtitle": "Answers come from its own documentation, with sources.",
        "chat": {"title": "Guide", "subtitle": "Knows the documentation"},
        "trigger": {"label": "Ask a question"},
        "suggested_questions": [
            "How do I put the widget on my page?",
            "What happens to an answer when I reload?",
            "Which domains may embed a widget?"
        ],
        "post_conversation_feedback": {
            "enabled": true,
            "title": "How was it?",
            "submit_label": "Send",
            "thank_you_text": "Thank you for telling us.",
            "fields": [
                {"id": "rating", "label": "Your rating", "type": "rating", "max": 5, "required": true},
                {"id": "comment", "label": "What could be better?", "type": "textarea"}
            ]
        }
    }})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_widget_obeys_the_rules_of_every_widget() {
        assert_eq!(widget_core::config::validate(&demo_config()), vec![]);
    }

    #[test]
    fn every_page_of_the_guide_can_be_opened_by_its_name() {
        for (title, page, text) in GUIDE {
            assert_eq!(guide_page(page), Some((title, text)));
        }
        assert_eq!(guide_page("../../etc/passwd"), None);
    }
}
