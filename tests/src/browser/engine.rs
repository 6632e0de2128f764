//! The three browser engines: how each one's driver is started, and what it is told.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::program::Program;
use crate::wait::until_true;

/// What draws the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Debian's Chromium under chromedriver: the only one with developer tools.
    Chromium,
    /// Firefox ESR under geckodriver.
    Firefox,
    /// The small browser of `WebKitGTK` under its own driver, in a display of its own.
    WebKit,
}

/// A test's browser talks to nobody but the page: no updates, no sync, no first-run pages.
/// It has a mouse, which Chromium would otherwise look for on the machine.
const CHROMIUM_FLAGS: [&str; 11] = [
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

/// How often a driver is started before its failures are believed.
const STARTS: usize = 5;

impl Engine {
    /// Starts its driver, whose files and its browser's all lie below `profile`. Returns what was
    /// started, in the order in which it ends.
    pub(super) async fn driver(self, profile: &Path) -> (Vec<Program>, SocketAddr) {
        let mut command = match self {
            Self::Chromium => Command::new("chromedriver"),
            Self::Firefox => Command::new("geckodriver"),
            Self::WebKit => Command::new("WebKitWebDriver"),
        };
        // Browsers keep caches and crash reports below these, whatever profile they are given.
        command.env("HOME", profile).env("XDG_CONFIG_HOME", profile).env("TMPDIR", profile);
        match self {
            Self::Chromium => command.arg("--port=0"),
            Self::Firefox => command.args(["--port", "0", "--profile-root"]).arg(profile),
            Self::WebKit => return webkit(command).await,
        };
        let mut transcript = String::new();
        for _ in 0..STARTS {
            let mut program = Program::start(&mut command);
            if let Some(port) = program.line_unless_ended("port", port).await {
                return (vec![program], SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
            }
            // Chromedriver takes a free port on one family of addresses and ends when another
            // program has it on the other.
            transcript = program.transcript();
        }
        panic!("the driver of {self:?} does not start:\n{transcript}");
    }

    /// What its driver is told of the browser; `flags` and `preferences` are Chromium's.
    pub(super) fn capabilities(
        self,
        flags: &[&str],
        preferences: &Value,
        profile: &Path,
    ) -> Map<String, Value> {
        let user_data = format!("--user-data-dir={}", profile.join("profile").display());
        let chromium = [&CHROMIUM_FLAGS, flags, &[&user_data]].concat();
        let capabilities = match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": { "args": chromium, "prefs": preferences },
                "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": { "binary": "/usr/bin/firefox-esr", "args": ["-headless"] },
            }),
            Self::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": { "binary": mini_browser(), "args": ["--automation"] },
            }),
        };
        capabilities.as_object().cloned().unwrap_or_default()
    }
}

/// The port of `… started successfully on port 4444.` and of `… Listening on 127.0.0.1:4444`.
fn port(line: &str) -> Option<u16> {
    let chromedriver = line.split("started successfully on port ").nth(1);
    let geckodriver = || line.split("Listening on 127.0.0.1:").nth(1);
    chromedriver.or_else(geckodriver)?.trim_end_matches('.').parse().ok()
}

/// In a display of its own. The driver takes a port but tells none, so it gets one that was free a
/// moment ago.
async fn webkit(mut command: Command) -> (Vec<Program>, SocketAddr) {
    let mut display = Command::new("Xvfb");
    display.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "1280x900x24"]);
    let mut display = Program::start(&mut display);
    let number: u16 = display.line("display", |line| line.trim().parse().ok()).await;
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = free.local_addr().expect("a bound port");
    drop(free);
    command.arg(format!("--port={}", address.port())).env("DISPLAY", format!(":{number}"));
    let driver = Program::start(&mut command);
    until_true("WebKitWebDriver", || TcpStream::connect(address).is_ok()).await;
    (vec![driver, display], address)
}

/// Debian keeps it beside the library, in a folder of the machine's architecture.
fn mini_browser() -> PathBuf {
    let libraries = Path::new("/usr/lib").read_dir().expect("a folder of libraries");
    let places = libraries.flatten().map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
    places.into_iter().find(|path| path.exists()).expect("WebKitGTK's MiniBrowser")
}
