//! The rules that every engine of the store keeps, each once.
//!
//! A rule is a function that is given a fresh, empty store. An engine supplies such stores and
//! calls [`run`] with the rules of each feature.

use std::pin::Pin;
use std::sync::Arc;

use super::Store;

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
