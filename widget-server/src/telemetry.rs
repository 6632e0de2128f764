//! Telemetry: what the widget counts.

pub mod owner_api;
pub mod visitor_api;
pub mod writer;
