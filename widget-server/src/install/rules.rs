//! From facts to findings. Nothing here asks anybody anything.

use widget_core::id::WidgetId;

use super::finding::{Finding, Severity};
use super::scene::Scene;
use super::snippet::Sighting;

mod origin;
pub(super) mod page;
mod policy;
mod snippet;
mod transport;
mod unseen;
mod widget;

pub(super) use widget::state as widget_state;

/// Everything there is to say about a page that was read.
pub(super) fn examine(scene: &Scene) -> Vec<Finding> {
    let mut findings = widget::state(&scene.subject);
    let about_page = page::read(scene);
    let is_readable = !about_page.iter().any(|finding| finding.severity == Severity::Error);
    findings.extend(about_page);
    findings.extend(origin::domains(scene));
    if is_readable {
        findings.extend(widget::on_page(scene));
        findings.extend(snippet::snippets(scene));
        findings.extend(transport::transport(scene));
        findings.extend(policy::policies(scene));
    }
    findings.extend(unseen::unseen(scene, &findings));
    findings
}

/// There is no widget to speak of.
pub(super) fn no_widget(sightings: &[Sighting], wanted: Option<WidgetId>) -> Finding {
    let named = sightings.iter().find(|sighting| sighting.runs()).or_else(|| sightings.first());
    match (wanted, named) {
        (Some(id), _) => Finding::error(
            "widget_unknown",
            "There is no such widget",
            format!("This server has no widget {id}. It was deleted, or the id has a typing mistake in it."),
        )
        .fix("Take the id from the list of widgets: GET /core/web-widgets."),
        (None, Some(Sighting { id_text, base, .. })) => Finding::error(
            "widget_unknown",
            "The snippet names a widget that this server does not have",
            format!("The page loads the widget “{id_text}” from {base}. It was deleted, belongs to another server, or has a typing mistake in it."),
        )
        .fix("Put the id of one of your widgets into the tag; GET /core/web-widgets lists them."),
        (None, None) => Finding::error(
            "widget_unclear",
            "The page names no widget, and it is not clear which one was meant",
            "There is no snippet in the page as it is sent, and not exactly one widget whose list of domains has this site.",
        )
        .fix("Say which widget should be there (on the command line with --widget ID)."),
    }
}

#[cfg(test)]
mod tests;
