//! `widget-server secret`: the key that signs visitors' tokens.

use anyhow::Context;
use clap::Subcommand;
use widget_server::auth::visitor::{FORMER_KEY_VALID_MS, fresh_signing_key};
use widget_server::clock::{Clock, SystemClock};

use super::Shared;
use super::open::{open_store, print};

#[derive(Debug, Subcommand)]
pub(crate) enum SecretCommand {
    /// Sign with a new key from now on; tokens under the former one stay valid for 60 minutes
    Rotate,
}

pub(crate) async fn run(shared: &Shared, command: SecretCommand) -> anyhow::Result<()> {
    let SecretCommand::Rotate = command;
    let store = open_store(shared).await?;
    let now = SystemClock::default().now();
    let fresh = fresh_signing_key(now);
    let kid = fresh.kid.clone();
    store
        .rotate_signing_key(fresh, now.plus_ms(FORMER_KEY_VALID_MS))
        .await
        .context("the signing key could not be changed")?;
    print(&format!("signing with key {kid}; the former key is valid for 60 minutes"))?;
    store.close().await.context("the database could not be closed")
}
