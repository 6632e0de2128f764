//! `/core/api-keys`.

use crate::app::App;
use crate::auth::keys_api::{self as keys, KeyBody, KeyView, MintedView};
use crate::http::Endpoint;

const KEYS: &str = "Keys";

/// The rows.
pub(super) fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::get("/core/api-keys", "list_api_keys", keys::list_api_keys)
            .scope("organization:manage")
            .tag(KEYS)
            .summary("List keys")
            .response::<Vec<KeyView>>(200),
        Endpoint::post("/core/api-keys", "create_api_key", keys::create_api_key)
            .scope("organization:manage")
            .tag(KEYS)
            .summary("Create a key, shown once")
            .body::<KeyBody>()
            .response::<MintedView>(201),
        Endpoint::delete("/core/api-keys/{id}", "revoke_api_key", keys::revoke_api_key)
            .scope("organization:manage")
            .tag(KEYS)
            .summary("Revoke a key")
            .response_empty(204),
    ]
}
