//! Patterns of paths and addresses: `*` stands for any characters, slashes among them.
//!
//! Nothing else is special, so that an address with `?` or `[` in it means itself; and never a
//! regular expression, which an owner's typing mistake could turn into a page that hangs.

use crate::origin::split_scheme;

/// The longest pattern, in characters.
pub const MAX_CHARS: usize = 500;

/// A pattern, valid by construction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob(String);

/// A text that is no pattern: empty, too long, or with white space or control characters in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlobError;

impl std::fmt::Display for GlobError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not a pattern such as /shop/*")
    }
}

impl std::error::Error for GlobError {}

impl std::str::FromStr for Glob {
    type Err = GlobError;

    fn from_str(pattern: &str) -> Result<Self, GlobError> {
        Self::parse(pattern)
    }
}

impl Glob {
    /// Takes a pattern.
    ///
    /// # Errors
    /// [`GlobError`] when it is empty, longer than [`MAX_CHARS`], or holds white space or control
    /// characters.
    pub fn parse(pattern: &str) -> Result<Self, GlobError> {
        let valid = !pattern.is_empty()
            && pattern.chars().nth(MAX_CHARS).is_none()
            && !pattern.chars().any(|c| c.is_whitespace() || c.is_control());
        if valid { Ok(Self(pattern.to_owned())) } else { Err(GlobError) }
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole text fits the pattern.
    ///
    /// ```
    /// use widget_core::glob::Glob;
    ///
    /// let glob = Glob::parse("/shop/*")?;
    /// assert!(glob.matches("/shop/shoes/red"));
    /// assert!(!glob.matches("/blog/shop/"));
    /// # Ok::<(), widget_core::glob::GlobError>(())
    /// ```
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        matches(self.0.as_bytes(), text.as_bytes())
    }

    /// Whether a page fits: a pattern that begins with `/` is held against the path, any other
    /// against the whole address. A slash at the path's end makes no difference, and neither do
    /// query and fragment unless the pattern names them.
    ///
    /// ```
    /// use widget_core::glob::Glob;
    ///
    /// let page = "https://example.com/pricing/?from=mail";
    /// assert!(Glob::parse("/pricing")?.matches_page(page));
    /// assert!(Glob::parse("https://example.com/*")?.matches_page(page));
    /// assert!(Glob::parse("*from=mail*")?.matches_page(page));
    /// # Ok::<(), widget_core::glob::GlobError>(())
    /// ```
    #[must_use]
    pub fn matches_page(&self, address: &str) -> bool {
        let address = if self.0.starts_with('/') { after_origin(address) } else { address };
        let plain = address.split(['?', '#']).next().unwrap_or_default();
        let trimmed = plain.strip_suffix('/').unwrap_or(plain);
        let without_fragment = address.split('#').next().unwrap_or_default();
        [address, without_fragment, plain, trimmed].into_iter().any(|form| self.matches(form))
    }
}

/// The path and what follows it; a text without an origin is a path already.
fn after_origin(address: &str) -> &str {
    let Some((_, rest)) = split_scheme(address) else { return address };
    rest.find(['/', '?', '#']).and_then(|start| rest.get(start..)).unwrap_or("/")
}

/// Greedy matching that returns to the last star only: at most pattern × text steps.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                retry = Some((p, t));
            }
            Some(byte) if Some(byte) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                p = star;
                t = from + 1;
                retry = Some((star, t));
            }
        }
    }
    pattern.iter().skip(p).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn glob(pattern: &str) -> Glob {
        Glob::parse(pattern).unwrap()
    }

    #[test]
    fn a_star_crosses_slashes() {
        assert!(glob("/shop/*").matches("/shop/a/b"));
        assert!(glob("/shop/*").matches("/shop/"));
        assert!(!glob("/shop/*").matches("/shop"));
        assert!(glob("/*/edit").matches("/a/b/edit"));
        assert!(glob("*").matches(""));
        assert!(glob("**a**").matches("bab"));
        assert!(!glob("a*b*c").matches("acb"));
    }

    #[test]
    fn nothing_but_the_star_is_special() {
        assert!(glob("/a?b=[c]").matches("/a?b=[c]"));
        assert!(!glob("/a?b").matches("/axb"));
        assert!(!glob("/.*").matches("/abc"));
        assert!(!glob("/a").matches("/A"));
    }

    #[test]
    fn a_path_pattern_ignores_where_and_with_what_the_page_was_called() {
        for page in [
            "https://example.com/pricing",
            "http://localhost:3000/pricing/",
            "https://example.com/pricing?plan=a#top",
            "/pricing",
        ] {
            assert!(glob("/pricing").matches_page(page), "{page}");
        }
        assert!(!glob("/pricing").matches_page("https://example.com/pricing/team"));
        assert!(glob("/pricing?plan=*").matches_page("https://example.com/pricing?plan=a"));
        assert!(glob("/").matches_page("https://example.com"));
        assert!(glob("/").matches_page("https://example.com/?a#b"));
        assert!(!glob("/").matches_page("https://example.com/a"));
    }

    #[test]
    fn patterns_are_short_and_visible() {
        assert!(Glob::parse(&"*".repeat(500)).is_ok());
        for pattern in ["", " ", "/a b", "/a\n", &"*".repeat(501)] {
            assert_eq!(Glob::parse(pattern), Err(GlobError), "{pattern:?}");
        }
    }

    #[test]
    fn the_worst_pattern_ends_soon() {
        let pattern = glob(&"*a".repeat(100));
        assert!(!pattern.matches(&"b".repeat(100_000)));
        assert!(!glob(&format!("{}b", "*a".repeat(90))).matches(&"a".repeat(10_000)));
    }

    /// The definition, without any cleverness.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['*', rest @ ..] => (0..=text.len()).any(|from| slowly(rest, &text[from..])),
            [c, rest @ ..] => text.first() == Some(c) && slowly(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_agrees_with_the_definition(pattern in "[ab*/]{1,8}", text in "[ab/é]{0,10}") {
            let chars = |s: &str| s.chars().collect::<Vec<_>>();
            prop_assert_eq!(
                glob(&pattern).matches(&text),
                slowly(&chars(&pattern), &chars(&text)),
            );
        }

        #[test]
        fn any_text_is_matched_or_not(pattern in any::<String>(), text in any::<String>()) {
            if let Ok(glob) = Glob::parse(&pattern) {
                let _ = glob.matches(&text);
                let _ = glob.matches_page(&text);
                prop_assert!(glob.0.contains('*') || glob.matches(glob.as_str()));
            }
        }
    }
}
