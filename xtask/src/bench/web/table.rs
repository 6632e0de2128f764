//! The table: each figure, over the bare page's and over ours.

use super::figures::{Figure, Measurement, OURS, PAGE, distinct, median};

/// A column: what it is called, and what stands in it for a subject.
struct Column {
    title: &'static str,
    figure: Figure,
    shown: Shown,
}

enum Shown {
    /// The figure divided by this.
    In(f64),
    /// Kilobytes and megabytes have one digit more than milliseconds and requests.
    InTenths(f64),
    /// How many times the figure of another subject it is.
    Over(&'static str),
}

const COLUMNS: [Column; 17] = {
    use Figure::{Blocking, Bytes, BytesOpen, Heap, HeapOpen, Opened, Requests, Seen};
    use Shown::{In, InTenths, Over};
    const fn column(title: &'static str, figure: Figure, shown: Shown) -> Column {
        Column { title, figure, shown }
    }
    [
        column("seen ms", Seen, In(1.0)),
        column("× page", Seen, Over(PAGE)),
        column("× ours", Seen, Over(OURS)),
        column("over paint ms", Figure::OverPaint, In(1.0)),
        column("blocking ms", Blocking, In(1.0)),
        column("click→panel ms", Opened, In(1.0)),
        column("× ours", Opened, Over(OURS)),
        column("heap MB", Heap, InTenths(1e6)),
        column("× page", Heap, Over(PAGE)),
        column("× ours", Heap, Over(OURS)),
        column("heap open MB", HeapOpen, InTenths(1e6)),
        column("× ours", HeapOpen, Over(OURS)),
        column("requests", Requests, In(1.0)),
        column("KB", Bytes, InTenths(1e3)),
        column("× ours", Bytes, Over(OURS)),
        column("KB open", BytesOpen, InTenths(1e3)),
        column("× ours", BytesOpen, Over(OURS)),
    ]
};

/// The whole table in Markdown, its columns aligned for the terminal.
pub(super) fn table(measured: &[Measurement]) -> String {
    let mut rows = vec![titles()];
    for condition in distinct(measured, |m| &m.condition) {
        for subject in distinct(measured, |m| &m.subject) {
            rows.push(row(measured, condition, subject));
        }
    }
    let count = rows[0].len();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or(0)).collect();
    let mut lines: Vec<String> = rows.iter().map(|row| line(row, &widths)).collect();
    let rule = widths.iter().enumerate().map(|(column, width)| match column {
        0 | 1 => "-".repeat(width + 2),
        _ => format!("{}:", "-".repeat(width + 1)),
    });
    lines.insert(1, format!("|{}|", rule.collect::<Vec<_>>().join("|")));
    lines.join("\n") + "\n"
}

fn titles() -> Vec<String> {
    let titles = ["condition", "page"].into_iter().chain(COLUMNS.iter().map(|column| column.title));
    titles.map(str::to_owned).collect()
}

fn row(measured: &[Measurement], condition: &str, subject: &str) -> Vec<String> {
    let cell = |column: &Column| {
        let value = median(measured, condition, subject, column.figure)?;
        Some(match column.shown {
            Shown::In(unit) => format!("{:.0}", value / unit),
            Shown::InTenths(unit) => format!("{:.1}", value / unit),
            Shown::Over(other) => {
                let base = median(measured, condition, other, column.figure)?;
                let times = value / base;
                if times < 10.0 { format!("{times:.2}") } else { format!("{times:.0}") }
            }
        })
    };
    let cells = COLUMNS.iter().map(|column| cell(column).unwrap_or_else(|| "–".to_owned()));
    [condition.to_owned(), subject.to_owned()].into_iter().chain(cells).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, &width))| match column {
        0 | 1 => format!("{cell:<width$}"),
        _ => format!("{cell:>width$}"),
    });
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::measurement;
    use super::*;

    #[test]
    fn each_figure_stands_beside_its_ratio_to_the_page_and_to_ours() {
        let measured =
            [measurement(PAGE, 100.0), measurement(OURS, 125.0), measurement("x", 500.0)];
        let table = table(&measured);
        let peer = table.lines().last().unwrap().split('|').map(str::trim).collect::<Vec<_>>();
        assert_eq!(peer[1..6], ["CPU 4×", "x", "500", "5.00", "4.00"]);
        let widths: Vec<_> = table.lines().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]), "{table}");
    }
}
