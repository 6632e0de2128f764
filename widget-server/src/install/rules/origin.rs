//! Whether the page's origin is on the widget's list, and what is nearly right where it is not.

use widget_core::origin::Origin;

use crate::install::finding::Finding;
use crate::install::scene::{Scene, Twin};

/// The allow-list against the page and its twin.
pub(super) fn domains(scene: &Scene) -> Vec<Finding> {
    let origin = scene.origin();
    if !scene.admits(&origin) {
        return vec![refused(scene, &origin)];
    }
    if scene.subject.domains.is_empty() && !scene.server.require_domains {
        return vec![
            Finding::info(
                "domains_open",
                "Any site may embed this widget",
                "Its list of domains is empty. That is meant for trying things out: a copied snippet works everywhere, at your cost.",
            )
            .fix("Add this site to the widget's domains.")
            .copy(origin),
        ];
    }
    match &scene.twin {
        Twin::Serves(twin) if !scene.admits(twin) => vec![
            Finding::warning(
                "twin_not_listed",
                format!("Visitors who come by {twin} do not get the widget"),
                format!("{origin} is on the list. {twin} shows the site as well, without leading to {origin}, and is not on it: to a browser they are two sites."),
            )
            .fix(format!("Add this entry as well, or let {twin} redirect to {origin}."))
            .copy(twin.clone()),
        ],
        _ => vec![Finding::ok(
            "domain",
            "The domain is allowed",
            format!("{origin} is admitted by the widget's list of domains."),
        )],
    }
}

fn refused(scene: &Scene, origin: &str) -> Finding {
    let entries = scene.subject.domains.entries();
    if entries.is_empty() {
        return Finding::error(
            "domains_required",
            "The widget's list of domains is empty",
            "This server serves a widget only to sites on its list (server.require_domains), and there is none on it.",
        )
        .fix("Add this entry to the widget's domains.")
        .copy(origin);
    }
    let list = entries.iter().map(Origin::as_str).collect::<Vec<_>>().join(", ");
    let mut detail = format!("The page's origin is {origin}. The list has: {list}.");
    if let Some(near) = Origin::from_header(origin).and_then(|origin| nearly(entries, &origin)) {
        detail.push(' ');
        detail.push_str(&near);
    }
    let asked = scene.visit.asked.origin().ascii_serialization();
    if asked != origin && scene.admits(&asked) {
        detail.push_str(&format!(
            " {asked}, the address that was entered, is on the list, but it leads visitors to {origin}."
        ));
    }
    Finding::error("domain_not_listed", "This domain is not on the widget's list", detail)
        .fix("Add exactly this entry to the widget's domains.")
        .copy(origin)
}

/// The entry that was probably meant for this page, and why it does not admit it.
fn nearly(entries: &[Origin], origin: &Origin) -> Option<String> {
    let host = |origin: &Origin| -> String {
        let authority = origin.authority();
        let port = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
        authority[..port.unwrap_or(authority.len())].to_owned()
    };
    let here = host(origin);
    entries.iter().find_map(|entry| {
        let there = host(entry);
        let entry_text = entry.as_str();
        if there == here && entry.is_secure() != origin.is_secure() {
            let (has, is) = if entry.is_secure() { ("https", "http") } else { ("http", "https") };
            return Some(format!("{entry_text} is for {has} only, and this page is {is}."));
        }
        if there == here {
            return Some(format!("{entry_text} has another port."));
        }
        if there.strip_prefix("www.") == Some(&here) || here.strip_prefix("www.") == Some(&there) {
            return Some(format!("{entry_text} differs by “www.”, which makes it another site."));
        }
        if there.strip_prefix("*.") == Some(&here) {
            return Some(format!(
                "{entry_text} is for every subdomain, and not for {here} itself."
            ));
        }
        let parent = there.strip_prefix("*.").unwrap_or(&there);
        let below = here.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'));
        below.then(|| format!("{entry_text} does not include this subdomain."))
    })
}
