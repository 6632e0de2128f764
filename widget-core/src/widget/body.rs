//! Bodies of the management API that make or change a widget (seed 000).
//!
//! What is unknown or read-only (`id`, `organization_id`, …) is ignored; `null` counts as absent.

use std::str::FromStr;

use serde_json::{Map, Value, json};

use crate::config;
use crate::error::{Violation, ViolationCode, Violations, index_path};
use crate::id::{AgentId, AgentVersionId};
use crate::origin::{AllowList, Origin};

/// The longest name of a widget, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// A widget to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWidget {
    /// The agent it serves.
    pub agent_id: AgentId,
    /// The version it runs.
    pub agent_version_id: AgentVersionId,
    /// Its name, where it has one of its own.
    pub name: Option<String>,
    /// The origins that may embed it, normalised.
    pub domains: Vec<String>,
    /// Whether it is to be live.
    pub published: bool,
    /// Its configuration, as it came.
    pub config: Value,
}

impl NewWidget {
    /// Reads the body of `POST /core/web-widgets`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(body: &Value) -> Result<Self, Violations> {
        let mut reader = Reader::of(body)?;
        let agent_id = reader.id("agent_id");
        let agent_version_id = reader.id("agent_version_id");
        reader.require("agent_id");
        reader.require("agent_version_id");
        let name = reader.name();
        let domains = reader.domains().unwrap_or_default();
        let published = reader.flag("published").unwrap_or(false);
        let config = reader.config().unwrap_or_else(|| json!({}));
        match (agent_id, agent_version_id) {
            (Some(agent_id), Some(agent_version_id)) if reader.violations.is_empty() => {
                Ok(Self { agent_id, agent_version_id, name, domains, published, config })
            }
            _ => Err(Violations(reader.violations)),
        }
    }
}

/// What is to change of a widget: every field that is there replaces the stored one whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WidgetPatch {
    /// The agent it serves.
    pub agent_id: Option<AgentId>,
    /// The version it runs.
    pub agent_version_id: Option<AgentVersionId>,
    /// Its name; `Some(None)` (`null` in the body) gives it the agent's again.
    pub name: Option<Option<String>>,
    /// The origins that may embed it, normalised.
    pub domains: Option<Vec<String>>,
    /// Whether it is to be live.
    pub published: Option<bool>,
    /// Its configuration, as it came.
    pub config: Option<Value>,
}

impl WidgetPatch {
    /// Reads the body of `PUT /core/web-widgets/{id}`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(body: &Value) -> Result<Self, Violations> {
        let mut reader = Reader::of(body)?;
        let name = match reader.members.get("name") {
            Some(Value::Null) => Some(None),
            _ => reader.name().map(Some),
        };
        let patch = Self {
            agent_id: reader.id("agent_id"),
            agent_version_id: reader.id("agent_version_id"),
            name,
            domains: reader.domains(),
            published: reader.flag("published"),
            config: reader.config(),
        };
        Violations(reader.violations).none_or(patch)
    }
}

struct Reader<'a> {
    members: &'a Map<String, Value>,
    violations: Vec<Violation>,
}

impl<'a> Reader<'a> {
    fn of(body: &'a Value) -> Result<Self, Violations> {
        match body {
            Value::Object(members) => Ok(Self { members, violations: Vec::new() }),
            _ => Err(Violation::wrong_type("", "object").into()),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.members.get(key).filter(|value| !value.is_null())
    }

    fn require(&mut self, key: &str) {
        if self.get(key).is_none() {
            self.violations.push(Violation::new(key, ViolationCode::Required));
        }
    }

    /// A member of the expected type, or a violation.
    fn typed<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let read = read(self.get(key)?);
        if read.is_none() {
            self.violations.push(Violation::wrong_type(key, expected));
        }
        read
    }

    fn id<T: FromStr>(&mut self, key: &str) -> Option<T> {
        let id = self.typed(key, "text", Value::as_str)?.parse().ok();
        if id.is_none() {
            self.violations.push(Violation::new(key, ViolationCode::InvalidId));
        }
        id
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        self.typed(key, "true or false", Value::as_bool)
    }

    fn name(&mut self) -> Option<String> {
        let name = self.typed("name", "text", Value::as_str)?.trim();
        let broken = if name.is_empty() {
            Some(Violation::new("name", ViolationCode::Required))
        } else if name.chars().nth(MAX_NAME_CHARS).is_some() {
            Some(Violation::new("name", ViolationCode::TooLong).max(MAX_NAME_CHARS as f64))
        } else if name.chars().any(char::is_control) {
            Some(Violation::new("name", ViolationCode::NotOneLine))
        } else {
            None
        };
        self.violations.extend(broken);
        Some(name.to_owned())
    }

