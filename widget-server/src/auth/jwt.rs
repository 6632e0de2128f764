//! JSON Web Tokens with HMAC-SHA256 and no other algorithm (RFC 7515, RFC 7519).
//!
//! Three things here are such tokens: a visitor's session, the identity that a site vouches for,
//! and the pass to a LiveKit room. One algorithm makes the classic faults impossible: a header that
//! says `none`, or names another algorithm than the key is for, is not a token. (The general crate
//! for this brings RSA and two elliptic curves along, or asks for a process-wide provider.)
//!
//! A signature says who wrote the claims. What they mean, `exp` included, is the caller's affair.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// No token of ours comes near this; what is longer is not even decoded.
const MAX_LENGTH: usize = 8 * 1024;

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
}

/// Signs claims. `kid` names the key where there can be several.
pub(crate) fn sign<C: Serialize>(kid: Option<&str>, secret: &[u8], claims: &C) -> String {
    let header = Header {
        alg: "HS256".to_owned(),
        typ: Some("JWT".to_owned()),
        kid: kid.map(ToOwned::to_owned),
    };
    let mut token = encode(&header);
    token.push('.');
    token.push_str(&encode(claims));
    let signature = mac(secret, token.as_bytes()).finalize().into_bytes();
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// A token that was taken apart and not yet believed.
#[derive(Debug)]
pub(crate) struct Unverified<'a> {
    kid: Option<String>,
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes a token apart; `None` when it is no token with HMAC-SHA256.
    pub(crate) fn parse(token: &'a str) -> Option<Self> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = decode(header)?;
        let is_jwt = header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
        if header.alg != "HS256" || !is_jwt {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        Some(Self { kid: header.kid, signed, claims, signature })
    }

    /// The name of the key, which is anybody's word.
    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The claims, when they were signed with this secret.
    pub(crate) fn verify<C: DeserializeOwned>(&self, secret: &[u8]) -> Option<C> {
        // Compares in constant time.
        mac(secret, self.signed.as_bytes()).verify_slice(&self.signature).ok()?;
        decode(self.claims)
    }
}

/// HMAC-SHA256 over some bytes.
pub(crate) fn mac(secret: &[u8], bytes: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(secret)
        .expect("HMAC takes keys of any length")
        .chain_update(bytes)
}

fn encode<T: Serialize>(part: &T) -> String {
    let json = serde_json::to_vec(part).expect("claims are plain data");
    URL_SAFE_NO_PAD.encode(json)
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn open(token: &str, secret: &[u8]) -> Option<Value> {
        Unverified::parse(token)?.verify(secret)
    }

    #[test]
    fn what_was_signed_is_read_back() {
        let token = sign(Some("k1"), b"secret", &json!({ "sub": "alice" }));
        assert_eq!(Unverified::parse(&token).unwrap().kid(), Some("k1"));
        assert_eq!(open(&token, b"secret"), Some(json!({ "sub": "alice" })));
    }

    #[test]
    fn the_example_of_rfc_7515_verifies() {
        let token = concat!(
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
            ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        );
        let secret = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        assert_eq!(open(token, &secret).unwrap()["iss"], "joe");
    }

    #[test]
    fn another_secret_or_a_changed_claim_is_refused() {
        let token = sign(None, b"secret", &json!({ "sub": "alice" }));
        assert_eq!(open(&token, b"other"), None);
        let parts: Vec<&str> = token.split('.').collect();
        let forged = encode(&json!({ "sub": "bob" }));
        assert_eq!(open(&format!("{}.{forged}.{}", parts[0], parts[2]), b"secret"), None);
        assert_eq!(open(&format!("{}.{}.", parts[0], parts[1]), b"secret"), None);
    }

    #[test]
    fn a_header_that_names_another_algorithm_is_no_token() {
        let claims = encode(&json!({ "sub": "alice" }));
        for header in [json!({ "alg": "none" }), json!({ "alg": "HS512" }), json!({ "typ": "JWT" })]
        {
            let token = format!("{}.{claims}.", encode(&header));
            assert!(Unverified::parse(&token).is_none(), "{header}");
        }
    }

    #[test]
    fn what_is_not_a_token_is_refused_without_a_panic() {
        let long = "a".repeat(MAX_LENGTH + 1);
        for text in ["", ".", "..", "a.b.c", "é.é.é", "e30.e30.e30", long.as_str()] {
            assert!(Unverified::parse(text).is_none(), "{text}");
        }
    }
}
