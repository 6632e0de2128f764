//! The widget in a real Chromium, on host pages of another origin.

mod answers;
mod bubble;
mod forms;
mod hosted;
mod house;
mod looks;
mod refused;
mod triggers;
