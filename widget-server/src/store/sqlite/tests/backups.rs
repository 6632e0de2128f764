use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};

use super::opening::organization;
use super::*;
use crate::store::records::Refusal;
use crate::store::{Organizations, StoreError, Upkeep};

async fn names(folder: &Path) -> Vec<String> {
    let store = open(folder).await;
    let organizations = store.organizations().await.unwrap();
    store.close().await.unwrap();
    organizations.into_iter().map(|organization| organization.name).collect()
}

/// A folder with one organization, and a copy of its database.
async fn with_copy(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.insert_organization(organization(name)).await.unwrap();
    let copy = folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    store.close().await.unwrap();
    (folder, copy)
}

fn restore(file: &Path, folder: &Path) -> Result<Option<PathBuf>, RestoreError> {
    super::restore(file, &folder.join(DATABASE_FILE))
}

/// What lies in the folder, but for the lock.
fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with(".lock"));
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_copy_that_is_made_while_others_write_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(folder.path()).await);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (store, stop) = (Arc::clone(&store), Arc::clone(&stop));
        writers.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                // Two rows in one write: never one of them alone.
                let pair = [organization("left"), organization("right")];
                store
                    .write(move |c| {
                        for half in &pair {
                            c.execute(
                                "INSERT INTO organizations VALUES (?1, ?2, 0)",
                                rusqlite::params![half.id.as_uuid(), half.name],
                            )?;
                        }
                        Ok(())
                    })
                    .await
                    .unwrap();
            }
        });
    }
    let copies = tempfile::tempdir().unwrap();
    for number in 0..5 {
        let home = copies.path().join(number.to_string());
        fs::create_dir(&home).unwrap();
        store.backup(&home.join(DATABASE_FILE)).await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    writers.join_all().await;
    for number in 0..5 {
        let copied = names(&copies.path().join(number.to_string())).await;
        let left = copied.iter().filter(|name| *name == "left").count();
        assert_eq!(left * 2, copied.len());
    }
}

#[tokio::test]
async fn a_copy_is_its_owners_and_alone() {
    let (folder, copy) = with_copy("Ink").await;
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(files(folder.path()), ["copy.db", DATABASE_FILE]);
}

#[tokio::test]
async fn a_copy_never_overwrites_a_file() {
    let (folder, copy) = with_copy("Ink").await;
    let store = open(folder.path()).await;
    let before = fs::read(&copy).unwrap();
    let again = store.backup(&copy).await;
    assert!(matches!(again, Err(StoreError::Refused(Refusal::Exists))), "{again:?}");
    assert_eq!(fs::read(&copy).unwrap(), before);
}

#[tokio::test]
async fn a_copy_that_cannot_be_written_is_named() {
    let (folder, _) = with_copy("Ink").await;
    let store = open(folder.path()).await;
    let nowhere = folder.path().join("nowhere/copy.db");
    let Err(StoreError::Unavailable(sentence)) = store.backup(&nowhere).await else {
        panic!("written")
    };
    assert!(sentence.contains(&nowhere.display().to_string()), "{sentence}");
}

#[tokio::test]
async fn a_copy_is_put_back_and_the_former_database_is_kept() {
    let (old, copy) = with_copy("old").await;
    let (folder, _) = with_copy("new").await;
    let kept = restore(&copy, folder.path()).unwrap().unwrap();
    assert_eq!(names(folder.path()).await, ["old"]);
    let aside = tempfile::tempdir().unwrap();
    fs::copy(&kept, aside.path().join(DATABASE_FILE)).unwrap();
    assert_eq!(names(aside.path()).await, ["new"]);
    // Once more: the one that was kept before stays too.
    let second = restore(&copy, folder.path()).unwrap().unwrap();
    assert_ne!(second, kept);
    assert!(kept.exists());
    drop(old);
}

#[tokio::test]
async fn a_copy_is_put_into_an_empty_folder() {
    let (_old, copy) = with_copy("old").await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(restore(&copy, &data).unwrap(), None);
    assert_eq!(names(&data).await, ["old"]);
    let elsewhere = folder.path().join("elsewhere/x.db");
    assert_eq!(super::restore(&copy, &elsewhere).unwrap(), None);
    SqliteStore::open(&elsewhere).await.unwrap();
}

