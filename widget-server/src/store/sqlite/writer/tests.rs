use std::future::Future;
use std::pin::pin;
use std::sync::mpsc as channel;
use std::task::{Context, Poll, Waker};

use super::*;

type Outcome = Result<i64, WriteFailure>;

fn writer() -> (Writer, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("test.db")).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
             CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE note (
                 id INTEGER PRIMARY KEY,
                 parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED
             );",
        )
        .unwrap();
    (Writer::start(connection).unwrap(), folder)
}

fn note(id: i64) -> impl FnOnce(&Connection) -> Outcome + Send + 'static {
    move |c| {
        c.execute("INSERT INTO note (id) VALUES (?1)", [id])?;
        Ok(id)
    }
}

async fn notes(writer: &Writer) -> Vec<i64> {
    let all = writer.write(|c| -> Result<Vec<i64>, WriteFailure> {
        let mut statement = c.prepare("SELECT id FROM note ORDER BY id")?;
        let ids = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(ids)
    });
    all.await.unwrap()
}

/// Keeps the writer busy until the returned end is dropped, so that what comes meanwhile makes one
/// batch.
async fn busy(writer: &Writer) -> channel::Sender<()> {
    let (release, wait) = channel::channel::<()>();
    let (begun, beginning) = oneshot::channel();
    let writer = writer.clone();
    tokio::spawn(async move {
        let job = writer.write(move |_| -> Outcome {
            begun.send(()).unwrap();
            wait.recv().unwrap_err();
            Ok(0)
        });
        job.await.unwrap();
    });
    beginning.await.unwrap();
    release
}

/// Runs the jobs in one batch; what became of each.
async fn batch<F>(writer: &Writer, jobs: Vec<F>) -> Vec<Outcome>
where
    F: FnOnce(&Connection) -> Outcome + Send + 'static,
{
    let release = busy(writer).await;
    let mut waiting: Vec<_> =
        jobs.into_iter().map(|job| Box::pin(writer.write::<i64, WriteFailure, _>(job))).collect();
    for job in &mut waiting {
        // Polled once, a job is queued.
        let polled = job.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(polled.is_pending());
    }
    drop(release);
    let mut outcomes = Vec::new();
    for job in waiting {
        outcomes.push(job.await);
    }
    outcomes
}

type Boxed = Box<dyn FnOnce(&Connection) -> Outcome + Send>;

fn boxed(job: impl FnOnce(&Connection) -> Outcome + Send + 'static) -> Boxed {
    Box::new(job)
}

fn refusal() -> WriteFailure {
    WriteFailure::Engine { code: 0, text: "refused".to_owned() }
}

#[tokio::test]
async fn a_job_is_answered_with_what_it_returns() {
    let (writer, _folder) = writer();
    assert_eq!(writer.write(note(7)).await, Ok(7));
    assert_eq!(notes(&writer).await, [7]);
}

#[tokio::test]
async fn a_failed_job_undoes_only_itself() {
    let (writer, _folder) = writer();
    let failing = boxed(|c| {
        note(2)(c)?;
        Err(refusal())
    });
    let outcomes = batch(&writer, vec![boxed(note(1)), failing, boxed(note(3))]).await;
    assert_eq!(outcomes, [Ok(1), Err(refusal()), Ok(3)]);
    assert_eq!(notes(&writer).await, [1, 3]);
}

#[tokio::test]
async fn a_panicking_job_undoes_only_itself() {
    let (writer, _folder) = writer();
    let panicking = boxed(|c| {
        note(2)(c)?;
        panic!("on purpose")
    });
    let outcomes = batch(&writer, vec![boxed(note(1)), panicking, boxed(note(3))]).await;
    let panicked = WriteFailure::Panicked("on purpose".to_owned());
    assert_eq!(outcomes, [Ok(1), Err(panicked), Ok(3)]);
    assert_eq!(notes(&writer).await, [1, 3]);
}

#[tokio::test]
async fn where_the_commit_fails_the_whole_batch_has_failed() {
    let (writer, _folder) = writer();
    // The constraint is deferred: it is the commit that finds the parent missing.
    let poison = boxed(|c| {
        c.execute("INSERT INTO note VALUES (2, 99)", [])?;
        Ok(2)
    });
    let refusing = boxed(|_| Err(refusal()));
    let outcomes = batch(&writer, vec![boxed(note(1)), poison, refusing]).await;
    for outcome in outcomes {
        let Err(WriteFailure::Engine { code, .. }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(code, rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY);
    }
    assert!(notes(&writer).await.is_empty());
    assert_eq!(writer.write(note(3)).await, Ok(3));
}

#[tokio::test]
async fn a_transaction_that_the_engine_gives_up_fails_what_was_in_it() {
    let (writer, _folder) = writer();
    // As SQLite itself does when the disk is full.
    let fatal = boxed(|c| {
        c.execute_batch("ROLLBACK")?;
        Err(refusal())
    });
    let outcomes = batch(&writer, vec![boxed(note(1)), fatal, boxed(note(3))]).await;
    assert_eq!(outcomes, [Err(WriteFailure::TakenAlong), Err(refusal()), Ok(3)]);
    assert_eq!(notes(&writer).await, [3]);
}

#[tokio::test]
async fn a_job_that_ends_the_transaction_itself_is_never_acknowledged() {
    let (writer, _folder) = writer();
    let wrong = boxed(|c| {
        c.execute_batch("ROLLBACK")?;
        Ok(2)
    });
    let outcomes = batch(&writer, vec![boxed(note(1)), wrong, boxed(note(3))]).await;
    let taken = || Err(WriteFailure::TakenAlong);
    assert_eq!(outcomes, [taken(), taken(), Ok(3)]);
}

#[tokio::test]
async fn a_write_is_done_when_its_caller_has_stopped_waiting() {
    let (writer, _folder) = writer();
    let release = busy(&writer).await;
    {
        let mut job = pin!(writer.write(note(1)));
        let polled = job.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending));
    }
    drop(release);
    assert_eq!(notes(&writer).await, [1]);
}

#[tokio::test]
async fn more_jobs_than_a_batch_or_the_queue_hold_are_all_done() {
    let (writer, _folder) = writer();
    let release = busy(&writer).await;
    let mut tasks = tokio::task::JoinSet::new();
    let most = (QUEUE + BATCH + 1) as i64;
    for id in 1..=most {
        let writer = writer.clone();
        tasks.spawn(async move { writer.write(note(id)).await.unwrap() });
    }
    drop(release);
    tasks.join_all().await;
    assert_eq!(notes(&writer).await, (1..=most).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_stays_full_turns_callers_away() {
    let (writer, _folder) = writer();
    let release = busy(&writer).await;
    let waiting: Vec<_> = (0..QUEUE as i64)
        .map(|id| {
            let mut job = Box::pin(writer.write(note(id)));
            let polled = job.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending());
            job
        })
        .collect();
    assert_eq!(writer.write(note(-1)).await, Err(WriteFailure::Crowded));
    drop(release);
    for job in waiting {
        job.await.unwrap();
    }
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_takes_no_more() {
    let (writer, folder) = writer();
    let release = busy(&writer).await;
    let mut queued = Box::pin(writer.write(note(1)));
    assert!(queued.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let mut closing = Box::pin(writer.close());
    assert!(closing.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(release);
    closing.await;
    assert_eq!(queued.await, Ok(1));
    assert_eq!(writer.write(note(2)).await, Err(WriteFailure::Closed));
    // The last connection has folded the log into the file.
    assert!(!folder.path().join("test.db-wal").exists());
    writer.close().await;
}
