//! The real server binary on a free port, with a data folder of its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::client::Client;
use crate::owner::Owner;
use crate::program::Program;
use crate::visitor::Visitor;

/// A running `widget-server serve`. The data folder goes when this value is dropped.
#[derive(Debug)]
pub struct TestServer {
    launch: Launch,
    program: Program,
    base: String,
    key: String,
    demo_page: Option<String>,
}

/// What a server is started with: [`TestServer::builder`].
#[derive(Debug)]
pub struct Launch {
    folder: TempDir,
    environment: Vec<(String, OsString)>,
    arguments: Vec<String>,
    listen: String,
}

impl TestServer {
    /// A server with the default configuration on an empty data folder.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// A server still to be configured.
    pub fn builder() -> Launch {
        Launch {
            folder: TempDir::new().expect("a temporary folder"),
            environment: Vec::new(),
            arguments: Vec::new(),
            listen: "127.0.0.1:0".to_owned(),
        }
    }

    /// `http://127.0.0.1:<port>`, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The address of `path`, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The address of a widget's loader, as the snippet names it.
    pub fn embed_url(&self, widget_id: &str) -> String {
        self.url(&format!("/public/embed/{widget_id}"))
    }

    /// The management key printed on the first start.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The demo page printed on the first start.
    ///
    /// # Panics
    /// When the server printed none.
    pub fn demo_page(&self) -> &str {
        self.demo_page.as_deref().expect("a first start on loopback prints a demo page")
    }

    /// A caller without credentials and without an `Origin`.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// The owner, with the key of the first start.
    pub fn owner(&self) -> Owner {
        Owner::new(self.client().bearer(&self.key))
    }

    /// A visitor whose page of `origin` has called `init` for this widget.
    pub async fn visitor(&self, widget_id: &str, origin: &str) -> Visitor {
        Visitor::init(self.client(), widget_id, origin).await
    }

    /// The folder the server runs in; its data are in `data/` there.
    pub fn folder(&self) -> &Path {
        self.launch.folder.path()
    }

    /// What it has logged since its last start.
    pub fn log(&self) -> String {
        self.program.stderr()
    }

    /// The process, for its id, signals and output.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Ends it at once (SIGKILL): nothing is flushed, nothing is said.
    pub fn kill(&mut self) {
        self.program.kill();
    }

    /// Asks it to end (SIGTERM) and waits until it has drained.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.program.terminate().await
    }

    /// Waits until it has ended by itself.
    pub async fn exited(&mut self) -> ExitStatus {
        self.program.exited().await
    }

    /// Starts it again (after killing it where it still runs) on the same data and the same port.
    pub async fn restart(&mut self) {
        self.program.kill();
        self.launch.listen = self.base.trim_start_matches("http://").to_owned();
        let (program, base) = self.launch.run().await;
        self.program = program;
        self.base = base;
    }

    /// Sets an environment variable for the next [`TestServer::restart`] and command.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.launch.environment.push((name.to_owned(), value.into()));
    }

    /// Runs another command of the binary in the same folder with the same environment.
    pub async fn command(&self, arguments: &[&str]) -> Output {
        self.launch.command(arguments).await
    }
}

impl Launch {
    /// Adds an environment variable, `WIDGET_SECTION__KEY`.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Adds an argument to `serve`.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Writes a configuration file (TOML) and starts with it.
    #[must_use]
    pub fn configuration(self, toml: &str) -> Self {
        std::fs::write(self.folder.path().join("widget.toml"), toml).expect("writable folder");
        self.argument("--config").argument("widget.toml")
    }

    /// Listens there instead of on a free loopback port.
    #[must_use]
    pub fn listen(mut self, address: &str) -> Self {
        address.clone_into(&mut self.listen);
        self
    }

    /// The folder it will run in, to lay something out beforehand.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it and waits until it says that it listens.
    ///
    /// # Panics
    /// When it ends before, or prints no management key; with everything it wrote.
    pub async fn start(self) -> TestServer {
        let (program, base) = self.run().await;
        let said = program.stdout();
        let after = |prefix: &str| said.lines().find_map(|line| line.strip_prefix(prefix));
        let key = after("management key (shown once): ").map(|key| key.trim().to_owned());
        let key = key.unwrap_or_else(|| panic!("no management key:\n{}", program.transcript()));
        let demo_page = after("demo page: ").map(|page| page.trim().to_owned());
        TestServer { program, base, key, demo_page, launch: self }
    }

    /// Runs `serve` where it is expected to refuse, and returns how it ended.
    pub async fn refuse(self) -> Output {
        let mut arguments = vec!["serve", "--listen", &self.listen];
        arguments.extend(self.arguments.iter().map(String::as_str));
        self.command(&arguments).await
    }

    /// Runs a command of the binary to its end.
    pub async fn command(&self, arguments: &[&str]) -> Output {
        Program::start(self.process().args(arguments)).finished().await
    }

    async fn run(&self) -> (Program, String) {
        let mut command = self.process();
        command.args(["serve", "--listen", &self.listen]).args(&self.arguments);
        let mut program = Program::start(&mut command);
        let base = program
            .line("listening on", |line| {
                Some(line.strip_prefix("listening on ")?.trim().to_owned())
            })
            .await;
        (program, base)
    }

    fn process(&self) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("WIDGET_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.folder.path()).envs(self.environment.iter().cloned());
        command
    }
}

/// The server's binary: `WIDGET_SERVER_BIN`, or else the one beside this test's, freshly built.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("WIDGET_SERVER_BIN") {
        Some(path) => path.into(),
        None => build(),
    })
}

fn build() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let folder = test.ancestors().nth(2).expect("tests lie in <target>/<profile>/deps");
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--package", "widget-server", "--profile", profile])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "the server cannot be built");
    folder.join("widget-server")
}
