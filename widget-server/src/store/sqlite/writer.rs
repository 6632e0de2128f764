//! Group commit: one thread writes, and everything that waits shares one commit.
//!
//! The thread takes all jobs that are queued (at most [`BATCH`]), runs each in its own savepoint,
//! commits once and then answers all. There is no timer: a lone write is committed at once, a
//! burst makes its own batches while the disk is busy with the one before. So an acknowledged
//! write is on the disk (`synchronous=FULL`) at the price of one flush for many.
//!
//! A job that fails or panics undoes itself and nothing else. Where the commit fails, every job of
//! the batch has failed: even a refusal may have been decided on what another job of the batch had
//! written.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

/// The most jobs in one commit: bounds how long the first of a burst waits for the last.
pub const BATCH: usize = 256;

/// The pragmas of the writing connection. `synchronous=FULL` flushes the log at each commit: an
/// acknowledged write survives the loss of power. `secure_delete` overwrites what is deleted. The
/// log file is cut back to 8 MiB after a burst.
pub const PRAGMAS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 8388608;
    PRAGMA cache_size = -8192;
";

/// The most jobs that wait; who comes then waits for room.
pub const QUEUE: usize = 1024;

/// How long a caller waits for room in the queue.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a job was not kept, other than by its own decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteFailure {
    /// The writer has been closed.
    #[error("the store is closed")]
    Closed,
    /// There was no room in the queue for too long.
    #[error("too many writes are waiting")]
    Crowded,
    /// The job panicked.
    #[error("a write panicked: {0}")]
    Panicked(String),
    /// Another job of the batch met an error on which SQLite gives up the whole transaction.
    #[error("a write beside this one failed and took it along")]
    TakenAlong,
    /// SQLite could not begin or commit the transaction.
    #[error("{text}")]
    Engine {
        /// SQLite's extended result code, 0 where there is none.
        code: i32,
        /// SQLite's words.
        text: String,
    },
}

impl From<rusqlite::Error> for WriteFailure {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_extended_error_code().unwrap_or(0);
        Self::Engine { code, text: error.to_string() }
    }
}

/// The way to the writing thread. When the last clone is gone, the thread finishes what is queued
/// and ends.
#[derive(Debug, Clone)]
pub struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Job(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Job(_) => "Job",
            Self::Close(_) => "Close",
        })
    }
}

impl Writer {
    /// Starts the thread that owns `connection` from now on.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(connection, waiting))?;
        Ok(Self { queue })
    }

    /// Runs `work` in the next batch and answers when it is committed. When the caller stops
    /// waiting, the work is done all the same.
    ///
    /// # Errors
    /// What `work` returned, or a [`WriteFailure`]; nothing was kept in both cases.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<WriteFailure> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        self.enqueue(Message::Job(Box::new(Task { step: Step::Waiting(work), caller }))).await?;
        answer.await.unwrap_or_else(|_| Err(WriteFailure::Closed.into()))
    }

    /// Finishes what is queued and closes the connection. Jobs that come later fail with
    /// [`WriteFailure::Closed`].
    pub async fn close(&self) {
        let (caller, closed) = oneshot::channel();
        if self.enqueue(Message::Close(caller)).await.is_ok() {
            // An error means that the thread has ended already.
            let _ = closed.await;
        }
    }

    async fn enqueue(&self, message: Message) -> Result<(), WriteFailure> {
        use mpsc::error::{SendTimeoutError, TrySendError};

        match self.queue.try_send(message) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(_)) => Err(WriteFailure::Closed),
            Err(TrySendError::Full(message)) => {
                self.queue.send_timeout(message, PATIENCE).await.map_err(|error| match error {
                    SendTimeoutError::Timeout(_) => WriteFailure::Crowded,
                    SendTimeoutError::Closed(_) => WriteFailure::Closed,
                })
            }
        }
    }
}

/// A job, whatever it returns.
trait Job: Send {
    /// Does the work; whether it shall stay.
    fn run(&mut self, connection: &Connection) -> bool;
    /// Answers the caller: with the job's own result, or with what befell its batch.
    fn answer(self: Box<Self>, befell: Option<&WriteFailure>);
}

