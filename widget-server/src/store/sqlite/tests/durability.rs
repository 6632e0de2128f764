//! What was acknowledged is there, however the process ends.

use std::io::{BufRead, BufReader};

use widget_core::id::OrganizationId;

use super::opening::organization;
use super::processes::{as_other_process, other_process, tell};
use super::*;
use crate::store::{Organizations, Upkeep};

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
