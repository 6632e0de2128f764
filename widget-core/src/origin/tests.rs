use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn normal(text: &str) -> Result<String, OriginError> {
    Origin::parse(text).map(|origin| origin.as_str().to_owned())
}

#[test]
fn the_documented_examples_are_normalised() {
    for (given, expected) in [
        ("yourdomain.com", "https://yourdomain.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://app.example.com/checkout", "https://app.example.com"),
        ("https://app.example.com/", "https://app.example.com"),
        ("example.com/a?b=https://c.d#e", "https://example.com"),
        ("HTTPS://WWW.Example.COM", "https://www.example.com"),
        ("  example.com\n", "https://example.com"),
        ("example.com.", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:80", "https://example.com:80"),
        ("example.com:08443", "https://example.com:8443"),
        ("https://example.com:", "https://example.com"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080"),
        ("http://[::1]:5173", "http://[::1]:5173"),
        ("https://[2001:DB8:0:0:1:0:0:1]", "https://[2001:db8::1:0:0:1]"),
        ("https://[::ffff:1.2.3.4]", "https://[::ffff:102:304]"),
        ("https://[0:0:0:0:0:0:0:0]", "https://[::]"),
        ("https://[1:0:0:0:0:0:0:0]", "https://[1::]"),
        ("https://[1:0:2:3:4:5:6:7]", "https://[1:0:2:3:4:5:6:7]"),
        ("xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("my_host.internal", "https://my_host.internal"),
        ("https://*.Example.com:8443/", "https://*.example.com:8443"),
    ] {
        assert_eq!(normal(given).as_deref(), Ok(expected), "{given}");
    }
}

#[test]
fn what_is_no_origin_says_why() {
    for (given, error) in [
        ("", OriginError::Empty),
        (" \t", OriginError::Empty),
        ("bücher.example", OriginError::NotAscii),
        ("https://例え.jp/x", OriginError::NotAscii),
        ("https://user@example.com", OriginError::UserInfo),
        ("https://user:secret@example.com", OriginError::UserInfo),
        ("https://é@example.com", OriginError::UserInfo),
        ("ftp://example.com", OriginError::Scheme),
        ("chrome-extension://abcdef", OriginError::Scheme),
        ("://example.com", OriginError::Scheme),
        ("https://", OriginError::Host),
        ("https:///path", OriginError::Host),
        ("//example.com", OriginError::Host),
        ("exa mple.com", OriginError::Host),
        ("example..com", OriginError::Host),
        (".example.com", OriginError::Host),
        ("example.com..", OriginError::Host),
        ("ex%61mple.com", OriginError::Host),
        ("256.1.1.1", OriginError::Host),
        ("1.2.3", OriginError::Host),
        ("01.2.3.4", OriginError::Host),
        ("1.2.3.4.5", OriginError::Host),
        ("0.0.1x.0", OriginError::Host),
        ("0x7f.0x1", OriginError::Host),
        ("example.7", OriginError::Host),
        ("[::1", OriginError::Host),
        ("[::1]x", OriginError::Host),
        ("[::1%25eth0]", OriginError::Host),
        ("[1.2.3.4]", OriginError::Host),
        ("example.com:x", OriginError::Port),
        ("example.com:0", OriginError::Port),
        ("example.com:65536", OriginError::Port),
        ("example.com:99999999999999999999", OriginError::Port),
        ("example.com:80:80", OriginError::Port),
        ("javascript:alert(1)", OriginError::Port),
        ("*", OriginError::Wildcard),
        ("https://*", OriginError::Wildcard),
        ("*.com", OriginError::Wildcard),
        ("*.com.", OriginError::Wildcard),
        ("*.localhost", OriginError::Wildcard),
        ("*.*.example.com", OriginError::Wildcard),
        ("www.*.com", OriginError::Wildcard),
        ("w*.example.com", OriginError::Wildcard),
        ("*.1.2.3.4", OriginError::Wildcard),
        ("*.[::1]", OriginError::Host),
    ] {
        assert_eq!(normal(given), Err(error), "{given}");
    }
}

#[test]
fn names_and_labels_have_the_length_of_dns() {
    let label = "a".repeat(63);
    assert!(normal(&format!("{label}.com")).is_ok());
    assert_eq!(normal(&format!("a{label}.com")), Err(OriginError::Host));
    let name = [label.as_str(); 4].join(".");
    assert_eq!(normal(&name), Err(OriginError::Host));
    assert!(normal(&name[2..]).is_ok());
}

#[test]
fn a_header_is_read_only_in_its_normal_spelling() {
    assert!(Origin::from_header("https://example.com").is_some());
    for header in [
        "null",
        "",
        "example.com",
        "https://example.com/",
        "https://Example.com",
        "https://example.com:443",
        "https://example.com.",
        "https://*.example.com",
        "https://a.com https://b.com",
    ] {
        assert!(Origin::from_header(header).is_none(), "{header}");
    }
}

#[test]
fn matching_is_exact_on_the_origin() {
    let list = AllowList::new(&["example.com", "http://localhost:3000"]).unwrap();
    assert!(list.admits("https://example.com"));
    assert!(list.admits("http://localhost:3000"));
    for other in [
        "http://example.com",
        "https://www.example.com",
        "https://example.com:8443",
        "https://example.com.evil.net",
        "https://evilexample.com",
        "http://localhost",
        "http://localhost:30000",
        "null",
        "",
    ] {
        assert!(!list.admits(other), "{other}");
    }
}

#[test]
fn a_wildcard_admits_every_subdomain_and_not_the_name_itself() {
    let list = AllowList::new(&["https://*.example.com"]).unwrap();
    assert!(list.admits("https://a.example.com"));
    assert!(list.admits("https://a.b.example.com"));
    for other in [
        "https://example.com",
        "https://.example.com",
        "https://aexample.com",
        "http://a.example.com",
        "https://a.example.com:8443",
        "https://evil.net/.example.com",
        "https://evil.net#.example.com",
        "https://evil.net?.example.com",
        "https://u@evil.net\\.example.com",
        "https://*.example.com",
    ] {
        assert!(!list.admits(other), "{other}");
    }
}

#[test]
fn a_wildcard_with_a_port_admits_that_port_only() {
    let list = AllowList::new(&["http://*.example.test:3000"]).unwrap();
    assert!(list.admits("http://a.example.test:3000"));
    assert!(!list.admits("http://a.example.test"));
    assert!(!list.admits("http://a.example.test:3001"));
}

#[test]
fn an_empty_list_admits_every_origin() {
    let list = AllowList::default();
    assert!(list.is_empty());
    assert!(list.admits("https://example.com"));
    assert!(list.admits("null"));
}

#[test]
fn doubles_collapse_and_the_order_stays() {
    let list = AllowList::new(&["b.com", "a.com", "https://B.com/x", "a.com:443"]).unwrap();
    assert_eq!(list.to_strings(), ["https://b.com", "https://a.com"]);
}

#[test]
fn every_bad_entry_is_named() {
    let violations = AllowList::new(&["a.com", "bücher.de", "ftp://x"]).unwrap_err();
    let found: Vec<_> = violations.iter().map(|v| (v.path.as_str(), v.code)).collect();
    assert_eq!(
        found,
        [
            ("domains[1]", ViolationCode::OriginNotAscii),
            ("domains[2]", ViolationCode::OriginScheme),
        ]
    );
}

#[test]
fn a_list_has_at_most_100_different_entries() {
    let domains =
        |count: usize| -> Vec<String> { (0..count).map(|n| format!("s{n}.example.com")).collect() };
    let mut list = domains(100);
    list.push("s0.example.com".to_owned());
    assert_eq!(AllowList::new(&list).unwrap().entries().len(), 100);
    let violations = AllowList::new(&domains(101)).unwrap_err();
    assert_eq!(violations[0].code, ViolationCode::TooMany);
    assert_eq!(violations[0].path, "domains");
}

/// Texts near the border between origin and nonsense.
fn nearly() -> impl Strategy<Value = String> {
    "(https?://|HTTP://|)(\\*\\.|)[a-z0-9A-Z._*-]{0,12}(\\[[0-9a-f:.]{0,20}\\])?(\\.com|\\.5|)\\.?(:[0-9]{0,6})?(/[a-z@:]{0,5})?"
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Origin::parse(&text);
        let _ = Origin::from_header(&text);
        let _ = AllowList::new(&["example.com"]).unwrap().admits(&text);
    }

    #[test]
    fn the_normal_spelling_is_its_own_normal_spelling(text in nearly()) {
        if let Ok(origin) = Origin::parse(&text) {
            prop_assert_eq!(Origin::parse(origin.as_str()), Ok(origin.clone()));
            prop_assert_eq!(Origin::from_header(origin.as_str()).is_some(), !origin.is_wildcard());
        }
    }

    #[test]
    fn ipv6_addresses_survive(bits in any::<u128>(), mask in any::<u8>()) {
        let mut pieces = std::net::Ipv6Addr::from(bits).segments();
        for (index, piece) in pieces.iter_mut().enumerate() {
            if mask >> index & 1 == 1 {
                *piece = 0;
            }
        }
        let address = std::net::Ipv6Addr::from(pieces);
        let origin = Origin::parse(&format!("https://[{address}]")).unwrap();
        let inside = origin.as_str().trim_start_matches("https://[").trim_end_matches(']');
        prop_assert_eq!(inside.parse::<std::net::Ipv6Addr>(), Ok(address));
    }
}

/// What we accept, the `url` crate (a full WHATWG implementation) accepts and spells alike.
#[cfg(not(target_arch = "wasm32"))]
mod against_url {
    use super::*;

    fn compare(text: &str) -> Result<(), TestCaseError> {
        let Ok(ours) = Origin::parse(text) else { return Ok(()) };
        if ours.is_wildcard() || ours.as_str().contains("xn--") {
            return Ok(());
        }
        let text = text.trim();
        // A scheme ends before the path, which a backslash begins as well.
        let first = text.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        let full = if first.ends_with(':') && text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let theirs = url::Url::parse(&full);
        prop_assert!(theirs.is_ok(), "{} -> {}", full, ours);
        let theirs = theirs.unwrap().origin().ascii_serialization();
        // A trailing dot is another host to a browser; a person who lists it means the site.
        prop_assert_eq!(without_trailing_dot(&theirs), ours.as_str());
        Ok(())
    }

    fn without_trailing_dot(origin: &str) -> String {
        match origin.rsplit_once(".:") {
            Some((host, port)) => format!("{host}:{port}"),
            None => origin.trim_end_matches('.').to_owned(),
        }
    }

    #[test]
    fn a_backslash_begins_the_path() {
        compare("a\\://").unwrap();
        compare("a\\b").unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn nearly_right_texts_agree(text in nearly()) {
            compare(&text)?;
        }

        #[test]
        fn any_text_agrees(text in "[ -~]{0,30}") {
            compare(&text)?;
        }

        #[test]
        fn addresses_agree(text in "[0-9x.]{1,16}", six in "\\[[0-9a-f:]{2,24}(1\\.2\\.3\\.4)?\\]") {
            compare(&text)?;
            compare(&six)?;
        }

        #[test]
        fn a_browsers_origin_is_read(host in "[a-w][a-z0-9]{0,8}(\\.[a-z]{2,5}){0,3}", port: u16) {
            let url = url::Url::parse(&format!("http://{host}:{}/x", port.max(1))).unwrap();
            let header = url.origin().ascii_serialization();
            prop_assert!(Origin::from_header(&header).is_some(), "{}", header);
        }
    }
}
