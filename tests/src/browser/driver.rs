//! Starting and ending a driver and its browser.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::devtools::Sent;
use super::engine::Engine;
use crate::program::Program;
use crate::wait::until;

/// A browser window of its own. [`Browser::close`] ends it; dropping it does so too.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    driver: SocketAddr,
    pub(super) sent: Mutex<Vec<Sent>>,
    // Dropped in this order: the driver has ended when the profile is removed.
    _programs: Vec<Program>,
    profile: TempDir,
}

impl Browser {
    /// Starts Chromium with an empty profile.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// Starts Chromium with more command-line flags.
    ///
    /// # Panics
    /// When chromedriver or Chromium cannot be started.
    pub async fn start_with(flags: &[&str]) -> Self {
        Self::connect(Engine::Chromium, flags, &json!({})).await
    }

    /// Starts Chromium as somebody has set it up, by the dotted names of its preferences.
    ///
    /// # Panics
    /// When chromedriver or Chromium cannot be started.
    pub async fn start_preferring(preferences: &Value) -> Self {
        Self::connect(Engine::Chromium, &[], preferences).await
    }

    /// Starts the browser of an engine with an empty profile. What needs developer tools works in
    /// Chromium only.
    ///
    /// # Panics
    /// When its driver or the browser cannot be started.
    pub async fn start_on(engine: Engine) -> Self {
        Self::connect(engine, &[], &json!({})).await
    }

    async fn connect(engine: Engine, flags: &[&str], preferences: &Value) -> Self {
        let profile = TempDir::new().expect("a temporary folder");
        let (programs, driver) = engine.driver(profile.path()).await;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(engine.capabilities(flags, preferences, profile.path()))
            .connect(&format!("http://{driver}"))
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}\n{}", programs[0].transcript()));
        let session = client.session_id().await.expect("a new session").expect("has an id");
        let sent = Mutex::new(Vec::new());
        Self { client, session, driver, sent, _programs: programs, profile }
    }

    /// The WebDriver session, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the browser has saved as a file of this name, once it has.
    pub async fn saved(&self, name: &str) -> String {
        let places = ["Downloads", ""].map(|folder| self.profile.path().join(folder).join(name));
        until(&format!("the file {name}"), async || {
            let texts = places.iter().filter_map(|place| std::fs::read_to_string(place).ok());
            texts.into_iter().find(|text| !text.is_empty())
        })
        .await
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

    /// Asks the driver to end the browser, without the runtime a failed test has lost.
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
