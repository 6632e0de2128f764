//! Running other programs.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};

use crate::project;

/// Cargo of the toolchain that runs this, at the root of the repository.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = at_root(cargo, arguments);
    // What `cargo run` told this program of itself: build scripts that watch such variables (ring's
    // does) would run again after every change between plain cargo and xtask.
    for (name, _) in std::env::vars_os() {
        if of_this_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

fn of_this_package(variable: &str) -> bool {
    let kinds = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
    kinds.iter().any(|kind| variable.starts_with(kind)) || variable == "CARGO_PRIMARY_PACKAGE"
}

/// Any program, at the root of the repository.
pub(crate) fn at_root<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root()).args(arguments);
    command
}

/// Runs it to its end with its output on this terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", name(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", name(command));
    }
    Ok(())
}

/// Runs it to its end and returns what it wrote to standard output; shows the rest when it fails.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", name(command)))?;
    successful(command, output)
}

/// Like [`read`], with this on its standard input.
pub(crate) fn filter(command: &mut Command, input: &str) -> Result<String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot start {}", name(command)))?;
    let mut pipe = child.stdin.take().context("standard input is piped")?;
    // It is written beside the reading: both pipes may be full at the same time.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || pipe.write_all(input.as_bytes()));
        child.wait_with_output()
    })?;
    successful(command, output)
}

/// Whether a program of this name can be started.
pub(crate) fn found(program: &str) -> bool {
    locate(program).is_some()
}

/// Where the program of this name is that would be started.
pub(crate) fn locate(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

fn successful(command: &Command, output: Output) -> Result<String> {
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{} failed:\n{}", name(command), String::from_utf8_lossy(&said).trim_end());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// How a person would have typed it, for error messages.
fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
