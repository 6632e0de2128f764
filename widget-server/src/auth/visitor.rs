//! Visitors' sessions: a token that opens one conversation for 60 minutes.
//!
//! The token also says from which message on its holder may see the conversation: whoever resumed
//! it without proof sees nothing from before, and no later token made out of this one may see more.
//!
//! Signing keys are read once and held against the store's revision on every use, so that a
//! rotation by another process counts at once.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use widget_core::id::{ConversationId, OrganizationId, TokenId, VisitorId, WidgetId};
use widget_core::time::Timestamp;

use super::jwt::{self, Unverified};
use crate::random;
use crate::store::records::SigningKey;
use crate::store::{Store, StoreResult};

/// How long a token opens its conversation.
pub const LIFETIME_MS: i64 = 60 * 60 * 1000;
/// How long after its end a token still proves who held the conversation.
pub const PROOF_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a replaced signing key goes on to verify: as long as the last token it signed lives.
pub const FORMER_KEY_VALID_MS: i64 = LIFETIME_MS;

/// Who made the token and whom it is for. Both are this server: the keys tell deployments apart.
const ISSUER: &str = "widget-server";
const AUDIENCE: &str = "widget";

/// What a token opens, and for whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The token's own id, under which its calls are counted.
    pub id: TokenId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The widget.
    pub widget_id: WidgetId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The visitor.
    pub visitor: VisitorId,
    /// The `seq` of the first message the holder may see; 0 for everything, see [`Session::sees_all`].
    pub from: i64,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether the holder may also see what was noted in the conversation beside its messages.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.from <= 0
    }
}

/// A session to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The widget.
    pub widget_id: WidgetId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The visitor.
    pub visitor: VisitorId,
    /// As in [`Session`].
    pub from: i64,
}

/// A token for a visitor.
#[derive(Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SessionToken {
    /// The token, sent as `Authorization: Bearer`.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What a text that was sent as a token turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Presented {
    /// A token that opens its conversation.
    Valid(Session),
    /// A token of ours that ended; see [`PROOF_MS`].
    Expired(Session),
    /// No token of ours.
    Unknown,
}

impl Presented {
    /// The session of a token that still opens its conversation.
    #[must_use]
    pub fn valid(self) -> Option<Session> {
        match self {
            Self::Valid(session) => Some(session),
            Self::Expired(_) | Self::Unknown => None,
        }
    }

    /// The session of a token that proves who held the conversation, at most a day after its end.
    #[must_use]
    pub fn proof(self, now: Timestamp) -> Option<Session> {
        match self {
            Self::Valid(session) => Some(session),
            Self::Expired(session) if now.ms_since(session.expires_at) <= PROOF_MS => Some(session),
            Self::Expired(_) | Self::Unknown => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    jti: TokenId,
    sub: VisitorId,
    cid: ConversationId,
    wid: WidgetId,
    org: OrganizationId,
    from: i64,
}

/// Makes and reads visitors' tokens.
pub struct VisitorTokens {
    store: Arc<dyn Store>,
    cached: Mutex<Option<(u64, Arc<[SigningKey]>)>>,
}

impl fmt::Debug for VisitorTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitorTokens")
    }
}

impl VisitorTokens {
    /// Tokens signed with the keys of this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, cached: Mutex::new(None) }
    }

    /// Makes a token.
    ///
    /// # Errors
    /// Those of the store, when the signing keys have to be read.
    pub async fn issue(&self, grant: Grant, now: Timestamp) -> StoreResult<SessionToken> {
        let keys = self.keys(now).await?;
        let key = keys.iter().find(|key| key.valid_until.is_none());
        let key = key.or_else(|| keys.first()).ok_or(crate::store::StoreError::NotFound)?;
        // The token counts in whole seconds; what is promised must not be longer than it.
        let expires_at = Timestamp::from_seconds(now.plus_ms(LIFETIME_MS).seconds());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            iat: now.seconds(),
            exp: expires_at.seconds(),
            jti: TokenId::v7(now, &random::bytes()),
            sub: grant.visitor,
            cid: grant.conversation_id,
            wid: grant.widget_id,
            org: grant.organization_id,
            from: grant.from,
        };
        Ok(SessionToken { token: jwt::sign(Some(&key.kid), &key.secret, &claims), expires_at })
    }

    /// Reads a token.
    ///
    /// # Errors
    /// Those of the store, when the signing keys have to be read.
    pub async fn read(&self, token: &str, now: Timestamp) -> StoreResult<Presented> {
        let Some(token) = Unverified::parse(token) else { return Ok(Presented::Unknown) };
        let keys = self.keys(now).await?;
        let key = keys.iter().find(|key| {
            Some(key.kid.as_str()) == token.kid()
                && key.valid_until.is_none_or(|until| now <= until)
        });
        let claims = key.and_then(|key| token.verify::<Claims>(&key.secret));
        Ok(claims.map_or(Presented::Unknown, |claims| present(claims, now)))
    }

    async fn keys(&self, now: Timestamp) -> StoreResult<Arc<[SigningKey]>> {
        let revision = self.store.revision()?;
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, keys)) = cached
            && at == revision
        {
            return Ok(keys);
        }
        let keys: Arc<[SigningKey]> =
            self.store.signing_keys(fresh_signing_key(now), now).await?.into();
        // Read before the keys were: a rotation in between only costs one more read.
        let known = Some((revision, Arc::clone(&keys)));
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(keys)
    }
}

