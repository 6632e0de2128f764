//! What was measured, and its medians.

use anyhow::{Context, Result};
use serde_json::Value;

/// The subject without any widget: what is there anyway.
pub(super) const PAGE: &str = "the page alone";

/// The subject this is about.
pub(super) const OURS: &str = "this widget";

/// One load of one page.
#[derive(Clone, Debug)]
pub(super) struct Measurement {
    pub(super) subject: String,
    pub(super) condition: String,
    pub(super) figures: Value,
}

/// A figure of a measurement, by where it stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    /// From the navigation to the first frame with the launcher (or the whole widget), ms.
    Seen,
    /// From the host page's own first paint of the same load to that frame, ms.
    OverPaint,
    /// Main-thread blocking before the visitor acts, ms.
    Blocking,
    /// From the click to the first frame with a place to type, ms.
    Opened,
    /// JavaScript heap and memory of WebAssembly before the visitor acts, bytes.
    Heap,
    /// The same with the panel open.
    HeapOpen,
    /// Bytes on the wire before the visitor acts, the page's own included.
    Bytes,
    /// The same with the panel open.
    BytesOpen,
    /// Requests before the visitor acts, beyond the page's own.
    Requests,
}

impl Measurement {
    /// Reads a line of `main.mjs`.
    pub(super) fn read(line: &str) -> Result<Self> {
        let figures: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
        let name = |member: &str| {
            let name = figures[member].as_str().map(str::to_owned);
            name.with_context(|| format!("no {member} in {line}"))
        };
        Ok(Self { subject: name("subject")?, condition: name("condition")?, figures })
    }

    fn figure(&self, figure: Figure) -> Option<f64> {
        let before = |member: &str| self.figures["before"][member].as_f64();
        let after = |member: &str| self.figures["after"][member].as_f64();
        match figure {
            Figure::Seen => before("seen"),
            Figure::OverPaint => Some(before("seen")? - before("paint")?),
            Figure::Blocking => before("blocking"),
            Figure::Opened => after("opened"),
            Figure::Heap => Some(before("heap")? + before("wasm")?),
            Figure::HeapOpen => Some(after("heap")? + after("wasm")?),
            Figure::Bytes => before("bytes"),
            Figure::BytesOpen => after("bytes"),
            Figure::Requests => Some(before("requests")? - 1.0),
        }
    }
}

/// The median of a figure over all rounds; `None` where the subject has none.
pub(super) fn median(
    measured: &[Measurement],
    condition: &str,
    subject: &str,
    figure: Figure,
) -> Option<f64> {
    let of_it = measured.iter().filter(|m| m.condition == condition && m.subject == subject);
    let mut values: Vec<f64> = of_it.filter_map(|m| m.figure(figure)).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => values.get(middle).copied(),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

/// The names of one kind in the order in which they were measured.
pub(super) fn distinct<'a>(
    measured: &'a [Measurement],
    name: impl Fn(&'a Measurement) -> &'a str,
) -> Vec<&'a str> {
    let mut names = Vec::new();
    for name in measured.iter().map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn measurement(subject: &str, seen: f64) -> Measurement {
        let line = format!(
            r#"{{"subject":"{subject}","condition":"CPU 4×","before":{{"paint":100,"seen":{seen},"blocking":0,
            "heap":1000000,"wasm":0,"bytes":2000,"requests":2}},"after":{{"opened":{seen},"heap":1500000,
            "wasm":500000,"bytes":4000}}}}"#
        );
        Measurement::read(&line.replace('\n', "")).unwrap()
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_its_two_middle_ones() {
        let measured = [300.0, 100.0, 120.0, 200.0].map(|seen| measurement(OURS, seen));
        let of = |figure| median(&measured, "CPU 4×", OURS, figure);
        assert_eq!(of(Figure::Seen), Some(160.0));
        assert_eq!(of(Figure::HeapOpen), Some(2_000_000.0));
        assert_eq!(median(&measured[..3], "CPU 4×", OURS, Figure::OverPaint), Some(20.0));
        assert_eq!(median(&measured, "CPU 4×", PAGE, Figure::Seen), None);
    }
}
