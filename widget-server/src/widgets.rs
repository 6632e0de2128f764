//! Widgets.

pub mod origin_rule;
