//! Agents and their versions, as the owner manages them.

pub mod core_api;
pub mod version_api;
pub mod view;
