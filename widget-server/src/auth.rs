//! Who may do what: management keys and their scopes.

pub mod authenticate;
mod caller;
pub mod key;
pub mod keys_api;
pub mod scope;

pub use authenticate::{Caller, Denied, KeyRing};
pub use caller::caller;
pub use scope::Scope;
