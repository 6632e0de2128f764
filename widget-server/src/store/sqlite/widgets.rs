//! Widgets.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use widget_core::id::{AgentId, AgentVersionId, OrganizationId, WidgetId};
use widget_core::time::Timestamp;

use super::agents::unless_stale;
use super::listing::Listing;
use super::values::{Json, maybe_moment, moment};
use super::{SqliteStore, agents, versions};
use crate::store::records::{
    IdentitySecret, Listed, Page, Refusal, ServedWidget, Widget, WidgetChange, WidgetFilter,
};
use crate::store::{StoreError, StoreResult, Widgets};

const SELECT: &str = "
    SELECT id, organization_id, agent_id, agent_version_id, name, domains, published, paused,
           config, revision, created_at, updated_at
    FROM widgets";

#[async_trait]
impl Widgets for SqliteStore {
    async fn insert_widget(&self, widget: Widget) -> StoreResult<()> {
        self.write(move |c| insert(c, &widget)).await
    }

    async fn widget(&self, organization: OrganizationId, id: WidgetId) -> StoreResult<Widget> {
        self.read(move |c| find(c, organization, id)).await
    }

    async fn widgets(
        &self,
        organization: OrganizationId,
        filter: WidgetFilter,
        page: Page,
    ) -> StoreResult<Listed<Widget>> {
        self.read(move |c| {
            Listing::of(SELECT)
                .keep("organization_id = ?", Some(*organization.as_uuid()))
                .keep("agent_id = ?", filter.agent_id.map(|id| *id.as_uuid()))
                .keep("agent_version_id = ?", filter.agent_version_id.map(|id| *id.as_uuid()))
                .keep("published = ?", filter.published)
                .between("created_at", filter.created_after, filter.created_before)
                .between("updated_at", filter.updated_after, filter.updated_before)
                .page(c, page, widget)
        })
        .await
    }

    async fn update_widget(
        &self,
        organization: OrganizationId,
        id: WidgetId,
        change: WidgetChange,
        expected: Option<i64>,
        now: Timestamp,
    ) -> StoreResult<Widget> {
        self.write(move |c| {
            let mut widget = find(c, organization, id)?;
            unless_stale(expected, widget.revision)?;
            apply(&mut widget, change);
            widget.revision += 1;
            widget.updated_at = now;
            update(c, &widget)?;
            Ok(widget)
        })
        .await
    }

    async fn delete_widget(
        &self,
        organization: OrganizationId,
        id: WidgetId,
        expected: Option<i64>,
    ) -> StoreResult<()> {
        self.write(move |c| {
            let widget = find(c, organization, id)?;
            unless_stale(expected, widget.revision)?;
            c.prepare_cached("DELETE FROM widgets WHERE id = ?1")?.execute([id.as_uuid()])?;
            Ok(())
        })
        .await
    }

