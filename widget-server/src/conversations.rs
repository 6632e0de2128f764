//! Conversations while they happen.

pub mod hub;
