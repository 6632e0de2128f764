//! Cargo-installed tools of exact versions, in `target/tools` and nowhere else.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{project, shell};

/// A program from crates.io.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
}

/// Runs tests that are compiled for the browser, under Node; of wasm-bindgen's own version.
pub(crate) const WASM_TEST_RUNNER: Tool =
    Tool { package: "wasm-bindgen-cli", version: "0.2.130", program: "wasm-bindgen-test-runner" };

/// Drives Firefox in the tests.
pub(crate) const GECKODRIVER: Tool =
    Tool { package: "geckodriver", version: "0.37.1", program: "geckodriver" };

/// Licences, sources and bans of all dependencies.
pub(crate) const DENY: Tool =
    Tool { package: "cargo-deny", version: "0.20.2", program: "cargo-deny" };

/// Dependencies that nothing uses.
pub(crate) const MACHETE: Tool =
    Tool { package: "cargo-machete", version: "0.9.2", program: "cargo-machete" };

/// Drives the fuzz targets; needs a nightly compiler.
pub(crate) const FUZZ: Tool =
    Tool { package: "cargo-fuzz", version: "0.13.2", program: "cargo-fuzz" };

/// Installs the tool when this version of it is not there yet, and returns its program.
pub(crate) fn ensure(tool: Tool) -> Result<PathBuf> {
    let folder = project::target().join("tools");
    let program = folder.join("bin").join(tool.program);
    let stamp = folder.join(format!("{}-{}", tool.package, tool.version));
    if program.exists() && stamp.exists() {
        return Ok(program);
    }
    println!("      installing {} {} into target/tools", tool.package, tool.version);
    // Unoptimised: they are built once and run for seconds.
    let mut install = shell::cargo(["install", "--quiet", "--debug", tool.package]);
    install.arg(format!("--version={}", tool.version)).arg("--root").arg(&folder);
    install.arg("--target-dir").arg(folder.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0");
    shell::run(&mut install).with_context(|| format!("{} cannot be installed", tool.package))?;
    std::fs::write(stamp, "")?;
    Ok(program)
}

/// `PATH` with the folder of installed tools before everything else.
pub(crate) fn search_path() -> Result<OsString> {
    let before = std::env::var_os("PATH").unwrap_or_default();
    let tools = project::target().join("tools/bin");
    let folders = std::iter::once(tools).chain(std::env::split_paths(&before));
    Ok(std::env::join_paths(folders)?)
}
