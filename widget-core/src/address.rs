//! Addresses a visitor or an owner types: e-mail, telephone, web.

use crate::origin::{Origin, port_number, split_port, split_scheme};
use crate::scan::{after, all, cut, find, find_last, is_one_of, trim};

/// The longest e-mail address (RFC 5321, section 4.5.3.1, less the angle brackets), in bytes.
pub const MAX_EMAIL: usize = 254;
/// The longest web address, in bytes; what browsers and servers handle everywhere.
pub const MAX_URL: usize = 2_048;

/// Whether a text is an e-mail address.
///
/// The rule of browsers for `<input type=email>` (WHATWG HTML, "valid e-mail address") with two
/// changes that keep typing mistakes out and people in: the domain has a dot in it, and letters
/// beyond ASCII are allowed (RFC 6531).
///
/// ```
/// use widget_core::address::is_email;
///
/// assert!(is_email("ada@example.com"));
/// assert!(!is_email("ada@example"));
/// ```
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some(at) = find_last(text, b'@') else { return false };
    let (local, domain) = (cut(text, 0, at), after(text, at + 1));
    let mut before = '.';
    let local_valid = all(local, &mut |_, c| {
        let last = std::mem::replace(&mut before, c);
        if c == '.' { last != '.' } else { is_word(c) || is_atom_mark(c) }
    });
    let has_dot = find(domain, b".") < domain.len();
    text.len() <= MAX_EMAIL
        && at <= 64
        && local_valid
        && before != '.'
        && has_dot
        && is_domain(domain)
}

/// What may stand in the local part beside letters, digits and dots (RFC 5322, "atext").
fn is_atom_mark(c: char) -> bool {
    u8::try_from(c).is_ok_and(|byte| is_one_of(byte, b"!#$%&'*+/=?^_`{|}~-"))
}

fn is_domain(domain: &str) -> bool {
    let ends = |length, before| matches!(length, 1..=63) && before != '-';
    let (mut length, mut before) = (0, '.');
    let valid = all(domain, &mut |_, c| {
        let last = std::mem::replace(&mut before, c);
        if c == '.' {
            return ends(std::mem::take(&mut length), last);
        }
        length += c.len_utf8();
        is_word(c) || (c == '-' && length > 1)
    });
    valid && ends(length, before)
}

/// A letter or digit, or anything beyond ASCII that shows. Unicode's tables of letters would cost
/// the browser several kilobytes to refuse little more.
fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { crate::id::is_visible(c) }
}

/// Whether a text is a telephone number: 4–20 digits, a leading `+`, the usual separators, and an
/// extension (`x12`, `ext. 12`).
///
/// ```
/// use widget_core::address::is_tel;
///
/// assert!(is_tel("+49 (30) 1234-567"));
/// assert!(!is_tel("call me"));
/// ```
#[must_use]
pub fn is_tel(text: &str) -> bool {
    let text = trim(text);
    let end = find(text, b"xXeE");
    let mut digits = 0;
    let valid = all(cut(text, 0, end), &mut |at, c| match c {
        '0'..='9' => {
            digits += 1;
            true
        }
        '+' => at == 0,
        _ => matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}'),
    });
    valid
        && matches!(digits, 4..=20)
        && text.len() <= 64
        && (end == text.len() || is_extension(after(text, end)))
}

/// Whether a text is `x` or `ext` and a short number.
fn is_extension(text: &str) -> bool {
    let word = if cut(text, 0, 3).eq_ignore_ascii_case("ext") { 3 } else { 1 };
    if word == 1 && !matches!(text.as_bytes(), [b'x' | b'X', ..]) {
        return false;
    }
    let mut number = after(text, word).as_bytes();
    while let [b'.' | b' ', rest @ ..] = number {
        number = rest;
    }
    matches!(number.len(), 1..=8) && number.iter().all(u8::is_ascii_digit)
}

/// Whether a text can be followed as an absolute `http` or `https` address.
///
/// For what is read, by the browser too, and for what a visitor enters; what an owner stores is
/// held to [`is_web_url`], which looks at the host as well and costs the browser 2 KB more.
///
/// ```
/// use widget_core::address::is_web_link;
///
/// assert!(is_web_link("https://example.com/logo.svg?v=2"));
/// assert!(!is_web_link("https:///path"));
/// assert!(!is_web_link("https://user@example.com"));
/// assert!(!is_web_link("javascript:alert(1)"));
/// ```
#[must_use]
pub fn is_web_link(text: &str) -> bool {
    let Some((scheme, rest)) = split_scheme(text) else { return false };
    let authority = cut(rest, 0, find(rest, b"/?#"));
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        && text.len() <= MAX_URL
        && all(text, &mut |_, c| c != '\\' && crate::id::is_visible(c))
        && !authority.is_empty()
        && find(authority, b"@*") == authority.len()
}

