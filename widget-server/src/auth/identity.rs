//! Who a visitor is, as far as the site vouches for it.
//!
//! A `guest_` id is a secret of one browser and so proves itself. Any other `user_id` is only a
//! name until the site vouches for it: with `user_hash`, the hex HMAC-SHA256 of the id, or with
//! `user_token`, a JSON Web Token with `sub`, `exp` and attributes, both under the widget's identity
//! secret (the bytes of its text as it was shown). A wrong voucher is never ignored: a site that
//! sends one has a fault to hear of.

use serde::Deserialize;
use serde_json::{Map, Value};
use widget_core::id::VisitorId;
use widget_core::time::Timestamp;

use super::jwt::{self, Unverified};
use crate::store::records::IdentitySecret;

/// How long a replaced identity secret goes on to count.
pub const FORMER_SECRET_MS: i64 = 24 * 60 * 60 * 1000;

/// Claims of a `user_token` that are not attributes of the visitor.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// What a call says about its visitor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claimed {
    /// `user_id`.
    pub user_id: Option<VisitorId>,
    /// `user_hash` or the header `X-User-Hash`.
    pub user_hash: Option<String>,
    /// `user_token` or the header `X-User-Token`.
    pub user_token: Option<String>,
}

/// A visitor, and whether the call proved to be theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    /// The id.
    pub id: VisitorId,
    /// Whether nobody else can have made the call.
    pub proven: bool,
    /// What the site vouches for beside the id.
    pub attributes: Map<String, Value>,
}

impl Visitor {
    /// A visitor nobody vouches for; a guest proves itself.
    #[must_use]
    pub fn unvouched(id: VisitorId) -> Self {
        Self { proven: id.is_guest(), id, attributes: Map::new() }
    }
}

/// Why a call is not taken for the visitor it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// `user_hash` is not that of `user_id`.
    #[error(
        "`user_hash` is not the hex HMAC-SHA256 of `user_id` under the widget's identity secret."
    )]
    WrongHash,
    /// `user_token` was not signed with the secret, or says too little.
    #[error(
        "`user_token` is not a JWT (HS256) under the widget's identity secret with `sub` and `exp`."
    )]
    WrongToken,
    /// `user_token` is past its `exp`, or before its `nbf`.
    #[error("`user_token` is not valid now; have your server make a fresh one.")]
    StaleToken,
    /// `user_token` speaks of somebody else.
    #[error("`user_token` is for another `sub` than `user_id`.")]
    AnotherSubject,
    /// The widget wants a voucher for every id that is no guest's.
    #[error(
        "This widget needs `user_hash` or `user_token` with every `user_id` that is not a guest's."
    )]
    Unvouched,
}

