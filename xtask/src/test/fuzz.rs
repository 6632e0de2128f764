//! Looking for input that breaks a parser: the targets of `fuzz/`.

use anyhow::{Context, Result, bail};

use crate::{project, shell, tools};

/// How long each target is driven.
const SECONDS: u32 = 60;

/// Longer input finds nothing that shorter does not, only later.
const MAX_BYTES: u32 = 4096;

/// Drives each target; fails on the first input that breaks one, which is kept in `fuzz/artifacts`.
pub(super) fn fuzz() -> Result<()> {
    let nightly = shell::at_root("rustup", ["run", "nightly", "rustc", "--version"]).output();
    if !nightly.is_ok_and(|output| output.status.success()) {
        bail!("fuzzing needs a nightly compiler: run `rustup toolchain install nightly`");
    }
    let tool = tools::ensure(tools::FUZZ)?;
    for target in targets()? {
        println!("      {target} for {SECONDS} s");
        let mut run = shell::at_root("rustup", ["run", "nightly"]);
        // New inputs go to the first folder: the kept ones are chosen by hand.
        let found = project::target().join("fuzz").join(&target);
        std::fs::create_dir_all(&found)?;
        run.arg(&tool).args(["fuzz", "run", &target]).arg(found);
        run.arg(project::path("fuzz/corpus").join(&target)).arg("--");
        run.args([format!("-max_total_time={SECONDS}"), format!("-max_len={MAX_BYTES}")]);
        // What it writes is of interest only when it breaks off.
        shell::read(&mut run)?;
    }
    Ok(())
}

/// Each target is a file, and has a folder of input to begin with.
fn targets() -> Result<Vec<String>> {
    let folder = project::path("fuzz/fuzz_targets");
    let mut targets = Vec::new();
    for entry in folder.read_dir().context("fuzz/fuzz_targets")? {
        let path = entry?.path();
        targets.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}