enum Step<F, R> {
    Waiting(F),
    Running,
    Done(R),
}

struct Task<F, R> {
    step: Step<F, R>,
    caller: oneshot::Sender<R>,
}

impl<T, E, F> Job for Task<F, Result<T, E>>
where
    T: Send,
    E: From<WriteFailure> + Send,
    F: FnOnce(&Connection) -> Result<T, E> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Step::Waiting(work) = std::mem::replace(&mut self.step, Step::Running) else {
            return false;
        };
        // Unwind-safe: what the work has written is rolled back, what it owned is dropped.
        let result = catch_unwind(AssertUnwindSafe(|| work(connection)))
            .unwrap_or_else(|panic| Err(WriteFailure::Panicked(text_of(&*panic)).into()));
        let kept = result.is_ok();
        self.step = Step::Done(result);
        kept
    }

    fn answer(self: Box<Self>, befell: Option<&WriteFailure>) {
        let result = match (befell, self.step) {
            (None, Step::Done(result)) => result,
            (befell, _) => Err(befell.cloned().unwrap_or(WriteFailure::Closed).into()),
        };
        // The caller may have stopped waiting.
        let _ = self.caller.send(result);
    }
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

fn serve(connection: Connection, mut waiting: mpsc::Receiver<Message>) {
    let mut taken = Vec::with_capacity(BATCH);
    let mut jobs = Vec::with_capacity(BATCH);
    let mut closers = Vec::new();
    while waiting.blocking_recv_many(&mut taken, BATCH) > 0 {
        for message in taken.drain(..) {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::Close(caller) => {
                    // What is queued by now is still received.
                    waiting.close();
                    closers.push(caller);
                }
            }
        }
        commit(&connection, &mut jobs);
    }
    drop(connection);
    for caller in closers {
        let _ = caller.send(());
    }
}

/// Runs the jobs in one transaction, and answers them. In several, when the engine throws one
/// away: it does so on errors of the disk and of memory.
fn commit(connection: &Connection, jobs: &mut Vec<Box<dyn Job>>) {
    let mut waiting = std::mem::take(jobs).into_iter();
    let mut done: Vec<Box<dyn Job>> = Vec::with_capacity(waiting.len());
    while waiting.len() > 0 {
        let outcome = transaction(connection, &mut waiting, &mut done);
        for job in done.drain(..) {
            job.answer(outcome.as_ref().err());
        }
    }
    // The room of the batch is used again.
    *jobs = done;
}

/// Moves jobs from `waiting` to `done` until all are done or the transaction is lost.
fn transaction(
    connection: &Connection,
    waiting: &mut std::vec::IntoIter<Box<dyn Job>>,
    done: &mut Vec<Box<dyn Job>>,
) -> Result<(), WriteFailure> {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        done.extend(waiting);
        return Err(error.into());
    }
    for mut job in waiting {
        if let Err(lost) = attempt(connection, job.as_mut()) {
            // The job at fault has the error in its own words.
            if lost.by_job {
                job.answer(None);
            } else {
                done.push(job);
            }
            roll_back(connection);
            return Err(lost.failure);
        }
        done.push(job);
    }
    execute(connection, "COMMIT").map_err(|error| {
        roll_back(connection);
        error.into()
    })
}

/// The whole transaction is lost.
struct Lost {
    /// By an error that the job itself returned.
    by_job: bool,
    failure: WriteFailure,
}

impl From<rusqlite::Error> for Lost {
    fn from(error: rusqlite::Error) -> Self {
        Self { by_job: false, failure: error.into() }
    }
}

/// Runs one job in its savepoint.
fn attempt(connection: &Connection, job: &mut dyn Job) -> Result<(), Lost> {
    execute(connection, "SAVEPOINT job")?;
    let kept = job.run(connection);
    if connection.is_autocommit() {
        return Err(Lost { by_job: !kept, failure: WriteFailure::TakenAlong });
    }
    if !kept {
        execute(connection, "ROLLBACK TO job")?;
    }
    execute(connection, "RELEASE job")?;
    Ok(())
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = execute(connection, "ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests;
