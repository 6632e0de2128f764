//! The pages where a launcher does not appear, as the one expression the loader carries.

use serde_json::Value;
use widget_core::config::V1;
use widget_core::glob::Glob;

/// What comes before the path of an address.
const ORIGIN: &str = "\\w+:/+[^/]+";
/// What may follow a pattern that does not name it.
const REST: &str = "/?([?#].*)?";

/// A JavaScript regular expression over the page's address; `None` where the launcher is nowhere
/// hidden. It says what [`Glob::matches_page`] says; globs are the owner's, so a mistake in one
/// cannot become an expression of another kind.
pub(super) fn expression(v1: &V1<&Value>) -> Option<String> {
    let globs: Vec<_> = v1.hidden_paths().iter().map(alternative).collect();
    (!globs.is_empty()).then(|| format!("^({}){REST}$", globs.join("|")))
}

fn alternative(glob: &Glob) -> String {
    let mut out = String::from(if glob.as_str().starts_with('/') { ORIGIN } else { "" });
    let mut after_star = false;
    for character in glob.as_str().chars() {
        match character {
            // More than one star is one: each costs the browser another pass over the address.
            '*' if after_star => {}
            '*' => out.push_str(".*"),
            _ => {
                if character.is_ascii_punctuation() && character != '/' {
                    out.push('\\');
                }
                out.push(character);
            }
        }
        after_star = character == '*';
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn hides(globs: &[&str], address: &str) -> bool {
        let config = json!({"v1": {"hidden_paths": globs}});
        let expression = expression(&V1::of(&config)).expect("there are patterns");
        regex::Regex::new(&expression).expect("an expression").is_match(address)
    }

    #[test]
    fn nothing_hidden_needs_no_expression() {
        assert_eq!(expression(&V1::of(&json!({}))), None);
    }

    #[test]
    fn paths_and_addresses_are_told_apart() {
        assert!(hides(&["/admin/*", "/pricing"], "https://a.example/pricing/?from=mail#top"));
        assert!(hides(&["/admin/*"], "http://localhost:3000/admin/x/y"));
        assert!(!hides(&["/admin/*"], "https://a.example/shop/admin/x"));
        assert!(!hides(&["/pricing"], "https://a.example/pricing-old"));
        assert!(hides(&["https://a.example/*"], "https://a.example/any"));
        assert!(hides(&["*from=mail*"], "https://a.example/?from=mail"));
        assert!(!hides(&["/a.c"], "https://a.example/abc"), "a point is a point");
    }

    proptest! {
        #[test]
        fn it_hides_where_the_rule_says(
            glob in "/?[a-c*.$+()-]{1,6}",
            path in "(/[a-c.$+()-]{0,4}){1,3}",
            query in "(\\?[a-c=]{0,3})?(#[a-c]{0,2})?",
        ) {
            let address = format!("https://x.example{path}{query}");
            let rule = Glob::parse(&glob).expect("a pattern").matches_page(&address);
            prop_assert_eq!(hides(&[&glob], &address), rule, "{} on {}", glob, address);
        }
    }
}
