//! Every outbound call.
//!
//! There are two clients, and which one is right depends on who named the address. [`Net::trusted`]
//! is for addresses of the operator's own configuration, which may be private: a model on
//! `127.0.0.1`. [`Net::guarded`] is for all others, which came from an API caller, a web page or a
//! model: it refuses private addresses ([`guard`]) when the request is made, when a name is
//! resolved to connect, and on every redirect. So a name that changes its address between check and
//! use (DNS rebinding) gains nothing.
//!
//! TLS is rustls on `ring`, which needs only a C compiler to build, with Mozilla's roots compiled
//! in, so that the binary runs where there are no certificate files; `net.ca_file` adds roots.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, NoProxy, Proxy, RequestBuilder, Response, Url};

use crate::config::NetConfig;

pub mod guard;
mod tls;

use guard::{Guard, GuardedResolver, Refused};

/// The time to connect, TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// Redirects followed for one guarded request.
const MAX_REDIRECTS: usize = 5;
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Why an outbound call gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The address is none, or not `http(s)`.
    #[error("{0} is not an http or https address")]
    Address(String),
    /// The address is private or reserved.
    #[error(transparent)]
    Refused(Refused),
    /// The answer is longer than asked for.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(usize),
    /// It took too long.
    #[error("no answer in time")]
    Timeout,
    /// Anything else on the way.
    #[error("the request failed: {}", chain(.0))]
    Failed(reqwest::Error),
    /// The clients could not be made.
    #[error("{0}")]
    Setup(String),
}

/// The two clients.
#[derive(Clone, Debug)]
pub struct Net {
    trusted: Client,
    guarded: Guarded,
    strict: Guarded,
}

/// A client that refuses private addresses.
#[derive(Clone, Debug)]
pub struct Guarded {
    client: Client,
    guard: Arc<Guard>,
}

impl Net {
    /// Makes both clients.
    ///
    /// # Errors
    /// When `net.ca_file` or `net.proxy` cannot be used.
    pub fn new(config: &NetConfig) -> Result<Self, NetError> {
        let tls = tls::config(config.ca_file.as_deref())?;
        let base = || {
            Client::builder()
                .user_agent(USER_AGENT)
                .connect_timeout(CONNECT)
                .tls_backend_preconfigured(tls.clone())
                .no_proxy()
        };
        let mut trusted = base();
        if let Some(proxy) = &config.proxy {
            let direct = NoProxy::from_string("localhost,127.0.0.0/8,::1");
            let proxy = Proxy::all(proxy.as_str()).map_err(|error| setup("net.proxy", &error))?;
            trusted = trusted.proxy(proxy.no_proxy(direct));
        }
        let guard = Arc::new(Guard::new(config.allow_private.clone()));
        let guarded = |redirects| {
            let resolver = GuardedResolver::new(Arc::clone(&guard));
            let builder = base().timeout(config.timeout()).dns_resolver(Arc::new(resolver));
            let client = build(builder.redirect(redirects))?;
            Ok::<_, NetError>(Guarded { client, guard: Arc::clone(&guard) })
        };
        Ok(Self {
            trusted: build(trusted)?,
            guarded: guarded(guarded_redirects(Arc::clone(&guard)))?,
            strict: guarded(Policy::none())?,
        })
    }

    /// For addresses of the operator's own configuration. It has no total timeout, since a model
    /// may stream for minutes: the caller limits its own waits.
    #[must_use]
    pub fn trusted(&self) -> &Client {
        &self.trusted
    }

    /// For all other addresses; follows a few redirects, each of them guarded.
    #[must_use]
    pub fn guarded(&self) -> &Guarded {
        &self.guarded
    }

    /// Like [`Net::guarded`], but a redirect is the answer: for webhooks and tools.
    #[must_use]
    pub fn guarded_without_redirects(&self) -> &Guarded {
        &self.strict
    }
}

impl Guarded {
    /// Begins a request.
    ///
    /// # Errors
    /// When `url` is no `http(s)` address, or names a private address outright.
    pub fn request(&self, method: Method, url: &str) -> Result<RequestBuilder, NetError> {
        let wrong = || NetError::Address(url.to_owned());
        let url: Url = url.parse().map_err(|_| wrong())?;
        self.guard.check_url(&url).map_err(|error| match error {
            guard::UrlError::Scheme => wrong(),
            guard::UrlError::Refused(refused) => NetError::Refused(refused),
        })?;
        Ok(self.client.request(method, url))
    }

    /// Begins a `GET`.
    ///
    /// # Errors
    /// As [`Guarded::request`].
    pub fn get(&self, url: &str) -> Result<RequestBuilder, NetError> {
        self.request(Method::GET, url)
    }
}

/// Reads an answer, at most `limit` bytes of it, counted after decompression.
///
/// # Errors
/// [`NetError::TooLarge`] as soon as the limit is passed, and whatever breaks the transfer.
pub async fn read_limited(mut response: Response, limit: usize) -> Result<Bytes, NetError> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(NetError::TooLarge(limit));
    }
    let mut whole = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if whole.len() + chunk.len() > limit {
            return Err(NetError::TooLarge(limit));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

impl From<reqwest::Error> for NetError {
    fn from(error: reqwest::Error) -> Self {
        let mut source = std::error::Error::source(&error);
        while let Some(inner) = source {
            if let Some(refused) = inner.downcast_ref::<Refused>() {
                return Self::Refused(refused.clone());
            }
            source = inner.source();
        }
        if error.is_timeout() { Self::Timeout } else { Self::Failed(error.without_url()) }
    }
}

fn guarded_redirects(guard: Arc<Guard>) -> Policy {
    Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt.error("too many redirects");
        }
        match guard.check_url(attempt.url()) {
            Ok(()) => attempt.follow(),
            Err(guard::UrlError::Refused(refused)) => attempt.error(refused),
            Err(guard::UrlError::Scheme) => attempt.error("a redirect away from http"),
        }
    })
}

fn build(builder: ClientBuilder) -> Result<Client, NetError> {
    builder.build().map_err(|error| setup("the HTTP client", &error))
}

fn setup(what: &str, error: &reqwest::Error) -> NetError {
    NetError::Setup(format!("{what} cannot be used: {}", chain(error)))
}

/// An error with its causes in one line; addresses were removed before.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
