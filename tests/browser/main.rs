//! The widget in a real Chromium, on host pages of another origin.

mod accessible;
mod answers;
mod bubble;
mod cards;
mod consent;
mod element;
mod first;
mod forms;
mod hosted;
mod house;
mod install;
mod languages;
mod looks;
mod places;
mod refused;
mod states;
mod subdomains;
mod tabs;
mod triggers;
mod unbreakable;
