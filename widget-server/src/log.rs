//! The log, on standard error: text on a terminal, JSON otherwise.
//!
//! What is never logged: secrets, tokens, guest ids, query strings, what visitors write. Requests
//! are logged by route pattern, so that no id of a path gets in.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, LogFormat};

/// Starts logging for the whole process, panics included. A program that embeds the server and has
/// its own subscriber does not call this; a second call changes nothing.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::new(&config.filter);
    let terminal = stderr().is_terminal();
    let builder = fmt().with_env_filter(filter).with_writer(stderr).with_ansi(terminal);
    let as_text = match config.format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    let started = if as_text {
        builder.compact().finish().try_init()
    } else {
        builder.json().flatten_event(true).with_current_span(false).finish().try_init()
    };
    if started.is_ok() {
        log_panics();
    }
}

/// A panic is one line of the log like any other, so that JSON stays JSON.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("without a message");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(text, place, "a panic");
    }));
}
