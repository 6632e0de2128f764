//! What a server cannot see, said plainly.

use crate::install::finding::{Finding, Severity};
use crate::install::scene::Scene;

/// Where all is well and nothing shows, it is the visitor's browser.
pub(super) fn unseen(scene: &Scene, findings: &[Finding]) -> Option<Finding> {
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    Some(
        Finding::info(
            "blocker_unseen",
            "What a visitor's browser blocks cannot be seen from here",
            "Content blockers, company networks and privacy settings decide for themselves, and pages can cover or hide what stands on them.",
        )
        .fix(format!("If the widget does not show on your screen: open the page in a private window, where extensions are off, and on another network. If it shows there, an extension hides it: its list of blocked requests names {}. The check for inside the page tells these cases apart.", scene.base())),
    )
}