/// A new key to sign visitors' tokens with.
#[must_use]
pub fn fresh_signing_key(now: Timestamp) -> SigningKey {
    SigningKey {
        kid: random::hex::<8>(),
        secret: random::bytes::<32>().to_vec(),
        created_at: now,
        valid_until: None,
    }
}

fn present(claims: Claims, now: Timestamp) -> Presented {
    if claims.iss != ISSUER || claims.aud != AUDIENCE {
        return Presented::Unknown;
    }
    let session = Session {
        id: claims.jti,
        organization_id: claims.org,
        widget_id: claims.wid,
        conversation_id: claims.cid,
        visitor: claims.sub,
        from: claims.from,
        expires_at: Timestamp::from_seconds(claims.exp),
    };
    if now < session.expires_at { Presented::Valid(session) } else { Presented::Expired(session) }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::Value;
    use tempfile::TempDir;
    use uuid::Uuid;

    use super::*;
    use crate::store::sqlite::SqliteStore;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_500);

    async fn tokens() -> (TempDir, Arc<dyn Store>, VisitorTokens) {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(&folder.path().join("test.sqlite")).await.unwrap();
        let store: Arc<dyn Store> = Arc::new(store);
        let tokens = VisitorTokens::new(Arc::clone(&store));
        (folder, store, tokens)
    }

    fn grant() -> Grant {
        Grant {
            organization_id: OrganizationId::from_uuid(Uuid::from_u128(1)),
            widget_id: WidgetId::from_uuid(Uuid::from_u128(2)),
            conversation_id: ConversationId::from_uuid(Uuid::from_u128(3)),
            visitor: VisitorId::parse("alice").unwrap(),
            from: 17,
        }
    }

    #[tokio::test]
    async fn a_token_opens_its_conversation_for_sixty_minutes() {
        let (_folder, _store, tokens) = tokens().await;
        let issued = tokens.issue(grant(), NOW).await.unwrap();
        assert_eq!(issued.expires_at.seconds() - NOW.seconds(), 3_600);
        let session = tokens.read(&issued.token, NOW).await.unwrap().valid().unwrap();
        assert_eq!((session.visitor.as_str(), session.from), ("alice", 17));
        assert_eq!(session.conversation_id, grant().conversation_id);
        let last = issued.expires_at.plus_ms(-1);
        assert!(matches!(tokens.read(&issued.token, last).await.unwrap(), Presented::Valid(_)));
        let end = issued.expires_at;
        assert!(matches!(tokens.read(&issued.token, end).await.unwrap(), Presented::Expired(_)));
    }

    #[tokio::test]
    async fn an_expired_token_is_proof_for_a_day_and_not_longer() {
        let (_folder, _store, tokens) = tokens().await;
        let issued = tokens.issue(grant(), NOW).await.unwrap();
        let day_after = issued.expires_at.plus_ms(PROOF_MS);
        let presented = tokens.read(&issued.token, day_after).await.unwrap();
        assert!(presented.clone().proof(day_after).is_some());
        assert_eq!(presented.clone().proof(day_after.plus_ms(1)), None);
        assert_eq!(presented.valid(), None);
    }

    #[tokio::test]
    async fn the_claims_are_those_of_the_contract() {
        let (_folder, _store, tokens) = tokens().await;
        let token = tokens.issue(grant(), NOW).await.unwrap().token;
        let part = |index: usize| -> Value {
            let part = token.split('.').nth(index).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        assert_eq!((&part(0)["alg"], part(0)["kid"].is_string()), (&Value::from("HS256"), true));
        let names: Vec<String> = part(1).as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["iss", "aud", "iat", "exp", "jti", "sub", "cid", "wid", "org", "from"]);
    }

    #[tokio::test]
    async fn a_replaced_key_verifies_for_an_hour_and_signs_no_more() {
        let (_folder, store, tokens) = tokens().await;
        let before = tokens.issue(grant(), NOW).await.unwrap().token;
        let until = NOW.plus_ms(FORMER_KEY_VALID_MS);
        store.rotate_signing_key(fresh_signing_key(NOW), until).await.unwrap();
        let after = tokens.issue(grant(), NOW).await.unwrap().token;
        assert_ne!(before.split('.').next(), after.split('.').next());
        assert!(tokens.read(&before, NOW).await.unwrap().valid().is_some());
        assert!(tokens.read(&after, NOW).await.unwrap().valid().is_some());
        let late = until.plus_ms(1);
        assert_eq!(tokens.read(&before, late).await.unwrap(), Presented::Unknown);
    }

    #[tokio::test]
    async fn a_token_of_another_deployment_is_unknown() {
        let (_folder, _store, ours) = tokens().await;
        let (_other_folder, _other_store, theirs) = tokens().await;
        let token = theirs.issue(grant(), NOW).await.unwrap().token;
        assert_eq!(ours.read(&token, NOW).await.unwrap(), Presented::Unknown);
        assert_eq!(ours.read("not a token", NOW).await.unwrap(), Presented::Unknown);
    }
}
