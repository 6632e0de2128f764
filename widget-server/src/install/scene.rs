//! All the facts about one widget on one page, before anything is concluded from them.

use std::collections::HashMap;

use reqwest::Url;
use serde_json::Value;
use widget_core::agent::{Capabilities, VersionStatus};
use widget_core::config::V1;
use widget_core::id::WidgetId;
use widget_core::origin::{AllowList, Origin};

use super::document::Document;
use super::policy::Delivered;
use super::snippet::Sighting;
use super::visit::Visit;
use crate::store::records::ServedWidget;
use crate::widgets::origin_rule::Rule;

/// This server, as pages see it.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// Where it is reached: as configured, else as the caller reached it.
    pub(super) base: String,
    /// Whether that address was configured, so that any other one is a mistake.
    pub(super) is_configured: bool,
    /// `server.require_domains`.
    pub(super) require_domains: bool,
    /// An external LiveKit.
    pub(super) rooms: Option<Url>,
}

/// The widget that is looked for.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) id: WidgetId,
    pub(super) name: String,
    pub(super) domains: AllowList,
    pub(super) is_published: bool,
    pub(super) is_version_published: bool,
    pub(super) is_paused: bool,
    pub(super) has_voice: bool,
    pub(super) config: Value,
}

impl Subject {
    pub(super) fn of(served: &ServedWidget, capabilities: Capabilities) -> Self {
        let widget = &served.widget;
        Self {
            id: widget.id,
            name: widget.name.as_deref().unwrap_or(&served.agent.name).to_owned(),
            domains: AllowList::new(&widget.domains).unwrap_or_default(),
            is_published: widget.published,
            is_version_published: served.version.status == VersionStatus::Published,
            is_paused: widget.paused,
            has_voice: capabilities.supports_voice,
            config: widget.config.clone(),
        }
    }

    pub(super) fn v1(&self) -> V1<&Value> {
        V1::of(&self.config)
    }

    /// Pictures that the page loads from where the owner keeps them.
    pub(super) fn pictures(&self) -> Vec<Url> {
        let urls = [self.v1().trigger().icon_url(), self.v1().chat().avatar_url()];
        urls.into_iter().flatten().filter_map(|url| Url::parse(url.as_ref()).ok()).collect()
    }
}

/// Another widget that the page names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Other {
    /// One of the same owner.
    Own,
    /// Not one of them, for all that may be said.
    Unknown,
}

/// The same site with or without `www`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Twin {
    /// There is no such name, or it was not asked.
    None,
    /// It leads visitors to the origin that was read.
    LeadsHere,
    /// It shows pages of its own, under this origin.
    Serves(String),
}

/// What came when the loader was asked for as the page does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// It was not asked: the address is this server's own, or there is none.
    NotAsked,
    /// A script.
    Script { cross_origin: bool },
    /// Something else: its status and content type.
    Answer(u16, String),
    /// Nothing, and why.
    Silent(String),
    /// The address is private, and the page is not.
    Private,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) server: Server,
    pub(super) subject: Subject,
    pub(super) visit: Visit,
    pub(super) document: Document,
    pub(super) policies: Vec<Delivered>,
    pub(super) sightings: Vec<Sighting>,
    pub(super) others: HashMap<WidgetId, Other>,
    pub(super) twin: Twin,
    pub(super) probe: Probe,
}

impl Scene {
    /// Mentions of this widget's loader.
    pub(super) fn own(&self) -> impl Iterator<Item = &Sighting> {
        self.sightings.iter().filter(|sighting| sighting.id == Some(self.subject.id))
    }

    /// The first tag that loads this widget by itself.
    pub(super) fn tag(&self) -> Option<&Sighting> {
        self.own().find(|sighting| sighting.runs())
    }

    /// The server's address as the page names it, else as it is known here.
    pub(super) fn base(&self) -> &str {
        let named = self.tag().or_else(|| self.own().next());
        named.map_or(&self.server.base, |sighting| &sighting.base)
    }

    /// The page's origin as a browser sends it.
    pub(super) fn origin(&self) -> String {
        self.visit.url.origin().ascii_serialization()
    }

    /// Whether the widget may stand on pages of this origin.
    pub(super) fn admits(&self, origin: &str) -> bool {
        let own = Origin::parse(&self.server.base).ok();
        let rule = Rule {
            allow_list: &self.subject.domains,
            own: own.as_ref(),
            require_domains: self.server.require_domains,
        };
        rule.admits(origin)
    }

    /// The tag to paste. Where no public address is configured, the one that the page names is
    /// as good as any.
    pub(super) fn snippet(&self) -> String {
        let base = if self.server.is_configured { &self.server.base } else { self.base() };
        format!("<script src=\"{base}/public/embed/{}\" async></script>", self.subject.id)
    }
}

/// Whether an address is for one machine or network only.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host_str() {
        Some(host) => is_local_host(host),
        None => true,
    }
}

fn is_local_host(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    match host.parse() {
        Ok(ip) => !crate::net::guard::is_public(ip),
        Err(_) => {
            host == "localhost"
                || host.ends_with(".localhost")
                || host.ends_with(".local")
                || !host.contains('.')
        }
    }
}

/// Whether an address names the very machine it is used on: browsers take it for secure.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
    let ip: Option<std::net::IpAddr> = host.parse().ok();
    ip.is_some_and(|ip| ip.is_loopback()) || host == "localhost" || host.ends_with(".localhost")
}
