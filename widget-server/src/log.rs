//! The log, on standard error: text on a terminal, JSON otherwise.
//!
//! What is never logged: secrets, tokens, guest ids, query strings, what visitors write. Requests
//! are logged by route pattern, so that no id of a path gets in.
//!
//! Lines are written by a thread of their own: whoever reads standard error may be slow, and must
//! not hold up visitors. Should it stop reading, lines beyond a bound are dropped.

use std::io::{IsTerminal, stderr};

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::{LogConfig, LogFormat};

/// Lines that may wait to be written.
const WAITING_LINES: usize = 16_384;

/// Starts logging for the whole process, panics included. The guard writes what is still waiting
/// when it is dropped, so it is kept until the process ends.
///
/// # Errors
/// When the process has a subscriber already; a program that embeds the server logs as it likes.
pub fn start(config: &LogConfig) -> Result<WorkerGuard, TryInitError> {
    let terminal = stderr().is_terminal();
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).finish(stderr());
    let filter = EnvFilter::new(&config.filter);
    let builder = fmt().with_env_filter(filter).with_writer(writer).with_ansi(terminal);
    let as_text = match config.format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    };
    if as_text {
        builder.compact().finish().try_init()?;
    } else {
        builder.json().flatten_event(true).with_current_span(false).finish().try_init()?;
    }
    log_panics();
    Ok(guard)
}

/// A panic is one line of the log like any other, so that JSON stays JSON.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("without a message");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(text, place, "a panic");
    }));
}
