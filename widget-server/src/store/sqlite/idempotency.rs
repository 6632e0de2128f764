//! First answers of requests that came with an `Idempotency-Key`.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use widget_core::time::Timestamp;

use super::SqliteStore;
use super::values::moment;
use crate::store::records::{Claimed, IdempotencyClaim, StoredAnswer};
use crate::store::{Idempotency, StoreError, StoreResult};

/// How long a key is remembered.
pub(super) const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// How long a request may work before another one with its key takes over.
const WORK_MS: i64 = 60 * 1000;

#[async_trait]
impl Idempotency for SqliteStore {
    async fn claim_key(&self, claim: IdempotencyClaim) -> StoreResult<Claimed> {
        self.write(move |c| decide(c, &claim)).await
    }

    async fn answer_key(&self, scope: &str, key: &str, answer: StoredAnswer) -> StoreResult<()> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write(move |c| {
            let known = "SELECT 1 FROM idempotency_keys WHERE scope = ?1 AND key = ?2";
            if !c.prepare_cached(known)?.exists([&scope, &key])? {
                return Err(StoreError::NotFound);
            }
            c.prepare_cached(
                "UPDATE idempotency_keys SET status = ?3, location = ?4, body = ?5
                 WHERE scope = ?1 AND key = ?2 AND status IS NULL",
            )?
            .execute(params![
                scope,
                key,
                answer.status,
                answer.location,
                answer.body
            ])?;
            Ok(())
        })
        .await
    }

    async fn release_key(&self, scope: &str, key: &str) -> StoreResult<()> {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        self.write(move |c| {
            c.prepare_cached(
                "DELETE FROM idempotency_keys WHERE scope = ?1 AND key = ?2 AND status IS NULL",
            )?
            .execute([scope, key])?;
            Ok(())
        })
        .await
    }
}

struct Stored {
    fingerprint: [u8; 32],
    claimed_at: Timestamp,
    answer: Option<StoredAnswer>,
}

fn decide(c: &Connection, claim: &IdempotencyClaim) -> StoreResult<Claimed> {
    let Some(stored) = stored(c, claim)? else { return take(c, claim) };
    let age = claim.now.ms_since(stored.claimed_at);
    if age >= KEPT_MS {
        return take(c, claim);
    }
    if stored.fingerprint != claim.fingerprint {
        return Ok(Claimed::Reused);
    }
    match stored.answer {
        Some(answer) => Ok(Claimed::Answered(answer)),
        None if age >= WORK_MS => take(c, claim),
        None => Ok(Claimed::Working),
    }
}

fn stored(c: &Connection, claim: &IdempotencyClaim) -> StoreResult<Option<Stored>> {
    let sql = "SELECT fingerprint, claimed_at, status, location, body FROM idempotency_keys
               WHERE scope = ?1 AND key = ?2";
    let found = c.prepare_cached(sql)?.query_row([&claim.scope, &claim.key], |row| {
        let answer = match row.get(2)? {
            Some(status) => Some(StoredAnswer { status, location: row.get(3)?, body: row.get(4)? }),
            None => None,
        };
        Ok(Stored { fingerprint: row.get(0)?, claimed_at: moment(row, 1)?, answer })
    });
    Ok(found.optional()?)
}

fn take(c: &Connection, claim: &IdempotencyClaim) -> StoreResult<Claimed> {
    c.prepare_cached(
        "INSERT OR REPLACE INTO idempotency_keys (scope, key, fingerprint, claimed_at)
         VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![claim.scope, claim.key, claim.fingerprint, claim.now.ms()])?;
    Ok(Claimed::New)
}
