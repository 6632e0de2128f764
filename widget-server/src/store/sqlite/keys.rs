//! Keys of organizations and tokens of persons.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;
use widget_core::id::{KeyId, OrganizationId};
use widget_core::time::Timestamp;

use super::SqliteStore;
use super::values::{Json, maybe_moment, moment};
use crate::store::records::{ApiKey, KeyHolder};
use crate::store::{Keys, StoreError, StoreResult};

/// The memberships come as a list of ids in JSON, in the order they were given.
const SELECT: &str = "
    SELECT id, organization_id, email, name, scopes, secret_digest, created_at, expires_at,
           revoked_at, last_used_at,
           (SELECT json_group_array(lower(hex(m.organization_id)) ORDER BY m.position)
            FROM api_key_memberships m WHERE m.key_id = api_keys.id)
    FROM api_keys";

#[async_trait]
impl Keys for SqliteStore {
    async fn insert_key(&self, key: ApiKey) -> StoreResult<()> {
        self.write(move |c| insert(c, &key)).await
    }

    async fn key(&self, id: KeyId) -> StoreResult<ApiKey> {
        self.read(move |c| {
            let sql = select("WHERE id = ?1");
            Ok(c.prepare_cached(&sql)?.query_row([id.as_uuid()], key)?)
        })
        .await
    }

    async fn keys(&self, organization: Option<OrganizationId>) -> StoreResult<Vec<ApiKey>> {
        self.read(move |c| {
            let sql = select(
                "WHERE ?1 IS NULL OR organization_id = ?1
                 OR id IN (SELECT key_id FROM api_key_memberships WHERE organization_id = ?1)
                 ORDER BY id DESC",
            );
            let organization = organization.map(|id| *id.as_uuid());
            let mut statement = c.prepare_cached(&sql)?;
            let keys = statement.query_map([organization], key)?.collect::<Result<_, _>>()?;
            Ok(keys)
        })
        .await
    }

    async fn revoke_key(&self, id: KeyId, now: Timestamp) -> StoreResult<()> {
        self.write(move |c| {
            let sql = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1";
            changed(c.prepare_cached(sql)?.execute(params![id.as_uuid(), now.ms()])?)
        })
        .await
    }

    async fn touch_key(&self, id: KeyId, now: Timestamp) -> StoreResult<()> {
        self.write(move |c| {
            let sql = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";
            changed(c.prepare_cached(sql)?.execute(params![id.as_uuid(), now.ms()])?)
        })
        .await
    }
}

fn select(clause: &str) -> String {
    format!("{SELECT} {clause}")
}

fn changed(rows: usize) -> StoreResult<()> {
    if rows == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

fn insert(c: &Connection, key: &ApiKey) -> StoreResult<()> {
    let (organization, email, memberships) = match &key.holder {
        KeyHolder::Organization(id) => (Some(id.as_uuid()), None, &[][..]),
        KeyHolder::Person { email, organizations } => (None, Some(email), &organizations[..]),
    };
    c.prepare_cached(
        "INSERT INTO api_keys (id, organization_id, email, name, scopes, secret_digest,
             created_at, expires_at, revoked_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        key.id.as_uuid(),
        organization,
        email,
        key.name,
        Json(&key.scopes),
        key.secret_digest,
        key.created_at.ms(),
        key.expires_at.map(Timestamp::ms),
        key.revoked_at.map(Timestamp::ms),
        key.last_used_at.map(Timestamp::ms),
    ])?;
    for (position, organization) in (0_i64..).zip(memberships) {
        c.prepare_cached(
            "INSERT INTO api_key_memberships (key_id, organization_id, position)
             VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?
        .execute(params![key.id.as_uuid(), organization.as_uuid(), position])?;
    }
    Ok(())
}

fn key(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let holder = match row.get::<_, Option<Uuid>>(1)? {
        Some(id) => KeyHolder::Organization(OrganizationId::from_uuid(id)),
        None => {
            let Json(organizations) = row.get::<_, Json<Vec<Uuid>>>(10)?;
            let organizations = organizations.into_iter().map(OrganizationId::from_uuid).collect();
            KeyHolder::Person { email: row.get(2)?, organizations }
        }
    };
    Ok(ApiKey {
        id: KeyId::from_uuid(row.get(0)?),
        holder,
        name: row.get(3)?,
        scopes: row.get::<_, Json<_>>(4)?.0,
        secret_digest: row.get(5)?,
        created_at: moment(row, 6)?,
        expires_at: maybe_moment(row, 7)?,
        revoked_at: maybe_moment(row, 8)?,
        last_used_at: maybe_moment(row, 9)?,
    })
}
