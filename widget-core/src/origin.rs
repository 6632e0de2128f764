//! Origins and the list of those that may embed a widget.
//!
//! An entry of the list is normalised to an origin as browsers write it (RFC 6454, WHATWG URL):
//! scheme, host, and the port where it is not the scheme's own. Matching is exact on that text;
//! `https://*.example.com` alone matches more than itself: every subdomain at any depth, and not
//! `example.com`.
//!
//! There is no `url` crate in here: it costs the browser 57 KB. What this module accepts, it
//! normalises exactly as `url` does (a differential test holds it to that); what it need not
//! accept (international names, percent-encoding, `http:host`, `0x7f.1`) it refuses.

mod host;

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::error::{Violation, ViolationCode, Violations};
use crate::scan::find;

/// Why a text is not an entry of the allow-list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginError {
    /// Nothing there.
    Empty,
    /// Not ASCII; the `xn--` form of an international name is wanted.
    NotAscii,
    /// A user name or password.
    UserInfo,
    /// A scheme other than `http` and `https`.
    Scheme,
    /// No name, IPv4 address or bracketed IPv6 address.
    Host,
    /// Not a port in 1–65535.
    Port,
    /// A wildcard elsewhere than as the whole first label, or of a top-level name.
    Wildcard,
}

impl OriginError {
    /// The code under which a violation reports it.
    #[must_use]
    pub const fn code(self) -> ViolationCode {
        match self {
            Self::Empty => ViolationCode::OriginEmpty,
            Self::NotAscii => ViolationCode::OriginNotAscii,
            Self::UserInfo => ViolationCode::OriginUserInfo,
            Self::Scheme => ViolationCode::OriginScheme,
            Self::Host => ViolationCode::OriginHost,
            Self::Port => ViolationCode::OriginPort,
            Self::Wildcard => ViolationCode::OriginWildcard,
        }
    }
}

impl fmt::Display for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl std::error::Error for OriginError {}

/// An origin, or a pattern for all subdomains of one, in its one normal spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Normalises an entry of the allow-list as a person writes it.
    ///
    /// `example.com` becomes `https://example.com`; path, query and fragment are dropped, as are
    /// the scheme's own port and a trailing dot; the host is lower-cased.
    ///
    /// # Errors
    /// [`OriginError`] when no origin can be read from it.
    ///
    /// ```
    /// use widget_core::origin::{Origin, OriginError};
    ///
    /// let origin = Origin::parse("App.Example.com:443/checkout?step=2")?;
    /// assert_eq!(origin.as_str(), "https://app.example.com");
    /// assert_eq!(Origin::parse("ftp://example.com"), Err(OriginError::Scheme));
    /// # Ok::<(), OriginError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.is_empty() {
            return Err(OriginError::Empty);
        }
        let (secure, rest) = scheme(text)?;
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(OriginError::UserInfo);
        }
        if !authority.is_ascii() {
            return Err(OriginError::NotAscii);
        }
        let (host, port) = split_port(authority);
        let mut normal = String::with_capacity(authority.len() + 8);
        normal.push_str(if secure { "https://" } else { "http://" });
        match host.strip_prefix("*.") {
            Some(parent) => {
                normal.push_str("*.");
                host::push_parent(&mut normal, parent)?;
            }
            None => host::push(&mut normal, host)?,
        }
        push_port(&mut normal, port, if secure { 443 } else { 80 })?;
        Ok(Self(normal))
    }

    /// Reads what a browser sends as `Origin` or has as `location.origin`.
    ///
    /// Stricter than [`Origin::parse`]: only the normal spelling of a single origin, so neither
    /// `null` nor a pattern.
    #[must_use]
    pub fn from_header(header: &str) -> Option<Self> {
        let origin = Self::parse(header).ok()?;
        (origin.0 == header && !origin.is_wildcard()).then_some(origin)
    }

    /// The normal spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for all subdomains of its host.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.authority().starts_with("*.")
    }

    /// Whether its scheme is `https`.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Host and port without the scheme: `example.com`, `localhost:3000`, `[::1]`.
    #[must_use]
    pub fn authority(&self) -> &str {
        split_scheme(&self.0).map_or("", |(_, authority)| authority)
    }

    /// Whether this entry admits that origin.
    #[must_use]
    pub fn admits(&self, origin: &Self) -> bool {
        let Some(pattern) = self.authority().strip_prefix('*') else {
            return self.0 == origin.0;
        };
        // `pattern` is `.example.com`, with a port where the entry has one: a suffix that begins
        // with a dot, behind at least one label, of an origin that was itself parsed.
        let authority = origin.authority();
        self.is_secure() == origin.is_secure()
            && !origin.is_wildcard()
            && authority.len() > pattern.len()
            && authority.ends_with(pattern)
    }
}

/// Splits at `://`, where the text's first colon is that.
///
/// Here as everywhere in this crate the browser runs, texts are searched for single characters
/// and cut with methods that cannot panic: the search for a longer text and the message of a bad
/// cut cost it 3 KB each.
pub(crate) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_at_checked(find(text, b":"))?;
    Some((scheme, rest.strip_prefix("://")?))
}

/// Reads the scheme, `https` where there is none, and returns what follows it.
fn scheme(text: &str) -> Result<(bool, &str), OriginError> {
    let Some((scheme, rest)) = split_scheme(text) else { return Ok((true, text)) };
    if scheme.eq_ignore_ascii_case("https") {
        Ok((true, rest))
    } else if scheme.eq_ignore_ascii_case("http") {
        Ok((false, rest))
    } else if scheme.contains(['/', '\\', '?', '#']) {
        // `example.com/?next=https://…`: the colon belongs to the path.
        Ok((true, text))
    } else {
        Err(OriginError::Scheme)
    }
}

