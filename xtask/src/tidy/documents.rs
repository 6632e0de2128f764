//! Documents that must be there and in order.

use super::{Breach, File};

const DECISIONS: &str = "docs/adr/";

pub(super) fn breaches(files: &[File]) -> Vec<Breach> {
    [decisions(files), changelog(files)].concat()
}

/// Decision records are numbered 0001, 0002, … without gaps, and say their number in the title.
fn decisions(files: &[File]) -> Vec<Breach> {
    let mut records: Vec<_> =
        files.iter().filter(|file| file.path.starts_with(DECISIONS)).collect();
    records.retain(|file| !file.path.ends_with("README.md"));
    records.sort_by(|left, right| left.path.cmp(&right.path));
    let breach = |(index, file): (usize, &&File)| {
        let number = format!("{:04}", index + 1);
        let name = file.path.trim_start_matches(DECISIONS);
        if !name.starts_with(&format!("{number}-")) {
            return Some(Breach(format!("{}: should have number {number}", file.path)));
        }
        let title = file.text.lines().next().unwrap_or_default();
        let title_number = title.trim_start_matches("# ").trim_start_matches("ADR ");
        let numbered =
            title_number.trim_start_matches('0').starts_with(number.trim_start_matches('0'));
        (!numbered).then(|| Breach(format!("{}: its title lacks its number", file.path)))
    };
    records.iter().enumerate().filter_map(breach).collect()
}

fn changelog(files: &[File]) -> Vec<Breach> {
    let log = files.iter().find(|file| file.path == "CHANGELOG.md");
    let open = log.is_some_and(|log| {
        log.text.lines().any(|line| line.starts_with("## ") && line.contains("Unreleased"))
    });
    let missing = "CHANGELOG.md: no section \"Unreleased\"".to_owned();
    if open { Vec::new() } else { vec![Breach(missing)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_gap_in_the_decision_records_is_found() {
        let first = || file("docs/adr/0001-hyper.md", "# 0001 Hyper without a framework\n");
        let second = file("docs/adr/0002-sqlite.md", "# 2. SQLite first\n");
        assert!(decisions(&[first(), second]).is_empty());
        let third = file("docs/adr/0003-wasm.md", "# 3. Wasm\n");
        assert_eq!(decisions(&[first(), third]).len(), 1);
    }

    #[test]
    fn a_changelog_has_a_place_for_the_next_change() {
        assert!(changelog(&[file("CHANGELOG.md", "# Changes\n\n## [Unreleased]\n")]).is_empty());
        assert_eq!(changelog(&[]).len(), 1);
    }
}
