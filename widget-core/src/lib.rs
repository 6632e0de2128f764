#![doc = include_str!("../README.md")]

pub mod error;
pub mod event;
pub mod id;
pub mod origin;
pub mod time;

pub use error::{Violation, ViolationCode, Violations};
pub use time::Timestamp;