/// Splits at the colon before the port, which is not one inside brackets.
pub(crate) fn split_port(authority: &str) -> (&str, Option<&str>) {
    let colon = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    match authority.split_at_checked(colon) {
        Some((host, "")) => (host, None),
        Some((host, port)) if port.starts_with(':') => (host, port.strip_prefix(':')),
        _ => (authority, None),
    }
}

/// Appends the port unless it is empty or the scheme's own.
fn push_port(out: &mut String, port: Option<&str>, own: u32) -> Result<(), OriginError> {
    let Some(port) = port.filter(|port| !port.is_empty()) else { return Ok(()) };
    if port_number(port)? != own {
        out.push(':');
        out.push_str(port.trim_start_matches('0'));
    }
    Ok(())
}

/// Reads a port from 1 to 65535, leading zeros and all.
pub(crate) fn port_number(text: &str) -> Result<u32, OriginError> {
    let mut number: u32 = 0;
    for byte in text.bytes() {
        if !byte.is_ascii_digit() || number > 65_535 {
            return Err(OriginError::Port);
        }
        number = number * 10 + u32::from(byte - b'0');
    }
    if (1..=65_535).contains(&number) { Ok(number) } else { Err(OriginError::Port) }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::str::FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::parse(text)
    }
}

impl AsRef<str> for Origin {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Origin {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Origin".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "An origin such as `https://example.com`, or `https://*.example.com` \
                            for every subdomain.",
        })
    }
}

/// Whether an origin is on a list as the server keeps and shows it.
///
/// For the browser: entries and origin are normalised already (by [`AllowList`] and by the browser
/// itself), so nothing is parsed, which saves a visitor 2 KB. The server, which believes neither,
/// asks [`AllowList::admits`].
///
/// ```
/// use widget_core::origin::is_listed;
///
/// let list = ["https://example.com", "https://*.example.org"];
/// assert!(is_listed(list, "https://example.com"));
/// assert!(is_listed(list, "https://shop.example.org"));
/// assert!(!is_listed(list, "https://example.org"));
/// assert!(!is_listed(list, "null"));
/// assert!(is_listed([], "https://anywhere.example"));
/// ```
#[must_use]
pub fn is_listed<'a>(domains: impl IntoIterator<Item = &'a str>, origin: &str) -> bool {
    let mut empty = true;
    for domain in domains {
        empty = false;
        let within = || {
            let star = domain.bytes().position(|byte| byte == b'*')?;
            let (scheme, parent) = (domain.get(..star)?, domain.get(star + 1..)?);
            origin.strip_prefix(scheme)?.strip_suffix(parent).filter(|name| !name.is_empty())
        };
        if domain == origin || within().is_some() {
            return true;
        }
    }
    empty
}

/// The origins that may embed and call a widget, in the order they were given.
///
/// An empty list admits every origin; a server that wants it to admit none asks
/// [`AllowList::is_empty`] first.
///
/// ```
/// use widget_core::origin::AllowList;
///
/// let list = AllowList::new(&["example.com", "https://*.example.com"])?;
/// assert!(list.admits("https://shop.example.com"));
/// assert!(!list.admits("https://example.com.evil.net"));
/// assert!(!list.admits("null"));
/// # Ok::<(), widget_core::Violations>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowList(Vec<Origin>);

impl AllowList {
    /// The most entries a list may have, counted without doubles.
    pub const MAX: usize = 100;

    /// Normalises every entry; what is double after that collapses, the order stays.
    ///
    /// # Errors
    /// Every entry that is no origin, as `domains[i]`, and a list that is too long.
    pub fn new<S: AsRef<str>>(domains: &[S]) -> Result<Self, Violations> {
        Self::gather(domains.iter().map(AsRef::as_ref).enumerate())
    }

    /// The same for entries that know their own place in a longer list.
    pub(crate) fn gather<'a>(
        domains: impl Iterator<Item = (usize, &'a str)>,
    ) -> Result<Self, Violations> {
        let mut list = Vec::new();
        let mut violations = Vec::new();
        for (index, domain) in domains {
            match Origin::parse(domain) {
                Ok(origin) if list.contains(&origin) => {}
                Ok(origin) => list.push(origin),
                Err(error) => {
                    let path = crate::error::index_path("domains", index);
                    violations.push(Violation::new(path, error.code()).value(domain));
                }
            }
            if list.len() + violations.len() > Self::MAX {
                let too_many = Violation::new("domains", ViolationCode::TooMany);
                violations.push(too_many.max(Self::MAX as f64));
                break;
            }
        }
        Violations(violations).none_or(Self(list))
    }

    /// Whether a request from that origin may be served; `origin` is what the browser sent.
    #[must_use]
    pub fn admits(&self, origin: &str) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let Some(origin) = Origin::from_header(origin) else { return false };
        self.0.iter().any(|entry| entry.admits(&origin))
    }

    /// Whether nothing was listed, so that every origin is admitted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries, normalised.
    #[must_use]
    pub fn entries(&self) -> &[Origin] {
        &self.0
    }

    /// The entries as texts.
    #[must_use]
    pub fn to_strings(&self) -> Vec<String> {
        self.0.iter().map(|origin| origin.0.clone()).collect()
    }
}

impl Serialize for AllowList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AllowList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let domains = Vec::<String>::deserialize(deserializer)?;
        Self::new(&domains).map_err(|_| de::Error::custom("not a list of origins"))
    }
}

#[cfg(test)]
mod tests;
