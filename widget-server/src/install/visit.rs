//! Reading a page as a visitor's browser comes to it: every redirect is seen.

use http::{HeaderMap, StatusCode};
use reqwest::Url;

use crate::net::{Guarded, NetError};

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 8;
/// How much of a page is read: the snippet of the longest pages stands at their end.
const MAX_BYTES: usize = 2 << 20;

/// A page as it was answered.
#[derive(Debug)]
pub(super) struct Visit {
    /// Where the way began.
    pub(super) asked: Url,
    /// Where it ended.
    pub(super) url: Url,
    /// How many redirects lie between.
    pub(super) redirects: usize,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
    /// Whether the page goes on behind what was read.
    pub(super) is_cut: bool,
}

impl Visit {
    /// A header, where it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The content type without its parameters, in lower case.
    pub(super) fn content_type(&self) -> String {
        let kind = self.header("content-type").unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// Why nothing was read.
#[derive(Debug)]
pub(super) enum NoVisit {
    /// The address leads to a private one, which may not be called from here.
    Private { address: Url, redirected: bool },
    /// It took too long.
    Timeout,
    /// It redirects without end.
    Circles,
    /// A redirect leads nowhere, or away from the web.
    Nowhere(String),
    /// The certificate is not accepted.
    Certificate(String),
    /// No such name, nobody listening, a broken answer.
    Failed(String),
}

/// Reads a page.
///
/// # Errors
/// Why it could not be read.
pub(super) async fn visit(client: &Guarded, asked: &Url) -> Result<Visit, NoVisit> {
    let mut url = asked.clone();
    for redirects in 0..=MAX_REDIRECTS {
        let failed = |error| NoVisit::of(error, &url, redirects > 0);
        let request = client.get(url.as_str()).map_err(failed)?;
        let request = request.header("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        let answer = request.send().await.map_err(|error| failed(error.into()))?;
        let location = answer.headers().get("location").cloned();
        if let Some(location) = location.filter(|_| answer.status().is_redirection()) {
            url = next(&url, &location)?;
            continue;
        }
        return read(answer, asked, redirects).await.map_err(failed);
    }
    Err(NoVisit::Circles)
}

fn next(from: &Url, location: &http::HeaderValue) -> Result<Url, NoVisit> {
    let text = String::from_utf8_lossy(location.as_bytes()).into_owned();
    match from.join(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(NoVisit::Nowhere(text)),
    }
}

async fn read(
    mut answer: reqwest::Response,
    asked: &Url,
    redirects: usize,
) -> Result<Visit, NetError> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let url = answer.url().clone();
    let mut bytes = Vec::new();
    let mut is_cut = false;
    while let Some(chunk) = answer.chunk().await? {
        let room = MAX_BYTES - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            is_cut = true;
            break;
        }
    }
    // What matters of a page is ASCII in every encoding that pages are written in.
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Visit { asked: asked.clone(), url, redirects, status, headers, body, is_cut })
}

impl NoVisit {
    fn of(error: NetError, address: &Url, redirected: bool) -> Self {
        match error {
            NetError::Refused(_) => Self::Private { address: address.clone(), redirected },
            NetError::Timeout => Self::Timeout,
            other => {
                let text = other.to_string();
                if text.contains("certificate") {
                    Self::Certificate(text)
                } else {
                    Self::Failed(text)
                }
            }
        }
    }
}
