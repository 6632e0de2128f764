//! Widgets.

pub mod boot;
pub mod core_api;
pub mod embed;
mod first;
pub mod gate;
pub mod hosted;
pub mod hours;
mod launcher;
mod live_origins;
pub mod looks;
pub mod origin_rule;
mod page_policy;
mod patterns;
pub mod public_api;
pub mod served;
pub mod settings;
pub mod simple_api;
pub mod view;
