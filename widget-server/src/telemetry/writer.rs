//! Telemetry goes to the store in batches: one write for what came in a quarter of a second.
//!
//! The queue has a bound. When the store cannot keep up, a call is refused as a whole and told when
//! to come back; nothing that was accepted is dropped for being late.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::store::records::EventRecord;
use crate::store::{StoreError, Telemetry};

/// Events that may wait.
const QUEUE: usize = 16_384;
/// Events of one write.
const BATCH: usize = 1_000;
/// How long the first event of a batch waits for others.
const GATHER: Duration = Duration::from_millis(250);
/// How often a batch is tried while the store is unavailable, and the pause in between.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// The queue is full; nothing of the call was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

/// Takes events and writes them in the background.
#[derive(Debug)]
pub struct EventWriter {
    queue: mpsc::Sender<EventRecord>,
    closing: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl EventWriter {
    /// Starts the writing task; [`EventWriter::finish`] ends it.
    #[must_use]
    pub fn start(store: Arc<dyn Telemetry>) -> Self {
        let (queue, events) = mpsc::channel(QUEUE);
        let closing = CancellationToken::new();
        let task = tokio::spawn(write(store, events, closing.clone()));
        Self { queue, closing, task: Mutex::new(Some(task)) }
    }

    /// Queues all of `events`.
    ///
    /// # Errors
    /// [`Full`], when there is no room for all of them, or the writer was finished.
    pub fn push(&self, events: Vec<EventRecord>) -> Result<(), Full> {
        if self.closing.is_cancelled() {
            return Err(Full);
        }
        let room = self.queue.try_reserve_many(events.len()).map_err(|_| Full)?;
        for (permit, event) in room.zip(events) {
            permit.send(event);
        }
        Ok(())
    }

    /// Takes nothing more, and returns when everything accepted is written.
    pub async fn finish(&self) {
        self.closing.cancel();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the telemetry writer broke off");
        }
    }
}

async fn write(
    store: Arc<dyn Telemetry>,
    mut events: mpsc::Receiver<EventRecord>,
    closing: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            () = closing.cancelled(), if !events.is_closed() => events.close(),
            taken = events.recv_many(&mut batch, BATCH) => if taken == 0 { return },
        }
        if batch.is_empty() {
            continue;
        }
        if batch.len() < BATCH {
            let _ = tokio::time::timeout(GATHER, closing.cancelled()).await;
            while batch.len() < BATCH
                && let Ok(event) = events.try_recv()
            {
                batch.push(event);
            }
        }
        insert(store.as_ref(), std::mem::take(&mut batch)).await;
    }
}

async fn insert(store: &dyn Telemetry, batch: Vec<EventRecord>) {
    let count = batch.len();
    for attempt in 1..=ATTEMPTS {
        match store.insert_events(batch.clone()).await {
            Ok(()) => return,
            Err(StoreError::Unavailable(_)) if attempt < ATTEMPTS => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::error!(%error, count, "telemetry was lost");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use uuid::Uuid;
    use widget_core::id::{OrganizationId, WidgetId};
    use widget_core::time::Timestamp;

    use super::*;
    use crate::store::StoreResult;
    use crate::store::records::EventCount;

    #[derive(Default)]
    struct Kept {
        batches: Mutex<Vec<usize>>,
        failures: Mutex<u32>,
    }

    #[async_trait]
    impl Telemetry for Kept {
        async fn insert_events(&self, events: Vec<EventRecord>) -> StoreResult<()> {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(StoreError::Unavailable("busy".to_owned()));
            }
            self.batches.lock().unwrap().push(events.len());
            Ok(())
        }

        async fn event_counts(
            &self,
            _: OrganizationId,
            _: WidgetId,
            _: Option<Timestamp>,
            _: Option<Timestamp>,
        ) -> StoreResult<Vec<EventCount>> {
            Ok(Vec::new())
        }
    }

    fn events(count: usize) -> Vec<EventRecord> {
        let event = EventRecord {
            widget_id: WidgetId::from_uuid(Uuid::nil()),
            conversation_id: None,
            user_id: None,
            name: "launcher.opened".to_owned(),
            at: Timestamp::EPOCH,
            data: None,
        };
        vec![event; count]
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_close_together_is_one_write() {
        let kept = Arc::new(Kept::default());
        let writer = EventWriter::start(kept.clone());
        for _ in 0..3 {
            writer.push(events(2)).unwrap();
        }
        tokio::time::sleep(GATHER * 2).await;
        assert_eq!(*kept.batches.lock().unwrap(), [6]);
    }

    #[tokio::test(start_paused = true)]
    async fn everything_accepted_is_written_before_the_end() {
        let kept = Arc::new(Kept::default());
        let writer = EventWriter::start(kept.clone());
        writer.push(events(2 * BATCH + 1)).unwrap();
        writer.finish().await;
        assert_eq!(kept.batches.lock().unwrap().iter().sum::<usize>(), 2 * BATCH + 1);
        assert_eq!(writer.push(events(1)), Err(Full));
    }

    #[tokio::test(start_paused = true)]
    async fn a_store_that_is_busy_for_a_while_loses_nothing() {
        let kept = Arc::new(Kept::default());
        *kept.failures.lock().unwrap() = 2;
        let writer = EventWriter::start(kept.clone());
        writer.push(events(1)).unwrap();
        writer.finish().await;
        assert_eq!(*kept.batches.lock().unwrap(), [1]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_for_which_there_is_no_room_is_refused_whole() {
        let writer = EventWriter::start(Arc::new(Kept::default()));
        assert_eq!(writer.push(events(QUEUE + 1)), Err(Full));
        assert_eq!(writer.push(events(QUEUE)), Ok(()));
    }
}
