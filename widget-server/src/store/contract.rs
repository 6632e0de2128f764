//! The rules that every engine of the store keeps, each once.
//!
//! A rule is a function that is given a fresh, empty store. An engine supplies such stores and
//! calls [`run`] with the rules of each feature.

#![expect(clippy::unwrap_used, reason = "these are tests, whoever calls them")]

use std::pin::Pin;
use std::sync::Arc;

use super::Store;

/// Declares [`Rule`]s: the functions of a file, by name.
macro_rules! rules {
    ($($name:ident,)+) => {
        /// The rules of this feature.
        pub const RULES: &[$crate::store::contract::Rule] = &[$(
            $crate::store::contract::Rule {
                name: stringify!($name),
                check: |store| Box::pin($name(store)),
            },
        )+];
    };
}

pub mod agents;
pub mod attachments;
pub mod budgets;
pub mod conversations;
pub mod erasure;
pub mod feedback;
pub mod idempotency;
pub mod keys;
pub mod knowledge;
pub mod leads;
pub mod messages;
pub mod organizations;
pub mod races;
pub mod revision;
mod scene;
pub mod secrets;
pub mod sweep;
pub mod telemetry;
pub mod turns;
pub mod versions;
pub mod widgets;

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The sentence that says it.
    pub name: &'static str,
    /// Panics when the store does not keep it.
    pub check: fn(Arc<dyn Store>) -> Check,
}

/// A rule at work.
pub type Check = Pin<Box<dyn Future<Output = ()> + Send>>;

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Holds the stores that `make` gives to the rules, a fresh one to each. What comes with a store
/// (its folder, its server) is dropped after it.
///
/// # Panics
/// With the names of the rules that were not kept.
pub async fn run<G>(rules: &[Rule], make: impl AsyncFn() -> (Arc<dyn Store>, G)) {
    let mut broken = Vec::new();
    for rule in rules {
        let (store, guard) = make().await;
        // A task of its own: its panic is this rule's alone.
        if tokio::spawn((rule.check)(Arc::clone(&store))).await.is_err() {
            broken.push(rule.name);
        }
        drop(store);
        drop(guard);
    }
    assert!(broken.is_empty(), "rules that are not kept: {broken:#?}");
}
