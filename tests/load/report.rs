//! The table of figures and their budgets.

use std::fmt::Write as _;
use std::io::Write as _;

/// Rows of figures.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Row>);

#[derive(Debug)]
struct Row {
    what: &'static str,
    figure: String,
    budget: &'static str,
    kept: bool,
    note: String,
}

impl Report {
    /// Adds a figure; `kept` says whether it is within its budget.
    pub(crate) fn add(
        &mut self,
        what: &'static str,
        figure: String,
        budget: &'static str,
        kept: bool,
        note: String,
    ) {
        progress(&format!("{what}: {figure} (budget {budget})"));
        self.0.push(Row { what, figure, budget, kept, note });
    }

    /// Writes the table as Markdown.
    pub(crate) fn print(&self) {
        let mut table = String::from("| what | figure | budget | | how |\n|---|---|---|---|---|\n");
        for Row { what, figure, budget, kept, note } in &self.0 {
            let mark = if *kept { "kept" } else { "**missed**" };
            let _ = writeln!(table, "| {what} | {figure} | {budget} | {mark} | {note} |");
        }
        let _ = write!(std::io::stdout(), "{table}");
    }

    /// 0 when every budget is kept.
    pub(crate) fn exit_code(&self) -> i32 {
        i32::from(self.0.iter().any(|row| !row.kept))
    }
}

/// Says what is going on.
pub(crate) fn progress(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The middle of `values`, which are sorted on the way.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which the share `q` of `values` lies; they are sorted on the way.
pub(crate) fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * q).round() as usize).copied().unwrap_or_default()
}

/// Writes a line to standard output.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
