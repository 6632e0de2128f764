//! Everything that is done to this repository: `cargo xtask --help`.
//!
//! The commands need nothing but Rust and Node to begin with; what else they need they fetch
//! (npm packages by lock file, cargo tools into `target/tools`) or name exactly.

#![allow(clippy::print_stdout, reason = "talking to the person at the terminal is its purpose")]
#![allow(clippy::print_stderr, reason = "as above")]

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod bench;
mod ci;
mod clock;
mod example;
mod npm;
mod openapi;
mod packages;
mod project;
mod run;
mod screenshots;
mod shell;
mod size;
mod test;
mod tidy;
mod tools;
mod web;

#[derive(Parser)]
#[command(bin_name = "cargo xtask", about = "Everything that is done to this repository")]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds everything and starts the server; prints the address of the demo page
    Run(run::Options),
    /// Starts one of the examples, with a server of its own
    Example(example::Options),
    /// Builds the browser's files into widget-server/assets
    Web(web::Options),
    /// Packs the npm package; prints the path of the archive
    Npm(NoOptions),
    Test(test::Options),
    /// Every check that a change must pass, tests included
    Ci(ci::Options),
    /// Weighs what a visitor downloads against its budgets
    Size(size::Options),
    /// Measures the server against the bare minimum, and against its budgets
    Bench(bench::Options),
    Screenshots(screenshots::Options),
    /// Writes openapi.json from the server's route table
    Openapi(openapi::Options),
    /// Checks the house rules over the whole tree
    Tidy(NoOptions),
}

#[derive(Args)]
struct NoOptions {}

fn main() -> ExitCode {
    let outcome = match Line::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Example(options) => example::example(&options),
        Command::Web(options) => web::web(&options),
        Command::Npm(NoOptions {}) => npm::npm(),
        Command::Test(options) => test::test(&options),
        Command::Ci(options) => ci::ci(&options),
        Command::Size(options) => size::size(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Screenshots(options) => screenshots::screenshots(&options),
        Command::Openapi(options) => openapi::openapi(&options),
        Command::Tidy(NoOptions {}) => tidy::tidy(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
