//! The content security policy of our own pages: the frame and the hosted page.

use std::fmt::Write as _;

use crate::config::Config;

/// Who may show a page in a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ancestors {
    /// Nobody.
    None,
    /// Any page.
    Any,
    /// Pages of these origins, and our own.
    Only(Vec<String>),
}

/// The policy of a page whose own script and style carry `nonce`.
///
/// The one script loads the module, which loads the rest (`strict-dynamic`); WebAssembly may run.
/// Pictures of agents come from wherever the owner keeps them. Addresses that a page of ours calls
/// are our own and the LiveKit server's.
pub(super) fn policy(config: &Config, nonce: &str, ancestors: &Ancestors) -> String {
    let mut policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; \
         script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'nonce-{nonce}'; img-src * data: blob:; media-src 'self' data: blob:; \
         connect-src 'self'"
    );
    if let Some(url) = &config.server.public_url {
        let _ = write!(policy, " {}", url.origin());
    }
    if let Some(url) = &config.livekit.url {
        for address in both_schemes(url) {
            let _ = write!(policy, " {address}");
        }
    }
    policy.push_str("; frame-ancestors ");
    match ancestors {
        Ancestors::None => policy.push_str("'none'"),
        Ancestors::Any => policy.push('*'),
        Ancestors::Only(origins) => {
            policy.push_str("'self'");
            origins.iter().for_each(|origin| {
                let _ = write!(policy, " {origin}");
            });
        }
    }
    policy
}

/// A LiveKit client opens a WebSocket and, when that fails, asks over HTTP why. In a policy
/// `https://host` does not admit `wss://host`.
fn both_schemes(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return Vec::new() };
    let host = rest.split('/').next().unwrap_or_default();
    let secure = matches!(scheme, "wss" | "https");
    let schemes = if secure { ["wss", "https"] } else { ["ws", "http"] };
    schemes.map(|scheme| format!("{scheme}://{host}")).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_who_may_frame_it() {
        let config = Config::default();
        let ends_with = |ancestors: &Ancestors, end: &str| {
            assert!(policy(&config, "n", ancestors).ends_with(end), "{ancestors:?}");
        };
        ends_with(&Ancestors::None, "; frame-ancestors 'none'");
        ends_with(&Ancestors::Any, "; frame-ancestors *");
        let listed = vec!["https://a.example".to_owned(), "https://*.b.example".to_owned()];
        let end = "; frame-ancestors 'self' https://a.example https://*.b.example";
        ends_with(&Ancestors::Only(listed), end);
    }

    #[test]
    fn scripts_and_styles_run_by_nonce_only() {
        let policy = policy(&Config::default(), "abc", &Ancestors::None);
        assert!(policy.contains("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval';"));
        assert!(policy.contains("style-src 'nonce-abc';"));
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn the_livekit_server_may_be_called_both_ways() {
        let mut config = Config::default();
        config.livekit.url = Some("wss://rooms.example/sub".to_owned());
        let policy = policy(&config, "n", &Ancestors::None);
        assert!(policy.contains("connect-src 'self' wss://rooms.example https://rooms.example;"));
    }
}
