//! `cargo xtask openapi`: the committed interface description.

use anyhow::{Result, bail};
use clap::Args;

use crate::{project, shell, test};

#[derive(Args)]
pub(crate) struct Options {
    /// Compares instead of writing, and fails when the committed file is out of date
    #[arg(long)]
    pub(crate) check: bool,
}

/// Writes `openapi.json` as the server's route table describes itself, or compares it.
pub(crate) fn openapi(options: &Options) -> Result<()> {
    test::build_tests()?;
    let current = shell::read(&mut shell::at_root(project::server("debug"), ["openapi"]))?;
    let file = project::path("openapi.json");
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    if current == written {
        println!("openapi.json is up to date");
        return Ok(());
    }
    if options.check {
        bail!(
            "openapi.json is out of date in {}; run `cargo xtask openapi` and commit it",
            first_difference(&written, &current)
        );
    }
    std::fs::write(file, current)?;
    println!("openapi.json written");
    Ok(())
}

fn first_difference(written: &str, current: &str) -> String {
    let same = written.lines().zip(current.lines()).take_while(|(left, right)| left == right);
    let line = same.count();
    let text = |whole: &str| whole.lines().nth(line).unwrap_or("(end of file)").trim().to_owned();
    format!("line {}: it has {}, the server says {}", line + 1, text(written), text(current))
}
