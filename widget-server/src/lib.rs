//! The server of the widget.

pub mod clock;
pub mod config;
pub mod http;
pub mod knowledge;