/// Whether a text is an absolute `http` or `https` address without a user name in it.
///
/// ```
/// use widget_core::address::is_web_url;
///
/// assert!(is_web_url("https://example.com/logo.svg?v=2"));
/// assert!(!is_web_url("//example.com/logo.svg"));
/// assert!(!is_web_url("javascript:alert(1)"));
/// ```
#[must_use]
pub fn is_web_url(text: &str) -> bool {
    let Some((_, rest)) = split_scheme(text).filter(|_| is_web_link(text)) else { return false };
    let authority = cut(rest, 0, find(rest, b"/?#"));
    if authority.is_ascii() {
        return Origin::parse(authority).is_ok();
    }
    let (host, port) = split_port(authority);
    is_domain(host) && port.is_none_or(|port| port.is_empty() || port_number(port).is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn email_addresses_of_people_are_taken() {
        for text in [
            "ada@example.com",
            "ada.lovelace+news@mail.example.co.uk",
            "o'brien@example.ie",
            "jürgen@bücher.example",
            "用户@例え.jp",
            "a@b.co",
        ] {
            assert!(is_email(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_email_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.com",
            "ada@example",
            "ada@@example.com",
            "ada@example..com",
            "ada@.example.com",
            "ada@-example.com",
            "ada @example.com",
            "ada@example.com\n",
            "a\u{200b}@example.com",
            ".ada@example.com",
            "ada.@example.com",
            "a..b@example.com",
            "<ada@example.com>",
            "ada@example.com,bob@example.com",
            &long,
        ] {
            assert!(!is_email(text), "{text:?}");
        }
    }

    #[test]
    fn telephone_numbers_are_read_as_people_write_them() {
        for text in [
            "+49 30 1234567",
            "(030) 123-4567",
            "030/1234567",
            "1.800.555.0199 ext. 12",
            "5550199x7",
            "1100",
        ] {
            assert!(is_tel(text), "{text}");
        }
        for text in [
            "",
            "123",
            "call me",
            "12+345678",
            "++4930123",
            "123456789012345678901",
            "0301234567 extra",
            "0301234567 ext",
            "e",
            "١٢٣٤٥٦",
        ] {
            assert!(!is_tel(text), "{text}");
        }
    }

    #[test]
    fn web_addresses_are_absolute_and_without_a_password() {
        for text in [
            "https://example.com",
            "HTTP://localhost:3000/a b".split(' ').next().unwrap_or_default(),
            "https://example.com/a?b=c@d#e",
            "https://bücher.example/größe",
            "https://bücher.example:8443/",
            "http://[::1]:8080/x",
        ] {
            assert!(is_web_url(text), "{text}");
        }
        for text in [
            "",
            "example.com",
            "/logo.svg",
            "//example.com",
            "https://",
            "https:///x",
            "https://user@example.com",
            "https://user:pass@bücher.example",
            "https://example.com:99999",
            "https://bücher.example:99999",
            "https://bücher.example:0",
            "https://bücher.example:80:80",
            "https://exa mple.com",
            "https://example.com/\n",
            "https://example.com\\@evil.net",
            "https://*.example.com",
            "ftp://example.com",
            "javascript:alert(1)",
            "javascript://example.com/%0aalert(1)",
            "data:text/html,x",
        ] {
            assert!(!is_web_url(text), "{text:?}");
        }
        assert!(!is_web_url(&format!("https://example.com/{}", "a".repeat(MAX_URL))));
    }

    proptest! {
        #[test]
        fn any_text_is_taken_or_refused(text in any::<String>()) {
            let _ = is_email(&text);
            let _ = is_tel(&text);
            let _ = is_web_url(&text);
        }

        #[test]
        fn nearly_right_texts_are_taken_or_refused(text in "[a-zé.@+x:/0-9\\[\\]-]{0,24}") {
            let _ = is_email(&text);
            let _ = is_tel(&text);
            let _ = is_web_url(&text);
        }
    }

    /// A browser would open whatever we call a web address.
    #[cfg(not(target_arch = "wasm32"))]
    mod against_url {
        use super::*;

        proptest! {
            #[test]
            fn web_addresses_are_addresses(rest in "[a-w0-9.:é/?#@_-]{0,20}") {
                let text = format!("https://{rest}");
                if is_web_url(&text) && text.is_ascii() {
                    let url = url::Url::parse(&text);
                    prop_assert!(url.is_ok(), "{}", text);
                    prop_assert!(url.unwrap().username().is_empty());
                }
            }
        }
    }
}
