//! `/v1/widget/…`: what the embedded widget calls for text (seed 004). `init` gives a token for one
//! conversation; with it everything else is done in that conversation.

pub mod forms;
pub mod init;
pub mod marks;
mod session;

pub use session::{Holder, holder, holder_of};
