//! Which addresses may become a link.

use crate::scan::{after, all, cut, find};

/// The longest address that is shown as a link, in bytes.
const MAX_BYTES: usize = 2_048;

/// Whether an address that came from a model, a visitor or a web page may be put into `href`.
///
/// Only `http`, `https`, `mailto` and `tel` are, and only when the scheme is the very beginning of
/// the text: browsers skip leading white space and drop tabs and line breaks *inside* an address
/// (WHATWG URL, "basic URL parser", steps 1–3), so an address that holds any of these is refused
/// and not repaired. So are invisible characters that change how an address looks, and a user
/// name or password (`https://bank.example@evil.example`), which only ever mislead.
///
/// ```
/// use widget_core::markdown::is_safe_link;
///
/// assert!(is_safe_link("https://example.com/a?b=c#d"));
/// assert!(!is_safe_link("java\nscript:alert(1)"));
/// assert!(!is_safe_link("/relative"));
/// ```
#[must_use]
pub fn is_safe_link(address: &str) -> bool {
    let colon = find(address, b":");
    let (scheme, rest) = (cut(address, 0, colon), after(address, colon + 1));
    if address.len() > MAX_BYTES || !all(address, &mut |_, c| !misleads(c)) {
        return false;
    }
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if is("mailto") || is("tel") {
        return !rest.is_empty();
    }
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let end = find(rest, b"/?#\\");
    (is("http") || is("https")) && end > 0 && find(rest, b":.") > 0 && find(rest, b"@") >= end
}

/// White space, control characters, and characters without a shape that hide or reorder others.
const MISLEADING: &[(u32, u32)] = &[
    (0, 0x20),
    (0x7f, 0xa0),
    (0xad, 0xad),
    (0x61c, 0x61c),
    (0x1680, 0x1680),
    (0x180e, 0x180e),
    (0x2000, 0x200f),
    (0x2028, 0x202f),
    (0x205f, 0x206f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
    (0xfff9, 0xfffb),
    (0xe0000, 0xe007f),
];

fn misleads(c: char) -> bool {
    MISLEADING.iter().any(|&(first, last)| (first..=last).contains(&u32::from(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_four_schemes_are_links_in_any_case() {
        for address in [
            "https://example.com",
            "HTTP://EXAMPLE.COM:8080/x",
            "https://[::1]:3000/",
            "https://bücher.example/größe",
            "https://example.com/@name?mail=a@b.c",
            "mailto:a@example.com?subject=x",
            "tel:+49-30-1234",
        ] {
            assert!(is_safe_link(address), "{address}");
        }
    }

    #[test]
    fn a_script_in_any_disguise_is_not_a_link() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "java\tscript:alert(1)",
            "java\r\nscript:alert(1)",
            "javascript&colon;alert(1)",
            "javascript&#58;alert(1)",
            "javascript%3Aalert(1)",
            "javascript:https://example.com",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:msgbox(1)",
            "blob:https://example.com/1",
            "file:///etc/passwd",
            "view-source:https://example.com",
            "feed:javascript:alert(1)",
            "ｊavascript:alert(1)",
            "\u{200b}https://example.com",
            "https\u{200d}://example.com",
        ] {
            assert!(!is_safe_link(address), "{address:?}");
        }
    }

    #[test]
    fn what_misleads_or_leads_nowhere_is_not_a_link() {
        for address in [
            "",
            ":",
            "https",
            "https:",
            "https:/",
            "https://",
            "https:///x",
            "https://:80",
            "https:example.com",
            "//example.com",
            "/x",
            "#x",
            "?x",
            "example.com",
            "mailto:",
            "tel:",
            "https://bank.example@evil.example/",
            "https://a:b@evil.example",
            "https://\\evil.example",
            "https://example.com/a b",
            "https://example.com/\u{202e}gpj.exe",
            "https://example.com\n",
            " https://example.com",
            "https://example.com/\u{a0}",
            "https://example.com/\u{85}",
        ] {
            assert!(!is_safe_link(address), "{address:?}");
        }
        assert!(!is_safe_link(&format!("https://example.com/{}", "x".repeat(MAX_BYTES))));
    }

    #[test]
    fn every_blank_and_control_character_misleads() {
        let all = '\0'..=char::MAX;
        assert!(all.filter(|c| c.is_whitespace() || c.is_control()).all(misleads));
    }

    proptest! {
        #[test]
        fn a_link_begins_with_its_scheme_and_holds_no_blank(address in "(?i)[ \t\r\n]?(java|https?|tel|mail|to|script|:|/|@|.){0,12}") {
            if is_safe_link(&address) {
                let lower = address.to_ascii_lowercase();
                prop_assert!(["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme)));
                prop_assert!(!address.contains(char::is_whitespace));
            }
        }
    }
}
