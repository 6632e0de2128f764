//! `cargo xtask run`: from a fresh clone to a running server.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};
use clap::Args;

use crate::{project, shell, web};

#[derive(Args)]
pub(crate) struct Options {
    /// Arguments for `widget-server serve`, such as --listen or --data-dir
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "SERVE ARGUMENT")]
    serve: Vec<String>,
}

/// Builds what is out of date and becomes the server.
pub(crate) fn run(options: &Options) -> Result<()> {
    web::build(web::Mode::Release)?;
    println!("building the server (the first time takes some minutes)");
    shell::run(&mut shell::cargo(["build", "--release", "--package", "widget-server"]))?;
    println!("starting it; Ctrl-C ends it");
    // Where the command was called: that is where `./data` is looked for.
    let server = std::process::Command::new(project::server("release"))
        .arg("serve")
        .args(&options.serve)
        .exec();
    Err(server).context("cannot start the server")
}
