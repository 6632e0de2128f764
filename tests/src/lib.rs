//! The harness of the tests that use the product as a visitor, an owner or a self-hoster does:
//! the real binary on a real socket, a real model endpoint, real host pages, a real browser.
//!
//! Nothing here knows the server's inside. Every value ends what it started when it is dropped.
//! A failed expectation panics with what was seen, so that tests read as plain sentences.

pub mod browser;
pub mod chat;
pub mod client;
pub mod events;
pub mod line;
pub mod model;
pub mod owner;
pub mod program;
pub mod server;
pub mod site;
pub mod visitor;
pub mod wait;

mod certificate;
mod listener;

pub use browser::Browser;
pub use certificate::Certificate;
pub use client::{Call, Client, Reply};
pub use events::{Event, EventStream};
pub use line::Line;
pub use listener::Received;
pub use model::{Gate, ModelServer, Script};
pub use owner::Owner;
pub use program::Program;
pub use rustix::process::Signal;
pub use server::TestServer;
pub use site::{Page, Site};
pub use visitor::Visitor;
