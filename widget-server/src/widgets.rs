//! Widgets.

pub mod boot;
pub mod core_api;
pub mod gate;
pub mod origin_rule;
pub mod public_api;
pub mod served;
pub mod simple_api;
pub mod view;
