//! Widgets.

pub mod boot;
pub mod gate;
pub mod origin_rule;
pub mod public_api;
pub mod served;
pub mod view;
