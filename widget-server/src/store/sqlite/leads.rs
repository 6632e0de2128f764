//! Leads, one for each agent and e-mail address.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;
use widget_core::id::{AgentId, ConversationId, LeadId, OrganizationId, VisitorId, WidgetId};
use widget_core::lead::LeadStanding;

use super::SqliteStore;
use super::listing::Listing;
use super::organizations::owned;
use super::values::{Json, Text, moment};
use crate::store::records::{Lead, LeadFilter, Listed, NewLead, Page};
use crate::store::{Leads, StoreResult};

const SELECT: &str = "
    SELECT id, organization_id, agent_id, widget_id, conversation_id, user_id, email, name, phone,
           fields, created_at, updated_at
    FROM leads";

const STANDING: &str = "
    SELECT
      (SELECT count(*) FROM messages WHERE conversation_id = c.id AND role = 'user'),
      EXISTS (
        SELECT 1 FROM messages m, json_each(m.blocks) block
        WHERE m.conversation_id = c.id AND m.blocks IS NOT NULL
          AND block.value ->> '$.type' = 'lead_form'),
      EXISTS (SELECT 1 FROM leads WHERE conversation_id = c.id)
        OR EXISTS (SELECT 1 FROM leads WHERE widget_id = c.widget_id AND user_id = c.user_id)
    FROM conversations c WHERE c.id = ?1";

#[async_trait]
impl Leads for SqliteStore {
    async fn upsert_lead(&self, lead: NewLead) -> StoreResult<(Lead, bool)> {
        self.write(move |c| upsert(c, lead)).await
    }

    async fn lead(&self, organization: OrganizationId, id: LeadId) -> StoreResult<Lead> {
        self.read(move |c| {
            let sql = format!("{SELECT} WHERE id = ?1 AND organization_id = ?2");
            let ids = [id.as_uuid(), organization.as_uuid()];
            Ok(c.prepare_cached(&sql)?.query_row(ids, lead)?)
        })
        .await
    }

    async fn leads(
        &self,
        organization: OrganizationId,
        filter: LeadFilter,
        page: Page,
    ) -> StoreResult<Listed<Lead>> {
        self.read(move |c| {
            Listing::of(SELECT)
                .keep("organization_id = ?", Some(*organization.as_uuid()))
                .keep("agent_id = ?", filter.agent_id.map(|id| *id.as_uuid()))
                .keep("widget_id = ?", filter.widget_id.map(|id| *id.as_uuid()))
                .keep("email = ?", filter.email)
                .between("created_at", filter.created_after, filter.created_before)
                .page(c, page, lead)
        })
        .await
    }

    async fn lead_standing(&self, conversation: ConversationId) -> StoreResult<LeadStanding> {
        self.read(move |c| {
            Ok(c.prepare_cached(STANDING)?.query_row([conversation.as_uuid()], |row| {
                let (said, offered, captured) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(LeadStanding { said, offered, captured })
            })?)
        })
        .await
    }

    async fn delete_lead(&self, organization: OrganizationId, id: LeadId) -> StoreResult<()> {
        self.write(move |c| {
            let sql = "SELECT 1 FROM leads WHERE id = ?1 AND organization_id = ?2";
            owned(c, sql, id.as_uuid(), organization)?;
            c.prepare_cached("DELETE FROM leads WHERE id = ?1")?.execute([id.as_uuid()])?;
            Ok(())
        })
        .await
    }
}

fn upsert(c: &Connection, new: NewLead) -> StoreResult<(Lead, bool)> {
    let sql = "SELECT 1 FROM agents WHERE id = ?1 AND organization_id = ?2";
    owned(c, sql, new.agent_id.as_uuid(), new.organization_id)?;
    let sql = format!("{SELECT} WHERE agent_id = ?1 AND email = ?2");
    let stored = c
        .prepare_cached(&sql)?
        .query_row(params![new.agent_id.as_uuid(), new.email], lead)
        .optional()?;
    let added = stored.is_none();
    let lead = match stored {
        Some(stored) => fill(stored, new),
        None => first(new),
    };
    store(c, &lead)?;
    Ok((lead, added))
}

fn first(new: NewLead) -> Lead {
    Lead {
        id: new.id,
        organization_id: new.organization_id,
        agent_id: new.agent_id,
        widget_id: Some(new.widget_id),
        conversation_id: Some(new.conversation_id),
        user_id: Some(new.user_id),
        email: new.email,
        name: new.name,
        phone: new.phone,
        fields: new.fields,
        created_at: new.now,
        updated_at: new.now,
    }
}

/// What is named overwrites, the rest stays.
fn fill(mut lead: Lead, new: NewLead) -> Lead {
    lead.widget_id = Some(new.widget_id);
    lead.conversation_id = Some(new.conversation_id);
    lead.user_id = Some(new.user_id);
    lead.name = new.name.or(lead.name);
    lead.phone = new.phone.or(lead.phone);
    lead.fields.extend(new.fields);
    lead.updated_at = new.now;
    lead
}

fn store(c: &Connection, lead: &Lead) -> StoreResult<()> {
    c.prepare_cached(
        "INSERT INTO leads (id, organization_id, agent_id, widget_id, conversation_id, user_id,
             email, name, phone, fields, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (agent_id, email) DO UPDATE SET
             widget_id = ?4, conversation_id = ?5, user_id = ?6, name = ?8, phone = ?9,
             fields = ?10, updated_at = ?12",
    )?
    .execute(params![
        lead.id.as_uuid(),
        lead.organization_id.as_uuid(),
        lead.agent_id.as_uuid(),
        lead.widget_id.map(|id| *id.as_uuid()),
        lead.conversation_id.map(|id| *id.as_uuid()),
        lead.user_id.as_ref().map(VisitorId::as_str),
        lead.email,
        lead.name,
        lead.phone,
        Json(&lead.fields),
        lead.created_at.ms(),
        lead.updated_at.ms(),
    ])?;
    Ok(())
}

fn lead(row: &Row<'_>) -> rusqlite::Result<Lead> {
    Ok(Lead {
        id: LeadId::from_uuid(row.get(0)?),
        organization_id: OrganizationId::from_uuid(row.get(1)?),
        agent_id: AgentId::from_uuid(row.get(2)?),
        widget_id: row.get::<_, Option<Uuid>>(3)?.map(WidgetId::from_uuid),
        conversation_id: row.get::<_, Option<Uuid>>(4)?.map(ConversationId::from_uuid),
        user_id: row.get::<_, Option<Text<_>>>(5)?.map(|text| text.0),
        email: row.get(6)?,
        name: row.get(7)?,
        phone: row.get(8)?,
        fields: row.get::<_, Json<_>>(9)?.0,
        created_at: moment(row, 10)?,
        updated_at: moment(row, 11)?,
    })
}