    async fn set_identity_secret(
        &self,
        organization: OrganizationId,
        id: WidgetId,
        secret: Vec<u8>,
        former_until: Timestamp,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.write(move |c| {
            find(c, organization, id)?;
            c.prepare_cached(
                "UPDATE identity_secrets SET valid_until = ?2
                 WHERE widget_id = ?1 AND valid_until IS NULL",
            )?
            .execute(params![id.as_uuid(), former_until.ms()])?;
            c.prepare_cached(
                "INSERT INTO identity_secrets (widget_id, secret, created_at) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![id.as_uuid(), secret, now.ms()])?;
            Ok(())
        })
        .await
    }

    async fn served_widget(&self, id: WidgetId) -> StoreResult<ServedWidget> {
        self.read(move |c| {
            let sql = format!("{SELECT} WHERE id = ?1");
            let widget = c.prepare_cached(&sql)?.query_row([id.as_uuid()], widget)?;
            served(c, widget)
        })
        .await
    }

    async fn served_widgets_of(&self, agent: AgentId) -> StoreResult<Vec<ServedWidget>> {
        self.read(move |c| {
            let sql = format!("{SELECT} WHERE agent_id = ?1 ORDER BY id");
            let mut statement = c.prepare_cached(&sql)?;
            let widgets =
                statement.query_map([agent.as_uuid()], widget)?.collect::<Result<Vec<_>, _>>()?;
            widgets.into_iter().map(|widget| served(c, widget)).collect()
        })
        .await
    }

    async fn live_allow_lists(&self) -> StoreResult<Vec<Vec<String>>> {
        self.read(|c| {
            let mut statement = c.prepare_cached(
                "SELECT w.domains FROM widgets w JOIN agent_versions v ON v.id = w.agent_version_id
                 WHERE w.published AND v.published_at IS NOT NULL",
            )?;
            let lists = statement.query_map([], |row| Ok(row.get::<_, Json<_>>(0)?.0))?;
            Ok(lists.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn find(c: &Connection, organization: OrganizationId, id: WidgetId) -> StoreResult<Widget> {
    let sql = format!("{SELECT} WHERE id = ?1 AND organization_id = ?2");
    let ids = [id.as_uuid(), organization.as_uuid()];
    Ok(c.prepare_cached(&sql)?.query_row(ids, widget)?)
}

fn served(c: &Connection, widget: Widget) -> StoreResult<ServedWidget> {
    let mut statement = c.prepare_cached(
        "SELECT secret, valid_until FROM identity_secrets WHERE widget_id = ?1 ORDER BY id DESC",
    )?;
    let secrets = statement.query_map([widget.id.as_uuid()], |row| {
        Ok(IdentitySecret { secret: row.get(0)?, valid_until: maybe_moment(row, 1)? })
    })?;
    let identity_secrets = secrets.collect::<Result<_, _>>()?;
    Ok(ServedWidget {
        agent: agents::find_any(c, widget.agent_id)?,
        version: versions::find_any(c, widget.agent_version_id)?,
        identity_secrets,
        widget,
    })
}

/// [`Refusal::VersionMismatch`] unless agent and version belong together and to the organization.
fn check_version(c: &Connection, widget: &Widget) -> StoreResult<()> {
    let sql = "SELECT 1 FROM agent_versions v JOIN agents a ON a.id = v.agent_id
               WHERE v.id = ?1 AND a.id = ?2 AND a.organization_id = ?3";
    let ids = [
        widget.agent_version_id.as_uuid(),
        widget.agent_id.as_uuid(),
        widget.organization_id.as_uuid(),
    ];
    if c.prepare_cached(sql)?.exists(ids)? {
        Ok(())
    } else {
        Err(StoreError::Refused(Refusal::VersionMismatch))
    }
}

fn insert(c: &Connection, widget: &Widget) -> StoreResult<()> {
    check_version(c, widget)?;
    c.prepare_cached(
        "INSERT INTO widgets (id, organization_id, agent_id, agent_version_id, name, domains,
             published, paused, config, revision, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        widget.id.as_uuid(),
        widget.organization_id.as_uuid(),
        widget.agent_id.as_uuid(),
        widget.agent_version_id.as_uuid(),
        widget.name,
        Json(&widget.domains),
        widget.published,
        widget.paused,
        Json(&widget.config),
        widget.revision,
        widget.created_at.ms(),
        widget.updated_at.ms(),
    ])?;
    Ok(())
}

fn update(c: &Connection, widget: &Widget) -> StoreResult<()> {
    check_version(c, widget)?;
    c.prepare_cached(
        "UPDATE widgets SET agent_id = ?2, agent_version_id = ?3, name = ?4, domains = ?5,
             published = ?6, paused = ?7, config = ?8, revision = ?9, updated_at = ?10
         WHERE id = ?1",
    )?
    .execute(params![
        widget.id.as_uuid(),
        widget.agent_id.as_uuid(),
        widget.agent_version_id.as_uuid(),
        widget.name,
        Json(&widget.domains),
        widget.published,
        widget.paused,
        Json(&widget.config),
        widget.revision,
        widget.updated_at.ms(),
    ])?;
    Ok(())
}

fn apply(widget: &mut Widget, change: WidgetChange) {
    fn replace<T>(field: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *field = value;
        }
    }

    replace(&mut widget.agent_id, change.agent_id);
    replace(&mut widget.agent_version_id, change.agent_version_id);
    replace(&mut widget.name, change.name);
    replace(&mut widget.domains, change.domains);
    replace(&mut widget.published, change.published);
    replace(&mut widget.paused, change.paused);
    replace(&mut widget.config, change.config);
}

fn widget(row: &Row<'_>) -> rusqlite::Result<Widget> {
    Ok(Widget {
        id: WidgetId::from_uuid(row.get(0)?),
        organization_id: OrganizationId::from_uuid(row.get(1)?),
        agent_id: AgentId::from_uuid(row.get(2)?),
        agent_version_id: AgentVersionId::from_uuid(row.get(3)?),
        name: row.get(4)?,
        domains: row.get::<_, Json<_>>(5)?.0,
        published: row.get(6)?,
        paused: row.get(7)?,
        config: row.get::<_, Json<_>>(8)?.0,
        revision: row.get(9)?,
        created_at: moment(row, 10)?,
        updated_at: moment(row, 11)?,
    })
}
