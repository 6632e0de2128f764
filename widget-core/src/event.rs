//! What the server streams.

pub mod sse;
