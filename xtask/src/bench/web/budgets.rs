//! The budgets of a page load, whose reasons are in `ARCHITECTURE.md`.

use std::fmt;

use super::figures::{Figure, Measurement, OURS, PAGE, median};

/// A slow phone, and a slow phone on a slow network, as `measure.mjs` names them.
const SLOW: &str = "CPU 4×";
const SLOW_NETWORK: &str = "CPU 4×, 4G";

/// A budget, and what was measured against it.
#[derive(Debug)]
pub(super) struct Verdict {
    what: &'static str,
    measured: f64,
    budget: f64,
    pub(super) kept: bool,
}

/// Every budget that this run has figures for.
pub(super) fn judge(measured: &[Measurement]) -> Vec<Verdict> {
    let ours = |condition, figure| median(measured, condition, OURS, figure);
    // A page without anything blocks as well when the machine is busy: that is not the widget's.
    let blocking = |condition| {
        let page = median(measured, condition, PAGE, Figure::Blocking).unwrap_or(0.0);
        ours(condition, Figure::Blocking).map(|blocking| (blocking - page).max(0.0))
    };
    let verdicts = [
        ("ms of blocking before the visitor acts, CPU 4×", blocking(SLOW), 0.0),
        ("ms of blocking before the visitor acts, CPU 4× and 4G", blocking(SLOW_NETWORK), 0.0),
        (
            "ms from the page's own first paint to the bubble, CPU 4× and 4G",
            ours(SLOW_NETWORK, Figure::OverPaint),
            150.0,
        ),
        (
            "ms from the click to the open panel, CPU 4× and 4G",
            ours(SLOW_NETWORK, Figure::Opened),
            450.0,
        ),
        ("request before the visitor acts", ours(SLOW, Figure::Requests), 1.0),
    ];
    let judged = verdicts.into_iter().filter_map(|(what, measured, budget)| {
        let measured = measured?.round();
        Some(Verdict { what, measured, budget, kept: measured <= budget })
    });
    judged.collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, measured, budget, kept } = self;
        let verdict = if *kept { "good" } else { "OVER BUDGET" };
        write!(f, "{measured:>5.0} of {budget:>3.0} {what}: {verdict}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::measurement;
    use super::*;

    #[test]
    fn a_late_panel_is_over_its_budget_and_what_was_not_measured_is_not_judged() {
        let late = Measurement { condition: SLOW_NETWORK.to_owned(), ..measurement(OURS, 451.0) };
        let verdicts = judge(&[late]);
        let told: Vec<_> = verdicts.iter().map(Verdict::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[2].contains("451 of 450") && told[2].ends_with("OVER BUDGET"), "{told:?}");
    }
}
