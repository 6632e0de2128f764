//! What was measured in three browsers, row by row, and that the advice is enough.

use proptest::prelude::*;

use super::*;

const SERVER: &str = "https://chat.example";

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn needs(nonce: &str) -> Needs {
    let at = |path: &str| url(&format!("{SERVER}{path}"));
    Needs {
        page: url("https://shop.example/"),
        loader: Loader {
            url: at("/public/embed/1"),
            nonce: nonce.to_owned(),
            integrity: String::new(),
            is_in_page: true,
        },
        module: at("/assets/w-1.js"),
        calls: vec![at("/assets/w-1.wasm"), at("/v1/widget/init")],
        frame: at("/public/embed/1/frame"),
        images: vec![url("https://pictures.example/ada.png")],
        rooms: vec![url("wss://rooms.example/")],
    }
}

fn policy(text: &str) -> Policy {
    let mut list = CspList::parse(text, PolicySource::Header, PolicyDisposition::Enforce);
    assert_eq!(list.0.len(), 1, "{text}");
    list.0.remove(0)
}

/// Policy, nonce on the tag, bubble painted, chat opens in the page.
const MEASURED: [(&str, &str, bool, bool); 13] = [
    ("default-src 'none'; script-src HOST; connect-src HOST", "", true, false),
    ("default-src 'none'; script-src HOST 'wasm-unsafe-eval'; connect-src HOST", "", true, true),
    ("default-src 'none'; script-src HOST 'wasm-unsafe-eval'", "", true, false),
    ("script-src 'nonce-n' 'strict-dynamic'; connect-src HOST", "n", true, false),
    (
        "default-src 'none'; script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src HOST",
        "n",
        true,
        true,
    ),
    (
        "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src HOST; style-src 'none'",
        "n",
        true,
        true,
    ),
    (
        "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src HOST; style-src 'nonce-n'",
        "n",
        true,
        true,
    ),
    (
        "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src HOST; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        "n",
        true,
        true,
    ),
    ("script-src 'nonce-n' 'wasm-unsafe-eval'; connect-src HOST", "n", true, true),
    ("script-src 'nonce-n' HOST 'wasm-unsafe-eval'; connect-src HOST", "n", true, true),
    ("script-src HOST 'unsafe-eval'; connect-src HOST", "", true, true),
    ("sandbox allow-scripts; script-src HOST 'wasm-unsafe-eval'; connect-src HOST", "", true, true),
    ("default-src 'self'", "", false, false),
];

#[test]
fn every_row_that_was_measured_is_judged_as_it_was_seen() {
    for (text, nonce, bubble, panel) in MEASURED {
        let refused = needs(nonce).refused_by(&policy(&text.replace("HOST", SERVER)));
        assert_eq!((!refused.loader, refused.allows_module()), (bubble, panel), "{text}");
    }
}

/// Policy, nonce on the tag, and what is refused: loader, module, wasm, calls, frame.
const MORE: [(&str, &str, [bool; 5]); 16] = [
    ("img-src 'self'", "", [false; 5]),
    ("script-src *", "", [false, false, true, false, false]),
    ("script-src https:", "", [false, false, true, false, false]),
    ("script-src *.example 'wasm-unsafe-eval'", "", [false; 5]),
    ("script-src chat.example 'wasm-unsafe-eval'", "", [false; 5]),
    ("script-src http://chat.example 'wasm-unsafe-eval'", "", [false; 5]),
    ("script-src HOST/public/embed/ 'wasm-unsafe-eval'", "", [false, true, false, false, false]),
    ("script-src 'unsafe-inline' 'wasm-unsafe-eval'", "", [true, true, false, false, false]),
    ("script-src 'nonce-n' 'wasm-unsafe-eval'", "", [true, true, false, false, false]),
    ("script-src 'nonce-n' 'wasm-unsafe-eval'", "old", [true, true, false, false, false]),
    (
        "script-src 'strict-dynamic' 'nonce-n' HOST 'wasm-unsafe-eval'",
        "",
        [true, true, false, false, false],
    ),
    (
        "script-src-elem 'self'; script-src * 'wasm-unsafe-eval'",
        "",
        [true, true, false, false, false],
    ),
    ("script-src-elem HOST; script-src 'none'", "", [false, false, true, false, false]),
    ("child-src 'self'", "", [false, false, false, false, true]),
    ("frame-src 'none'; child-src *", "", [false, false, false, false, true]),
    ("connect-src 'self' data:", "", [false, false, false, true, false]),
];

