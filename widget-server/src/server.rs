//! The server as a value: built from a configuration, run on a listener, stopped by a token.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::assets::{Assets, AssetsError};
use crate::auth::KeyRing;
use crate::auth::visitor::VisitorTokens;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, PublicUrl};
use crate::conversations::hub::{Hub, HubLimits};
use crate::engine::model::{Model, Models};
use crate::engine::{self, Engine, EngineOptions};
use crate::http::proxy::TrustedProxies;
use crate::http::router::RouteConflict;
use crate::http::{self, Endpoint, Router, ServeOptions, Shell};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::net::{Net, NetError};
use crate::store::{Store, StoreError, Telemetry};
use crate::telemetry::writer::EventWriter;
use crate::widgets::gate;
use crate::widgets::served::ServedWidgets;
use crate::{health, routes};

/// How often the store forgets what is past its time.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// Why a server could not be built or run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No store was given.
    #[error("a server needs a store")]
    NoStore,
    /// Outbound calls cannot be made.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The browser's files cannot be read.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// Two endpoints claim the same address.
    #[error(transparent)]
    Routes(#[from] RouteConflict),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Puts a server together.
pub struct Builder {
    config: Config,
    store: Option<Arc<dyn Store>>,
    clock: Arc<dyn Clock>,
    models: Models,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("models", &self.models).finish_non_exhaustive()
    }
}

impl Builder {
    /// Sets where everything is kept.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Sets the clock; the machine's, unless set.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Adds a model for versions whose `model.provider` is `provider`, beside `builtin` and
    /// `openai`.
    #[must_use]
    pub fn model(mut self, provider: impl Into<String>, model: Arc<dyn Model>) -> Self {
        self.models = self.models.with(provider, model);
        self
    }

    /// Builds the server and mends what a process that died left behind.
    ///
    /// # Errors
    /// See [`ServerError`].
    pub async fn build(self) -> Result<Server, ServerError> {
        let Self { config, store, clock, models } = self;
        let store = store.ok_or(ServerError::NoStore)?;
        let net = Net::new(&config.net)?;
        let assets = Arc::new(Assets::load(config.server.assets_dir.as_deref())?);
        let metrics = Metrics::default();
        let hub = Hub::new(Arc::clone(&clock), HubLimits::default());
        let models = engine::standard_models(&config, &net).and(models);
        let options = EngineOptions::from(&config);
        let engine =
            Engine::new(Arc::clone(&store), Arc::clone(&clock), hub.clone(), models, options);
        engine.recover().await?;
        let app = Arc::new(App {
            limits: Limits::new(&config.limits, Arc::clone(&clock)),
            keys: KeyRing::new(Arc::clone(&store), Arc::clone(&clock)),
            tokens: VisitorTokens::new(Arc::clone(&store)),
            served: ServedWidgets::new(
                Arc::clone(&store),
                Arc::clone(&clock),
                &config,
                Arc::clone(&assets),
            ),
            events: EventWriter::start(Arc::clone(&store) as Arc<dyn Telemetry>),
            shutdown: CancellationToken::new(),
            config,
            store,
            clock,
            net,
            assets,
            metrics,
            hub,
            engine,
        });
        Ok(Server { app })
    }
}

/// A server that is ready to run.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
}

impl Server {
    /// Begins with a configuration.
    #[must_use]
    pub fn builder(config: Config) -> Builder {
        let clock = Arc::new(SystemClock::default());
        Builder { config, store: None, clock, models: Models::default() }
    }

    /// What its handlers share, for programs that embed it.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Serves until `stop` is cancelled, then drains: nothing new begins, running turns and their
    /// listeners have `limits.drain_seconds`, then streams end, telemetry is written and the
    /// store is closed. `admin` is a second listener for health and metrics only.
    ///
    /// # Errors
    /// When the routes conflict, or the store cannot be closed.
    pub async fn run(
        self,
        listener: TcpListener,
        admin: Option<TcpListener>,
        stop: CancellationToken,
    ) -> Result<(), ServerError> {
        let Self { app } = self;
        let options = ServeOptions::from(&app.config.limits);
        let tasks = TaskTracker::new();
        let shell = self::shell(&app, routes::table(&app.config))?;
        tasks.spawn(http::serve(listener, shell, options, stop.clone()));
        if let Some(admin) = admin {
            let shell = self::shell(&app, health::admin_endpoints())?;
            tasks.spawn(http::serve(admin, shell, options, stop.clone()));
        }
        tasks.spawn(sweep(Arc::clone(&app), stop.clone()));
        let alive = CancellationToken::new();
        tasks.spawn(upkeep(Arc::clone(&app), alive.clone()));
        tasks.close();

        stop.cancelled().await;
        app.engine.drain().await;
        alive.cancel();
        app.shutdown.cancel();
        tasks.wait().await;
        app.events.finish().await;
        app.store.close().await?;
        Ok(())
    }
}

fn shell(app: &Arc<App>, rows: Vec<Endpoint<App>>) -> Result<Arc<Shell<App>>, ServerError> {
    let server = &app.config.server;
    let public_path = server.public_url.as_ref().map_or("", PublicUrl::path);
    let router = Router::new(rows, public_path)?;
    let proxies = TrustedProxies::new(server.trusted_proxies.clone(), server.listen.ip());
    let shell = Shell::new(router, Arc::clone(app))
        .admitting(gate::admits())
        .behind(proxies)
        .public_url(server.public_url.as_ref().map(PublicUrl::as_str))
        .observed_by(app.metrics.observer())
        .stall(Duration::from_secs(app.config.limits.stall_seconds.get()));
    Ok(Arc::new(shell))
}

/// Forgets what is past its time, now and then.
async fn sweep(app: Arc<App>, stop: CancellationToken) {
    let mut interval = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = interval.tick() => {}
        }
        match app.store.sweep(app.clock.now()).await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "forgot what was past its time"),
            Err(error) => tracing::warn!(%error, "could not forget what is past its time"),
        }
    }
}

/// Keeps the leases of running turns, and forgets old streams.
async fn upkeep(app: Arc<App>, until: CancellationToken) {
    app.engine.upkeep(until).await;
}
