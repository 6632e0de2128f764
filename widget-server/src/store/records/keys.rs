//! Organizations, their keys, and what requests and tokens leave behind.

use widget_core::id::{KeyId, OrganizationId};
use widget_core::time::Timestamp;

/// The owner of agents, widgets and keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Whom a key speaks for.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyHolder {
    /// An organization (`ak_`).
    Organization(OrganizationId),
    /// A person (`pat_`), member of these organizations.
    Person {
        /// The person's e-mail address.
        email: String,
        /// The organizations the person belongs to.
        organizations: Vec<OrganizationId>,
    },
}

/// A management key.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKey {
    /// Its id, the part before the dot.
    pub id: KeyId,
    /// Whom it speaks for.
    pub holder: KeyHolder,
    /// A name for people.
    pub name: String,
    /// The scopes it carries, as written in the API.
    pub scopes: Vec<String>,
    /// SHA-256 of the secret's bytes.
    pub secret_digest: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A key that signs visitor tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in the token's header.
    pub kid: String,
    /// 256 random bits.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it verifies; `None` for the newest.
    pub valid_until: Option<Timestamp>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// A claim on an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Credential and route.
    pub scope: String,
    /// The key.
    pub key: String,
    /// SHA-256 of the body.
    pub fingerprint: [u8; 32],
    /// Now. A claim without an answer may be taken over after a minute.
    pub now: Timestamp,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// The key is new: do the work.
    New,
    /// The first answer.
    Answered(StoredAnswer),
    /// The key was used with another body.
    Reused,
    /// The first request is still being worked on.
    Working,
}

/// An answer that is kept for its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The body, without secrets.
    pub body: Vec<u8>,
}
