//! Conversations while they happen.

pub mod access;
pub mod feedback;
pub mod hub;
pub mod metadata;
pub mod owner_api;
pub mod owner_view;
pub mod runtime_api;
pub mod service;
pub mod transcript;
pub mod widget_api;
