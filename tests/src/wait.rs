//! Waiting for something to become true, with a limit and a sentence for when it does not.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

/// How long a test waits for anything before it fails: long for a person, short for two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How often a condition is asked again.
const PACE: Duration = Duration::from_millis(15);

/// Asks until the answer is `Some`, and returns it.
///
/// # Panics
/// When nothing came within [`PATIENCE`]; `what` says what was missed.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    until_or(|| what.to_owned(), ask).await
}

/// Like [`until`]; what was missed is said when it was, with what was there instead.
pub async fn until_or<T, F: Future<Output = Option<T>>>(
    what: impl Fn() -> String,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain: {}", what());
        sleep(PACE).await;
    }
}

/// Like [`until`] for a condition that is asked without waiting.
///
/// # Panics
/// When it did not become true within [`PATIENCE`].
pub async fn until_true(what: &str, mut ask: impl FnMut() -> bool) {
    until(what, || std::future::ready(ask().then_some(()))).await;
}

/// The outcome of `future`, which must come within [`PATIENCE`].
///
/// # Panics
/// When it does not come in time.
pub async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, future).await {
        Ok(outcome) => outcome,
        Err(_) => panic!("waited {PATIENCE:?} in vain: {what}"),
    }
}
