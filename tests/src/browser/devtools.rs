//! What Chromium's developer tools know about a page, and what they can pretend.

use std::sync::PoisonError;

use serde_json::{Map, Value, json};

use super::Browser;

/// How the page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, in any combination"
)]
pub struct Look {
    /// Width of the page in CSS pixels.
    pub width: u32,
    /// Height of the page in CSS pixels.
    pub height: u32,
    /// Whether the person prefers dark colours.
    pub dark: bool,
    /// Whether it is a touch device.
    pub touch: bool,
    /// Whether the person prefers that nothing moves.
    pub still: bool,
    /// Whether the person's system forces its own few colours.
    pub forced_colours: bool,
}

impl Look {
    /// A light desktop window.
    pub const LIGHT: Self = Self {
        width: 1280,
        height: 800,
        dark: false,
        touch: false,
        still: false,
        forced_colours: false,
    };
    /// A dark desktop window.
    pub const DARK: Self = Self { dark: true, ..Self::LIGHT };
    /// A light phone.
    pub const LIGHT_PHONE: Self = Self { width: 390, height: 844, touch: true, ..Self::LIGHT };
    /// A dark phone.
    pub const DARK_PHONE: Self = Self { dark: true, ..Self::LIGHT_PHONE };
}

/// A request that a page (or its worker) has sent, preflights and beacons included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The method, in capitals.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// Chromium's name for what asked: `Script`, `Fetch`, `Ping`, `Preflight`, …
    pub kind: String,
}

/// Everything a page has stored for its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// `localStorage`.
    pub local: Map<String, Value>,
    /// `sessionStorage`.
    pub session: Map<String, Value>,
    /// `document.cookie`.
    pub cookies: String,
    /// The names of IndexedDB databases and caches.
    pub databases: Vec<String>,
}

impl Storage {
    /// Whether nothing is stored at all.
    pub fn is_empty(&self) -> bool {
        let maps = self.local.is_empty() && self.session.is_empty();
        maps && self.cookies.is_empty() && self.databases.is_empty()
    }
}

impl Browser {
    /// Shows pages like this from now on.
    pub async fn look(&self, look: Look) {
        let size = json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1,
            "mobile": look.touch });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        self.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": look.touch })).await;
        let features = json!([
            { "name": "prefers-color-scheme", "value": if look.dark { "dark" } else { "light" } },
            { "name": "prefers-reduced-motion", "value": if look.still { "reduce" } else { "" } },
            { "name": "forced-colors", "value": if look.forced_colours { "active" } else { "" } },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Takes the network away from the page, or gives it back.
    pub async fn online(&self, online: bool) {
        self.devtools("Network.enable", json!({})).await;
        let condition = json!({ "offline": !online, "latency": 0, "downloadThroughput": -1,
            "uploadThroughput": -1 });
        self.devtools("Network.emulateNetworkConditions", condition).await;
    }

    /// Makes the network slow: so many milliseconds there and back, so many bytes in a second.
    pub async fn slow(&self, milliseconds: u32, bytes: u32) {
        self.devtools("Network.enable", json!({})).await;
        let condition = json!({ "offline": false, "latency": milliseconds,
            "downloadThroughput": bytes, "uploadThroughput": bytes });
        self.devtools("Network.emulateNetworkConditions", condition).await;
    }

    /// Notes from the next page on what goes wrong in a page, before any of its scripts runs.
    pub async fn note_troubles(&self) {
        let source = json!({ "source": include_str!("troubles.js") });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source).await;
    }

    /// What went wrong in this page so far: errors that nobody caught, promises that nobody heard
    /// out, what its policy refused.
    ///
    /// # Panics
    /// Where none of it was [noted](Self::note_troubles).
    pub async fn troubles(&self) -> Vec<String> {
        let noted = self.run("return self[Symbol.for('troubles')]", Vec::new()).await;
        let noted = noted.as_array().expect("a page whose troubles are noted");
        noted.iter().filter_map(|trouble| trouble.as_str().map(str::to_owned)).collect()
    }

    /// Every request that has left the browser since it was started, in order. Those of its own
    /// pages (`chrome:`) and of what is in a page already (`data:`, `blob:`) are none.
    pub async fn requests(&self) -> Vec<Sent> {
        let news = self.log("performance").await;
        let news = news.iter().filter_map(|entry| sent(entry["message"].as_str()?));
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.extend(news);
        sent.clone()
    }

    /// What came on the console since it was last asked for, as `LEVEL text`.
    pub async fn console(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let lines = self.log("browser").await;
        lines.iter().map(|e| format!("{} {}", text(&e["level"]), text(&e["message"]))).collect()
    }

    /// What the page has stored.
    pub async fn storage(&self) -> Storage {
        let found = self
            .promise(
                "Promise.all([indexedDB.databases(), caches.keys()]).then(([bases, caches]) => ({
                    local: { ...localStorage }, session: { ...sessionStorage },
                    cookies: document.cookie,
                    databases: bases.map(base => base.name).concat(caches) }))",
            )
            .await;
        let map = |member: &str| found[member].as_object().cloned().unwrap_or_default();
        let databases = found["databases"].as_array().unwrap_or_else(|| panic!("{found}"));
        let names = databases.iter().filter_map(|name| name.as_str().map(str::to_owned));
        Storage {
            local: map("local"),
            session: map("session"),
            cookies: found["cookies"].as_str().unwrap_or_default().to_owned(),
            databases: names.collect(),
        }
    }

    /// The page's resource timings: `name`, `transferSize`, `startTime`, `responseEnd`, …
    pub async fn resources(&self) -> Vec<Value> {
        let script = "return performance.getEntriesByType('resource').map(entry => entry.toJSON())";
        self.run(script, Vec::new()).await.as_array().cloned().unwrap_or_default()
    }

    /// Calls a method of the Chrome DevTools Protocol.
    ///
    /// # Panics
    /// When Chromium refuses it.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": method, "params": parameters });
        self.extension("goog/cdp/execute", &body).await
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.extension("se/log", &json!({ "type": kind })).await;
        entries.as_array().cloned().unwrap_or_default()
    }
}

fn sent(message: &str) -> Option<Sent> {
    let message: Value = serde_json::from_str(message).ok()?;
    let event = &message["message"];
    if event["method"] != "Network.requestWillBeSent" {
        return None;
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let request = &event["params"]["request"];
    let url = text(&request["url"]).filter(|url| url.starts_with("http"))?;
    let kind = text(&event["params"]["type"]).unwrap_or_default();
    Some(Sent { method: text(&request["method"])?, url, kind })
}
