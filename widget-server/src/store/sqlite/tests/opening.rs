use std::fs;
use std::os::unix::fs::PermissionsExt;

use rusqlite::ErrorCode;
use uuid::Uuid;
use widget_core::id::OrganizationId;
use widget_core::time::Timestamp;

use super::*;
use crate::store::records::Organization;
use crate::store::{Organizations, StoreError, Upkeep};

pub(super) fn organization(name: &str) -> Organization {
    let id = OrganizationId::from_uuid(Uuid::now_v7());
    Organization { id, name: name.to_owned(), created_at: Timestamp::EPOCH }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

async fn refusal(path: &Path) -> String {
    let sentence = SqliteStore::open(path).await.unwrap_err().to_string();
    assert!(sentence.contains(&path.display().to_string()), "{sentence}");
    sentence
}

#[tokio::test]
async fn folder_and_files_are_readable_by_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let store = open(&data).await;
    store.ping().await.unwrap();
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join(DATABASE_FILE)), 0o600);
    assert_eq!(mode(&data.join("widget.db-wal")), 0o600);
}

#[tokio::test]
async fn a_folder_that_is_there_keeps_its_permissions() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    open(folder.path()).await;
    assert_eq!(mode(folder.path()), 0o750);
}

#[tokio::test]
async fn what_was_kept_is_there_when_the_store_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let kept = organization("Ink");
    let store = open(folder.path()).await;
    store.insert_organization(kept.clone()).await.unwrap();
    store.close().await.unwrap();
    assert!(!folder.path().join("widget.db-wal").exists());
    for _ in 0..2 {
        let store = open(folder.path()).await;
        assert_eq!(store.organizations().await.unwrap(), std::slice::from_ref(&kept));
        assert_eq!(store.read(|c| Ok(migrations::inspect(c)?)).await.unwrap(), Schema::Current);
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_store_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.revision().unwrap();
    store.close().await.unwrap();
    for outcome in [
        store.insert_organization(organization("Ink")).await,
        store.organizations().await.map(drop),
        store.revision().map(drop),
        store.ping().await,
    ] {
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_open_a_new_file_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(DATABASE_FILE);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let path = path.clone();
        tasks.spawn(async move { SqliteStore::open(&path).await.unwrap() });
    }
    for store in tasks.join_all().await {
        store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn an_acknowledged_write_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for (pragma, expected) in [
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("journal_mode", "wal"),
    ] {
        let found = store.write(move |c| {
            Ok(c.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0))?)
        });
        let found = match found.await.unwrap() {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{pragma}");
    }
}

#[tokio::test]
async fn nothing_is_written_through_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let written = store.read(|c| Ok(c.execute("DELETE FROM organizations", [])?)).await;
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
}

#[tokio::test]
async fn a_query_that_panics_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for _ in 0..20 {
        let outcome = store.read(|_| -> StoreResult<()> { panic!("on purpose") }).await;
        assert!(matches!(outcome, Err(StoreError::Internal(_))), "{outcome:?}");
    }
    store.ping().await.unwrap();
}

#[tokio::test]
async fn what_was_deleted_leaves_the_disk_with_the_next_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let secret = "what nobody shall ever read again ".repeat(400);
    store.insert_organization(organization(&secret)).await.unwrap();
    store.write(|c| Ok(c.execute("DELETE FROM organizations", [])?)).await.unwrap();
    store.sweep(Timestamp::EPOCH).await.unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let found = bytes.windows(16).any(|window| window == b"nobody shall eve");
        assert!(!found);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    store.write(|c| Ok(c.pragma_update(None, "user_version", 4711)?)).await.unwrap();
    store.close().await.unwrap();
    let sentence = refusal(store.path()).await;
    assert!(sentence.contains("newer version"), "{sentence}");
    assert!(sentence.contains("4711"), "{sentence}");
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let before = fs::read(&path).unwrap();
    let sentence = refusal(&path).await;
    assert!(sentence.contains("not a database of this program"), "{sentence}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    fs::write(&path, "Dear reader, ".repeat(1000)).unwrap();
    let sentence = refusal(&path).await;
    assert!(sentence.contains("not a database of this program"), "{sentence}");
}

#[tokio::test]
async fn a_path_that_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    refusal(folder.path()).await;
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let inside = SqliteStore::open(&file.join("data/widget.db")).await.unwrap_err().to_string();
    assert!(inside.contains(&file.join("data").display().to_string()), "{inside}");
}

#[tokio::test]
async fn a_server_of_an_older_version_is_not_migrated_under_its_feet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(DATABASE_FILE);
    let older = Connection::open(&path).unwrap();
    older.pragma_update(None, "application_id", migrations::APPLICATION_ID).unwrap();
    drop(older);
    let lock = ServeLock::acquire(&path).unwrap();
    // As if another process had it.
    fs::write(folder.path().join("widget.db.lock"), "1\n").unwrap();
    let sentence = refusal(&path).await;
    assert!(sentence.contains("stop that server"), "{sentence}");
    drop(lock);
    SqliteStore::open(&path).await.unwrap().ping().await.unwrap();
}

#[tokio::test]
async fn errors_of_the_engine_are_told_by_their_kind() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let outcome = store.write(|c| Ok(c.execute_batch("SELECT nonsense")?)).await;
    assert!(matches!(outcome, Err(StoreError::Internal(_))), "{outcome:?}");
    let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(13), None);
    assert_eq!(full.sqlite_error_code(), Some(ErrorCode::DiskFull));
    assert!(
        matches!(StoreError::from(full), StoreError::Unavailable(text) if text.contains("full"))
    );
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let numbers: Vec<_> = names.iter().map(|name| name[..4].parse::<i64>().unwrap()).collect();
    assert_eq!(numbers, (1..=migrations::KNOWN).collect::<Vec<_>>());
}
