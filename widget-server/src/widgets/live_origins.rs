//! Which origins some live widget admits.

use std::collections::HashSet;

use widget_core::origin::Origin;

/// The lists of all live widgets at once: a preflight of `/v1/widget/…` names no widget.
#[derive(Debug, Default)]
pub(super) struct LiveOrigins {
    exact: HashSet<String>,
    wildcards: Vec<Origin>,
    /// Whether some widget has an empty list.
    any: bool,
}

impl LiveOrigins {
    pub(super) fn of(lists: &[Vec<String>]) -> Self {
        let mut origins = Self::default();
        for list in lists {
            origins.any |= list.is_empty();
            let parsed = list.iter().filter_map(|entry| Origin::parse(entry).ok());
            let (wildcards, exact): (Vec<_>, Vec<_>) = parsed.partition(Origin::is_wildcard);
            origins.wildcards.extend(wildcards);
            origins.exact.extend(exact.iter().map(|origin| origin.as_str().to_owned()));
        }
        origins.wildcards.sort_unstable();
        origins.wildcards.dedup();
        origins
    }

    pub(super) fn admit(&self, origin: &str, require_domains: bool) -> bool {
        if (self.any && !require_domains) || self.exact.contains(origin) {
            return true;
        }
        Origin::from_header(origin)
            .is_some_and(|origin| self.wildcards.iter().any(|entry| entry.admits(&origin)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(lists: &[&[&str]]) -> LiveOrigins {
        let owned = lists.iter().map(|list| list.iter().map(ToString::to_string).collect());
        LiveOrigins::of(&owned.collect::<Vec<_>>())
    }

    #[test]
    fn a_preflight_passes_when_some_live_widget_admits_the_origin() {
        let live =
            lists(&[&["https://a.example"], &["https://*.b.example", "http://localhost:3000"]]);
        for origin in ["https://a.example", "https://x.b.example", "http://localhost:3000"] {
            assert!(live.admit(origin, false), "{origin}");
        }
        for origin in ["https://b.example", "https://c.example", "null", "http://a.example"] {
            assert!(!live.admit(origin, false), "{origin}");
        }
    }

    #[test]
    fn an_empty_list_somewhere_admits_every_origin_unless_domains_are_required() {
        let live = lists(&[&["https://a.example"], &[]]);
        assert!(live.admit("https://c.example", false));
        assert!(!live.admit("https://c.example", true));
        assert!(live.admit("https://a.example", true));
    }

    #[test]
    fn without_live_widgets_nobody_is_admitted() {
        assert!(!lists(&[]).admit("https://a.example", false));
    }
}
