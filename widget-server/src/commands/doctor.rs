//! `widget-server doctor`: what is often wrong with an installation, and what to do.

use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use tokio::net::TcpStream;
use tokio::time::timeout;
use widget_core::id::WidgetId;
use widget_server::clock::{Clock, SystemClock};
use widget_server::config::{Config, PublicUrl};
use widget_server::net::Net;
use widget_server::store::Store;
use widget_server::store::records::{Page, WidgetFilter};
use widget_server::store::sqlite::ServeLock;

use super::Shared;
use super::open::{database_file, load_config, open_database, print};

mod site;

/// How long a check waits for another machine.
const PATIENCE: Duration = Duration::from_secs(5);
/// 2026-01-01: a clock before it was never set.
const EARLIEST_MS: i64 = 1_767_225_600_000;

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Look at this page instead, and say why the widget does not show on it
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// The widget that should be there [default: the one that the page names]
    #[arg(long, value_name = "ID", requires = "site")]
    widget: Option<WidgetId>,
    /// As JSON
    #[arg(long, requires = "site")]
    json: bool,
}

/// One finding.
enum Finding {
    Good(String),
    Warning(String),
    Wrong(String),
}

use Finding::{Good, Warning, Wrong};

pub(crate) async fn run(shared: &Shared, args: &DoctorArgs) -> anyhow::Result<()> {
    let config = load_config(shared, Vec::new())?;
    if let Some(site) = &args.site {
        return site::run(&config, site, args).await;
    }
    let mut findings = vec![address(&config), clock()];
    findings.extend(proxies(&config));
    findings.push(folder(&config.server.data_dir));
    findings.push(running(&config).await);
    findings.extend(database(&config).await);
    findings.push(model(&config).await);
    findings.push(livekit(&config).await);
    let mut wrong = 0;
    for finding in &findings {
        let (mark, text) = match finding {
            Good(text) => ("ok     ", text),
            Warning(text) => ("warning", text),
            Wrong(text) => {
                wrong += 1;
                ("wrong  ", text)
            }
        };
        print(&format!("{mark}  {text}"))?;
    }
    if wrong > 0 {
        bail!("{wrong} of {} checks found something wrong", findings.len());
    }
    Ok(())
}

fn address(config: &Config) -> Finding {
    let listen = config.server.listen;
    let public_url = config.server.public_url.as_ref().map(PublicUrl::as_str);
    match public_url {
        Some(url) if url.starts_with("http://") && !is_local(url) => Warning(format!(
            "server.public_url is {url}: without https browsers refuse the microphone, and pages on https refuse the widget (mixed content); put a proxy with a certificate before it"
        )),
        Some(url) => Good(format!("visitors reach the server at {url}")),
        None if listen.ip().is_loopback() => {
            Good(format!("listening on {listen}, for this machine only"))
        }
        None => Warning(format!(
            "listening on {listen} without server.public_url: the snippet will name whatever host a request carries; set server.public_url"
        )),
    }
}

fn is_local(url: &str) -> bool {
    ["http://localhost", "http://127.", "http://[::1]"].iter().any(|start| url.starts_with(start))
}

fn clock() -> Finding {
    let now = SystemClock::default().now();
    if now.ms() < EARLIEST_MS {
        return Wrong(format!("the clock says {now}: set it, or every token will be refused"));
    }
    Good(format!("the clock says {now}"))
}

fn proxies(config: &Config) -> Option<Finding> {
    let behind_a_proxy =
        config.server.public_url.is_some() && !config.server.listen.ip().is_loopback();
    (behind_a_proxy && config.server.trusted_proxies.is_empty()).then(|| {
        Warning(
            "server.trusted_proxies is empty: if a proxy stands before this server, all visitors share its address and its limits; list the proxy"
                .to_owned(),
        )
    })
}

fn folder(directory: &Path) -> Finding {
    let probe = directory.join(".doctor");
    if !directory.exists() {
        return Warning(format!(
            "{} does not exist yet; the first start makes it",
            directory.display()
        ));
    }
    match std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => Good(format!("{} can be written", directory.display())),
        Err(error) => Wrong(format!(
            "{} cannot be written ({error}): give it to the user the server runs as, or free the disk",
            directory.display()
        )),
    }
}

