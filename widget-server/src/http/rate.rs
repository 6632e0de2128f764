//! Rate limits: so many calls in a time, for each key of each rule.
//!
//! The buckets are kept in a bounded cache, so an attacker with many addresses costs memory once;
//! the bucket that was used longest ago is forgotten first. Refused calls say when to come back,
//! in `Retry-After` and in the fields of draft-ietf-httpapi-ratelimit-headers.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use http::{HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Problem, Response};
use crate::clock::Clock;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
/// Buckets kept at once, about 200 bytes each.
const MAX_BUCKETS: u64 = 100_000;

/// A rule: at most `quota` calls in `window`, evenly given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The rule's name in headers: `init`.
    pub name: &'static str,
    /// Calls in one window, which may come at once.
    pub quota: NonZeroU32,
    /// The time in which a used-up quota comes back.
    pub window: Duration,
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(u128);

/// What is left after a call.
#[derive(Clone, Debug)]
pub struct Quota {
    rate: Rate,
    remaining: u32,
    reset: Duration,
}

impl Rate {
    /// `quota` calls a minute.
    #[must_use]
    pub const fn per_minute(name: &'static str, quota: NonZeroU32) -> Self {
        Self { name, quota, window: Duration::from_secs(60) }
    }

    /// The 429 of this rule, also for budgets that are counted elsewhere.
    pub fn exceeded(
        &self,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
        wait: Duration,
    ) -> Problem {
        let quota = Quota { rate: *self, remaining: 0, reset: wait };
        let (policy, state) = quota.header_values();
        Problem::too_many_requests(code, detail, wait)
            .with_header(POLICY, policy)
            .with_header(STATE, state)
    }
}

impl Key {
    /// An address; of IPv6 the /64, since one subscriber has all of it.
    #[must_use]
    pub fn address(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self(u128::from(ip.to_bits())),
            IpAddr::V6(ip) => Self(ip.to_bits() >> 64 << 64),
        }
    }

    /// Any text, hashed: a token must not lie around in memory.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let half: [u8; 16] = std::array::from_fn(|at| digest[at]);
        Self(u128::from_le_bytes(half))
    }
}

impl From<Uuid> for Key {
    fn from(id: Uuid) -> Self {
        Self(id.as_u128())
    }
}

impl Quota {
    /// Calls left.
    #[must_use]
    pub fn remaining(&self) -> u32 {
        self.remaining
    }

    /// Tells the caller what is left.
    #[must_use]
    pub fn on(&self, mut response: Response) -> Response {
        let (policy, state) = self.header_values();
        response.headers_mut().insert(POLICY, policy);
        response.headers_mut().insert(STATE, state);
        response
    }

    fn header_values(&self) -> (HeaderValue, HeaderValue) {
        let Rate { name, quota, window } = self.rate;
        let policy = format!("\"{name}\";q={quota};w={}", seconds(window));
        let state = format!("\"{name}\";r={};t={}", self.remaining, seconds(self.reset));
        let value = |text: &str| HeaderValue::from_str(text).expect("names are plain words");
        (value(&policy), value(&state))
    }
}

/// Whole seconds, rounded up.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

type Bucket = governor::RateLimiter<NotKeyed, InMemoryState, Ticks, StateInformationMiddleware>;

/// All buckets of a server.
pub struct RateLimiter {
    buckets: moka::sync::Cache<(&'static str, Key), Arc<Bucket>>,
    ticks: Ticks,
}

impl RateLimiter {
    /// Counts by `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let buckets = moka::sync::Cache::builder()
            .max_capacity(MAX_BUCKETS)
            .eviction_policy(moka::policy::EvictionPolicy::lru())
            .build();
        Self { buckets, ticks: Ticks(clock) }
    }

    /// Counts one call of `key` under `rate`.
    ///
    /// # Errors
    /// 429 `rate_limited` when the quota is used up.
    pub fn check(&self, rate: &Rate, key: Key) -> Result<Quota, Problem> {
        let bucket = self.buckets.get_with((rate.name, key), || Arc::new(self.bucket(rate)));
        match bucket.check() {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = rate.quota.get().saturating_sub(remaining);
                let reset = rate.window * used / rate.quota.get();
                Ok(Quota { rate: *rate, remaining, reset })
            }
            Err(refused) => {
                let wait = refused.wait_time_from(self.ticks.now());
                let detail = format!("Too many calls; try again in {} s.", seconds(wait).max(1));
                Err(rate.exceeded("rate_limited", detail, wait))
            }
        }
    }

    fn bucket(&self, rate: &Rate) -> Bucket {
        let quota = governor::Quota::with_period(rate.window / rate.quota.get())
            .unwrap_or_else(|| governor::Quota::per_minute(rate.quota))
            .allow_burst(rate.quota);
        governor::RateLimiter::direct_with_clock(quota, self.ticks.clone()).with_middleware()
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RateLimiter({} buckets)", self.buckets.entry_count())
    }
}

/// Our clock as governor wants it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}
