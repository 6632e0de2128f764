//! `widget-server org`: organizations.

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::json;
use uuid::Uuid;
use widget_core::id::OrganizationId;
use widget_server::clock::{Clock, SystemClock};
use widget_server::store::records::Organization;

use super::Shared;
use super::open::{open_store, print};

#[derive(Debug, Subcommand)]
pub(crate) enum OrganizationCommand {
    /// Make an organization and print its id
    Create {
        /// Its name
        #[arg(long)]
        name: String,
    },
    /// List organizations
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(shared: &Shared, command: OrganizationCommand) -> anyhow::Result<()> {
    let store = open_store(shared).await?;
    match command {
        OrganizationCommand::Create { name } => {
            let name = name.trim().to_owned();
            if name.is_empty() || name.chars().count() > 200 {
                bail!("a name has 1 to 200 characters");
            }
            let id = OrganizationId::from_uuid(Uuid::now_v7());
            let organization = Organization { id, name, created_at: SystemClock::default().now() };
            store
                .insert_organization(organization)
                .await
                .context("the organization could not be kept")?;
            print(&id.to_string())?;
        }
        OrganizationCommand::List { json } => {
            let all = store.organizations().await.context("the organizations could not be read")?;
            if json {
                let shown: Vec<_> = all
                    .iter()
                    .map(|o| json!({"id": o.id, "name": o.name, "created_at": o.created_at}))
                    .collect();
                print(&serde_json::to_string_pretty(&shown)?)?;
            } else {
                for organization in &all {
                    print(&format!("{}  {}", organization.id, organization.name))?;
                }
            }
        }
    }
    store.close().await.context("the database could not be closed")
}
