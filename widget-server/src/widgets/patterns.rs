//! What the loader and the triggers know of pages: patterns as expressions, made here so that no
//! browser has to.

use serde_json::Value;
use widget_core::config::V1;
use widget_core::glob::Glob;

/// What comes before the path of an address.
const ORIGIN: &str = "\\w+:/+[^/]+";
/// What may follow a pattern that does not name it.
const REST: &str = "/?([?#].*)?";

/// The pages where the launcher does not appear; `None` where it is nowhere hidden.
pub(super) fn hidden(v1: &V1<&Value>) -> Option<String> {
    expression(&v1.hidden_paths())
}

/// A JavaScript regular expression over a page's address; `None` without a pattern. It says what
/// [`Glob::matches_page`] says of any of them; globs are the owner's, so a mistake in one cannot
/// become an expression of another kind.
fn expression(globs: &[Glob]) -> Option<String> {
    let any: Vec<_> = globs.iter().map(alternative).collect();
    (!any.is_empty()).then(|| format!("^({}){REST}$", any.join("|")))
}

/// The proactive triggers that are on, as they are configured but for their pattern.
pub(super) fn triggers(v1: &V1<&Value>, written: Option<&Value>) -> Vec<Value> {
    let written = written.and_then(Value::as_array).into_iter().flatten();
    let configured = v1.triggers().into_iter().zip(written);
    let on = configured.filter(|(trigger, _)| trigger.enabled());
    on.map(|(trigger, written)| {
        let mut rule = written.clone();
        if let Some(when) = rule.get_mut("when").and_then(Value::as_object_mut)
            && when.remove("url_matches").is_some()
        {
            let pattern = trigger.when().url_matches();
            when.insert("url".to_owned(), expression(pattern.as_slice()).into());
        }
        rule
    })
    .collect()
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
        let expression = hidden(&V1::of(&config)).expect("there are patterns");
        regex::Regex::new(&expression).expect("an expression").is_match(address)
    }

    #[test]
    fn nothing_hidden_needs_no_expression() {
        assert_eq!(hidden(&V1::of(&json!({}))), None);
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

    #[test]
    fn triggers_that_are_off_are_not_sent_and_patterns_are_expressions() {
        let list = json!([
            {"id": "off", "when": {"idle_seconds": 1}, "action": {"open": true}, "enabled": false},
            {"id": "on", "when": {"url_matches": "/shop/*", "idle_seconds": 3}, "action": {"teaser": "Hi"}},
        ]);
        let config = json!({"v1": {"triggers": list}});
        let sent = triggers(&V1::of(&config), config["v1"].get("triggers"));
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0]["when"]["idle_seconds"], 3);
        let url = sent[0]["when"]["url"].as_str().expect("an expression");
        assert!(regex::Regex::new(url).expect("valid").is_match("https://a.example/shop/x"));
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
