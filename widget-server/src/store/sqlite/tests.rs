//! What is SQLite's own. The rules of all engines are in the contract suite.

use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::migrations::Schema;
use super::*;
use crate::store::{Store, contract};

mod backups;
mod durability;
mod opening;
mod processes;

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join(DATABASE_FILE)).await.unwrap()
}

async fn fresh() -> (Arc<dyn Store>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Arc::new(open(folder.path()).await), folder)
}

macro_rules! keeps_the_contract {
    ($($feature:ident,)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $feature() {
            contract::run(contract::$feature::RULES, fresh).await;
        }
    )+};
}

keeps_the_contract![
    agents,
    attachments,
    budgets,
    conversations,
    erasure,
    feedback,
    idempotency,
    keys,
    knowledge,
    leads,
    messages,
    organizations,
    races,
    revision,
    secrets,
    sweep,
    telemetry,
    turns,
    versions,
    widgets,
];
