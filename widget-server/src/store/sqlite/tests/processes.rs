//! Two processes on one data folder.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;
use widget_core::id::KeyId;
use widget_core::time::Timestamp;

use super::opening::organization;
use super::*;
use crate::store::records::{ApiKey, KeyHolder};
use crate::store::{Keys, Organizations, Upkeep};

/// Tells a test that it runs as the other process, and where.
const OTHER: &str = "WIDGET_TEST_OTHER_PROCESS";

/// Runs one test of this binary as another process on the folder.
pub(super) fn other_process(test: &str, folder: &Path) -> Child {
    let (_, module) = module_path!().split_once("::").unwrap();
    let module = module.strip_suffix("::processes").unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::{test}"), "--nocapture"])
        .env(OTHER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The folder, when this is the other process.
pub(super) fn as_other_process() -> Option<PathBuf> {
    std::env::var_os(OTHER).map(PathBuf::from)
}

/// Says something to the first process.
pub(super) fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Another process that serves, told apart by what it says.
struct Serving {
    child: Child,
    input: Option<ChildStdin>,
    said: BufReader<std::process::ChildStdout>,
}

impl Serving {
    fn start(folder: &Path) -> Self {
        let mut child = other_process("processes::serving", folder);
        let said = BufReader::new(child.stdout.take().unwrap());
        let input = child.stdin.take();
        let mut serving = Self { child, input, said };
        serving.wait_for("ready");
        serving
    }

    fn wait_for(&mut self, line: &str) {
        let mut said = String::new();
        while said.trim() != line {
            said.clear();
            assert_ne!(self.said.read_line(&mut said).unwrap(), 0, "it ended before {line}");
        }
    }

    fn finish(mut self) {
        drop(self.input.take());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Not a test by itself: the other process of the tests below. Revokes all keys when it is told.
#[tokio::test]
async fn serving() {
    let Some(folder) = as_other_process() else { return };
    let _lock = ServeLock::acquire(&folder.join(DATABASE_FILE)).unwrap();
    let store = open(&folder).await;
    tell("ready");
    for line in std::io::stdin().lines() {
        assert_eq!(line.unwrap(), "revoke");
        for key in store.keys(None).await.unwrap() {
            store.revoke_key(key.id, Timestamp::EPOCH).await.unwrap();
        }
        tell("revoked");
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_second_server_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Serving::start(folder.path());
    let database = folder.path().join(DATABASE_FILE);
    let refusal = ServeLock::acquire(&database).unwrap_err().to_string();
    assert!(refusal.contains(&format!("process {}", first.child.id())), "{refusal}");
    assert!(ServeLock::is_held_elsewhere(&database));
    // However it goes.
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    assert!(!ServeLock::is_held_elsewhere(&database));
    ServeLock::acquire(&database).unwrap();
}

#[tokio::test]
async fn a_key_that_another_process_revokes_changes_the_revision() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let owner = organization("Ink");
    store.insert_organization(owner.clone()).await.unwrap();
    let key = ApiKey {
        id: KeyId::from_uuid(Uuid::now_v7()),
        holder: KeyHolder::Organization(owner.id),
        name: "deploy".to_owned(),
        scopes: Vec::new(),
        secret_digest: [7; 32],
        created_at: Timestamp::EPOCH,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
    };
    store.insert_key(key.clone()).await.unwrap();
    let mut other = Serving::start(folder.path());
    let before = store.revision().unwrap();
    other.input.as_mut().unwrap().write_all(b"revoke\n").unwrap();
    other.wait_for("revoked");
    // What this process knows by its own eyes is good for a millisecond.
    let told = Instant::now();
    while store.revision().unwrap() == before {
        assert!(told.elapsed() < Duration::from_secs(1), "not seen");
    }
    assert_eq!(store.key(key.id).await.unwrap().revoked_at, Some(Timestamp::EPOCH));
    other.finish();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [Arc::new(open(folder.path()).await), Arc::new(open(folder.path()).await)];
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..100 {
        let store = Arc::clone(&stores[number % 2]);
        tasks.spawn(async move {
            store.insert_organization(organization(&number.to_string())).await.unwrap();
        });
    }
    tasks.join_all().await;
    for store in stores {
        assert_eq!(store.organizations().await.unwrap().len(), 100);
    }
}
