//! The store itself.

use std::path::Path;

use async_trait::async_trait;
use widget_core::time::Timestamp;

use super::{SqliteStore, backup, sweep};
use crate::store::{StoreResult, Upkeep};

#[async_trait]
impl Upkeep for SqliteStore {
    async fn ping(&self) -> StoreResult<()> {
        self.write(|c| {
            // A real write: a full disk and a file turned read-only show only then.
            c.prepare_cached("UPDATE pulse SET beats = beats + 1")?.execute([])?;
            Ok(())
        })
        .await?;
        self.read(|c| Ok(c.prepare_cached("SELECT beats FROM pulse")?.query_row([], |_| Ok(()))?))
            .await
    }

    fn revision(&self) -> StoreResult<u64> {
        self.revision.current()
    }

    async fn backup(&self, to: &Path) -> StoreResult<()> {
        backup::write(self.path.clone(), to.to_owned()).await
    }

    async fn sweep(&self, now: Timestamp) -> StoreResult<u64> {
        sweep::run(self, now).await
    }

    async fn close(&self) -> StoreResult<()> {
        // The writer last: SQLite folds the log into the file when its last connection goes.
        self.readers.close().await;
        self.revision.close();
        self.writer.close().await;
        Ok(())
    }
}
