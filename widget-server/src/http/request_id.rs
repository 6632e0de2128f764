//! The name of one request, in the response, in problems and in the log.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// The header that carries it in both directions.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longer names from outside are not taken over.
const MAX_LENGTH: usize = 64;

/// A name made of visible ASCII that is safe in logs and headers.
#[derive(Clone, Debug)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The caller's own name where it is a sane one, else a new UUIDv7.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        match headers.get(HEADER) {
            Some(value) if is_sane(value.as_bytes()) => Self(value.clone()),
            _ => Self::fresh(),
        }
    }

    fn fresh() -> Self {
        let mut buffer = Uuid::encode_buffer();
        let text = Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
        Self(HeaderValue::from_str(text).expect("hexadecimal digits and hyphens"))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("checked to be visible ASCII")
    }

    /// As the value of a header.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

fn is_sane(bytes: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(incoming: &'static str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static(incoming));
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_sane_name_is_kept_and_any_other_is_replaced() {
        assert_eq!(id_for("abc-1.2_3:4"), "abc-1.2_3:4");
        for strange in ["", "two words", "a;b", "{\"log\":1}"] {
            assert_eq!(id_for(strange).len(), 36, "{strange:?}");
        }
        let long: &'static str = Box::leak("x".repeat(65).into_boxed_str());
        assert_eq!(id_for(long).len(), 36);
    }
}
