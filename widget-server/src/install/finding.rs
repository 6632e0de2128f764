//! What the checker says.

use schemars::JsonSchema;
use serde::Serialize;
use widget_core::id::WidgetId;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The widget does not show, or does nothing.
    Error,
    /// It works, and not for everybody or not with everything.
    Warning,
    /// Something to know; often what cannot be seen from here.
    Info,
    /// Looked at, and right.
    Ok,
}

impl Severity {
    /// The word of it: `error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Ok => "ok",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "InstallFinding")]
pub struct Finding {
    /// Stable, for a program: `domain_not_listed`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// What was seen, and what follows from it.
    pub detail: String,
    /// What to do, where there is something to do.
    pub fix: Option<String>,
    /// The exact text to put somewhere: an entry, a directive, a tag.
    pub copy: Option<String>,
}

impl Finding {
    /// A finding of any severity.
    pub(super) fn new(
        severity: Severity,
        code: &'static str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let (title, detail) = (title.into(), detail.into());
        Self { code, severity, title, detail, fix: None, copy: None }
    }

    /// The widget does not show, or does nothing.
    pub(super) fn error(
        code: &'static str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Error, code, title, detail)
    }

    /// Not for everybody, or not with everything.
    pub(super) fn warning(
        code: &'static str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, title, detail)
    }

    /// Something to know.
    pub(super) fn info(
        code: &'static str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Info, code, title, detail)
    }

    /// Looked at, and right.
    pub(super) fn ok(
        code: &'static str,
        title: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Ok, code, title, detail)
    }

    /// What to do.
    #[must_use]
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// The exact text to put there.
    #[must_use]
    pub(super) fn copy(mut self, text: impl Into<String>) -> Self {
        self.copy = Some(text.into());
        self
    }
}

/// Everything that was found about one widget on one page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "InstallReport")]
pub struct Report {
    /// The address that was asked for.
    pub url: String,
    /// Where it led, when a page was read.
    pub final_url: Option<String>,
    /// The widget that was looked for, where it is known.
    pub widget_id: Option<WidgetId>,
    /// The worst of the findings, `ok` where nothing is wrong.
    pub verdict: Severity,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(
        url: &str,
        final_url: Option<String>,
        widget_id: Option<WidgetId>,
        mut findings: Vec<Finding>,
    ) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        let worst = findings.first().map_or(Severity::Ok, |finding| finding.severity);
        let verdict = if worst == Severity::Info { Severity::Ok } else { worst };
        Self { url: url.to_owned(), final_url, widget_id, verdict, findings }
    }
}
