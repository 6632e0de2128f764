//! Who may do what: management keys and their scopes, visitors and their identities.

pub mod authenticate;
mod caller;
pub mod identity;
pub(crate) mod jwt;
pub mod key;
pub mod keys_api;
pub mod scope;
pub mod visitor;

pub use authenticate::{Caller, Denied, KeyRing};
pub use caller::caller;
pub use scope::Scope;
