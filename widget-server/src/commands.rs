//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod backup;
mod doctor;
mod key;
mod open;
mod organization;
mod secret;
mod serve;

/// A self-hosted AI chat-and-voice widget: one binary, one SQLite file, one script tag.
#[derive(Debug, Parser)]
#[command(name = "widget-server", version, arg_required_else_help = true)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Shared {
    /// A configuration file (TOML); `widget-server config` prints one with every key
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the database and everything else is kept [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The database, `sqlite:PATH` [default: in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the widget
    Serve(serve::ServeArgs),
    /// Make, list and revoke management keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Make and list organizations
    #[command(subcommand)]
    Org(organization::OrganizationCommand),
    /// Rotate the key that signs visitors' tokens
    #[command(subcommand)]
    Secret(secret::SecretCommand),
    /// Bring the database up to date (serving does it by itself)
    Migrate,
    /// Write a consistent copy of the database to FILE, also while a server runs
    Backup {
        /// The new file; an existing one is not overwritten
        file: PathBuf,
    },
    /// Put a copy made by `backup` in place of the database, while no server runs
    Restore {
        /// The copy
        file: PathBuf,
    },
    /// Print the default configuration with comments
    Config,
    /// Print the OpenAPI document
    Openapi,
    /// Check what is often wrong with an installation, or with a page, and say what to do
    Doctor(doctor::DoctorArgs),
}

/// Runs the command that the process was started with.
///
/// Exit status: 0 done, 1 failed, 2 wrong arguments (by clap).
pub(crate) async fn run() -> ExitCode {
    let CommandLine { shared, command } = CommandLine::parse();
    match dispatch(shared, command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            open::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(shared: Shared, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::run(&shared, args).await,
        Command::Key(command) => key::run(&shared, command).await,
        Command::Org(command) => organization::run(&shared, command).await,
        Command::Secret(command) => secret::run(&shared, command).await,
        Command::Migrate => backup::migrate(&shared).await,
        Command::Backup { file } => backup::backup(&shared, &file).await,
        Command::Restore { file } => backup::restore(&shared, &file).await,
        Command::Config => open::print(widget_server::config::DEFAULT.trim_end()),
        Command::Openapi => open::print(&widget_server::routes::openapi_text()),
        Command::Doctor(args) => doctor::run(&shared, &args).await,
    }
}