async fn running(config: &Config) -> Finding {
    let address = config.server.listen;
    if !database_file(config).is_ok_and(|file| ServeLock::is_held_elsewhere(&file)) {
        return Good("no server runs on this database".to_owned());
    }
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Good(format!("a server runs on this database and answers on {address}")),
        _ => Warning(format!(
            "a server runs on this database, and nothing answers on {address}: it may listen elsewhere, or a firewall is in between"
        )),
    }
}

async fn database(config: &Config) -> Vec<Finding> {
    let exists = database_file(config).is_ok_and(|file| file.exists());
    if !exists {
        return vec![Warning("there is no database yet; the first start makes it".to_owned())];
    }
    let store = match open_database(config).await {
        Ok(store) => store,
        Err(error) => return vec![Wrong(format!("{error:#}"))],
    };
    let mut findings = vec![match store.ping().await {
        Ok(()) => Good("the database answers".to_owned()),
        Err(error) => Wrong(format!("the database does not answer: {error}")),
    }];
    match open_widgets(store.as_ref()).await {
        Ok(names) if names.is_empty() => {}
        Ok(names) if config.server.require_domains => findings.push(Warning(format!(
            "these widgets have no domains, so they are served nowhere (server.require_domains): {}",
            names.join(", ")
        ))),
        Ok(names) => findings.push(Warning(format!(
            "these published widgets have an empty list of domains, so any site may embed them: {}",
            names.join(", ")
        ))),
        Err(error) => findings.push(Wrong(format!("the widgets cannot be read: {error}"))),
    }
    let _ = store.close().await;
    findings
}

/// Published widgets that any site may embed.
async fn open_widgets(store: &dyn Store) -> Result<Vec<String>, widget_server::store::StoreError> {
    let mut names = Vec::new();
    for organization in store.organizations().await? {
        let mut page = Page { limit: 200, after: None };
        loop {
            let filter = WidgetFilter { published: Some(true), ..WidgetFilter::default() };
            let listed = store.widgets(organization.id, filter, page).await?;
            let open = listed.items.iter().filter(|widget| widget.domains.is_empty());
            names.extend(open.map(|widget| widget.id.to_string()));
            match listed.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
    }
    Ok(names)
}

async fn model(config: &Config) -> Finding {
    let base = &config.openai.base_url;
    if config.openai.api_key.is_none() && base.starts_with("https://api.openai.com") {
        return Good("no key for model provider `openai`: agents can use `builtin`".to_owned());
    }
    let Ok(net) = Net::new(&config.net) else {
        return Wrong("the HTTP client could not be made".to_owned());
    };
    let mut request = net.trusted().get(format!("{base}/models")).timeout(PATIENCE);
    if let Some(key) = &config.openai.api_key {
        request = request.bearer_auth(key.expose());
    }
    match request.send().await {
        Ok(answer) if answer.status().as_u16() == 401 => {
            Wrong(format!("{base} refuses the key: check openai.api_key"))
        }
        Ok(answer) => Good(format!("the model's server at {base} answers ({})", answer.status())),
        Err(error) if error.is_timeout() => {
            Wrong(format!("the model's server at {base} does not answer in time"))
        }
        Err(_) => Wrong(format!(
            "the model's server at {base} cannot be reached: check openai.base_url, and that it runs"
        )),
    }
}

async fn livekit(config: &Config) -> Finding {
    let Some(url) = &config.livekit.url else {
        return Good("no LiveKit is configured: text only".to_owned());
    };
    if config.livekit.api_key.is_none() || config.livekit.api_secret.is_none() {
        return Wrong(
            "livekit.url is set, and livekit.api_key or livekit.api_secret is not".to_owned(),
        );
    }
    let http = url.replacen("ws", "http", 1);
    let Ok(net) = Net::new(&config.net) else {
        return Wrong("the HTTP client could not be made".to_owned());
    };
    match net.trusted().get(&http).timeout(PATIENCE).send().await {
        Ok(_) => Good(format!("LiveKit at {url} answers")),
        Err(_) => Wrong(format!("LiveKit at {url} cannot be reached")),
    }
}
