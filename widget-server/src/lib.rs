//! The server of the widget.

pub mod app;
pub mod assets;
pub mod auth;
pub mod clock;
pub mod config;
pub mod conversations;
pub mod engine;
mod error;
pub mod fields;
pub mod health;
pub mod http;
pub mod idempotency;
pub mod knowledge;
pub mod leads;
pub mod limits;
pub mod listing;
pub mod log;
pub mod metrics;
pub mod net;
mod random;
pub mod rooms;
pub mod spec;
pub mod store;
pub mod telemetry;
pub mod widgets;
