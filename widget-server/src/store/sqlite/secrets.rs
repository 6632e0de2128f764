//! Keys that sign visitor tokens.

use async_trait::async_trait;
use rusqlite::{Connection, params};
use widget_core::time::Timestamp;

use super::SqliteStore;
use super::values::{maybe_moment, moment};
use crate::store::records::SigningKey;
use crate::store::{Secrets, StoreResult};

#[async_trait]
impl Secrets for SqliteStore {
    async fn signing_keys(
        &self,
        fresh: SigningKey,
        now: Timestamp,
    ) -> StoreResult<Vec<SigningKey>> {
        let keys = self.read(move |c| valid(c, now)).await?;
        if !keys.is_empty() {
            return Ok(keys);
        }
        // Looked at again by the writer: two processes may be here at the same time.
        self.write(move |c| {
            if valid(c, now)?.is_empty() {
                insert(c, &fresh)?;
            }
            valid(c, now)
        })
        .await
    }

    async fn rotate_signing_key(
        &self,
        fresh: SigningKey,
        former_until: Timestamp,
    ) -> StoreResult<()> {
        self.write(move |c| {
            c.prepare_cached("UPDATE signing_keys SET valid_until = ?1 WHERE valid_until IS NULL")?
                .execute([former_until.ms()])?;
            insert(c, &fresh)
        })
        .await
    }
}

fn insert(c: &Connection, key: &SigningKey) -> StoreResult<()> {
    c.prepare_cached("INSERT INTO signing_keys (kid, secret, created_at) VALUES (?1, ?2, ?3)")?
        .execute(params![key.kid, key.secret, key.created_at.ms()])?;
    Ok(())
}

fn valid(c: &Connection, now: Timestamp) -> StoreResult<Vec<SigningKey>> {
    let mut statement = c.prepare_cached(
        "SELECT kid, secret, created_at, valid_until FROM signing_keys
         WHERE valid_until IS NULL OR valid_until > ?1 ORDER BY number DESC",
    )?;
    let keys = statement.query_map([now.ms()], |row| {
        Ok(SigningKey {
            kid: row.get(0)?,
            secret: row.get(1)?,
            created_at: moment(row, 2)?,
            valid_until: maybe_moment(row, 3)?,
        })
    })?;
    Ok(keys.collect::<Result<_, _>>()?)
}
