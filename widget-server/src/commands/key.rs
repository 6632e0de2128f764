//! `widget-server key`: management keys, also beside a running server.

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;
use widget_core::id::{KeyId, OrganizationId};
use widget_core::time::Timestamp;
use widget_server::auth::key::{Kind, mint};
use widget_server::auth::scope::{self, Scope};
use widget_server::clock::{Clock, SystemClock};
use widget_server::store::Store;
use widget_server::store::records::{ApiKey, KeyHolder};

use super::Shared;
use super::open::{open_store, print};

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key and print it, once
    Create(CreateArgs),
    /// List keys
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key; it is refused on the next request
    Revoke {
        /// The key's id, as `key list` shows it
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct CreateArgs {
    /// What the key is for
    #[arg(long)]
    name: String,
    /// What it may do, with commas: `web_widgets:read,agents:manage`
    #[arg(long, value_delimiter = ',', required_unless_present = "all_scopes")]
    scopes: Vec<Scope>,
    /// Everything
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// When it ends: 12h, 90d, 52w [default: never]
    #[arg(long, value_parser = parse_duration_ms)]
    expires: Option<i64>,
    /// Make a token of this person (`pat_`) instead of a key of an organization
    #[arg(long, value_name = "EMAIL", requires = "org")]
    person: Option<String>,
    /// The organization, or with --person the organizations [default: the only one there is]
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    org: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(shared: &Shared, command: KeyCommand) -> anyhow::Result<()> {
    let store = open_store(shared).await?;
    match command {
        KeyCommand::Create(args) => create(store.as_ref(), args).await?,
        KeyCommand::List { json } => list(store.as_ref(), json).await?,
        KeyCommand::Revoke { id } => revoke(store.as_ref(), &id).await?,
    }
    store.close().await.context("the database could not be closed")
}

async fn create(store: &dyn Store, args: CreateArgs) -> anyhow::Result<()> {
    let now = SystemClock::default().now();
    let organizations = organizations(store, &args.org).await?;
    let (kind, holder) = match args.person {
        Some(email) => {
            if !email.contains('@') {
                bail!("`{email}` is no e-mail address");
            }
            (Kind::Person, KeyHolder::Person { email, organizations })
        }
        None => match organizations.as_slice() {
            [id] => (Kind::Organization, KeyHolder::Organization(*id)),
            _ => bail!("a key belongs to one organization: give one --org"),
        },
    };
    let scopes = if args.all_scopes { scope::ALL.to_vec() } else { args.scopes };
    let id = KeyId::from_uuid(Uuid::now_v7());
    let minted = mint(kind, id);
    let key = ApiKey {
        id,
        holder,
        name: args.name,
        scopes: scopes.iter().map(ToString::to_string).collect(),
        secret_digest: minted.digest,
        created_at: now,
        expires_at: args.expires.map(|ms| now.plus_ms(ms)),
        revoked_at: None,
        last_used_at: None,
    };
    store.insert_key(key.clone()).await.context("the key could not be kept")?;
    if args.json {
        let mut shown = describe(&key, now);
        shown["token"] = json!(minted.token);
        return print(&shown.to_string());
    }
    print(&minted.token)
}

/// The organizations named, or the only one there is.
async fn organizations(store: &dyn Store, named: &[String]) -> anyhow::Result<Vec<OrganizationId>> {
    let all = store.organizations().await.context("the organizations could not be read")?;
    if named.is_empty() {
        return match all.as_slice() {
            [only] => Ok(vec![only.id]),
            [] => bail!("there is no organization yet: `widget-server org create --name NAME`"),
            _ => bail!("there are several organizations: choose one with --org ID"),
        };
    }
    named
        .iter()
        .map(|text| {
            text.parse::<OrganizationId>()
                .ok()
                .filter(|id| all.iter().any(|organization| organization.id == *id))
                .with_context(|| format!("there is no organization `{text}`"))
        })
        .collect()
}

async fn list(store: &dyn Store, as_json: bool) -> anyhow::Result<()> {
    let now = SystemClock::default().now();
    let keys = store.keys(None).await.context("the keys could not be read")?;
    if as_json {
        let shown: Vec<_> = keys.iter().map(|key| describe(key, now)).collect();
        return print(&serde_json::to_string_pretty(&shown)?);
    }
    for key in &keys {
        print(&format!(
            "{}  {:8}  {}  [{}]",
            key.id,
            state(key, now),
            key.name,
            key.scopes.join(",")
        ))?;
    }
    Ok(())
}

async fn revoke(store: &dyn Store, id: &str) -> anyhow::Result<()> {
    let id: KeyId = id.parse().ok().with_context(|| format!("`{id}` is no key id"))?;
    store
        .revoke_key(id, SystemClock::default().now())
        .await
        .with_context(|| format!("the key {id} could not be revoked"))?;
    print(&format!("revoked {id}"))
}

fn state(key: &ApiKey, now: Timestamp) -> &'static str {
    if key.revoked_at.is_some() {
        "revoked"
    } else if key.expires_at.is_some_and(|end| end <= now) {
        "expired"
    } else {
        "valid"
    }
}

fn describe(key: &ApiKey, now: Timestamp) -> serde_json::Value {
    let (person, organizations) = match &key.holder {
        KeyHolder::Organization(id) => (None, vec![*id]),
        KeyHolder::Person { email, organizations } => (Some(email), organizations.clone()),
    };
    json!({
        "id": key.id,
        "name": key.name,
        "person": person,
        "organizations": organizations,
        "scopes": key.scopes,
        "state": state(key, now),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
    })
}

/// `90d` and the like in milliseconds.
fn parse_duration_ms(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no duration: write 12h, 90d or 52w");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let hours = match unit {
        'h' => 1,
        'd' => 24,
        'w' => 24 * 7,
        _ => return Err(wrong()),
    };
    let count: i64 = text.strip_suffix(unit).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
    if count < 1 {
        return Err(wrong());
    }
    count.checked_mul(hours * 3_600_000).filter(|ms| *ms < 1 << 52).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_hours_days_or_weeks() {
        assert_eq!(parse_duration_ms("12h"), Ok(43_200_000));
        assert_eq!(parse_duration_ms("90d"), Ok(7_776_000_000));
        for wrong in ["", "d", "0d", "-1d", "90", "1y", "9999999999999999w", "é"] {
            assert!(parse_duration_ms(wrong).is_err(), "{wrong}");
        }
    }
}
