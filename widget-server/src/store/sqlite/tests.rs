use std::path::Path;

use super::*;
use crate::store::{Organizations, Upkeep};

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join(DATABASE_FILE)).await.unwrap()
}

#[tokio::test]
async fn an_empty_folder_becomes_a_store_that_answers() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.ping().await.unwrap();
    assert_eq!(store.organizations().await.unwrap(), []);
    store.close().await.unwrap();
}
