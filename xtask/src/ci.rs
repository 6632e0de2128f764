//! `cargo xtask ci`: every check that a change must pass.

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::clock::Steps;
use crate::{openapi, shell, size, test, tidy, tools, web};

#[derive(Args)]
pub(crate) struct Options {
    /// Only these checks
    #[arg(long, value_delimiter = ',')]
    only: Vec<Check>,
    /// All but these checks
    #[arg(long, value_delimiter = ',')]
    skip: Vec<Check>,
}

/// The checks, in the order in which they are made: quick ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Check {
    Format,
    Tidy,
    Clippy,
    ClippyWasm,
    Docs,
    Openapi,
    Size,
    Package,
    Deny,
    Machete,
    Test,
}

/// Makes all checks, also those behind one that fails, and prints their minutes.
pub(crate) fn ci(options: &Options) -> Result<()> {
    let mut checks = Check::value_variants().to_vec();
    checks.retain(|check| options.only.is_empty() || options.only.contains(check));
    checks.retain(|check| !options.skip.contains(check));
    let mut steps = Steps::new(checks.len());
    let mut failures = Vec::new();
    for check in checks {
        if let Err(error) = steps.step(check.title(), || check.make()) {
            eprintln!("      {error:#}");
            failures.push(check.title());
        }
    }
    steps.summary();
    if !failures.is_empty() {
        bail!("failed: {}", failures.join("; "));
    }
    println!("all checks passed");
    Ok(())
}

impl Check {
    fn title(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Tidy => "house rules",
            Self::Clippy => "clippy, native",
            Self::ClippyWasm => "clippy, WebAssembly",
            Self::Docs => "documentation without warnings",
            Self::Openapi => "openapi.json is up to date",
            Self::Size => "size of what visitors download",
            Self::Package => "widget-core can be published",
            Self::Deny => "licences, sources and bans of dependencies",
            Self::Machete => "no unused dependencies",
            Self::Test => "tests",
        }
    }

    fn make(self) -> Result<()> {
        match self {
            Self::Format => shell::run(&mut shell::cargo(["fmt", "--all", "--check"])),
            Self::Tidy => tidy::tidy(),
            Self::Clippy => clippy(&["--workspace", "--all-targets"]),
            Self::ClippyWasm => clippy_wasm(),
            Self::Docs => docs(),
            Self::Openapi => openapi::openapi(&openapi::Options { check: true }),
            Self::Size => size::size(&size::Options { markdown: false }),
            Self::Package => package(),
            Self::Deny => deny(),
            Self::Machete => {
                shell::run(&mut shell::at_root::<&str>(tools::ensure(tools::MACHETE)?, []))
            }
            Self::Test => test::test(&test::Options { all: false }),
        }
    }
}

fn clippy(selection: &[&str]) -> Result<()> {
    let mut clippy = shell::cargo(["clippy", "--quiet", "--locked", "--keep-going"]);
    shell::run(clippy.args(selection).args(["--", "--deny", "warnings"]))
}

/// What is compiled into the browser's module, with the features it has there.
fn clippy_wasm() -> Result<()> {
    web::wasm_target()?;
    let target = ["--target", "wasm32-unknown-unknown"];
    clippy(&[&["--package", "widget-core", "--no-default-features"][..], &target].concat())?;
    clippy(
        &[&["--package", "widget-wasm", "--package", "widget-sheet", "--lib"][..], &target]
            .concat(),
    )
}

fn docs() -> Result<()> {
    let mut docs = shell::cargo(["doc", "--quiet", "--workspace", "--no-deps"]);
    shell::run(docs.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn package() -> Result<()> {
    let mut publish = shell::cargo(["publish", "--quiet", "--dry-run", "--allow-dirty"]);
    shell::run(publish.args(["--package", "widget-core"]))
}

fn deny() -> Result<()> {
    let mut deny = shell::at_root(tools::ensure(tools::DENY)?, ["--offline", "check"]);
    shell::run(deny.args(["bans", "licenses", "sources"]))
}
