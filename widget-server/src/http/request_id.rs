//! The name of one request, in the response, in problems and in the log.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::{Builder, NoContext, Timestamp, Uuid};

use crate::random;

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
        let text = unique().hyphenated().encode_lower(&mut buffer);
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

/// A version 7 UUID that no other request has. It need not be hard to guess, so it draws no random
/// bytes: asking the system for them, under the one lock of `Uuid::now_v7`, was 4 % of the time
/// of a short answer. One draw tells processes apart, and a count their requests.
fn unique() -> Uuid {
    static PROCESS: LazyLock<(u64, [u8; 2])> =
        LazyLock::new(|| (u64::from_le_bytes(random::bytes()), random::bytes()));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let (start, [first, second]) = *PROCESS;
    let mixed = mixed(start.wrapping_add(COUNT.fetch_add(1, Ordering::Relaxed)));
    let [a, b, c, d, e, f, g, h] = mixed.to_be_bytes();
    let (seconds, nanoseconds) = Timestamp::now(NoContext).to_unix();
    let ms = seconds * 1000 + u64::from(nanoseconds / 1_000_000);
    Builder::from_unix_timestamp_millis(ms, &[first, second, a, b, c, d, e, f, g, h]).into_uuid()
}

/// Spreads neighbours apart, each number to another one (the finaliser of splitmix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
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
    fn no_two_requests_have_the_same_name_and_all_are_uuids_of_now() {
        let drawn: Vec<Uuid> = (0..10_000).map(|_| unique()).collect();
        let different: std::collections::HashSet<_> = drawn.iter().collect();
        assert_eq!(different.len(), drawn.len());
        let hour = 3600 * 1000;
        let ms = |id: &Uuid| id.as_u128() >> 80;
        let now = ms(&Uuid::now_v7());
        assert!(drawn.iter().all(|id| id.get_version_num() == 7 && now - ms(id) < hour));
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
