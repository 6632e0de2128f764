//! Who is calling: from the `Authorization` header to a [`Caller`].
//!
//! Keys are cached in memory and the cache is held against the store's revision on every request,
//! so that a key revoked by another process is refused at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use widget_core::id::{KeyId, OrganizationId};
use widget_core::time::Timestamp;

use super::key::{Kind, PresentedKey};
use super::scope::Scope;
use crate::clock::Clock;
use crate::store::records::{ApiKey, KeyHolder};
use crate::store::{Store, StoreError, StoreResult};

/// How often the last use of a key is noted.
const TOUCH_EVERY_MS: i64 = 60_000;

/// An authenticated caller of the management API.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The key that was presented.
    pub key_id: KeyId,
    /// The organization the call is about.
    pub organization_id: OrganizationId,
    scopes: Vec<Scope>,
}

impl Caller {
    /// Whether the caller may do what asks for `needed`.
    #[must_use]
    pub fn may(&self, needed: Scope) -> bool {
        self.scopes.iter().any(|held| held.covers(needed))
    }
}

/// Why a caller was not let in.
#[derive(Debug)]
pub enum Denied {
    /// No token, or one that is malformed, unknown, revoked or expired: never said which.
    Unauthenticated,
    /// A person's token came without `X-Anyreach-Org`.
    MissingOrganization,
    /// The person is no member of that organization, which is not said either.
    NotAMember,
    /// The store could not be asked.
    Store(StoreError),
}

/// The cache of keys.
pub struct KeyRing {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    cached: Mutex<Cached>,
}

#[derive(Default)]
struct Cached {
    revision: Option<u64>,
    keys: HashMap<KeyId, Arc<ApiKey>>,
    touched: HashMap<KeyId, Timestamp>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing")
    }
}

impl KeyRing {
    /// An empty ring over `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, cached: Mutex::default() }
    }

    /// Authenticates a bearer token; `organization` is the text of `X-Anyreach-Org`.
    ///
    /// # Errors
    /// See [`Denied`].
    pub async fn authenticate(
        &self,
        bearer: Option<&str>,
        organization: Option<&str>,
    ) -> Result<Caller, Denied> {
        let presented = bearer.and_then(PresentedKey::parse).ok_or(Denied::Unauthenticated)?;
        let now = self.clock.now();
        let key = self
            .key(presented.id)
            .await
            .map_err(Denied::Store)?
            .filter(|key| is_valid(key, &presented, now))
            .ok_or(Denied::Unauthenticated)?;
        let organization_id = match &key.holder {
            KeyHolder::Organization(id) => *id,
            KeyHolder::Person { organizations, .. } => {
                let named = organization.ok_or(Denied::MissingOrganization)?;
                let named = named.parse().map_err(|_| Denied::NotAMember)?;
                organizations.iter().copied().find(|id| *id == named).ok_or(Denied::NotAMember)?
            }
        };
        self.note_use(key.id, now).await;
        let scopes = key.scopes.iter().filter_map(|scope| scope.parse().ok()).collect();
        Ok(Caller { key_id: key.id, organization_id, scopes })
    }

    async fn key(&self, id: KeyId) -> StoreResult<Option<Arc<ApiKey>>> {
        let revision = self.store.revision()?;
        if let Some(key) = self.cached_key(id, revision) {
            return Ok(Some(key));
        }
        let key = match self.store.key(id).await {
            Ok(key) => Arc::new(key),
            Err(StoreError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut cached = self.lock();
        // Only what was read under the revision that the cache stands for may go in.
        if cached.revision == Some(revision) {
            cached.keys.insert(id, Arc::clone(&key));
        }
        Ok(Some(key))
    }

    fn cached_key(&self, id: KeyId, revision: u64) -> Option<Arc<ApiKey>> {
        let mut cached = self.lock();
        if cached.revision != Some(revision) {
            cached.revision = Some(revision);
            cached.keys.clear();
        }
        cached.keys.get(&id).cloned()
    }

    async fn note_use(&self, id: KeyId, now: Timestamp) {
        {
            let mut cached = self.lock();
            let last = cached.touched.get(&id).copied();
            if last.is_some_and(|last| now.ms() - last.ms() < TOUCH_EVERY_MS) {
                return;
            }
            cached.touched.insert(id, now);
        }
        if let Err(error) = self.store.touch_key(id, now).await {
            tracing::warn!(%error, "the last use of a key was not noted");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cached> {
        self.cached.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn is_valid(key: &ApiKey, presented: &PresentedKey, now: Timestamp) -> bool {
    let kind = match key.holder {
        KeyHolder::Organization(_) => Kind::Organization,
        KeyHolder::Person { .. } => Kind::Person,
    };
    // The digest is compared first and always, so that timing says nothing of the rest.
    let matches = presented.matches(&key.secret_digest);
    matches
        && kind == presented.kind
        && key.revoked_at.is_none()
        && key.expires_at.is_none_or(|end| now < end)
}
