//! Conversations while they happen.

pub mod hub;
pub mod owner_view;
pub mod transcript;