#[tokio::test]
async fn the_log_of_a_killed_server_goes_with_its_database() {
    let (_old, copy) = with_copy("old").await;
    let folder = tempfile::tempdir().unwrap();
    let running = tempfile::tempdir().unwrap();
    let store = open(running.path()).await;
    store.insert_organization(organization("new")).await.unwrap();
    // Files as a killed process leaves them: what was kept last is in the log alone.
    for file in [DATABASE_FILE, "widget.db-wal"] {
        fs::copy(running.path().join(file), folder.path().join(file)).unwrap();
    }
    let kept = restore(&copy, folder.path()).unwrap().unwrap();
    assert_eq!(files(folder.path()), [DATABASE_FILE, "widget.db.before-restore"]);
    assert_eq!(names(folder.path()).await, ["old"]);
    let aside = tempfile::tempdir().unwrap();
    fs::copy(&kept, aside.path().join(DATABASE_FILE)).unwrap();
    assert_eq!(names(aside.path()).await, ["new"]);
}

#[tokio::test]
async fn a_raw_copy_is_read_with_its_log() {
    let running = tempfile::tempdir().unwrap();
    let store = open(running.path()).await;
    store.insert_organization(organization("new")).await.unwrap();
    let raw = tempfile::tempdir().unwrap();
    for file in [DATABASE_FILE, "widget.db-wal"] {
        fs::copy(running.path().join(file), raw.path().join(file)).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    restore(&raw.path().join(DATABASE_FILE), folder.path()).unwrap();
    assert_eq!(names(folder.path()).await, ["new"]);
}

#[tokio::test]
async fn a_damaged_database_is_replaced_and_kept() {
    let (_old, copy) = with_copy("old").await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(DATABASE_FILE), "no database at all").unwrap();
    fs::write(folder.path().join("widget.db-wal"), "no log either").unwrap();
    let kept = restore(&copy, folder.path()).unwrap().unwrap();
    assert_eq!(fs::read(&kept).unwrap(), b"no database at all");
    assert_eq!(names(folder.path()).await, ["old"]);
}

#[tokio::test]
async fn nothing_is_replaced_while_a_server_runs() {
    let (_old, copy) = with_copy("old").await;
    let (folder, _) = with_copy("new").await;
    let lock = ServeLock::acquire(&folder.path().join(DATABASE_FILE)).unwrap();
    let refusal = restore(&copy, folder.path()).unwrap_err().to_string();
    assert!(refusal.contains("stop that server"), "{refusal}");
    drop(lock);
    assert_eq!(names(folder.path()).await, ["new"]);
}

#[tokio::test]
async fn nothing_is_replaced_while_a_command_works_on_it() {
    let (_old, copy) = with_copy("old").await;
    let (folder, _) = with_copy("new").await;
    let store = open(folder.path()).await;
    store.ping().await.unwrap();
    let refusal = restore(&copy, folder.path()).unwrap_err();
    assert!(matches!(refusal, RestoreError::InUse { .. }), "{refusal}");
    // It works on, and nothing is lost.
    store.insert_organization(organization("newer")).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(names(folder.path()).await, ["new", "newer"]);
}

#[tokio::test]
async fn what_is_no_copy_of_ours_is_refused() {
    let (folder, copy) = with_copy("new").await;
    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let letter = folder.path().join("letter.txt");
    fs::write(&letter, "Dear reader, ".repeat(1000)).unwrap();
    let empty = folder.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    for file in [&other, &letter, &empty] {
        let refusal = restore(file, folder.path()).unwrap_err();
        assert!(matches!(refusal, RestoreError::NotOurs { .. }), "{refusal}");
    }
    let missing = restore(&folder.path().join("missing.db"), folder.path()).unwrap_err();
    assert!(matches!(missing, RestoreError::Unreadable { .. }), "{missing}");
    let newer = Connection::open(&copy).unwrap();
    newer.pragma_update(None, "user_version", 4711).unwrap();
    drop(newer);
    let refusal = restore(&copy, folder.path()).unwrap_err().to_string();
    assert!(refusal.contains("newer version") && refusal.contains("4711"), "{refusal}");
    assert_eq!(names(folder.path()).await, ["new"]);
}

#[tokio::test]
async fn a_damaged_copy_is_refused() {
    let (folder, copy) = with_copy("new").await;
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0x5a);
    fs::write(&copy, bytes).unwrap();
    let refusal = restore(&copy, folder.path()).unwrap_err();
    assert!(matches!(refusal, RestoreError::Damaged { .. }), "{refusal}");
    assert_eq!(names(folder.path()).await, ["new"]);
}