    fn domains(&mut self) -> Option<Vec<String>> {
        let entries = self.typed("domains", "list", Value::as_array)?;
        for (index, _) in entries.iter().enumerate().filter(|(_, entry)| !entry.is_string()) {
            self.violations.push(Violation::wrong_type(index_path("domains", index), "text"));
        }
        let texts = entries.iter().enumerate();
        let texts = texts.filter_map(|(index, entry)| Some((index, entry.as_str()?)));
        match AllowList::gather(texts) {
            Ok(list) => Some(list.entries().iter().map(Origin::to_string).collect()),
            Err(violations) => {
                self.violations.extend(violations);
                None
            }
        }
    }

    fn config(&mut self) -> Option<Value> {
        let config = self.get("config")?;
        let bytes = serde_json::to_vec(config).map_or(usize::MAX, |bytes| bytes.len());
        if bytes > config::MAX_BYTES {
            let too_big = Violation::new("config", ViolationCode::TooBig);
            self.violations.push(too_big.max(config::MAX_BYTES as f64));
        } else {
            self.violations.extend(config::validate(config));
        }
        Some(config.clone())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    const AGENT: &str = "019d7a2e-5f10-7cc3-9a41-0123456789ab";
    const VERSION: &str = "wgt_019d7a2e5f107cc39a410123456789ac";

    fn codes(violations: &Violations) -> Vec<(&str, &str)> {
        violations.iter().map(|v| (v.path.as_str(), v.code.as_str())).collect()
    }

    #[test]
    fn an_agent_and_its_version_are_enough() {
        let body = json!({ "agent_id": AGENT, "agent_version_id": VERSION });
        let widget = NewWidget::read(&body).unwrap();
        assert_eq!(widget.agent_id.to_string(), AGENT);
        assert_eq!(widget.agent_version_id.short(), VERSION);
        assert_eq!(widget.name, None);
        assert!(widget.domains.is_empty() && !widget.published);
        assert_eq!(widget.config, json!({}));
    }

    #[test]
    fn domains_are_normalised_and_the_configuration_stays_as_it_came() {
        let config = json!({ "v1": { "theme": "dark", "later": [1] }, "v2": null });
        let widget = NewWidget::read(&json!({
            "agent_id": AGENT, "agent_version_id": VERSION, "published": true,
            "domains": ["app.example.com", "https://app.example.com/x"], "config": config,
            "id": "mine", "organization_id": 7, "status": "active",
        }))
        .unwrap();
        assert_eq!(widget.domains, ["https://app.example.com"]);
        assert!(widget.published);
        assert_eq!(widget.config, config);
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let violations = NewWidget::read(&json!({
            "agent_id": "agt_1",
            "domains": ["ok.example", 7, "bücher.example"],
            "published": "yes",
            "name": " ",
            "config": { "v1": { "theme": "pink" } },
        }))
        .unwrap_err();
        assert_eq!(
            codes(&violations),
            [
                ("agent_id", "invalid_id"),
                ("agent_version_id", "required"),
                ("name", "required"),
                ("domains[1]", "wrong_type"),
                ("domains[2]", "origin_not_ascii"),
                ("published", "wrong_type"),
                ("config.v1.theme", "not_allowed"),
            ]
        );
        assert_eq!(codes(&NewWidget::read(&json!([])).unwrap_err()), [("", "wrong_type")]);
        assert_eq!(codes(&WidgetPatch::read(&json!("x")).unwrap_err()), [("", "wrong_type")]);
    }

    #[test]
    fn a_patch_holds_what_is_there_and_nothing_else() {
        assert_eq!(WidgetPatch::read(&json!({})).unwrap(), WidgetPatch::default());
        let patch = WidgetPatch::read(&json!({ "domains": [], "config": {} })).unwrap();
        assert_eq!(patch.domains, Some(Vec::new()));
        assert_eq!(patch.config, Some(json!({})));
        assert_eq!(patch.published, None);
    }

    #[test]
    fn a_name_may_be_taken_away() {
        let patch = WidgetPatch::read(&json!({ "name": null })).unwrap();
        assert_eq!(patch.name, Some(None));
        let patch = WidgetPatch::read(&json!({ "name": " Sam " })).unwrap();
        assert_eq!(patch.name, Some(Some("Sam".to_owned())));
    }

    #[test]
    fn a_configuration_has_at_most_256_kilobytes() {
        let config = |count: usize| json!({ "config": { "x": "y".repeat(count) } });
        // `{"x":""}` has eight bytes of its own.
        assert!(WidgetPatch::read(&config(config::MAX_BYTES - 8)).is_ok());
        let violations = WidgetPatch::read(&config(config::MAX_BYTES - 7)).unwrap_err();
        assert_eq!(codes(&violations), [("config", "too_big")]);
    }

    proptest! {
        #[test]
        fn any_members_are_read_or_refused(
            key in "agent_id|agent_version_id|domains|published|name|config",
            text in any::<String>(),
        ) {
            for value in [json!(text), json!([text]), json!({ &text: text }), json!(7)] {
                let body = json!({ &key: value });
                let _ = NewWidget::read(&body);
                let _ = WidgetPatch::read(&body);
            }
        }
    }
}
