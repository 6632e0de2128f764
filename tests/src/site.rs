//! A host site on another origin than the server's, whose pages carry the snippet.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::certificate::Certificate;
use crate::listener::{Listener, Received, whole};
use crate::wait::until;

/// A running site at `http://localhost:<port>`, or `https` where it is [secure](Site::secure).
#[derive(Debug)]
pub struct Site {
    listener: Listener,
    scheme: &'static str,
    state: Arc<Mutex<State>>,
}

/// What the site answers to one path.
#[derive(Clone, Debug)]
pub struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, Page>,
    requests: Vec<Received>,
}

impl Page {
    /// An HTML document with this body.
    pub fn html(body: &str) -> Self {
        let document = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Host page</title>\
             <meta name=viewport content=\"width=device-width\"><link rel=icon href=\"data:,\">\
             <body>{body}</body></html>"
        );
        Self::of("text/html; charset=utf-8", document)
    }

    /// A page with a heading and the snippet for the loader at this address.
    pub fn with_widget(embed_url: &str) -> Self {
        Self::html(&format!("<h1>Host page</h1>{}", snippet(embed_url)))
    }

    /// Content of any kind.
    pub fn of(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into() }
            .header("content-type", content_type)
    }

    /// A file, with the type that its name promises.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn file(path: &Path) -> Self {
        let content = std::fs::read(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let content_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("json") => "application/json",
            Some("wasm") => "application/wasm",
            Some("svg") => "image/svg+xml",
            _ => "application/octet-stream",
        };
        Self::of(content_type, content)
    }

    /// Sets a header, such as `content-security-policy`.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).expect("a status code");
        self
    }
}

/// The tag a website owner pastes.
pub fn snippet(embed_url: &str) -> String {
    format!("<script src=\"{embed_url}\" async></script>")
}

impl Site {
    /// A site without pages: everything is 404.
    pub async fn start() -> Self {
        Self::over(None).await
    }

    /// The same at `https://localhost:<port>`, for callers that trust this certificate.
    pub async fn secure(certificate: &Certificate) -> Self {
        Self::over(Some(certificate)).await
    }

    async fn over(certificate: Option<&Certificate>) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        let listener = Listener::over(certificate.map(Certificate::acceptor), move |request| {
            let page = respond(&shared, request);
            async move {
                let mut response = Response::new(whole(page.body));
                *response.status_mut() = page.status;
                *response.headers_mut() = page.headers;
                response
            }
        })
        .await;
        let scheme = if certificate.is_some() { "https" } else { "http" };
        Self { listener, scheme, state }
    }

    /// A site whose front page carries this widget.
    pub async fn with_widget(embed_url: &str) -> Self {
        let site = Self::start().await;
        site.put("/", Page::with_widget(embed_url));
        site
    }

    /// Serves `page` at `path` (without a query) from now on.
    pub fn put(&self, path: &str, page: Page) {
        lock(&self.state).pages.insert(path.to_owned(), page);
    }

    /// Serves every file of a folder from now on, below `path`, which ends in a slash.
    ///
    /// # Panics
    /// When the folder cannot be read.
    pub fn put_folder(&self, path: &str, folder: &Path) {
        let listed = folder.read_dir().unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        for entry in listed {
            let found = entry.expect("a folder is listed to its end").path();
            let name = found.file_name().and_then(|name| name.to_str()).expect("a plain name");
            if found.is_dir() {
                self.put_folder(&format!("{path}{name}/"), &found);
            } else {
                self.put(&format!("{path}{name}"), Page::file(&found));
            }
        }
    }

    /// `http://localhost:<port>`, or `https`.
    pub fn origin(&self) -> String {
        self.origin_at("localhost")
    }

    /// The same site under another origin, `http://127.0.0.1:<port>`, or `https`.
    pub fn other_origin(&self) -> String {
        format!("{}://{}", self.scheme, self.listener.address)
    }

    /// The same site under a name that the browser was told to find here.
    pub fn origin_at(&self, host: &str) -> String {
        format!("{}://{host}:{}", self.scheme, self.listener.address.port())
    }

    /// The address of a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Every request so far, in order of arrival.
    pub fn requests(&self) -> Vec<Received> {
        lock(&self.state).requests.clone()
    }

    /// The first request to `path` (without its query), once it has come.
    pub async fn request(&self, path: &str) -> Received {
        until(&format!("a request to {path}"), || {
            std::future::ready(self.requests().into_iter().find(|request| plain(request) == path))
        })
        .await
    }
}

fn respond(state: &Mutex<State>, request: Received) -> Page {
    let mut state = lock(state);
    let page = state.pages.get(plain(&request)).cloned();
    state.requests.push(request);
    page.unwrap_or_else(|| Page::of("text/plain", "no such page").status(404))
}

fn plain(request: &Received) -> &str {
    request.path.split('?').next().unwrap_or_default()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
