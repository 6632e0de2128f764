//! `cargo run -p own-model -- DATA_FOLDER`

use std::io::Write;
use std::path::PathBuf;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let data = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "data".to_owned()));
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        asked.cancel();
    });
    own_model::serve(&data, listener, stop, |key| {
        if let Some(key) = key {
            let _ = writeln!(std::io::stdout(), "management key (shown once): {key}");
        }
        let _ = writeln!(std::io::stdout(), "listening on http://127.0.0.1:8080");
    })
    .await
}
