//! Organizations.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use widget_core::id::OrganizationId;

use super::SqliteStore;
use super::values::moment;
use crate::store::records::Organization;
use crate::store::{Organizations, StoreError, StoreResult};

#[async_trait]
impl Organizations for SqliteStore {
    async fn insert_organization(&self, organization: Organization) -> StoreResult<()> {
        self.write(move |c| {
            c.prepare_cached(
                "INSERT INTO organizations (id, name, created_at) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![
                organization.id.as_uuid(),
                organization.name,
                organization.created_at.ms()
            ])?;
            Ok(())
        })
        .await
    }

    async fn organization(&self, id: OrganizationId) -> StoreResult<Organization> {
        self.read(move |c| {
            let sql = "SELECT id, name, created_at FROM organizations WHERE id = ?1";
            Ok(c.prepare_cached(sql)?.query_row([id.as_uuid()], organization)?)
        })
        .await
    }

    async fn organizations(&self) -> StoreResult<Vec<Organization>> {
        self.read(|c| {
            let sql = "SELECT id, name, created_at FROM organizations ORDER BY id";
            let mut statement = c.prepare_cached(sql)?;
            let organizations = statement.query_map([], organization)?.collect::<Result<_, _>>()?;
            Ok(organizations)
        })
        .await
    }
}

fn organization(row: &Row<'_>) -> rusqlite::Result<Organization> {
    Ok(Organization {
        id: OrganizationId::from_uuid(row.get(0)?),
        name: row.get(1)?,
        created_at: moment(row, 2)?,
    })
}

/// [`StoreError::NotFound`] unless the row is there: `sql` selects it by id and organization.
pub(super) fn owned(
    c: &Connection,
    sql: &str,
    id: &uuid::Uuid,
    organization: OrganizationId,
) -> StoreResult<()> {
    let exists = c.prepare_cached(sql)?.exists(params![id, organization.as_uuid()])?;
    if exists { Ok(()) } else { Err(StoreError::NotFound) }
}
