//! Everything a handler may need, made once and shared.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::auth::KeyRing;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::Store;

/// The running server, as its features see it.
pub struct App {
    /// What the operator chose.
    pub config: Config,
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Who may manage.
    pub keys: KeyRing,
    /// Cancelled when the server is told to stop.
    pub shutdown: CancellationToken,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
