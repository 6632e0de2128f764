//! The rules of the widget.
pub mod event;