#[test]
fn what_else_a_policy_can_say_is_judged_as_the_specification_has_it() {
    for (text, nonce, expected) in MORE {
        let refused = needs(nonce).refused_by(&policy(&text.replace("HOST", SERVER)));
        let Refused { loader, module, wasm, calls, frame, .. } = refused;
        assert_eq!([loader, module, wasm, calls, frame], expected, "{text}");
    }
}

#[test]
fn a_script_added_by_a_trusted_script_is_let_in_with_its_imports() {
    let mut needs = needs("");
    needs.loader.is_in_page = false;
    let policy = policy("script-src 'strict-dynamic' 'sha256-x=' 'wasm-unsafe-eval'");
    assert_eq!(needs.refused_by(&policy), Refused::default());
}

#[test]
fn pictures_and_voice_are_asked_for_by_their_own_addresses() {
    let refused = needs("").refused_by(&policy("img-src 'self' data:; connect-src HOST 'self'"));
    assert_eq!(refused.images, [url("https://pictures.example/ada.png")]);
    assert_eq!(refused.rooms, [url("wss://rooms.example/")]);
}

#[test]
fn a_script_is_let_in_by_what_the_policy_goes_by() {
    let loader = url("https://chat.example/public/embed/1");
    let way = |text: &str| way_of_scripts(&policy(text), &loader);
    assert_eq!(way("script-src 'self'"), Way::Host);
    assert_eq!(way("script-src 'nonce-n'"), Way::Host);
    assert_eq!(way("script-src 'nonce-n' 'Strict-Dynamic'"), Way::Nonce);
    let Way::Starter { script, hash } = way("script-src 'sha256-x=' 'strict-dynamic'") else {
        panic!("a starter");
    };
    assert!(script.contains(loader.as_str()) && hash.starts_with("'sha256-"), "{script} {hash}");
}

#[test]
fn what_is_added_stands_in_the_narrowest_directive() {
    let mut amendment = Amendment::of(&policy("default-src 'self'; script-src 'none'"));
    amendment.script(SERVER);
    amendment.wasm();
    amendment.call(SERVER);
    let expected = [
        "script-src https://chat.example 'wasm-unsafe-eval'",
        "connect-src 'self' https://chat.example",
    ];
    assert_eq!(amendment.directives(), expected);
}

#[test]
fn a_policy_in_the_page_says_nothing_about_frames_and_sandboxes() {
    let document = Document::parse(
        "<meta http-equiv=content-security-policy content=\"sandbox; frame-ancestors 'none'; img-src *\">",
    );
    let visit = super::super::visit::Visit {
        asked: url(SERVER),
        url: url(SERVER),
        redirects: 0,
        status: http::StatusCode::OK,
        headers: http::HeaderMap::new(),
        body: String::new(),
        is_cut: false,
    };
    let all = delivered(&visit, &document);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].policy.to_string(), "img-src *");
}

fn sources() -> impl Strategy<Value = String> {
    let source = prop::sample::select(vec![
        "'none'",
        "'self'",
        "*",
        "https:",
        "data:",
        "'unsafe-inline'",
        "'nonce-n'",
        "'nonce-other'",
        "'sha256-AAAA'",
        "'wasm-unsafe-eval'",
        "'report-sample'",
        "https://other.example",
        "chat.example",
    ]);
    prop::collection::vec(source, 0..5).prop_map(|sources| sources.join(" "))
}

fn any_policy() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "default-src",
        "script-src",
        "script-src-elem",
        "connect-src",
        "frame-src",
        "child-src",
        "img-src",
        "worker-src",
        "style-src",
    ]);
    let directive = (name, sources()).prop_map(|(name, sources)| format!("{name} {sources}"));
    prop::collection::vec(directive, 1..6).prop_map(|directives| directives.join("; "))
}

proptest! {
    #[test]
    fn a_policy_amended_as_advised_refuses_nothing(text in any_policy(), nonce in "(n|)") {
        let (policy, needs) = (policy(&text), needs(&nonce));
        let mut amendment = Amendment::of(&policy);
        amendment.script(SERVER);
        amendment.wasm();
        amendment.call(SERVER);
        amendment.call("wss://rooms.example");
        amendment.frame(SERVER);
        amendment.image("https://pictures.example");
        let refused = needs.refused_by(amendment.policy());
        prop_assert_eq!(refused, Refused::default(), "{} -> {}", text, amendment.policy());
    }
}
