//! Widgets as the public sees them: in memory, encoded, never out of date.
//!
//! Each request asks the store for its revision, which costs microseconds, and finds the widget
//! under that number. Any change by any process gives a new number; the widget is then read again,
//! by one of the requests that wait for it, and encoded anew only if it is another. The same happens
//! when its people come or go (`business_hours`).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use widget_core::agent::{Capabilities, VersionStatus};
use widget_core::config::V1;
use widget_core::hours::Hours;
use widget_core::id::{AgentId, WidgetId};
use widget_core::language::Language;
use widget_core::origin::AllowList;
use widget_core::time::Timestamp;

use super::boot::Bodies;
use super::first::Firsts;
use super::hours::{Opening, VisitorHours};
use super::live_origins::LiveOrigins;
use super::settings::Settings;
use super::view::WidgetView;
use crate::assets::Assets;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::Problem;
use crate::http::negotiate::Encoded;
use crate::rooms;
use crate::store::records::{ServedWidget, Widget};
use crate::store::{Store, StoreError, StoreResult};

/// Bytes of widgets kept at once; beyond it those that are asked for least are read again.
const MAX_BYTES: u64 = 64 << 20;
/// States of the store whose lists of origins are kept: the newest, and one that is on its way out.
const REVISIONS: u64 = 2;
/// How long a widget is kept that nobody asks for.
const IDLE: Duration = Duration::from_secs(600);

/// A widget with everything that answers about it are made of.
#[derive(Debug)]
pub struct Served {
    record: Arc<ServedWidget>,
    allow_list: AllowList,
    capabilities: Capabilities,
    settings: Settings,
    opening: Option<Opening>,
    /// As the bodies say it.
    hours: Option<Hours>,
    bodies: Bodies,
}

impl Served {
    fn of(record: Arc<ServedWidget>, config: &Config, assets: &Assets, now: Timestamp) -> Self {
        // What is stored was checked when it came; an entry that is unreadable all the same admits
        // nobody, and the list does not become empty by it.
        let allow_list = AllowList::new(&record.widget.domains).unwrap_or_else(|_| nobody());
        let capabilities = rooms::capabilities(config, &record.version.config);
        let settings = Settings::of(&record.widget);
        let opening = Opening::of(&record.widget.config);
        let hours = opening.as_ref().map(|opening| opening.at(now));
        let bodies = Bodies::of(&WidgetView::of(&record, capabilities), hours, assets);
        Self { record, allow_list, capabilities, settings, opening, hours, bodies }
    }

    /// Whether what the bodies say of people is still so.
    fn is_current(&self, now: Timestamp) -> bool {
        self.changes_at().is_none_or(|change| now < change)
    }

    /// When people come or go next, and the bodies with them.
    #[must_use]
    pub fn changes_at(&self) -> Option<Timestamp> {
        self.hours?.until
    }

    /// Whether people are there, for a visitor of that language; `None` where the widget says
    /// nothing of it.
    #[must_use]
    pub fn hours(&self, now: Timestamp, language: &Language) -> Option<VisitorHours> {
        let hours = self.opening.as_ref()?.at(now);
        Some(VisitorHours::of(hours, &self.record.widget.config, language))
    }

    /// What the bodies say of people.
    pub(super) fn said_hours(&self) -> Option<Hours> {
        self.hours
    }

    /// Roughly its bytes in memory: the configuration as a value and as bytes, the loader and its
    /// boot.
    fn weight(&self) -> u32 {
        let loader = self.loader().map_or(0, |loader| loader.identity().len());
        let boot = self.boot().map_or(0, |boot| boot.identity().len());
        let bytes = 3 * self.configuration().identity().len() + 2 * (loader + boot);
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    /// The widget.
    #[must_use]
    pub fn widget(&self) -> &Widget {
        &self.record.widget
    }

    /// The widget with its agent, version and identity secrets.
    #[must_use]
    pub fn record(&self) -> &Arc<ServedWidget> {
        &self.record
    }

    /// Its name; the agent's, where it has none of its own.
    #[must_use]
    pub fn name(&self) -> &str {
        self.record.widget.name.as_deref().unwrap_or(&self.record.agent.name)
    }

    /// The public widget object.
    #[must_use]
    pub fn view(&self) -> WidgetView {
        WidgetView::of(&self.record, self.capabilities)
    }

    /// Whether both gates are open.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.record.widget.published && self.record.version.status == VersionStatus::Published
    }

    /// Whether it takes no new conversations.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.record.widget.paused
    }

    /// Who may embed and call it.
    #[must_use]
    pub fn allow_list(&self) -> &AllowList {
        &self.allow_list
    }

    /// What a visitor can do beyond text.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// What its configuration says about visitors.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its configuration.
    #[must_use]
    pub fn v1(&self) -> V1<&serde_json::Value> {
        V1::of(&self.record.widget.config)
    }

    /// The public widget object, encoded.
    #[must_use]
    pub fn configuration(&self) -> &Encoded {
        self.bodies.configuration()
    }

    /// The loader; `None` where the web assets were not built.
    #[must_use]
    pub fn loader(&self) -> Option<&Encoded> {
        self.bodies.loader()
    }

    /// What the loader is told; `None` where the web assets were not built.
    #[must_use]
    pub fn boot(&self) -> Option<&Encoded> {
        self.bodies.boot()
    }
}

