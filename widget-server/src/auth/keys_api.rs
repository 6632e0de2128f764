//! `/core/api-keys`: keys of the organization.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use widget_core::error::{Violation, ViolationCode};
use widget_core::id::KeyId;
use widget_core::time::Timestamp;

use super::key::{Kind, mint};
use super::{Scope, caller};
use crate::app::App;
use crate::fields::Fields;
use crate::http::{Outcome, Problem, Request, response};
use crate::idempotency::{Made, once};
use crate::random;
use crate::store::records::{ApiKey, KeyHolder};

/// A key, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
pub struct KeyView {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The person it belongs to, where it is a personal token.
    pub person: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl From<&ApiKey> for KeyView {
    fn from(key: &ApiKey) -> Self {
        let person = match &key.holder {
            KeyHolder::Organization(_) => None,
            KeyHolder::Person { email, .. } => Some(email.clone()),
        };
        Self {
            id: key.id,
            name: key.name.clone(),
            scopes: key.scopes.clone(),
            person,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// A key with its token, which is shown once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NewApiKey")]
pub struct MintedView {
    /// The key.
    #[serde(flatten)]
    pub key: KeyView,
    /// The token, shown once: an idempotent replay answers without it.
    pub token: String,
}

/// What a key is made of.
#[derive(Debug, JsonSchema)]
#[schemars(rename = "ApiKeyBody")]
pub struct KeyBody {
    /// What it is for, 1 to 200 characters.
    pub name: String,
    /// What it may do; no more than the key that makes it.
    pub scopes: Vec<String>,
    /// When it ends; never, when absent.
    pub expires_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Wanted {
    name: String,
    scopes: Vec<Scope>,
    expires_at: Option<Timestamp>,
}

fn read(body: &Value, now: Timestamp) -> Result<Wanted, Problem> {
    let mut fields = Fields::of(body)?;
    let name = fields.name("name");
    let named = fields.array("scopes");
    let named = fields.required("scopes", named).map_or(&[][..], Vec::as_slice);
    let mut scopes = Vec::with_capacity(named.len());
    for (index, value) in named.iter().enumerate() {
        match value.as_str().and_then(|text| text.parse::<Scope>().ok()) {
            Some(scope) => scopes.push(scope),
            None => {
                let path = format!("scopes[{index}]");
                fields.wrong(Violation::new(path, ViolationCode::NotAllowed));
            }
        }
    }
    if scopes.is_empty() && fields.get("scopes").is_some() && named.is_empty() {
        fields.wrong(Violation::new("scopes", ViolationCode::TooFew).min(1.0));
    }
    let expires_at = fields.parsed::<Timestamp>("expires_at", ViolationCode::InvalidTime);
    if expires_at.is_some_and(|moment| moment <= now) {
        fields.wrong(Violation::new("expires_at", ViolationCode::TooSmall));
    }
    fields.done(name.map(|name| Wanted { name, scopes, expires_at }))
}

/// Lists the keys of the organization, newest first.
///
/// # Errors
/// 401, 403.
pub async fn list_api_keys(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let keys = app.store.keys(Some(caller.organization_id)).await?;
    let keys: Vec<KeyView> = keys.iter().map(KeyView::from).collect();
    response::ok(&keys)
}

/// Makes a key of the organization.
///
/// # Errors
/// 422, 403 `insufficient_scope` for a scope the caller has not.
pub async fn create_api_key(app: Arc<App>, mut request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let body = request.json().await?;
    let now = app.clock.now();
    let Wanted { name, scopes, expires_at } = read(&body, now)?;
    if let Some(lacking) = scopes.iter().find(|scope| !caller.may(**scope)) {
        return Err(Problem::forbidden(
            "insufficient_scope",
            format!("A key cannot give what it has not: this one lacks `{lacking}`."),
        ));
    }
    once(&app, &caller, &request, &body, async {
        let id = KeyId::v7(now, &random::bytes());
        let minted = mint(Kind::Organization, id);
        let key = ApiKey {
            id,
            holder: KeyHolder::Organization(caller.organization_id),
            name,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            secret_digest: minted.digest,
            created_at: now,
            expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        app.store.insert_key(key.clone()).await?;
        let view = MintedView { key: KeyView::from(&key), token: minted.token };
        let mut made = Made::created(format!("/core/api-keys/{id}"), &view)?;
        made.secrets = &["token"];
        Ok(made)
    })
    .await
}

/// Revokes a key; it is refused on the next request.
///
/// # Errors
/// 404.
pub async fn revoke_api_key(app: Arc<App>, request: Request) -> Outcome {
    let caller = caller(&app, &request).await?;
    let key = app.store.key(request.param("id")?).await?;
    if !matches!(key.holder, KeyHolder::Organization(id) if id == caller.organization_id) {
        return Err(Problem::not_found("not_found"));
    }
    app.store.revoke_key(key.id, app.clock.now()).await?;
    Ok(response::no_content())
}
