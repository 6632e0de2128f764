//! Clients that ask too often.

use std::num::NonZeroU32;
use std::time::Duration;

use super::*;
use crate::clock::ManualClock;
use crate::http::rate::{Key, Rate, RateLimiter};
use crate::http::{Outcome, Request, response};

const RATE: Rate = Rate::per_minute("greet", NonZeroU32::new(2).unwrap());

#[tokio::test]
async fn the_third_call_is_refused_until_a_part_of_the_quota_is_back() {
    let clock = Arc::new(ManualClock::at(widget_core::time::Timestamp::EPOCH));
    let limiter = Arc::new(RateLimiter::new(clock.clone()));
    let greet = {
        let limiter = Arc::clone(&limiter);
        move |_: Arc<()>, request: Request| {
            let checked = limiter.check(&RATE, Key::address(request.client_ip()));
            async move { Outcome::Ok(checked?.on(response::no_content())) }
        }
    };
    let server = start(vec![Endpoint::get("/greet", "greet", greet)]).await;

    let first = server.get("/greet").await;
    assert_eq!((first.status(), first.header("ratelimit").as_str()), (204, "\"greet\";r=1;t=30"));
    assert_eq!(first.header("ratelimit-policy"), "\"greet\";q=2;w=60");
    assert_eq!(server.get("/greet").await.header("ratelimit"), "\"greet\";r=0;t=60");

    clock.advance(Duration::from_millis(500));
    let third = server.get("/greet").await;
    assert_eq!((third.status(), third.code().as_str()), (429, "rate_limited"));
    assert_eq!(
        (third.header("retry-after").as_str(), third.header("ratelimit").as_str()),
        ("30", "\"greet\";r=0;t=30")
    );

    clock.advance(Duration::from_secs(30));
    assert_eq!(server.get("/greet").await.status(), 204);
    assert_eq!(server.get("/greet").await.status(), 429);
}

#[test]
fn one_subscriber_of_ipv6_is_one_key() {
    let key = |text: &str| Key::address(text.parse().unwrap());
    assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    assert_ne!(Key::text("a"), Key::text("b"));
}

#[test]
fn rules_and_keys_do_not_share_buckets() {
    let clock = Arc::new(ManualClock::at(widget_core::time::Timestamp::EPOCH));
    let limiter = RateLimiter::new(clock);
    let other = Rate { name: "other", ..RATE };
    for _ in 0..2 {
        assert!(limiter.check(&RATE, Key::text("a")).is_ok());
    }
    assert!(limiter.check(&RATE, Key::text("a")).is_err());
    assert!(limiter.check(&RATE, Key::text("b")).is_ok());
    assert!(limiter.check(&other, Key::text("a")).is_ok());
}
