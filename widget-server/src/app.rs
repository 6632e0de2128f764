//! Everything a handler may need, made once and shared.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::assets::Assets;
use crate::auth::KeyRing;
use crate::auth::visitor::VisitorTokens;
use crate::clock::Clock;
use crate::config::Config;
use crate::conversations::hub::Hub;
use crate::engine::Engine;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::net::Net;
use crate::store::Store;
use crate::telemetry::writer::EventWriter;
use crate::widgets::served::ServedWidgets;

/// The running server, as its features see it.
pub struct App {
    /// What the operator chose.
    pub config: Config,
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How often callers may call.
    pub limits: Limits,
    /// The browser's files.
    pub assets: Arc<Assets>,
    /// What is counted.
    pub metrics: Metrics,
    /// The way out.
    pub net: Net,
    /// Who may manage.
    pub keys: KeyRing,
    /// Visitors' tokens.
    pub tokens: VisitorTokens,
    /// Widgets as the public sees them.
    pub served: ServedWidgets,
    /// The conversations' streams.
    pub hub: Hub,
    /// What answers.
    pub engine: Engine,
    /// Telemetry on its way to the store.
    pub events: EventWriter,
    /// Cancelled when streams have to end, after running turns had their time.
    pub shutdown: CancellationToken,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
