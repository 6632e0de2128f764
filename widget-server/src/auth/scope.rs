//! Scopes: what a management key may do.

use std::fmt;
use std::str::FromStr;

/// What a scope is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Widgets.
    WebWidgets,
    /// Agents and versions.
    Agents,
    /// Conversations and messages.
    Conversations,
    /// Leads.
    Leads,
    /// Webhook endpoints.
    Webhooks,
    /// Keys and the organization itself.
    Organization,
}

/// How far a scope goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Look.
    Read,
    /// Look and change.
    Manage,
}

/// One scope, written `family:level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    family: Family,
    level: Level,
    name: &'static str,
}

const fn scope(family: Family, level: Level, name: &'static str) -> Scope {
    Scope { family, level, name }
}

/// Every scope there is.
pub const ALL: [Scope; 11] = [
    scope(Family::WebWidgets, Level::Read, "web_widgets:read"),
    scope(Family::WebWidgets, Level::Manage, "web_widgets:manage"),
    scope(Family::Agents, Level::Read, "agents:read"),
    scope(Family::Agents, Level::Manage, "agents:manage"),
    scope(Family::Conversations, Level::Read, "conversations:read"),
    scope(Family::Conversations, Level::Manage, "conversations:manage"),
    scope(Family::Leads, Level::Read, "leads:read"),
    scope(Family::Leads, Level::Manage, "leads:manage"),
    scope(Family::Webhooks, Level::Read, "webhooks:read"),
    scope(Family::Webhooks, Level::Manage, "webhooks:manage"),
    scope(Family::Organization, Level::Manage, "organization:manage"),
];

impl Scope {
    /// As it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.name
    }

    /// Whether a key that carries `self` may do what asks for `needed`: `manage` includes `read`
    /// of the same family.
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        self.family == needed.family && (self.level == Level::Manage || self.level == needed.level)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope; scopes are {names}", names = ALL.map(Scope::as_str).join(", "))]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ALL.into_iter()
            .find(|scope| scope.name == text)
            .ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn manage_includes_read_of_its_own_family_only() {
        assert!(parse("agents:manage").covers(parse("agents:read")));
        assert!(!parse("agents:read").covers(parse("agents:manage")));
        assert!(!parse("agents:manage").covers(parse("leads:read")));
    }

    #[test]
    fn every_scope_reads_back_as_itself() {
        for scope in ALL {
            assert_eq!(parse(scope.as_str()), scope);
        }
        assert!("agents".parse::<Scope>().is_err());
        assert!("Agents:Read".parse::<Scope>().is_err());
    }
}
