//! Leads: who asked to be answered by mail.

pub mod owner_api;
pub mod visitor_api;
