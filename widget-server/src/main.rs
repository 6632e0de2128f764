//! The `widget-server` program.

mod commands;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    commands::run().await
}
