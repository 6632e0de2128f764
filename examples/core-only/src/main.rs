//! Checks a widget's configuration before it is sent anywhere: `core-only CONFIG.json [DOMAIN…]`.
//!
//! Uses `widget-core` alone: no server, no network.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::Value;
use widget_core::Violation;
use widget_core::colour::Scheme;
use widget_core::config::{self, V1};
use widget_core::language::{Language, Text};
use widget_core::origin::AllowList;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments, &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "core-only: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Writes everything that is wrong, or what a visitor will see. `Ok(true)` when nothing is wrong.
fn run(arguments: &[String], out: &mut impl Write) -> anyhow::Result<bool> {
    let [path, domains @ ..] = arguments else {
        bail!("usage: core-only CONFIG.json [DOMAIN…]");
    };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let config: Value =
        serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))?;

    let mut violations: Vec<Violation> = config::validate(&config);
    let allowed = AllowList::new(domains);
    violations.extend(allowed.as_ref().err().into_iter().flat_map(|wrong| wrong.iter().cloned()));
    for violation in &violations {
        writeln!(out, "{violation}")?;
    }
    if violations.is_empty() {
        describe(&config, &allowed?, out)?;
    }
    Ok(violations.is_empty())
}

/// What the configuration comes to, defaults included.
fn describe(config: &Value, allowed: &AllowList, out: &mut impl Write) -> io::Result<()> {
    let v1 = V1::of(config);
    let language: Language = v1.language(&["en"]);
    let title = v1.intro_title();
    let title = title.as_ref().map_or("(none)", |title: &Text| title.resolve(&language));
    let palette = v1.palette(Scheme::Light);
    writeln!(out, "The configuration is valid.")?;
    writeln!(out, "language  {}", language.tag())?;
    writeln!(out, "heading   {title}")?;
    writeln!(out, "launcher  {} px, {}", v1.trigger().size(), v1.position())?;
    let bubble = palette.user_message;
    writeln!(out, "visitor   {} on {}", bubble.text, bubble.background)?;
    match allowed.entries() {
        [] => writeln!(out, "domains   any: name those that may embed the widget"),
        entries => entries.iter().try_for_each(|origin| writeln!(out, "domains   {origin}")),
    }
}
