//! Management keys: how they are made, written and compared.
//!
//! `ak_<id>.<secret>` speaks for an organization, `pat_<id>.<secret>` for a person. The id is a
//! UUID without dashes, the secret 256 random bits in base64url. Only the secret's SHA-256 is
//! kept; a digest without salt is enough for a secret that cannot be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use widget_core::id::KeyId;

use crate::random;

/// Bytes of a secret.
const SECRET_BYTES: usize = 32;

/// Whom a token claims to speak for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An organization, `ak_`.
    Organization,
    /// A person, `pat_`.
    Person,
}

impl Kind {
    /// How tokens of this kind begin.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Organization => "ak_",
            Self::Person => "pat_",
        }
    }
}

/// A token as a caller presents it: well-formed, nothing more.
#[derive(Clone, PartialEq, Eq)]
pub struct PresentedKey {
    /// Whom it claims to speak for.
    pub kind: Kind,
    /// Which key it claims to be.
    pub id: KeyId,
    digest: [u8; 32],
}

impl std::fmt::Debug for PresentedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PresentedKey").field("kind", &self.kind).field("id", &self.id).finish()
    }
}

impl PresentedKey {
    /// Reads a token; `None` when it is none.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        let (kind, rest) = [Kind::Organization, Kind::Person]
            .into_iter()
            .find_map(|kind| Some((kind, token.strip_prefix(kind.prefix())?)))?;
        let (id, secret) = rest.split_once('.')?;
        if id.len() != 32 {
            return None;
        }
        let id = Uuid::try_parse(id).ok()?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
        (secret.len() == SECRET_BYTES).then(|| Self {
            kind,
            id: KeyId::from_uuid(id),
            digest: digest(&secret),
        })
    }

    /// Whether this is the token whose digest is kept; takes the same time either way.
    #[must_use]
    pub fn matches(&self, kept: &[u8; 32]) -> bool {
        self.digest.ct_eq(kept).into()
    }
}

/// A token just made: the only moment its text exists on the server.
#[derive(Clone)]
pub struct MintedKey {
    /// The text for its owner.
    pub token: String,
    /// What is kept.
    pub digest: [u8; 32],
}

impl std::fmt::Debug for MintedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MintedKey")
    }
}

/// Makes a token for the key `id`.
#[must_use]
pub fn mint(kind: Kind, id: KeyId) -> MintedKey {
    let secret = random::bytes::<SECRET_BYTES>();
    let token =
        format!("{}{}.{}", kind.prefix(), id.as_uuid().simple(), URL_SAFE_NO_PAD.encode(secret));
    MintedKey { token, digest: digest(&secret) }
}

fn digest(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_id() -> KeyId {
        KeyId::from_uuid(Uuid::now_v7())
    }

    #[test]
    fn a_minted_token_reads_back_and_matches_only_its_own_digest() {
        let id = key_id();
        let minted = mint(Kind::Organization, id);
        let presented = PresentedKey::parse(&minted.token).unwrap();
        assert_eq!((presented.kind, presented.id), (Kind::Organization, id));
        assert!(presented.matches(&minted.digest));
        assert!(!presented.matches(&mint(Kind::Organization, id).digest));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let token = mint(Kind::Person, key_id()).token;
        let cut = &token[..token.len() - 2];
        for bad in ["", "ak_", "pat_.", "ak_x.y", cut, &token.replace("pat_", "xx_"), "Bearer"] {
            assert!(PresentedKey::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn no_secret_shows_in_debug_output() {
        let minted = mint(Kind::Organization, key_id());
        let secret = minted.token.split('.').nth(1).unwrap();
        let presented = PresentedKey::parse(&minted.token).unwrap();
        assert!(!format!("{minted:?}{presented:?}").contains(secret));
    }
}
