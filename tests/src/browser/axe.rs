//! axe-core on the page as it is: what it finds wrong for people with disabilities.

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;

use super::Browser;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// WCAG 2.2 A and AA, and axe's best practices.
    Everything,
    /// Only whether text stands out from what is behind it.
    Contrast,
}

/// A rule that the page breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// axe's name of the rule: `color-contrast`, `label`, …
    pub rule: String,
    /// What it asks for.
    pub help: String,
    /// The elements, each with what is wrong with it.
    pub found: Vec<String>,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.help)?;
        self.found.iter().try_for_each(|found| write!(f, "\n  {found}"))
    }
}

impl Browser {
    /// Every rule that the page breaks, what is in open shadow roots included.
    ///
    /// # Panics
    /// When axe-core is not installed; `cargo xtask test` does that.
    pub async fn axe(&self, rules: Rules) -> Vec<Breach> {
        if self.run("return typeof self.axe", Vec::new()).await == "undefined" {
            self.run(source(), Vec::new()).await;
        }
        let only = match rules {
            Rules::Everything => {
                "'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'"
            }
            Rules::Contrast => "'color-contrast'",
        };
        let found = self
            .promise(&format!(
                "axe.run(document, {{ runOnly: [{only}], resultTypes: ['violations'] }}).then(({{ violations }}) =>
                    violations.map(({{ id, help, nodes }}) => ({{ id, help, nodes: nodes.map(node =>
                        [node.target.flat().join(' >>> '), node.html, node.failureSummary]) }})))"
            ))
            .await;
        let breaches = found.as_array().unwrap_or_else(|| panic!("axe failed: {found}"));
        breaches.iter().map(breach).collect()
    }
}

fn breach(violation: &Value) -> Breach {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let element = |node: &Value| {
        // The summary is a heading and a line for each thing wrong.
        let summary = text(&node[2]);
        let wrong: Vec<_> = summary.lines().skip(1).map(str::trim).collect();
        format!("{} {}: {}", text(&node[0]), text(&node[1]), wrong.join("; "))
    };
    let nodes = violation["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    Breach {
        rule: text(&violation["id"]),
        help: text(&violation["help"]),
        found: nodes.iter().map(element).collect(),
    }
}

fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web/node_modules/axe-core/axe.min.js");
        std::fs::read_to_string(path).expect("axe-core; `npm ci` in tests/web installs it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Page, Site};

    #[tokio::test]
    async fn a_button_without_a_name_in_a_shadow_root_is_found() {
        let site = Site::start().await;
        site.put(
            "/",
            Page::html(
                "<main><h1>Host</h1><x-card></x-card></main><script>
                document.querySelector('x-card').attachShadow({ mode: 'open' })
                    .append(document.createElement('button'))</script>",
            ),
        );
        let browser = Browser::start().await;
        browser.open(&site.url("/")).await;
        let breaches = browser.axe(Rules::Everything).await;
        assert_eq!(breaches.len(), 1, "{breaches:?}");
        let told = breaches[0].to_string();
        assert!(told.starts_with("button-name: ") && told.contains("x-card >>> button"), "{told}");
        assert!(browser.axe(Rules::Contrast).await.is_empty());
        browser.close().await;
    }
}
