//! The server's configuration: one struct a concern.
//!
//! `config.default.toml` is compiled in and is the manual; a file and then the environment are laid
//! over it ([`Config::load`]). Every key that exists stands in that file, and every field here is one of
//! its keys. Secrets are [`Secret`]s, which `Debug` hides.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

mod env;
mod load;
mod values;

pub use load::{ConfigError, Layers};
pub use values::{PublicUrl, Secret};

/// The commented default configuration: the manual.
pub const DEFAULT: &str = include_str!("../config.default.toml");

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Addresses, proxies, folders.
    pub server: ServerConfig,
    /// Where data is kept.
    pub database: DatabaseConfig,
    /// Answers.
    pub engine: EngineConfig,
    /// The model provider `openai`.
    pub openai: OpenAiConfig,
    /// An external LiveKit.
    pub livekit: LiveKitConfig,
    /// Outbound requests.
    pub net: NetConfig,
    /// Connections and rates.
    pub limits: LimitsConfig,
    /// The log.
    pub log: LogConfig,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// The address to listen on.
    #[serde(deserialize_with = "values::socket")]
    pub listen: SocketAddr,
    /// Where the server is reached from outside.
    #[serde(default)]
    pub public_url: Option<PublicUrl>,
    /// A second address, for metrics and health only.
    #[serde(default, deserialize_with = "values::optional_socket")]
    pub admin_listen: Option<SocketAddr>,
    /// Opens `/metrics` on the main address.
    #[serde(default)]
    pub metrics_token: Option<Secret>,
    /// Proxies whose word about the client's address is taken.
    #[serde(deserialize_with = "values::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether an empty list of domains admits nobody.
    pub require_domains: bool,
    /// What must survive a restart.
    pub data_dir: PathBuf,
    /// Assets from a folder instead of those compiled in.
    #[serde(default)]
    pub assets_dir: Option<PathBuf>,
}

/// `[database]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite:PATH` or `postgres://…`; it may hold a password.
    #[serde(default)]
    pub url: Option<Secret>,
}

/// `[engine]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// Answers at once.
    pub max_turns: NonZeroUsize,
    /// Seconds of one answer.
    pub turn_seconds: NonZeroU64,
    /// Tokens of what was said before.
    pub history_tokens: u64,
    /// Milliseconds between the words of the built-in model.
    pub builtin_pace_ms: u64,
}

/// `[openai]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAiConfig {
    /// The address that `/chat/completions` is appended to, without a trailing slash.
    #[serde(deserialize_with = "values::http_url")]
    pub base_url: String,
    /// The bearer token.
    #[serde(default)]
    pub api_key: Option<Secret>,
    /// The model of agents that name none.
    pub model: String,
    /// The longest silence, in milliseconds.
    pub timeout_ms: NonZeroU64,
}

/// `[livekit]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveKitConfig {
    /// `wss://…`
    #[serde(default, deserialize_with = "values::optional_ws_url")]
    pub url: Option<String>,
    /// The key's name.
    #[serde(default)]
    pub api_key: Option<String>,
    /// The key's secret.
    #[serde(default)]
    pub api_secret: Option<Secret>,
}

/// `[net]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetConfig {
    /// Private networks that may be reached all the same.
    #[serde(deserialize_with = "values::networks")]
    pub allow_private: Vec<IpNet>,
    /// The time of one guarded request, in milliseconds.
    pub timeout_ms: NonZeroU64,
    /// A proxy for calls to the addresses of this configuration.
    #[serde(default)]
    pub proxy: Option<String>,
    /// Certificates (PEM) of further authorities to trust.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Connections at once.
    pub max_connections: NonZeroUsize,
    /// Seconds for a request's head.
    pub head_seconds: NonZeroU64,
    /// Seconds without anything under way.
    pub idle_seconds: NonZeroU64,
    /// Seconds in which a client takes nothing.
    pub stall_seconds: NonZeroU64,
    /// Seconds for running answers at the end.
    pub drain_seconds: u64,
    /// Starts of a conversation, a minute and address.
    pub init_per_minute: NonZeroU32,
    /// Leads, a minute and token.
    pub leads_per_minute: NonZeroU32,
    /// Telemetry calls, a minute and token.
    pub events_per_minute: NonZeroU32,
    /// Other public calls, a minute and address.
    pub public_per_minute: NonZeroU32,
    /// Files, a minute and address.
    pub attachments_per_minute: NonZeroU32,
    /// Megabytes of one conversation's files.
    pub attachments_mb: NonZeroU32,
    /// Megabytes of all files.
    pub attachments_total_mb: NonZeroU32,
    /// Checks of an installation, a minute and organization.
    pub install_checks_per_minute: NonZeroU32,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// A filter in the syntax of `tracing_subscriber::EnvFilter`.
    #[serde(deserialize_with = "values::log_filter")]
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// Every key and value that is not understood, with where it stands and what is expected.
    pub fn load(layers: Layers) -> Result<Self, ConfigError> {
        load::load(layers)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::load(Layers::default()).expect("the compiled-in configuration is read by tests")
    }
}

impl OpenAiConfig {
    /// The longest silence.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.get())
    }
}

impl NetConfig {
    /// The time of one outbound request.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.get())
    }
}

impl From<&LimitsConfig> for crate::http::ServeOptions {
    fn from(limits: &LimitsConfig) -> Self {
        Self {
            max_connections: limits.max_connections.get(),
            head: Duration::from_secs(limits.head_seconds.get()),
            idle: Duration::from_secs(limits.idle_seconds.get()),
            stall: Duration::from_secs(limits.stall_seconds.get()),
            // The turns have that time; what streams them gets a little more to say good-bye.
            drain: Duration::from_secs(limits.drain_seconds) + Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests;
