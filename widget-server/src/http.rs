//! The HTTP shell: what every endpoint shares, and nothing of any of them.
//!
//! A feature writes handlers, `async fn(Arc<S>, Request) -> Result<Response, Problem>`, and rows,
//! [`Endpoint`], that name them. [`Router`] finds the row of a request, [`Shell`] runs it (request
//! id, CORS, limits of time, panics, security headers, the one log line), and [`serve()`] owns the
//! connections. The state `S` is opaque here.
//!
//! **Invariant:** nothing in this folder names a feature, a table or a path of the product.

pub mod body;
pub mod conditional;
pub mod cors;
pub mod docs;
pub mod endpoint;
pub mod incoming;
pub mod json;
pub mod negotiate;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod proxy;
pub mod query;
pub mod rate;
pub mod request;
pub mod request_id;
pub mod response;
pub mod router;
pub mod serve;
pub mod shell;
pub mod sse;

#[cfg(test)]
pub(crate) mod tests;

pub use body::Body;
pub use endpoint::{Access, Endpoint};
pub use problem::{ErrorStatus, FieldError, Problem};
pub use query::Query;
pub use request::Request;
pub use response::Response;
pub use router::Router;
pub use serve::{ServeOptions, serve};
pub use shell::Shell;

/// The outcome of a handler.
pub type Outcome = Result<Response, Problem>;
