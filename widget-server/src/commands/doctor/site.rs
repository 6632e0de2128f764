//! `widget-server doctor --site URL`: why a widget does not show on a page.

use anyhow::{Context, bail};
use ipnet::IpNet;
use widget_core::id::WidgetId;
use widget_server::config::{Config, PublicUrl};
use widget_server::install::{Examiner, Finding, Report, Severity, Target};
use widget_server::net::Net;

use super::DoctorArgs;
use crate::commands::open::{open_database, print};

/// A line of a terminal.
const WIDTH: usize = 92;
/// Under the mark of each finding.
const INDENT: &str = "         ";

pub(super) async fn run(config: &Config, site: &str, args: &DoctorArgs) -> anyhow::Result<()> {
    let report = examine(config, site, args.widget).await?;
    if args.json {
        print(&serde_json::to_string_pretty(&report)?)?;
    } else {
        print(&text(&report))?;
    }
    match report.findings.iter().filter(|found| found.severity == Severity::Error).count() {
        0 => Ok(()),
        1 => bail!("one thing keeps the widget from showing or working on {}", report.url),
        many => bail!("{many} things keep the widget from showing or working on {}", report.url),
    }
}

async fn examine(config: &Config, site: &str, widget: Option<WidgetId>) -> anyhow::Result<Report> {
    let store = open_database(config).await?;
    let net = Net::new(&config.net)?;
    // What the operator types is the operator's word, also on a private address.
    let mut open = config.net.clone();
    let all: [IpNet; 2] = ["0.0.0.0/0".parse()?, "::/0".parse()?];
    open.allow_private = all.to_vec();
    let open = Net::new(&open)?;
    let listen = listening(config);
    let examiner = Examiner {
        config,
        store: store.as_ref(),
        organization: None,
        base: config.server.public_url.as_ref().map_or(&listen, PublicUrl::as_str),
        guarded: net.guarded_without_redirects(),
        open: Some(open.guarded_without_redirects()),
    };
    let target = widget.map_or(Target::OnPage, Target::Widget);
    let report = examiner.examine(site, target).await.context("the database does not answer")?;
    store.close().await.context("the database could not be closed")?;
    report
        .with_context(|| format!("`{site}` is no address of a page, such as https://shop.example"))
}

/// Where a browser on this machine reaches a server without a public address.
fn listening(config: &Config) -> String {
    let listen = config.server.listen;
    if listen.ip().is_unspecified() {
        return format!("http://localhost:{}", listen.port());
    }
    format!("http://{listen}")
}

/// The report for a person.
fn text(report: &Report) -> String {
    let mut text = format!("page     {}\n", report.final_url.as_deref().unwrap_or(&report.url));
    if let Some(id) = report.widget_id {
        text.push_str(&format!("widget   {id}\n"));
    }
    for finding in &report.findings {
        text.push('\n');
        text.push_str(&one(finding));
    }
    text.trim_end().to_owned()
}

fn one(finding: &Finding) -> String {
    let mark = match finding.severity {
        Severity::Error => "wrong",
        Severity::Warning => "warning",
        Severity::Info => "note",
        Severity::Ok => "ok",
    };
    let mut text = format!("{mark:<9}{}\n", finding.title);
    text.push_str(&wrapped(&finding.detail));
    if let Some(fix) = &finding.fix {
        text.push_str(&wrapped(&format!("→ {fix}")));
    }
    if let Some(copy) = &finding.copy {
        // One line, so that it can be copied as it is.
        text.push_str(&format!("\n{INDENT}    {copy}\n"));
    }
    text
}

/// Words in lines, indented; a word that is too long has a line of its own.
fn wrapped(words: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in words.split_whitespace() {
        let chars = word.chars().count();
        if length > 0 && length + 1 + chars > WIDTH - INDENT.len() {
            lines.push('\n');
            length = 0;
        }
        if length == 0 {
            lines.push_str(INDENT);
        } else {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += chars;
    }
    lines.push('\n');
    lines
}
