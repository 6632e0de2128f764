//! Addresses a visitor or an owner types: e-mail, telephone, web.

use crate::origin::{Origin, port_number, split_port, split_scheme};

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
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_valid = local.len() <= 64
        && local.split('.').all(|part| !part.is_empty())
        && local.chars().all(|c| is_word(c) || is_atom_mark(c));
    text.len() <= MAX_EMAIL && local_valid && domain.contains('.') && is_domain(domain)
}

/// What may stand in the local part beside letters and digits (RFC 5322, "atext", and the dot).
fn is_atom_mark(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '#'
            | '$'
            | '%'
            | '&'
            | '\''
            | '*'
            | '+'
            | '/'
            | '='
            | '?'
            | '^'
            | '_'
            | '`'
            | '{'
            | '|'
            | '}'
            | '~'
            | '-'
    )
}

fn is_domain(domain: &str) -> bool {
    domain.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| is_word(c) || c == '-')
    })
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
    let text = text.trim();
    let end = text.find(['x', 'X', 'e', 'E']).unwrap_or(text.len());
    let (number, extension) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut digits = 0;
    for (index, c) in number.char_indices() {
        match c {
            '0'..='9' => digits += 1,
            '+' if index == 0 => {}
            ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' => {}
            _ => return false,
        }
    }
    (4..=20).contains(&digits)
        && text.len() <= 64
        && (extension.is_empty() || is_extension(extension))
}

fn is_extension(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("ext").or_else(|| lower.strip_prefix('x')).unwrap_or_default();
    let number = rest.trim_start_matches(['.', ' ']);
    (1..=8).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
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
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        && text.len() <= MAX_URL
        && text.chars().all(crate::id::is_visible)
        && !text.bytes().any(|byte| byte == b'\\')
        && !authority.is_empty()
        && !authority.bytes().any(|byte| matches!(byte, b'@' | b'*'))
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
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
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
