//! `cargo xtask bench web`: what a page costs its visitor with the widget, and with its peers.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{npm, packages, project, shell, web};
use figures::Measurement;

mod budgets;
mod figures;
mod table;

/// The scripts, and the peers' packages with their own lock file; nothing else installs them.
const FOLDER: &str = "tests/web/bench";

#[derive(Args)]
pub(crate) struct Options {
    /// How often everything is measured; the medians are printed
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Only what has this in its name
    #[arg(long, value_name = "PART")]
    only: Option<String>,
    /// Also writes pictures of each page there, to see that it shows what is measured
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,
}

/// Builds what is measured, measures it beside its peers, prints the table and judges it.
pub(crate) fn bench(options: &Options) -> Result<()> {
    packages::ensure(&packages::BROWSER)?;
    web::build(web::Mode::Release)?;
    println!("building the server (the first time takes some minutes)");
    shell::run(&mut shell::cargo(["build", "--release", "--package", "widget-server"]))?;
    npm::ensure(FOLDER)?;
    let server = Server::start()?;
    let measured = measure(options, &server.base)?;
    println!("\n{}", table::table(&measured));
    let verdicts = budgets::judge(&measured);
    for verdict in &verdicts {
        println!("{verdict}");
    }
    if verdicts.iter().any(|verdict| !verdict.kept) {
        bail!("over budget");
    }
    Ok(())
}

fn measure(options: &Options, server: &str) -> Result<Vec<Measurement>> {
    let chromium = shell::locate("chromium").context("chromium is on the PATH")?;
    let mut node = shell::at_root("node", [project::path(FOLDER).join("main.mjs")]);
    node.args(["--server", server, "--rounds", &options.rounds.to_string()]);
    node.arg("--chromium").arg(chromium);
    if let Some(part) = &options.only {
        node.args(["--only", part]);
    }
    if let Some(folder) = &options.pictures {
        node.arg("--pictures").arg(std::path::absolute(folder)?);
    }
    node.stderr(Stdio::inherit());
    let output = node.output().context("cannot start node")?;
    if !output.status.success() {
        bail!("the measurement broke off");
    }
    String::from_utf8(output.stdout)?.lines().map(Measurement::read).collect()
}

/// The release server on a free port with an empty data folder, ended when dropped.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn start() -> Result<Self> {
        let folder = project::target().join("bench-web");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let process = Command::new(project::server("release"))
            .args(["serve", "--listen", "127.0.0.1:0", "--demo"])
            .current_dir(&folder)
            .env("WIDGET_LOG__FILTER", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let mut server = Self { process, base: String::new() };
        let output = server.process.stdout.take().context("standard output is piped")?;
        for line in BufReader::new(output).lines() {
            if let Some(base) = line?.strip_prefix("listening on ") {
                base.clone_into(&mut server.base);
                return Ok(server);
            }
        }
        bail!("the server ended before it listened")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
