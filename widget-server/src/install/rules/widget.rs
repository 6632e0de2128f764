//! Whether the widget itself is ready to be shown.

use widget_core::config::DisplayMode;

use crate::install::finding::Finding;
use crate::install::scene::{Scene, Subject};

/// The two gates, and the pause.
pub(in crate::install) fn state(subject: &Subject) -> Vec<Finding> {
    let Subject { id, name, .. } = subject;
    let mut findings = Vec::new();
    if !subject.is_published {
        findings.push(
            Finding::error(
                "widget_unpublished",
                "The widget is not published",
                format!("“{name}” exists and is switched off: to the public its address answers “not found”, and the page gets no script."),
            )
            .fix(format!("Publish it: PUT /core/web-widgets/{id} with this body."))
            .copy("{\"published\": true}"),
        );
    }
    if !subject.is_version_published {
        findings.push(
            Finding::error(
                "version_unpublished",
                "The agent's version is still a draft",
                format!("“{name}” is pinned to a version of its agent that was never published. A widget is live only when both are: the widget and the version it runs."),
            )
            .fix("Publish that version (POST /core/agents/{agent}/versions/{number}/publish), or point the widget at a published one (agent_version_id)."),
        );
    }
    if subject.is_paused {
        findings.push(
            Finding::warning(
                "widget_paused",
                "The widget is paused",
                format!("“{name}” shows on the page and refuses new conversations; those that run go on."),
            )
            .fix(format!("End the pause: POST /api/v1/widgets/{id}/resume.")),
        );
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            "widget",
            "The widget is live",
            format!("“{name}” and its agent's version are published."),
        ));
    }
    findings
}

/// What its configuration says about this very page.
pub(super) fn on_page(scene: &Scene) -> Vec<Finding> {
    let v1 = scene.subject.v1();
    let address = scene.visit.url.as_str();
    let mut findings = Vec::new();
    let hides = v1.hidden_paths().into_iter().find(|glob| glob.matches_page(address));
    if let Some(glob) = hides {
        findings.push(
            Finding::error(
                "hidden_here",
                "The widget's own configuration hides it on this page",
                format!("hidden_paths has `{}`, which fits this page's address.", glob.as_str()),
            )
            .fix("Take that entry out of hidden_paths, or narrow it."),
        );
    }
    if v1.display_mode() == DisplayMode::Inline
        && let Some(target) = scene.tag().and_then(|tag| tag.target.as_deref())
        && let Some(id) = target.strip_prefix('#')
        && !scene.document.ids.iter().any(|there| there == id)
    {
        findings.push(
            Finding::warning(
                "target_missing",
                "The place for the inline chat is not on the page",
                format!("The tag says data-target=\"{target}\", and the page as it is sent has no element with that id. If no script makes one, the chat stands at the end of the page."),
            )
            .fix("Put this where the chat should stand.")
            .copy(format!("<div id=\"{id}\"></div>")),
        );
    }
    findings
}
