//! Gathering the facts: the page, what it names, and what the store knows of it.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use reqwest::Url;
use tokio::time::timeout;
use widget_core::id::{OrganizationId, WidgetId};
use widget_core::origin::AllowList;

use super::document::Document;
use super::finding::{Finding, Report};
use super::policy::{Delivered, delivered};
use super::rules;
use super::scene::{Other, Probe, Scene, Server, Subject, Twin};
use super::snippet::{Sighting, sightings};
use super::visit::{NoVisit, Visit, visit};
use crate::config::Config;
use crate::net::{Guarded, NetError};
use crate::rooms;
use crate::store::records::{Page, ServedWidget, Widget, WidgetFilter};
use crate::store::{Store, StoreError, StoreResult};

/// The time for a page with all its redirects.
const PAGE_TIME: Duration = Duration::from_secs(20);
/// The time for each further look.
const GLANCE_TIME: Duration = Duration::from_secs(5);

/// Which widget is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// This one.
    Widget(WidgetId),
    /// The one that the page names; else the one that is made for it.
    OnPage,
}

/// Who looks, and from where.
#[derive(Clone, Copy)]
pub struct Examiner<'a> {
    /// What the operator chose.
    pub config: &'a Config,
    /// Where widgets are found.
    pub store: &'a dyn Store,
    /// Whose widgets may be spoken of; `None`: everybody's.
    pub organization: Option<OrganizationId>,
    /// Where this server is reached, without a slash at the end.
    pub base: &'a str,
    /// Reads pages.
    pub guarded: &'a Guarded,
    /// Reads pages on private addresses, where the operator names them.
    pub open: Option<&'a Guarded>,
}

impl fmt::Debug for Examiner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Examiner({})", self.base)
    }
}

/// What was read, before it is known which widget it is about.
struct Seen<'a> {
    client: &'a Guarded,
    visit: Visit,
    document: Document,
    policies: Vec<Delivered>,
    sightings: Vec<Sighting>,
}

