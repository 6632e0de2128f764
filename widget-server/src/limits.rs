//! The product's rate limits, from the configuration.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::config::LimitsConfig;
use crate::http::rate::{Key, Quota, Rate, RateLimiter};
use crate::http::{Problem, Request};
use crate::store::records::{VisitorLimit, VisitorLimits};

/// Every rule with its counters.
#[derive(Debug)]
pub struct Limits {
    limiter: RateLimiter,
    init: Rate,
    leads: Rate,
    events: Rate,
    public: Rate,
    attachments: Rate,
    install_checks: Rate,
}

impl Limits {
    /// Reads the rules.
    pub fn new(config: &LimitsConfig, clock: Arc<dyn Clock>) -> Self {
        Self {
            limiter: RateLimiter::new(clock),
            init: Rate::per_minute("init", config.init_per_minute),
            leads: Rate::per_minute("leads", config.leads_per_minute),
            events: Rate::per_minute("events", config.events_per_minute),
            public: Rate::per_minute("public", config.public_per_minute),
            attachments: Rate::per_minute("attachments", config.attachments_per_minute),
            install_checks: Rate::per_minute("install", config.install_checks_per_minute),
        }
    }

    /// A conversation is started from this address.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn init(&self, request: &Request) -> Result<Quota, Problem> {
        self.limiter.check(&self.init, Key::address(request.client_ip()))
    }

    /// A lead comes in under this token.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn lead(&self, token: Key) -> Result<Quota, Problem> {
        self.limiter.check(&self.leads, token)
    }

    /// Telemetry comes in: under a token, or from an address before there is one.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn events(&self, key: Key) -> Result<Quota, Problem> {
        self.limiter.check(&self.events, key)
    }

    /// A file is sent from this address.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn attachment(&self, request: &Request) -> Result<Quota, Problem> {
        self.limiter.check(&self.attachments, Key::address(request.client_ip()))
    }

    /// Any other public call from this address.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn public(&self, request: &Request) -> Result<Quota, Problem> {
        self.limiter.check(&self.public, Key::address(request.client_ip()))
    }

    /// A page of a site is looked at, for an organization or for an address.
    ///
    /// # Errors
    /// 429 `rate_limited`.
    pub fn install_check(&self, key: Key) -> Result<Quota, Problem> {
        self.limiter.check(&self.install_checks, key)
    }
}

/// One of the limits on new conversations, which the store counts, as a rule.
#[must_use]
pub fn rate_of(limit: VisitorLimit, limits: &VisitorLimits) -> Rate {
    let most = u32::try_from(limits.of(limit).unwrap_or_default()).unwrap_or(u32::MAX);
    Rate {
        name: limit.name(),
        quota: NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN),
        window: Duration::from_millis(limit.window_ms().unsigned_abs()),
    }
}
