//! `/v1/widget/…`: what the embedded widget calls for text (seed 004). `init` gives a token for one
//! conversation; with it everything else is done in that conversation.

pub mod ending;
pub mod forms;
pub mod init;
mod keep;
pub mod marks;
pub mod messages;
pub mod say;
mod session;
pub mod stream;

pub use session::{Holder, holder, holder_of};
