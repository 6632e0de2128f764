//! The shell through real sockets: what each kind of client gets.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Endpoint, Router, ServeOptions, Shell, serve};

mod answers;
mod callers;
mod limited;
mod logged;
mod origins;
mod slow;
mod streams;

/// A server on a free port, stopped when dropped.
pub(crate) struct Server {
    port: u16,
    shutdown: CancellationToken,
    done: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

async fn start(rows: Vec<Endpoint<()>>) -> Server {
    start_with(rows, Arc::new(())).await
}

/// A server whose handlers share `state`.
pub(crate) async fn start_with<S>(rows: Vec<Endpoint<S>>, state: Arc<S>) -> Server
where
    S: Send + Sync + 'static,
{
    let router = Router::new(rows, "").unwrap();
    start_shell(Shell::new(router, state), ServeOptions::default()).await
}

/// A server around a shell that was made by hand.
pub(crate) async fn start_shell<S>(shell: Shell<S>, options: ServeOptions) -> Server
where
    S: Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let shutdown = CancellationToken::new();
    let done = tokio::spawn(serve(listener, Arc::new(shell), options, shutdown.clone()));
    Server { port, shutdown, done }
}

impl Server {
    /// Waits until the server is down; it must have been told before.
    async fn ended(mut self) {
        (&mut self.done).await.unwrap();
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    /// Sends a head with `Connection: close` and reads everything that comes.
    pub(crate) async fn send(&self, line: &str, headers: &[&str], body: &str) -> Reply {
        let mut text = format!("{line} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n");
        for header in headers {
            text.push_str(header);
            text.push_str("\r\n");
        }
        if !body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        text.push_str(body);
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        Reply::read(stream).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(&format!("GET {path}"), &[], "").await
    }
}

/// A raw reply, looked at as text.
pub(crate) struct Reply {
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    async fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes).await;
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        Self { head, body: bytes.get(end + 4..).unwrap_or_default().to_vec() }
    }

    pub(crate) fn status(&self) -> u16 {
        self.head.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    /// All lines of a header, joined with commas.
    pub(crate) fn header(&self, name: &str) -> String {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let values: Vec<&str> =
            lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v).collect();
        values.join(", ")
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        self.json()["code"].as_str().unwrap().to_owned()
    }
}