/// The address of a page as a person writes it, with or without `https://`.
#[must_use]
pub(super) fn page_address(text: &str) -> Option<Url> {
    let text = text.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let mut url = Url::parse(&text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    url.set_fragment(None);
    (plain && matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

impl<'a> Examiner<'a> {
    /// Looks at a page; `None` where `address` is none.
    ///
    /// # Errors
    /// Those of the store. What is wrong with the page is in the report.
    pub async fn examine(&self, address: &str, target: Target) -> StoreResult<Option<Report>> {
        let Some(asked) = page_address(address) else { return Ok(None) };
        let wanted = match target {
            Target::Widget(id) => Some(id),
            Target::OnPage => None,
        };
        let (final_url, id, findings) = match self.see(&asked).await {
            Ok(seen) => {
                let final_url = seen.visit.url.to_string();
                let (id, findings) = self.conclude(seen, wanted).await?;
                (Some(final_url), id, findings)
            }
            Err(failure) => {
                let mut findings = vec![rules::page::unread(&failure, &asked)];
                if let Some(id) = wanted {
                    findings.extend(self.state_of(id).await?);
                }
                (None, wanted, findings)
            }
        };
        Ok(Some(Report::new(asked.as_str(), final_url, id, findings)))
    }

    async fn see(&self, asked: &Url) -> Result<Seen<'a>, NoVisit> {
        let mut client = self.guarded;
        let mut read = timeout(PAGE_TIME, visit(client, asked)).await;
        // The address is the operator's own word; where it leads to is the site's.
        if let (Ok(Err(NoVisit::Private { redirected: false, .. })), Some(open)) =
            (&read, self.open)
        {
            client = open;
            read = timeout(PAGE_TIME, visit(client, asked)).await;
        }
        let visit = read.map_err(|_| NoVisit::Timeout)??;
        // A large page takes a while to read; the threads of the server have others to serve.
        let parsed = tokio::task::spawn_blocking(move || {
            let document = Document::parse(&visit.body);
            let policies = delivered(&visit, &document);
            let sightings = sightings(&document, &visit.url);
            (visit, document, policies, sightings)
        });
        let parsed = parsed.await.map_err(|error| NoVisit::Failed(error.to_string()))?;
        let (visit, document, policies, sightings) = parsed;
        Ok(Seen { client, visit, document, policies, sightings })
    }

    async fn conclude(
        &self,
        seen: Seen<'a>,
        wanted: Option<WidgetId>,
    ) -> StoreResult<(Option<WidgetId>, Vec<Finding>)> {
        let served = match wanted {
            Some(id) => self.known(id).await?,
            None => self.meant(&seen).await?,
        };
        let Some(served) = served else {
            return Ok((wanted, vec![rules::no_widget(&seen.sightings, wanted)]));
        };
        let capabilities = rooms::capabilities(self.config, &served.version.config);
        let subject = Subject::of(&served, capabilities);
        let others = self.others(&seen.sightings, subject.id).await?;
        let id = subject.id;
        let mut scene = Scene {
            server: self.server(),
            subject,
            visit: seen.visit,
            document: seen.document,
            policies: seen.policies,
            sightings: seen.sightings,
            others,
            twin: Twin::None,
            probe: Probe::NotAsked,
        };
        (scene.twin, scene.probe) =
            tokio::join!(twin(seen.client, &scene), self.probe(seen.client, &scene));
        Ok((Some(id), rules::examine(&scene)))
    }

    fn server(&self) -> Server {
        Server {
            base: self.base.to_owned(),
            is_configured: self.config.server.public_url.is_some(),
            require_domains: self.config.server.require_domains,
            rooms: self.config.livekit.url.as_deref().and_then(|url| Url::parse(url).ok()),
        }
    }

    async fn state_of(&self, id: WidgetId) -> StoreResult<Vec<Finding>> {
        let served = self.known(id).await?;
        Ok(served.map_or_else(
            || vec![rules::no_widget(&[], Some(id))],
            |served| {
                let capabilities = rooms::capabilities(self.config, &served.version.config);
                rules::widget_state(&Subject::of(&served, capabilities))
            },
        ))
    }

    /// The widget, where it exists and may be spoken of.
    async fn known(&self, id: WidgetId) -> StoreResult<Option<ServedWidget>> {
        match self.store.served_widget(id).await {
            Ok(served) => {
                let owner = served.widget.organization_id;
                Ok(self.organization.is_none_or(|own| own == owner).then_some(served))
            }
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn others(
        &self,
        sightings: &[Sighting],
        subject: WidgetId,
    ) -> StoreResult<HashMap<WidgetId, Other>> {
        let mut others = HashMap::new();
        for id in sightings.iter().filter_map(|sighting| sighting.id) {
            // A page cannot make this server look up as many as it likes.
            if id != subject && others.len() < 8 && !others.contains_key(&id) {
                let known = self.known(id).await?.is_some();
                others.insert(id, if known { Other::Own } else { Other::Unknown });
            }
        }
        Ok(others)
    }

    /// The widget a page is about: the one it names, the one whose list has the page, the only one.
    async fn meant(&self, seen: &Seen<'_>) -> StoreResult<Option<ServedWidget>> {
        let mut named: Vec<&Sighting> = seen.sightings.iter().collect();
        named.sort_by_key(|sighting| !sighting.runs());
        for id in named.iter().filter_map(|sighting| sighting.id).take(8) {
            if let Some(served) = self.known(id).await? {
                return Ok(Some(served));
            }
        }
        if !named.is_empty() {
            return Ok(None);
        }
        let all = self.widgets().await?;
        let origin = seen.visit.url.origin().ascii_serialization();
        let lists_it = |widget: &&Widget| {
            let list = AllowList::new(&widget.domains).unwrap_or_default();
            !list.is_empty() && list.admits(&origin)
        };
        let chosen = match all.iter().filter(lists_it).collect::<Vec<_>>().as_slice() {
            [only] => Some(only.id),
            _ => (all.len() == 1).then(|| all[0].id),
        };
        match chosen {
            Some(id) => self.known(id).await,
            None => Ok(None),
        }
    }

    async fn widgets(&self) -> StoreResult<Vec<Widget>> {
        let mut all = Vec::new();
        for organization in self.store.organizations().await? {
            if self.organization.is_some_and(|own| own != organization.id) {
                continue;
            }
            let page = Page { limit: 200, after: None };
            let listed = self.store.widgets(organization.id, WidgetFilter::default(), page).await?;
            all.extend(listed.items);
        }
        Ok(all)
    }

    /// Asks for the loader by the address in the tag, unless that is where the caller has reached
    /// this very server.
    async fn probe(&self, client: &Guarded, scene: &Scene) -> Probe {
        let Some(tag) = scene.tag() else { return Probe::NotAsked };
        if tag.base == self.base && self.open.is_none() {
            return Probe::NotAsked;
        }
        match timeout(GLANCE_TIME, glance(client, &tag.url)).await {
            Ok(Ok(probe)) => probe,
            Ok(Err(NetError::Refused(_))) => Probe::Private,
            Ok(Err(error)) => Probe::Silent(error.to_string()),
            Err(_) => Probe::Silent(NetError::Timeout.to_string()),
        }
    }
}

async fn glance(client: &Guarded, url: &Url) -> Result<Probe, NetError> {
    let answer = client.get(url.as_str())?.send().await?;
    let header = |name: &str| {
        let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().trim().to_ascii_lowercase()
    };
    let kind = header("content-type");
    if answer.status().is_success() && kind.contains("javascript") {
        let cross_origin = header("cross-origin-resource-policy") == "cross-origin";
        return Ok(Probe::Script { cross_origin });
    }
    Ok(Probe::Answer(answer.status().as_u16(), kind))
}

/// Looks where the same name with or without `www.` leads, where that could make a difference.
async fn twin(client: &Guarded, scene: &Scene) -> Twin {
    let Some(url) = twin_of(&scene.visit.url) else { return Twin::None };
    let origin = url.origin().ascii_serialization();
    if scene.admits(&origin) || !scene.admits(&scene.origin()) {
        return Twin::None;
    }
    match timeout(GLANCE_TIME, visit(client, &url)).await {
        Ok(Ok(there)) if there.url.origin() == scene.visit.url.origin() => Twin::LeadsHere,
        Ok(Ok(there)) if there.url.origin() == url.origin() && there.status.is_success() => {
            Twin::Serves(origin)
        }
        _ => Twin::None,
    }
}

fn twin_of(url: &Url) -> Option<Url> {
    let host = url.domain().filter(|host| host.contains('.'))?;
    let other = match host.strip_prefix("www.") {
        Some(bare) if bare.contains('.') => bare.to_owned(),
        Some(_) => return None,
        None => format!("www.{host}"),
    };
    let mut twin = url.clone();
    twin.set_host(Some(&other)).ok()?;
    twin.set_path("/");
    twin.set_query(None);
    Some(twin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        let read = |text: &str| page_address(text).map(|url| url.to_string());
        assert_eq!(read(" shop.example ").as_deref(), Some("https://shop.example/"));
        assert_eq!(
            read("http://localhost:3000/a?b#c").as_deref(),
            Some("http://localhost:3000/a?b")
        );
        for wrong in
            ["", "ftp://shop.example", "javascript:alert(1)", "https://u:p@shop.example", "://"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_twin_is_the_same_name_with_or_without_www() {
        let twin = |text: &str| twin_of(&Url::parse(text).unwrap()).map(|url| url.to_string());
        assert_eq!(twin("https://shop.example/a?b").as_deref(), Some("https://www.shop.example/"));
        assert_eq!(
            twin("https://www.shop.example:8443/").as_deref(),
            Some("https://shop.example:8443/")
        );
        for none in
            ["http://localhost:3000/", "http://127.0.0.1/", "http://[::1]/", "http://www.local/"]
        {
            assert_eq!(twin(none), None, "{none}");
        }
    }
}
