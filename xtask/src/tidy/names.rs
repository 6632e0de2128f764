//! What files and folders are called.

use super::Breach;

/// Names that say nothing of what is inside.
const EMPTY: [&str; 8] =
    ["utils", "util", "helpers", "helper", "common", "manager", "misc", "shared"];

pub(super) fn breaches(path: &str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for part in path.split('/') {
        let stem = part.split('.').find(|stem| !stem.is_empty()).unwrap_or_default();
        if EMPTY.contains(&stem) {
            breaches.push(Breach(format!("{path}: {stem:?} says nothing of what is inside")));
        }
        if part == "mod.rs" {
            breaches.push(Breach(format!("{path}: foo.rs beside foo/, not foo/mod.rs")));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_name_is_found_in_file_and_folder() {
        assert_eq!(breaches("widget-server/src/utils/time.rs").len(), 1);
        assert_eq!(breaches("widget-server/src/http/helpers.rs").len(), 1);
        assert_eq!(breaches("widget-server/src/http/mod.rs").len(), 1);
        assert!(breaches("widget-server/src/http/router.rs").is_empty());
    }
}
