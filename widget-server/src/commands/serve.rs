//! `widget-server serve`.

use std::net::SocketAddr;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use widget_server::clock::{Clock, SystemClock};
use widget_server::config::Config;
use widget_server::first_start::{self, Demo};
use widget_server::log;
use widget_server::server::Server;
use widget_server::store::Store;
use widget_server::store::sqlite::ServeLock;

use super::Shared;
use super::open::{database_file, load_config, open_database, print};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Where the server is reached from outside; it may carry a path
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// On the first start make the demo widget also when not listening on loopback
    #[arg(long)]
    demo: bool,
}

pub(crate) async fn run(shared: &Shared, args: ServeArgs) -> anyhow::Result<()> {
    let config = load_config(shared, flags(&args))?;
    let _log = log::start(&config.log).context("the log could not be started")?;
    let lock = ServeLock::acquire(&database_file(&config)?)?;
    let store = open_database(&config).await?;
    let listener = bind(config.server.listen).await?;
    let address = listener.local_addr().context("the listening address is unknown")?;
    let admin = match config.server.admin_listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let base = base_url(&config, address);
    let demo = if args.demo || address.ip().is_loopback() { Demo::Make } else { Demo::Skip };
    greet(store.as_ref(), demo, &base).await?;
    let server = Server::builder(config).store(store).build().await?;
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    print(&format!("listening on http://{address}"))?;
    server.run(listener, admin, stop).await?;
    drop(lock);
    Ok(())
}

fn flags(args: &ServeArgs) -> Vec<(&'static str, &'static str, String)> {
    let listen = args.listen.iter().map(|value| ("server.listen", "--listen", value.clone()));
    let public_url =
        args.public_url.iter().map(|value| ("server.public_url", "--public-url", value.clone()));
    listen.chain(public_url).collect()
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

fn base_url(config: &Config, address: SocketAddr) -> String {
    match &config.server.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{address}"),
    }
}

/// On an empty database: makes what it needs and says, once, how to get in.
async fn greet(store: &dyn Store, demo: Demo, base: &str) -> anyhow::Result<()> {
    let now = SystemClock::default().now();
    let made = first_start::make(store, demo, &format!("{base}/guide"), now)
        .await
        .context("the first organization could not be made")?;
    if let Some(made) = made {
        print(&format!("management key (shown once): {}", made.key))?;
        if made.widget.is_some() {
            print(&format!("demo page: {base}/demo"))?;
        }
    }
    Ok(())
}

/// Cancels `stop` on the first SIGTERM or SIGINT. A second one ends the process at once.
async fn stop_on_signal(stop: CancellationToken) {
    if signal().await.is_err() {
        return;
    }
    tracing::info!("stopping: running answers may end, nothing new begins");
    stop.cancel();
    if signal().await.is_ok() {
        std::process::exit(130);
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
