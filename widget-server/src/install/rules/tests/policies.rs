//! Policies of pages, and the text that is to be put there.

use super::*;

/// Policy, code, severity, the exact text.
const POLICIES: [(&str, &str, Severity, &str); 10] = [
    (
        "default-src 'self'",
        "csp_script",
        Severity::Error,
        "script-src 'self' https://chat.example 'wasm-unsafe-eval'",
    ),
    (
        "script-src 'none'",
        "csp_script",
        Severity::Error,
        "script-src https://chat.example 'wasm-unsafe-eval'",
    ),
    (
        "script-src-elem 'self'; script-src 'self'",
        "csp_script",
        Severity::Error,
        "script-src-elem 'self' https://chat.example; script-src 'self' 'wasm-unsafe-eval'",
    ),
    (
        "script-src https://chat.example/public/embed/ 'wasm-unsafe-eval'",
        "csp_script",
        Severity::Error,
        "script-src https://chat.example/public/embed/ 'wasm-unsafe-eval' https://chat.example",
    ),
    (
        "script-src https://chat.example",
        "csp_webassembly",
        Severity::Warning,
        "script-src https://chat.example 'wasm-unsafe-eval'",
    ),
    (
        "script-src https://chat.example; frame-src 'none'",
        "csp_webassembly",
        Severity::Error,
        "script-src https://chat.example 'wasm-unsafe-eval'",
    ),
    (
        "script-src https://chat.example; frame-src 'none'",
        "csp_frame",
        Severity::Warning,
        "frame-src https://chat.example",
    ),
    (
        "default-src 'none'; script-src https://chat.example 'wasm-unsafe-eval'",
        "csp_connect",
        Severity::Error,
        "connect-src https://chat.example",
    ),
    (
        "connect-src 'self'",
        "csp_connect",
        Severity::Warning,
        "connect-src 'self' https://chat.example",
    ),
    (
        "img-src 'self' data:",
        "csp_images",
        Severity::Warning,
        "img-src 'self' data: https://pictures.example",
    ),
];

fn pictured() -> Case {
    let picture = json!({"v1": {"trigger": {"icon_url": "https://pictures.example/i.svg"}}});
    Case { config: picture, ..well() }
}

#[test]
fn every_policy_that_refuses_something_has_the_exact_text_to_add() {
    for (policy, code, severity, copy) in POLICIES {
        let finding = pictured().policy(policy).finds(code);
        assert_eq!(finding.severity, severity, "{policy}");
        assert_eq!(finding.copy.as_deref(), Some(copy), "{policy}");
    }
}

#[test]
fn what_was_advised_is_enough() {
    for (policy, ..) in POLICIES {
        let advised: Vec<String> = {
            let findings = pictured().policy(policy).findings();
            findings
                .into_iter()
                .filter_map(|f| f.code.starts_with("csp").then_some(f.copy)?)
                .collect()
        };
        // What is written anew stands first, and so replaces what stood there.
        let amended = pictured().policy(&format!("{}; {policy}", advised.join("; ")));
        assert_eq!(amended.wrong(), Vec::<&str>::new(), "{policy}");
        assert_eq!(amended.finds("csp").severity, Severity::Ok);
    }
}

#[test]
fn a_policy_of_nonces_wants_the_nonce_on_the_tag() {
    let strict = "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'";
    let finding = well().policy(strict).finds("csp_script");
    assert!(finding.fix.unwrap().contains("carry the page's nonce"));
    assert!(finding.copy.unwrap().contains("<script nonce="));
    // What else is missing is said beside it: the nonce does not mend that.
    let bare = well().policy("script-src 'nonce-abc' 'strict-dynamic'");
    assert_eq!(bare.wrong(), ["csp_script", "csp_webassembly"]);
    let stale = well().body(&TAG.replace("async", "nonce=old")).policy(strict);
    assert!(stale.finds("csp_script").fix.unwrap().contains("is not the one of the policy"));
    let right = well().body(&TAG.replace("async", "nonce=abc")).policy(strict);
    assert_eq!(right.wrong(), Vec::<&str>::new());
    // Without `strict-dynamic` the host does as well.
    let either = well().policy("script-src 'nonce-abc' 'wasm-unsafe-eval'").finds("csp_script");
    assert!(
        either.fix.unwrap().contains("or without a nonce")
            || either.copy.unwrap().contains("https://chat.example")
    );
}

