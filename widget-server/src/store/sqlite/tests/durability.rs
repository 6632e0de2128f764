//! What was acknowledged is there, however the process ends.

use std::io::{BufRead, BufReader};

use widget_core::id::OrganizationId;

use super::opening::organization;
use super::processes::{as_other_process, other_process, tell};
use super::*;
use crate::store::{Organizations, StoreError, Upkeep};

/// So many writers at once, as in a busy server.
const WRITERS: usize = 16;

/// So many writes are acknowledged before the process is killed.
const ENOUGH: usize = 300;

/// Not a test by itself: the process that is killed. Says the id of each write that was
/// acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing() {
    let Some(folder) = as_other_process() else { return };
    let store = Arc::new(open(&folder).await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            loop {
                let kept = organization(&"x".repeat(500));
                let id = kept.id;
                store.insert_organization(kept).await.unwrap();
                tell(&id.to_string());
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn acknowledged_writes_survive_a_process_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let mut writing = other_process("durability::writing", folder.path());
        let mut said = BufReader::new(writing.stdout.take().unwrap());
        let mut acknowledged: Vec<OrganizationId> = Vec::new();
        let mut line = String::new();
        loop {
            line.clear();
            if said.read_line(&mut line).unwrap() == 0 {
                break;
            }
            // The test harness of the process speaks too, and the last line may be half a line.
            let whole = line.strip_suffix('\n');
            acknowledged.extend(whole.and_then(|id| id.parse::<OrganizationId>().ok()));
            if acknowledged.len() == ENOUGH {
                writing.kill().unwrap();
            }
        }
        assert!(!writing.wait().unwrap().success());
        assert!(acknowledged.len() >= ENOUGH);

        let store = open(folder.path()).await;
        for id in acknowledged {
            store.organization(id).await.unwrap();
        }
        let whole = store.read(|c| {
            Ok(c.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?)
        });
        assert_eq!(whole.await.unwrap(), "ok");
        store.close().await.unwrap();
    }
}

/// Lets the database have so many pages and no more.
async fn limit_pages(store: &SqliteStore, pages: i64) {
    let set = store.write(move |c| {
        Ok(c.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)
    });
    set.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()).await);
    // SQLite never goes below the pages there are.
    limit_pages(&store, 1).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..64 {
        let store = Arc::clone(&store);
        let size = if number % 2 == 0 { 1 } else { 100_000 };
        tasks.spawn(async move {
            let kept = organization(&"x".repeat(size));
            let id = kept.id;
            (id, store.insert_organization(kept).await)
        });
    }
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    for (id, outcome) in tasks.join_all().await {
        match outcome {
            Ok(()) => acknowledged.push(id),
            Err(StoreError::Unavailable(_)) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(refused >= 32, "{refused}");
    let mut kept: Vec<_> =
        store.organizations().await.unwrap().into_iter().map(|each| each.id).collect();
    kept.sort();
    acknowledged.sort();
    assert_eq!(kept, acknowledged);
    limit_pages(&store, 1_000_000).await;
    store.insert_organization(organization(&"x".repeat(100_000))).await.unwrap();
}