#[derive(Deserialize)]
struct TokenClaims {
    sub: String,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Finds out who calls; `None` when the call names nobody.
///
/// # Errors
/// [`IdentityError`] when a voucher is wrong, or `required` and missing.
pub fn identify(
    claimed: &Claimed,
    secrets: &[IdentitySecret],
    required: bool,
    now: Timestamp,
) -> Result<Option<Visitor>, IdentityError> {
    let secrets: Vec<&[u8]> = secrets
        .iter()
        .filter(|secret| secret.valid_until.is_none_or(|until| now <= until))
        .map(|secret| secret.secret.as_slice())
        .collect();
    if let Some(token) = &claimed.user_token {
        let visitor = open_token(token, &secrets, now)?;
        let same = claimed.user_id.as_ref().is_none_or(|id| *id == visitor.id);
        return if same { Ok(Some(visitor)) } else { Err(IdentityError::AnotherSubject) };
    }
    let Some(id) = claimed.user_id.clone() else { return Ok(None) };
    if id.is_guest() {
        return Ok(Some(Visitor::unvouched(id)));
    }
    match &claimed.user_hash {
        Some(hash) if hash_matches(hash, &id, &secrets) => {
            Ok(Some(Visitor { id, proven: true, attributes: Map::new() }))
        }
        Some(_) => Err(IdentityError::WrongHash),
        None if required => Err(IdentityError::Unvouched),
        None => Ok(Some(Visitor::unvouched(id))),
    }
}

fn hash_matches(hash: &str, id: &VisitorId, secrets: &[&[u8]]) -> bool {
    use hmac::Mac as _;
    let Some(hash) = from_hex(hash) else { return false };
    let verifies =
        |secret: &&[u8]| jwt::mac(secret, id.as_str().as_bytes()).verify_slice(&hash).is_ok();
    secrets.iter().any(verifies)
}

fn open_token(token: &str, secrets: &[&[u8]], now: Timestamp) -> Result<Visitor, IdentityError> {
    let token = Unverified::parse(token).ok_or(IdentityError::WrongToken)?;
    let claims: TokenClaims =
        secrets.iter().find_map(|secret| token.verify(secret)).ok_or(IdentityError::WrongToken)?;
    // A `sub` that looks like a guest's would let a site speak for browsers it does not know.
    let id = VisitorId::parse(&claims.sub).ok().filter(|id| !id.is_guest());
    let id = id.ok_or(IdentityError::WrongToken)?;
    let seconds = now.ms() as f64 / 1000.0;
    if seconds >= claims.exp || claims.nbf.is_some_and(|nbf| seconds < nbf) {
        return Err(IdentityError::StaleToken);
    }
    let mut attributes = claims.rest;
    attributes.retain(|name, _| !REGISTERED.contains(&name.as_str()));
    Ok(Visitor { id, proven: true, attributes })
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use hmac::Mac as _;
    use serde_json::json;

    use super::*;
    use crate::random::to_hex;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn secrets() -> Vec<IdentitySecret> {
        vec![
            IdentitySecret { secret: b"current".to_vec(), valid_until: None },
            IdentitySecret { secret: b"former".to_vec(), valid_until: Some(NOW) },
            IdentitySecret { secret: b"ancient".to_vec(), valid_until: Some(NOW.plus_ms(-1)) },
        ]
    }

    fn hash(secret: &str, id: &str) -> String {
        to_hex(&jwt::mac(secret.as_bytes(), id.as_bytes()).finalize().into_bytes())
    }

    fn with_hash(id: &str, hash: Option<String>, required: bool) -> Result<Visitor, IdentityError> {
        let user_id = Some(VisitorId::parse(id).unwrap());
        let claimed = Claimed { user_id, user_hash: hash, user_token: None };
        identify(&claimed, &secrets(), required, NOW).map(Option::unwrap)
    }

    fn with_token(secret: &str, claims: &Value) -> Result<Visitor, IdentityError> {
        let user_token = Some(jwt::sign(None, secret.as_bytes(), claims));
        let claimed = Claimed { user_token, ..Claimed::default() };
        identify(&claimed, &secrets(), true, NOW).map(Option::unwrap)
    }

    #[test]
    fn the_hash_is_the_one_that_openssl_computes() {
        // printf alice | openssl dgst -sha256 -hmac current
        let expected = "04f6c6da9ae8c3836f4629105d728d52f62f444e6900d15e6156ba9df72df291";
        assert_eq!(hash("current", "alice"), expected);
        assert_eq!(from_hex(expected).map(|bytes| to_hex(&bytes)).as_deref(), Some(expected));
    }

    #[test]
    fn a_right_hash_proves_the_visitor_in_either_case_of_letters() {
        assert!(with_hash("alice", Some(hash("current", "alice")), true).unwrap().proven);
        let upper = hash("current", "alice").to_uppercase();
        assert!(with_hash("alice", Some(upper), true).unwrap().proven);
    }

    #[test]
    fn a_replaced_secret_counts_until_its_end_and_not_longer() {
        assert!(with_hash("alice", Some(hash("former", "alice")), true).unwrap().proven);
        let ancient = with_hash("alice", Some(hash("ancient", "alice")), true);
        assert_eq!(ancient, Err(IdentityError::WrongHash));
    }

    #[test]
    fn a_wrong_hash_is_refused_even_where_none_is_needed() {
        for wrong in [hash("current", "bob"), String::new(), "zz".repeat(32), "é".repeat(32)] {
            let refused = with_hash("alice", Some(wrong), false);
            assert_eq!(refused, Err(IdentityError::WrongHash));
        }
    }

    #[test]
    fn a_name_without_a_voucher_is_taken_but_not_believed_unless_one_is_required() {
        assert!(!with_hash("alice", None, false).unwrap().proven);
        assert_eq!(with_hash("alice", None, true), Err(IdentityError::Unvouched));
    }

    #[test]
    fn a_guest_proves_itself() {
        assert!(with_hash("guest_0123456789abcdef", None, true).unwrap().proven);
    }

    #[test]
    fn a_token_proves_the_visitor_and_carries_attributes() {
        let claims = json!({ "sub": "alice", "exp": NOW.seconds() + 60, "iat": 1, "plan": "pro" });
        let visitor = with_token("current", &claims).unwrap();
        assert_eq!((visitor.id.as_str(), visitor.proven), ("alice", true));
        assert_eq!(Value::from(visitor.attributes), json!({ "plan": "pro" }));
    }

    #[test]
    fn a_token_without_an_end_or_past_it_or_signed_otherwise_is_refused() {
        let until = |exp: i64| json!({ "sub": "alice", "exp": exp });
        let cases = [
            ("current", json!({ "sub": "alice" }), IdentityError::WrongToken),
            ("current", json!({ "exp": NOW.seconds() + 60 }), IdentityError::WrongToken),
            ("current", until(NOW.seconds()), IdentityError::StaleToken),
            ("ancient", until(NOW.seconds() + 60), IdentityError::WrongToken),
            (
                "current",
                json!({ "sub": "guest_1", "exp": NOW.seconds() + 60 }),
                IdentityError::WrongToken,
            ),
            (
                "current",
                json!({ "sub": "a", "exp": NOW.seconds() + 60, "nbf": NOW.seconds() + 30 }),
                IdentityError::StaleToken,
            ),
        ];
        for (secret, claims, expected) in cases {
            assert_eq!(with_token(secret, &claims), Err(expected), "{claims}");
        }
    }

    #[test]
    fn a_token_for_somebody_else_is_refused() {
        let claims = json!({ "sub": "alice", "exp": NOW.seconds() + 60 });
        let claimed = Claimed {
            user_id: Some(VisitorId::parse("bob").unwrap()),
            user_token: Some(jwt::sign(None, b"current", &claims)),
            user_hash: None,
        };
        let refused = identify(&claimed, &secrets(), false, NOW);
        assert_eq!(refused, Err(IdentityError::AnotherSubject));
    }

    #[test]
    fn a_widget_without_a_secret_believes_no_voucher() {
        let claimed = Claimed {
            user_id: Some(VisitorId::parse("alice").unwrap()),
            user_hash: Some(hash("", "alice")),
            user_token: None,
        };
        assert_eq!(identify(&claimed, &[], false, NOW), Err(IdentityError::WrongHash));
    }
}
