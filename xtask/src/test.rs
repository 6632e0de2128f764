//! `cargo xtask test`: sets up what the tests need, and runs them all.

use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::clock::Steps;
use crate::{npm, packages, project, shell, tools, web};
use tally::Tally;

mod fuzz;
mod tally;

/// Sets up what the tests need and runs them all.
///
/// Needs Chromium with its driver, nginx and Caddy, and installs them where it may. Says what it
/// does, and how long each step took.
#[derive(Args)]
pub(crate) struct Options {
    /// The long ones too, and the widget in Firefox and WebKit
    ///
    /// Adds: a hundred times as many random cases of each property; one way through each feature in
    /// Firefox ESR and in WebKitGTK (installs firefox-esr, webkit2gtk-driver and xvfb where it may,
    /// and geckodriver into target/tools); and a minute of each fuzz target.
    #[expect(clippy::doc_markdown, reason = "it is read in a terminal")]
    #[arg(long)]
    pub(crate) all: bool,
}

/// Random cases of each property with `--all`; proptest's own default is 256.
const MANY_CASES: &str = "25600";

/// The command.
pub(crate) fn test(options: &Options) -> Result<()> {
    let mut steps = Steps::new(if options.all { 8 } else { 5 });
    let mut tally = Tally::default();
    let outcome = set_up(&mut steps, options)
        .and_then(|()| {
            steps.step("the browser's files and the npm package", || web::package().map(drop))
        })
        .and_then(|()| steps.step("build the server and its tests", build_tests))
        .and_then(|()| run(&mut steps, &mut tally, options));
    steps.summary();
    println!("{tally}");
    outcome?;
    if tally.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

fn set_up(steps: &mut Steps, options: &Options) -> Result<()> {
    steps.step("set up: browser, proxies, axe, wasm test runner", || {
        packages::ensure(&packages::TESTS)?;
        npm::ensure("tests/web")?;
        npm::ensure("tests/packaging/vite")?;
        npm::ensure("examples")?;
        web::wasm_target()?;
        tools::ensure(tools::WASM_TEST_RUNNER).map(drop)
    })?;
    if options.all {
        steps.step("set up: Firefox, WebKit and their drivers", || {
            packages::ensure(&packages::ENGINES)?;
            tools::ensure(tools::GECKODRIVER).map(drop)
        })?;
    }
    Ok(())
}

/// A failed run stops none of the others: all belong to the sum.
fn run(steps: &mut Steps, tally: &mut Tally, options: &Options) -> Result<()> {
    let native = match options.all {
        true => "tests of all crates, over sockets and in the browser, with many random cases",
        false => "tests of all crates, over sockets and in the browser",
    };
    let native = steps.step(native, || tally.run(&mut native_tests(options)));
    let wasm = steps.step("tests of the core as WebAssembly", || tally.run(&mut wasm_tests()?));
    if !options.all {
        return native.and(wasm);
    }
    let engines = steps.step("one way through each feature in Firefox and in WebKit", || {
        tally.run(&mut engine_tests()?)
    });
    let fuzz = steps.step("a minute of each fuzz target", fuzz::fuzz);
    native.and(wasm).and(engines).and(fuzz)
}

/// Builds every test and the server's binary, which many of them start.
pub(crate) fn build_tests() -> Result<()> {
    shell::run(&mut shell::cargo(["build", "--workspace", "--bins", "--tests"]))
}

fn native_tests(options: &Options) -> Command {
    let mut tests = shell::cargo(["test", "--workspace", "--no-fail-fast"]);
    tests.env("WIDGET_SERVER_BIN", project::server("debug"));
    if options.all {
        tests.env("PROPTEST_CASES", MANY_CASES);
    }
    tests
}

/// They are no part of the workspace's other tests, since not everybody has these browsers.
fn engine_tests() -> Result<Command> {
    let mut tests = shell::cargo(["test", "--workspace", "--test", "engines", "--no-fail-fast"]);
    tests.env("WIDGET_SERVER_BIN", project::server("debug")).env("PATH", tools::search_path()?);
    Ok(tests)
}

/// The same tests of the rules, in the machine that browsers have, under Node.
fn wasm_tests() -> Result<Command> {
    let mut tests = shell::cargo(["test", "--package", "widget-core", "--lib", "--tests"]);
    tests.args(["--target", "wasm32-unknown-unknown", "--no-fail-fast"]);
    tests.env("PATH", tools::search_path()?);
    Ok(tests)
}