#[test]
fn a_policy_of_hashes_gets_a_script_whose_hash_is_named() {
    let case = well().policy("script-src 'sha256-AAAA' 'strict-dynamic' 'wasm-unsafe-eval'");
    let finding = case.finds("csp_script");
    let (fix, copy) = (finding.fix.unwrap(), finding.copy.unwrap());
    assert!(copy.starts_with("<script>const s") && copy.contains("/public/embed/"), "{copy}");
    let hash = fix.split("'sha256-").nth(2).and_then(|rest| rest.split('\'').next()).unwrap();
    // The page with that script, under the policy as advised, is let in.
    let policy =
        format!("script-src 'sha256-AAAA' 'strict-dynamic' 'wasm-unsafe-eval' 'sha256-{hash}'");
    assert_eq!(well().body(&copy).policy(&policy).wrong(), Vec::<&str>::new());
}

#[test]
fn a_policy_in_the_page_counts_as_one_in_a_header_and_each_has_to_allow() {
    let meta = "<meta http-equiv=Content-Security-Policy content=\"connect-src 'self'\">TAG";
    let finding = well().body(meta).finds("csp_connect");
    assert!(finding.fix.unwrap().contains("<meta http-equiv"));
    let both = well().body(meta).policy("script-src https://chat.example");
    let codes = both.wrong();
    assert!(codes.contains(&"csp_connect") && codes.contains(&"csp_webassembly"), "{codes:?}");
    // Two policies in one header, joined by a comma.
    let joined = well().policy("script-src *, connect-src 'none'");
    let codes = joined.wrong();
    assert!(codes.contains(&"csp_connect") && codes.contains(&"csp_webassembly"), "{codes:?}");
}

#[test]
fn a_policy_that_only_reports_is_a_note() {
    let case = well().header("content-security-policy-report-only", "default-src 'none'");
    assert_eq!(case.wrong(), Vec::<&str>::new());
    assert_eq!(case.finds("csp_report_only").severity, Severity::Info);
}

#[test]
fn trusted_types_pass_unless_a_script_writes_the_tag() {
    let demands = "require-trusted-types-for 'script'; trusted-types 'none'";
    assert_eq!(well().policy(demands).finds("trusted_types").severity, Severity::Ok);
    let written = "<script>s.src='https://chat.example/public/embed/ID'</script>";
    let by_script = well().body(written).policy(demands);
    assert_eq!(by_script.finds("trusted_types").severity, Severity::Warning);
}

#[test]
fn a_sandboxed_page_is_told_what_it_lacks() {
    let none = well().policy("sandbox").finds("csp_sandbox");
    assert_eq!(none.copy.as_deref(), Some("sandbox allow-scripts allow-same-origin"));
    let opaque = || well().policy("sandbox allow-scripts allow-forms");
    let finding = opaque().finds("csp_sandbox_origin");
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(
        finding.copy.as_deref(),
        Some("sandbox allow-scripts allow-forms allow-same-origin")
    );
    let open = Case { domains: vec![], ..opaque() };
    assert_eq!(open.finds("csp_sandbox_origin").severity, Severity::Warning);
    let free = well().policy("sandbox allow-scripts allow-same-origin");
    assert_eq!(free.wrong(), Vec::<&str>::new());
}

#[test]
fn a_frame_does_not_stand_in_on_an_isolated_page() {
    let isolated = || {
        let case = well().header("cross-origin-embedder-policy", "require-corp");
        case.policy("script-src https://chat.example")
    };
    assert_eq!(isolated().finds("csp_webassembly").severity, Severity::Error);
}

#[test]
fn without_a_tag_the_policy_is_judged_for_the_best_one_that_can_be_pasted() {
    let strict = "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src 'self'";
    let case = well().body(SOME_TEXT).policy(strict);
    assert_eq!(case.wrong(), ["snippet_missing", "csp_connect"]);
}

#[test]
fn voice_wants_its_own_server() {
    let case = well().policy("connect-src https://chat.example");
    assert_eq!(case.wrong(), Vec::<&str>::new());
    let spoken = case.spoil(|scene| scene.subject.has_voice = true);
    let copy = spoken.finds("csp_voice").copy;
    assert_eq!(copy.as_deref(), Some("connect-src https://chat.example wss://rooms.example"));
}
