//! The HTTP APIs over real sockets, shaped like their addresses.

mod commands;
mod core_agents;
mod core_conversations;
mod core_keys;
mod core_web_widgets;
mod errors;
mod identity;
mod install;
mod operations;
mod pages;
mod public_runtime;
mod public_transcript;
mod restart;
mod rooms;
mod widget_attachments;
mod widget_forms;
mod widget_init;
mod widget_messages;
mod widget_rest;
