//! Values that are checked while they are read; each error says what is expected.

use std::fmt;
use std::net::SocketAddr;

use hyper::Uri;
use ipnet::IpNet;
use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize};

/// A text that must not be seen: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<hidden>")
    }
}

/// The address this server is reached at: `https://example.com/chat`, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads an `http` or `https` address; it may have a path, but no query.
    ///
    /// # Errors
    /// A sentence that says what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        web_address(text, &["http", "https"]).map(Self).map_err(|()| {
            "expected an address such as https://example.com or https://example.com/chat".to_owned()
        })
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port: what a browser sends as `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0[..self.0.len() - self.path().len()]
    }

    /// The path, empty or beginning with a slash: `/chat`.
    #[must_use]
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        self.0[after_scheme..].find('/').map_or("", |at| &self.0[after_scheme + at..])
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// An address of one of `schemes` with a host, normalised: lower-case origin, no trailing slash.
fn web_address(text: &str, schemes: &[&str]) -> Result<String, ()> {
    let uri: Uri = text.trim().parse().map_err(|_| ())?;
    let scheme = uri.scheme_str().ok_or(())?.to_ascii_lowercase();
    let authority = uri.authority().ok_or(())?.as_str();
    let plain = schemes.contains(&scheme.as_str())
        && uri.query().is_none()
        && !authority.contains('@')
        && !text.contains('#');
    if !plain {
        return Err(());
    }
    let path = uri.path().trim_end_matches('/');
    Ok(format!("{scheme}://{}{path}", authority.to_ascii_lowercase()))
}

pub(super) fn http_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    web_address(&String::deserialize(deserializer)?, &["http", "https"])
        .map_err(|()| D::Error::custom("expected an address such as https://example.com/v1"))
}

pub(super) fn optional_ws_url<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    web_address(&String::deserialize(deserializer)?, &["ws", "wss", "http", "https"])
        .map(Some)
        .map_err(|()| D::Error::custom("expected an address such as wss://livekit.example.com"))
}

pub(super) fn socket<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    let text = text.replacen("localhost:", "127.0.0.1:", 1);
    text.parse()
        .map_err(|_| D::Error::custom("expected an address and a port such as 127.0.0.1:8080"))
}

pub(super) fn optional_socket<'de, D>(deserializer: D) -> Result<Option<SocketAddr>, D::Error>
where
    D: Deserializer<'de>,
{
    socket(deserializer).map(Some)
}

pub(super) fn log_filter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match tracing_subscriber::EnvFilter::builder().parse(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(D::Error::custom("expected error, warn, info, debug or trace")),
    }
}

/// Networks and single addresses, as a list or as one text with commas.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a list of addresses and networks")]
    enum Written {
        List(Vec<String>),
        Text(String),
    }
    let entries = match Written::deserialize(deserializer)? {
        Written::List(entries) => entries,
        Written::Text(text) => text.split(',').map(str::to_owned).collect(),
    };
    let trimmed = entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty());
    trimmed.map(|entry| network(entry).map_err(D::Error::custom)).collect()
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .map(|net| net.trunc())
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("\"{text}\": expected an address or a network such as 10.0.0.0/8"))
}
