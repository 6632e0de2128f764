//! `cargo xtask bench`: the product against the bare minimum, in one run on one machine.

use anyhow::Result;

use crate::{project, shell, web};

/// Builds server and bench optimised, and runs the bench; it prints its table and judges it.
pub(crate) fn bench() -> Result<()> {
    web::build(web::Mode::Release)?;
    println!("building the server and the bench (the first time takes some minutes)");
    // Both in one go: the dependencies they share are built once.
    let packages = ["--package", "widget-server", "--package", "widget-tests"];
    shell::run(shell::cargo(["build", "--release", "--bins"]).args(packages))?;
    let mut load = shell::at_root::<&str>(project::target().join("release/load"), []);
    shell::run(load.env("WIDGET_SERVER_BIN", project::server("release")))
}
