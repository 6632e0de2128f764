//! `cargo xtask test`: sets up what the tests need, and runs them all.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::clock::Steps;
use crate::{npm, packages, project, shell, tools, web};
use tally::Tally;

mod fuzz;
mod tally;

#[derive(Args)]
pub(crate) struct Options {
    /// The long ones too: a hundred times as many random cases, and a minute of each fuzz target
    #[arg(long)]
    pub(crate) all: bool,
}

/// Random cases of each property with `--all`; proptest's own default is 256.
const MANY_CASES: &str = "25600";

/// The command.
pub(crate) fn test(options: &Options) -> Result<()> {
    let mut steps = Steps::new(if options.all { 6 } else { 5 });
    let mut tally = Tally::default();
    let outcome = steps
        .step("set up: browser, proxies, axe, wasm test runner", set_up)
        .and_then(|()| {
            steps.step("the browser's files and the npm package", || web::package().map(drop))
        })
        .and_then(|()| steps.step("build the server and its tests", build_tests))
        .and_then(|()| {
            // A failed test stops neither of the two: both belong to the sum.
            let native = steps.step("tests of all crates, over sockets and in the browser", || {
                tally.run(&mut native_tests(options))
            });
            let wasm =
                steps.step("tests of the core as WebAssembly", || tally.run(&mut wasm_tests()?));
            native.and(wasm)
        })
        .and_then(|()| match options.all {
            true => steps.step("a minute of each fuzz target", fuzz::fuzz),
            false => Ok(()),
        });
    steps.summary();
    println!("{tally}");
    outcome?;
    if tally.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

/// Builds every test and the server's binary, which many of them start.
pub(crate) fn build_tests() -> Result<()> {
    shell::run(&mut shell::cargo(["build", "--workspace", "--bins", "--tests"]))
}

pub(crate) fn set_up() -> Result<()> {
    packages::ensure(&packages::TESTS)?;
    npm::ensure("tests/web")?;
    npm::ensure("tests/packaging/vite")?;
    npm::ensure("examples")?;
    web::wasm_target()?;
    tools::ensure(tools::WASM_TEST_RUNNER).map(drop)
}

fn native_tests(options: &Options) -> Command {
    let mut tests = shell::cargo(["test", "--workspace", "--no-fail-fast"]);
    tests.env("WIDGET_SERVER_BIN", project::server("debug"));
    if options.all {
        tests.env("PROPTEST_CASES", MANY_CASES);
    }
    tests
}

/// The same tests of the rules, in the machine that browsers have, under Node.
fn wasm_tests() -> Result<Command> {
    let mut tests = shell::cargo(["test", "--package", "widget-core", "--lib", "--tests"]);
    tests.args(["--target", "wasm32-unknown-unknown", "--no-fail-fast"]);
    tests.env("PATH", tools::search_path()?);
    Ok(tests)
}
