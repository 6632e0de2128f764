//! First answers of requests that came with an `Idempotency-Key`.

use std::sync::Arc;

use super::scene::{HOUR, MINUTE, NOW, assert_not_found};
use crate::store::Store;
use crate::store::records::{Claimed, IdempotencyClaim, StoredAnswer};

rules![
    a_new_key_is_claimed_once,
    the_first_answer_is_given_again,
    another_body_is_told_apart,
    a_key_is_known_in_its_scope_only,
    a_key_that_is_given_back_is_new,
    an_answered_key_is_not_given_back,
    a_request_that_never_ended_is_taken_over,
    a_key_is_forgotten_after_a_day,
];

fn claim(key: &str) -> IdempotencyClaim {
    IdempotencyClaim {
        scope: "key-1 POST /core/agents".to_owned(),
        key: key.to_owned(),
        fingerprint: [1; 32],
        now: NOW,
    }
}

fn answer(status: u16) -> StoredAnswer {
    let location = Some("/core/agents/1".to_owned());
    StoredAnswer { status, location, body: vec![0, 255, b'{'] }
}

async fn a_new_key_is_claimed_once(store: Arc<dyn Store>) {
    assert_eq!(store.claim_key(claim("k")).await.unwrap(), Claimed::New);
    assert_eq!(store.claim_key(claim("k")).await.unwrap(), Claimed::Working);
    assert_eq!(store.claim_key(claim("other")).await.unwrap(), Claimed::New);
}

async fn the_first_answer_is_given_again(store: Arc<dyn Store>) {
    let scope = claim("k").scope;
    store.claim_key(claim("k")).await.unwrap();
    store.answer_key(&scope, "k", answer(201)).await.unwrap();
    store.answer_key(&scope, "k", answer(500)).await.unwrap();
    let repeated = store.claim_key(claim("k")).await.unwrap();
    assert_eq!(repeated, Claimed::Answered(answer(201)));
    assert_not_found(store.answer_key(&scope, "unknown", answer(201)).await);
}

async fn another_body_is_told_apart(store: Arc<dyn Store>) {
    let other = IdempotencyClaim { fingerprint: [2; 32], ..claim("k") };
    store.claim_key(claim("k")).await.unwrap();
    assert_eq!(store.claim_key(other.clone()).await.unwrap(), Claimed::Reused);
    store.answer_key(&other.scope, "k", answer(201)).await.unwrap();
    assert_eq!(store.claim_key(other).await.unwrap(), Claimed::Reused);
}

async fn a_key_is_known_in_its_scope_only(store: Arc<dyn Store>) {
    store.claim_key(claim("k")).await.unwrap();
    let other = IdempotencyClaim { scope: "key-2 POST /core/agents".to_owned(), ..claim("k") };
    assert_eq!(store.claim_key(other).await.unwrap(), Claimed::New);
}

async fn a_key_that_is_given_back_is_new(store: Arc<dyn Store>) {
    let scope = claim("k").scope;
    store.claim_key(claim("k")).await.unwrap();
    store.release_key(&scope, "k").await.unwrap();
    let other = IdempotencyClaim { fingerprint: [2; 32], ..claim("k") };
    assert_eq!(store.claim_key(other).await.unwrap(), Claimed::New);
    store.release_key(&scope, "unknown").await.unwrap();
}

async fn an_answered_key_is_not_given_back(store: Arc<dyn Store>) {
    let scope = claim("k").scope;
    store.claim_key(claim("k")).await.unwrap();
    store.answer_key(&scope, "k", answer(201)).await.unwrap();
    store.release_key(&scope, "k").await.unwrap();
    let repeated = store.claim_key(claim("k")).await.unwrap();
    assert_eq!(repeated, Claimed::Answered(answer(201)));
}

async fn a_request_that_never_ended_is_taken_over(store: Arc<dyn Store>) {
    store.claim_key(claim("k")).await.unwrap();
    let soon = IdempotencyClaim { now: NOW.plus_ms(MINUTE - 1), ..claim("k") };
    assert_eq!(store.claim_key(soon).await.unwrap(), Claimed::Working);
    let later = IdempotencyClaim { now: NOW.plus_ms(MINUTE), ..claim("k") };
    assert_eq!(store.claim_key(later.clone()).await.unwrap(), Claimed::New);
    assert_eq!(store.claim_key(later).await.unwrap(), Claimed::Working);
}

async fn a_key_is_forgotten_after_a_day(store: Arc<dyn Store>) {
    let scope = claim("k").scope;
    store.claim_key(claim("k")).await.unwrap();
    store.answer_key(&scope, "k", answer(201)).await.unwrap();
    let next_day = |ms| IdempotencyClaim {
        now: NOW.plus_ms(24 * HOUR + ms),
        fingerprint: [2; 32],
        ..claim("k")
    };
    assert_eq!(store.claim_key(next_day(-1)).await.unwrap(), Claimed::Reused);
    assert_eq!(store.claim_key(next_day(0)).await.unwrap(), Claimed::New);
}
