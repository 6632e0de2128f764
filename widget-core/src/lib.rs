#![doc = include_str!("../README.md")]

pub mod address;
pub mod agent;
pub mod attachment;
pub mod colour;
pub mod config;
pub mod conversation;
pub mod error;
pub mod event;
pub mod feedback;
pub mod form;
pub mod glob;
pub mod hours;
pub mod id;
pub mod language;
pub mod lead;
pub mod markdown;
pub mod message;
pub mod origin;
mod scan;
pub mod telemetry;
pub mod time;
pub mod trigger;
pub mod widget;
mod wire_enum;

pub use error::{Violation, ViolationCode, Violations};
pub use time::Timestamp;
pub use wire_enum::UnknownWord;
