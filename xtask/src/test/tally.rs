//! Counting what several test runs say about themselves.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The sum over all runs so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

impl Tally {
    /// Runs the tests, shows what they print, and counts it. Fails when the run does.
    pub(super) fn run(&mut self, command: &mut Command) -> Result<()> {
        let mut run = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
        let failed_before = self.failed;
        let output = run.stdout.take().context("standard output is piped")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            self.count(&line);
        }
        let status = run.wait()?;
        if !status.success() {
            // A run that broke off has counted nothing, and yet it failed.
            self.failed = self.failed.max(failed_before + 1);
            bail!("a test run failed ({status})");
        }
        Ok(())
    }

    /// Reads `test result: ok. 6 passed; 0 failed; …`, as libtest and wasm-bindgen write it.
    fn count(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        let number = |kind: &str| -> usize {
            let before = result.split(kind).next().unwrap_or_default();
            let word = before.trim_end().rsplit([' ', ';']).next();
            word.and_then(|word| word.parse().ok()).unwrap_or(0)
        };
        self.passed += number("passed");
        self.failed += number("failed");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_runs_are_added_up() {
        let mut tally = Tally::default();
        tally.count("running 9 tests");
        tally.count("test a_failed_job_undoes_only_itself ... ok");
        tally.count("test result: ok. 6 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        tally.count("test result: FAILED. 12 passed; 3 failed; 0 ignored; finished in 0.1s");
        assert_eq!(tally.to_string(), "18 passed, 3 failed");
    }
}
