//! `widget-server migrate`, `backup` and `restore`.

use std::path::Path;

use anyhow::{Context, bail};
use widget_server::store::StoreError;
use widget_server::store::records::Refusal;

use super::Shared;
use super::open::{database_file, load_config, open_store, print};

pub(crate) async fn migrate(shared: &Shared) -> anyhow::Result<()> {
    let store = open_store(shared).await?;
    store.ping().await.context("the database does not answer")?;
    store.close().await.context("the database could not be closed")?;
    print("the database is up to date")
}

pub(crate) async fn backup(shared: &Shared, file: &Path) -> anyhow::Result<()> {
    let store = open_store(shared).await?;
    let name = file.display();
    match store.backup(file).await {
        Err(StoreError::Refused(Refusal::Exists)) => {
            bail!("{name} exists already; name a file that does not")
        }
        copied => copied.with_context(|| format!("no copy was written to {name}"))?,
    }
    store.close().await.context("the database could not be closed")?;
    print(&format!("copied the database to {name}"))
}

pub(crate) async fn restore(shared: &Shared, file: &Path) -> anyhow::Result<()> {
    let config = load_config(shared, Vec::new())?;
    let database = database_file(&config)?;
    let from = file.to_owned();
    let kept = tokio::task::spawn_blocking(move || {
        widget_server::store::sqlite::restore(&from, &database)
    })
    .await?
    .with_context(|| format!("{} was not restored", file.display()))?;
    match kept {
        Some(former) => print(&format!("restored; the former database is {}", former.display())),
        None => print("restored"),
    }
}
