//! Keys that sign visitor tokens.

use std::sync::Arc;

use super::scene::{HOUR, NOW, assert_refused};
use crate::store::Store;
use crate::store::records::{Refusal, SigningKey};

rules![
    the_first_signing_key_is_made_once,
    a_former_signing_key_stays_for_a_while,
    a_signing_key_has_a_name_of_its_own,
];

fn key(kid: &str) -> SigningKey {
    SigningKey {
        kid: kid.to_owned(),
        secret: kid.bytes().cycle().take(32).collect(),
        created_at: NOW,
        valid_until: None,
    }
}

async fn the_first_signing_key_is_made_once(store: Arc<dyn Store>) {
    assert_eq!(store.signing_keys(key("a"), NOW).await.unwrap(), [key("a")]);
    assert_eq!(store.signing_keys(key("b"), NOW).await.unwrap(), [key("a")]);
}

async fn a_former_signing_key_stays_for_a_while(store: Arc<dyn Store>) {
    store.signing_keys(key("a"), NOW).await.unwrap();
    let until = NOW.plus_ms(HOUR);
    store.rotate_signing_key(key("b"), until).await.unwrap();
    let former = SigningKey { valid_until: Some(until), ..key("a") };
    let keys = store.signing_keys(key("x"), until.plus_ms(-1)).await.unwrap();
    assert_eq!(keys, [key("b"), former.clone()]);
    assert_eq!(store.signing_keys(key("x"), until).await.unwrap(), [key("b")]);
    // A second rotation does not lengthen the life of the first key.
    let later = until.plus_ms(HOUR);
    store.rotate_signing_key(key("c"), later).await.unwrap();
    let second = SigningKey { valid_until: Some(later), ..key("b") };
    let keys = store.signing_keys(key("x"), NOW).await.unwrap();
    assert_eq!(keys, [key("c"), second, former]);
}

async fn a_signing_key_has_a_name_of_its_own(store: Arc<dyn Store>) {
    store.signing_keys(key("a"), NOW).await.unwrap();
    let again = store.rotate_signing_key(key("a"), NOW.plus_ms(HOUR)).await;
    assert_refused(again, &Refusal::Exists);
    assert_eq!(store.signing_keys(key("x"), NOW).await.unwrap(), [key("a")]);
}
