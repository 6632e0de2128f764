//! Starting and ending chromedriver and its browser.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::devtools::Sent;
use crate::program::Program;

/// A browser window of its own. [`Browser::close`] ends it; dropping it does so too.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    driver: SocketAddr,
    pub(super) sent: Mutex<Vec<Sent>>,
    // Dropped in this order: the driver has ended when the profile is removed.
    _program: Program,
    _profile: TempDir,
}

/// A test's browser talks to nobody but the page: no updates, no sync, no first-run pages.
/// It has a mouse, which Chromium would otherwise look for on the machine.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,800",
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
];

/// How often chromedriver is started before its failures are believed.
const STARTS: usize = 5;

/// Starts chromedriver; returns it with its port.
async fn chromedriver(profile: &TempDir) -> (Program, u16) {
    let mut command = Command::new("chromedriver");
    // Chromium keeps caches and crash reports below these, whatever profile it is given.
    command.arg("--port=0").env("HOME", profile.path()).env("XDG_CONFIG_HOME", profile.path());
    let mut transcript = String::new();
    for _ in 0..STARTS {
        let mut program = Program::start(&mut command);
        let port = program
            .line_unless_ended("port", |line| {
                let said = line.split("started successfully on port ").nth(1)?;
                said.trim_end_matches('.').parse().ok()
            })
            .await;
        if let Some(port) = port {
            return (program, port);
        }
        // It takes a free port on one family of addresses and ends when another program has it on
        // the other.
        transcript = program.transcript();
    }
    panic!("chromedriver does not start:\n{transcript}");
}

impl Browser {
    /// Starts a browser with an empty profile.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts a browser with more command-line flags.
    ///
    /// # Panics
    /// When chromedriver or Chromium cannot be started.
    pub async fn start_with(flags: &[&str]) -> Self {
        let profile = TempDir::new().expect("a temporary folder");
        let (program, port) = chromedriver(&profile).await;
        let driver = SocketAddr::from(([127, 0, 0, 1], port));
        let user_data = format!("--user-data-dir={}", profile.path().join("profile").display());
        let arguments = [&FLAGS, flags, &[&user_data]].concat();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&arguments))
            .connect(&format!("http://{driver}"))
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}\n{}", program.transcript()));
        let session = client.session_id().await.expect("a new session").expect("has an id");
        let sent = Mutex::new(Vec::new());
        Self { client, session, driver, sent, _program: program, _profile: profile }
    }

    /// The WebDriver session, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends the browser and waits until it has gone.
    pub async fn close(self) {
        self.client.clone().close().await.expect("the browser ends");
    }

    /// Calls a chromedriver command beyond the WebDriver standard.
    pub(super) async fn extension(&self, path: &str, body: &Value) -> Value {
        let path = format!("/session/{}/{path}", self.session);
        let driver = crate::Client::new(&format!("http://{}", self.driver));
        driver.post(&path).json(body).await.expect(200).json()["value"].take()
    }

    /// Asks chromedriver to end the browser, without the runtime a failed test has lost.
    fn quit(&self) -> std::io::Result<()> {
        let limit = Duration::from_secs(5);
        let mut socket = TcpStream::connect_timeout(&self.driver, limit)?;
        socket.set_read_timeout(Some(limit))?;
        let (session, driver) = (&self.session, self.driver);
        write!(
            socket,
            "DELETE /session/{session} HTTP/1.1\r\nHost: {driver}\r\nConnection: close\r\n\r\n"
        )?;
        socket.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have been closed already; then there is nothing to ask for.
        let _ = self.quit();
    }
}

fn capabilities(arguments: &[&str]) -> serde_json::Map<String, Value> {
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    capabilities.as_object().cloned().unwrap_or_default()
}
