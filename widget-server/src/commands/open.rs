//! What the commands share: configuration, database, and the two ways to speak.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use widget_server::config::{Config, Layers};
use widget_server::store::Store;
use widget_server::store::sqlite::{DATABASE_FILE, SqliteStore};

use super::Shared;

/// The configuration from all its layers; `flags` are those of the command itself.
pub(crate) fn load_config(
    shared: &Shared,
    mut flags: Vec<(&'static str, &'static str, String)>,
) -> anyhow::Result<Config> {
    if let Some(directory) = &shared.data_dir {
        flags.push(("server.data_dir", "--data-dir", directory.display().to_string()));
    }
    if let Some(url) = &shared.database {
        flags.push(("database.url", "--database", url.clone()));
    }
    let environment = std::env::vars().collect();
    Ok(Config::load(Layers { file: shared.config.clone(), environment, flags })?)
}

/// Where the database lies.
pub(crate) fn database_file(config: &Config) -> anyhow::Result<PathBuf> {
    let Some(url) = &config.database.url else {
        return Ok(config.server.data_dir.join(DATABASE_FILE));
    };
    match url.expose().strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => bail!("database.url: this version keeps its data in SQLite: write sqlite:PATH"),
    }
}

/// Opens the database, also beside a running server.
pub(crate) async fn open_store(shared: &Shared) -> anyhow::Result<Arc<dyn Store>> {
    open_database(&load_config(shared, Vec::new())?).await
}

/// Opens the database of this configuration.
pub(crate) async fn open_database(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let file = database_file(config)?;
    let store = SqliteStore::open(&file).await.context("the database could not be opened")?;
    Ok(Arc::new(store))
}

/// Writes a line to standard output.
pub(crate) fn print(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").context("standard output is closed")?;
    out.flush().context("standard output is closed")
}

/// Writes a line to standard error; nobody is left to tell when that fails.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "widget-server: {line}");
}
