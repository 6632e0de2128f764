//! What an agent knows: documents cut into passages that are found by their words.

pub mod blocks;
pub mod chunk;
mod stem;
pub mod words;
