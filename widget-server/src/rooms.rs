//! Rooms: where a visitor and an agent speak.

pub mod livekit;
