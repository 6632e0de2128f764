//! Telling a person what is being done and how long it took; on standard error, as what a command
//! is asked for goes to standard output.

use std::time::{Duration, Instant};

use anyhow::Result;

/// A known number of steps, announced as they begin and timed as they end.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    taken: Vec<(String, Duration)>,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, taken: Vec::with_capacity(total) }
    }

    /// Does one step: `[2/6] compile the module` before it, its seconds after it.
    pub(crate) fn step<T>(&mut self, what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("[{}/{}] {what}", self.taken.len() + 1, self.total);
        let begin = Instant::now();
        let outcome = work();
        let taken = begin.elapsed();
        let mark = if outcome.is_ok() { "done in" } else { "failed after" };
        eprintln!("      {mark} {:.1} s", taken.as_secs_f64());
        self.taken.push((what.to_owned(), taken));
        outcome
    }

    /// One line for each step with its minutes, and their sum.
    pub(crate) fn summary(&self) {
        let sum: Duration = self.taken.iter().map(|(_, taken)| *taken).sum();
        for (what, taken) in &self.taken {
            eprintln!("{:>6.2} min  {what}", minutes(*taken));
        }
        eprintln!("{:>6.2} min  in all", minutes(sum));
    }
}

fn minutes(duration: Duration) -> f64 {
    duration.as_secs_f64() / 60.0
}
