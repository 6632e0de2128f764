//! `cargo xtask example`: from a fresh clone to a running example.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::{npm, project, shell, web};

#[derive(Args)]
pub(crate) struct Options {
    /// The folder below `examples/`: plain, inline, react, vue, strict-csp, identified, own-client
    name: String,
    /// What the example itself is given
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    rest: Vec<String>,
}

/// Builds what is out of date and becomes the example, with a server of its own.
pub(crate) fn example(options: &Options) -> Result<()> {
    let place = project::path("examples").join(&options.name).join("package.json");
    ensure!(
        place.exists(),
        "there is no example {:?}; examples/README.md lists them",
        options.name
    );
    web::package()?;
    npm::ensure("examples")?;
    println!("building the server (the first time takes some minutes)");
    shell::run(&mut shell::cargo(["build", "--release", "--package", "widget-server"]))?;
    let start = project::path("examples/start.mjs");
    let mut example = shell::at_root("node", [start]);
    example.arg(&options.name).args(&options.rest);
    example.env("WIDGET_SERVER_BIN", project::server("release"));
    Err(example.exec()).context("cannot start node")
}