/// A list that is not empty and that no browser's origin is on.
fn nobody() -> AllowList {
    AllowList::new(&["https://nobody.invalid"]).expect("this is an origin")
}

/// All widgets that were asked for.
pub struct ServedWidgets {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: Arc<Config>,
    assets: Arc<Assets>,
    current: moka::future::Cache<(WidgetId, u64), Arc<Served>>,
    latest: moka::sync::Cache<WidgetId, Arc<Served>>,
    live: moka::future::Cache<u64, Arc<LiveOrigins>>,
    firsts: Firsts,
}

impl fmt::Debug for ServedWidgets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServedWidgets({} kept)", self.latest.entry_count())
    }
}

impl ServedWidgets {
    /// An empty cache over `store`.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        config: &Config,
        assets: Arc<Assets>,
    ) -> Self {
        Self {
            store,
            clock,
            config: Arc::new(config.clone()),
            assets,
            current: moka::future::Cache::builder()
                .max_capacity(MAX_BYTES)
                .weigher(|_, served: &Arc<Served>| served.weight())
                .time_to_idle(IDLE)
                .build(),
            latest: moka::sync::Cache::builder()
                .max_capacity(MAX_BYTES)
                .weigher(|_, served: &Arc<Served>| served.weight())
                .time_to_idle(IDLE)
                .build(),
            live: moka::future::Cache::new(REVISIONS),
            firsts: Firsts::new(),
        }
    }

    /// The widget as it is now, live or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and the store's own.
    pub async fn get(&self, id: WidgetId) -> StoreResult<Arc<Served>> {
        let key = (id, self.store.revision()?);
        if let Some(served) = self.current.get(&key).await {
            if served.is_current(self.clock.now()) {
                return Ok(served);
            }
            self.current.invalidate(&key).await;
        }
        let read = self.current.try_get_with(key, self.read(id)).await;
        read.map_err(|error: Arc<StoreError>| StoreError::clone(&error))
    }

    /// The widget, where the public may see it.
    ///
    /// # Errors
    /// 404 `widget_not_found` unless both gates are open.
    pub async fn live(&self, id: WidgetId) -> Result<Arc<Served>, Problem> {
        match self.get(id).await {
            Ok(served) if served.is_live() => Ok(served),
            Ok(_) | Err(StoreError::NotFound) => Err(widget_not_found()),
            Err(error) => Err(error.into()),
        }
    }

    /// The public widget object for who opens the chat first, in this language: with the
    /// first picture of its panel, where there is one.
    pub async fn first(&self, served: &Arc<Served>, wish: &str) -> Option<Arc<Encoded>> {
        self.firsts.of(served, wish, &self.assets).await
    }

    /// The live widgets of an agent.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn live_of(&self, agent: AgentId) -> Result<Vec<Arc<Served>>, Problem> {
        let mut live = Vec::new();
        for record in self.store.served_widgets_of(agent).await? {
            match self.live(record.widget.id).await {
                Ok(served) => live.push(served),
                // It went in this very moment.
                Err(problem) if problem.status() == http::StatusCode::NOT_FOUND => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(live)
    }

    /// Whether some live widget admits the origin.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn some_live_admits(&self, origin: &str) -> StoreResult<bool> {
        let revision = self.store.revision()?;
        let read = async {
            let lists = self.store.live_allow_lists().await?;
            Ok(Arc::new(LiveOrigins::of(&lists)))
        };
        let origins = self.live.try_get_with(revision, read).await;
        let origins = origins.map_err(|error: Arc<StoreError>| StoreError::clone(&error))?;
        Ok(origins.admit(origin, self.config.server.require_domains))
    }

    async fn read(&self, id: WidgetId) -> StoreResult<Arc<Served>> {
        let record = self.store.served_widget(id).await?;
        let now = self.clock.now();
        if let Some(served) = self.latest.get(&id)
            && *served.record == record
            && served.is_current(now)
        {
            return Ok(served);
        }
        let (config, assets) = (Arc::clone(&self.config), Arc::clone(&self.assets));
        let record = Arc::new(record);
        let encode = move || Served::of(record, &config, &assets, now);
        let served = tokio::task::spawn_blocking(encode).await;
        let served = Arc::new(served.map_err(|error| StoreError::Internal(error.to_string()))?);
        self.latest.insert(id, Arc::clone(&served));
        Ok(served)
    }
}

/// To the public a widget that is not live does not exist.
#[must_use]
pub fn widget_not_found() -> Problem {
    Problem::not_found("widget_not_found")
}
