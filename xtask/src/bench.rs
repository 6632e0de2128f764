//! `cargo xtask bench`: the product against the bare minimum, in one run on one machine.

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::{project, shell};

mod web;

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
}

/// What else than the server is measured.
#[derive(Subcommand)]
enum What {
    /// The load of a page that carries the widget, beside its peers
    Web(web::Options),
}

/// The command: the server, unless something else is named.
pub(crate) fn bench(options: &Options) -> Result<()> {
    match &options.what {
        Some(What::Web(options)) => web::bench(options),
        None => server(),
    }
}

/// Builds server and bench optimised, and runs the bench; it prints its table and judges it.
fn server() -> Result<()> {
    crate::web::build(crate::web::Mode::Release)?;
    println!("building the server and the bench (the first time takes some minutes)");
    // Both in one go: the dependencies they share are built once.
    let packages = ["--package", "widget-server", "--package", "widget-load"];
    shell::run(shell::cargo(["build", "--release", "--bins"]).args(packages))?;
    let mut load = shell::at_root::<&str>(project::target().join("release/load"), []);
    shell::run(load.env("WIDGET_SERVER_BIN", project::server("release")))
}
