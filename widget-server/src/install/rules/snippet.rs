//! Whether the page has the snippet, once, and where a browser comes to it.

use crate::install::document::{Place, Script};
use crate::install::finding::Finding;
use crate::install::scene::{Other, Scene};
use crate::install::snippet::{How, Sighting};

/// Programs that put further scripts into a page: a piece of their address, and their name.
const TAG_MANAGERS: [(&str, &str); 8] = [
    ("googletagmanager.com/gtm.js", "Google Tag Manager"),
    ("tags.tiqcdn.com", "Tealium"),
    ("assets.adobedtm.com", "Adobe Tags"),
    ("cdn.segment.com", "Segment"),
    ("nexus.ensighten.com", "Ensighten"),
    ("/js/container_", "Matomo Tag Manager"),
    ("tagcommander.com", "Commanders Act"),
    ("containers.piwik.pro", "Piwik PRO"),
];

/// Fewer characters than this, and a script makes the page.
const SHELL_CHARS: usize = 200;

/// All there is to say about the tag.
pub(super) fn snippets(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    let running = scene.own().filter(|sighting| sighting.runs()).count();
    match (running, scene.own().find(|sighting| !sighting.runs())) {
        (0, Some(sighting)) => findings.push(idle(scene, sighting)),
        (0, None) => findings.push(foreign(scene).unwrap_or_else(|| missing(scene))),
        (1, _) => findings.push(Finding::ok(
            "snippet",
            "The snippet is on the page",
            format!("One script tag loads the widget from {}.", scene.base()),
        )),
        (many, _) => findings.push(
            Finding::warning(
                "snippet_twice",
                format!("The snippet is on the page {many} times"),
                "The widget shows once all the same; each further tag is a needless request and makes changes harder. Often one stands in the template and one in a plugin or a tag manager.",
            )
            .fix("Leave one of them."),
        ),
    }
    if let Some(tag) = scene.tag() {
        findings.extend(about_tag(scene, tag));
    }
    findings
}

/// What is wrong with a tag that runs.
fn about_tag(scene: &Scene, tag: &Sighting) -> Vec<Finding> {
    let mut findings = Vec::new();
    if tag.integrity.as_ref().is_some_and(|hash| !hash.trim().is_empty()) {
        findings.push(
            Finding::error(
                "snippet_integrity",
                "The tag demands one exact version of the script",
                "It has an integrity attribute. The script carries the widget's appearance, so it changes with every change of yours, and from then on browsers refuse it.",
            )
            .fix("Take integrity and crossorigin out of the tag.")
            .copy(scene.snippet()),
        );
    }
    if scene.server.is_configured && tag.base != scene.server.base {
        findings.push(
            Finding::warning(
                "snippet_other_address",
                "The snippet names another address of the server",
                format!("It loads from {}, and this server's public address is {}. If that is an old name or another machine, the widget there is not this one.", tag.base, scene.server.base),
            )
            .fix("Replace the tag by this one.")
            .copy(scene.snippet()),
        );
    }
    if tag.is_bare {
        findings.push(Finding::info(
            "launcher_none",
            "The tag switches the bubble off",
            "It has data-launcher=\"none\": the chat opens only by what the page brings for it (data-open, data-hash, data-key, or a call of its own).",
        )
        .fix("If there should be a bubble, take data-launcher out of the tag."));
    }
    let others = scene.sightings.iter().filter(|other| other.runs() && other.id != tag.id).count();
    if others > 0 {
        findings.push(Finding::info(
            "snippet_several",
            "The page has another widget as well",
            "Two widgets on one page work side by side; see that they do not stand in the same corner.",
        ));
    }
    findings
}

/// The widget's address stands in the page, and no tag of it runs by itself.
fn idle(scene: &Scene, sighting: &Sighting) -> Finding {
    let finding = match sighting.how {
        How::Written => return Finding::info(
            "snippet_by_script",
            "A script of the page adds the snippet",
            "The address stands inside a script. Whether and when that script puts the tag into the page cannot be seen from here.",
        )
        .fix("Open the page and use the check for inside the page (the install checker's own page has it)."),
        How::Waiting => return Finding::warning(
            "snippet_waiting",
            "The snippet waits for another script to wake it",
            "Its type or its address is set aside, as consent banners and “lazy loading” plugins do. Until that script decides otherwise, for example before the visitor agrees, nothing is loaded.",
        )
        .fix("If the widget should show at once, except it in that plugin: before the visitor acts it stores nothing and sends nothing.")
        .copy(scene.snippet()),
        How::Module | How::Tag => Finding::error(
            "snippet_module",
            "The snippet is loaded as a module",
            "The tag has type=\"module\". The script then cannot find its own tag, and stops.",
        ),
        How::Shown => Finding::error(
            "snippet_shown",
            "The snippet is shown as text",
            "Visitors read the tag on the page. It was entered into a field for text, which turns < into letters.",
        ),
        How::Idle(Place::Noscript) => Finding::error(
            "snippet_in_noscript",
            "The snippet stands inside <noscript>",
            "What is inside <noscript> is only for browsers that run no scripts.",
        ),
        How::Idle(Place::Template) => Finding::error(
            "snippet_in_template",
            "The snippet stands inside <template>",
            "What is inside <template> does not run.",
        ),
        How::Idle(Place::Frame) => return Finding::warning(
            "snippet_in_frame",
            "The snippet stands inside a frame of the page",
            "Site builders put pasted code into a small frame: the widget shows only inside that box, and the frame may count as another site.",
        )
        .fix("Paste the tag where the site builder takes code for the whole site (“custom code”, “head”, “footer”), not into a block of the page.")
        .copy(scene.snippet()),
        How::Idle(_) => Finding::error(
            "snippet_in_comment",
            "The snippet is commented out",
            "It stands between <!-- and -->.",
        ),
    };
    finding
        .fix("Put exactly this before </body>, as HTML and outside of everything else.")
        .copy(scene.snippet())
}

/// A tag that runs, of another widget or of none.
fn foreign(scene: &Scene) -> Option<Finding> {
    let sighting = scene.sightings.iter().find(|sighting| sighting.runs())?;
    let id = &sighting.id_text;
    let finding = match sighting.id.and_then(|id| scene.others.get(&id)) {
        None => Finding::error(
            "snippet_wrong_id",
            "The snippet does not name a widget",
            format!("Where the widget's id belongs stands “{id}”."),
        ),
        Some(Other::Own) => Finding::error(
            "snippet_other_widget",
            "The page has another widget of yours",
            format!("It loads the widget {id}, and not “{}”.", scene.subject.name),
        ),
        Some(Other::Unknown) => Finding::error(
            "snippet_unknown_widget",
            "The snippet names a widget that is not yours",
            format!(
                "It loads the widget {id}. It was deleted, is somebody else's, or has a typing mistake in it."
            ),
        ),
    };
    Some(finding.fix("Replace the tag by this one.").copy(scene.snippet()))
}

/// Nothing of ours in the page as it was sent.
fn missing(scene: &Scene) -> Finding {
    let fix = "Put exactly this before </body>.";
    if let Some(name) = tag_manager(scene) {
        return Finding::warning(
            "snippet_by_tag_manager",
            "The snippet is not in the page; a tag manager may add it",
            format!("The page loads {name}. What that adds cannot be seen from here: it happens in the visitor's browser, often only after consent."),
        )
        .fix("Check in the tag manager that the tag is published and fires on this page, or use the check for inside the page. Pasted into the page itself, the tag needs no tag manager.")
        .copy(scene.snippet());
    }
    if is_shell(scene) {
        return Finding::warning(
            "snippet_by_app",
            "The snippet is not in the page; its scripts may add it",
            "The page is sent nearly empty and built by its scripts, as single-page applications are. What they add cannot be seen from here.",
        )
        .fix("Put the tag into the HTML file that is sent (often index.html), before </body>, or use the check for inside the page.")
        .copy(scene.snippet());
    }
    Finding::error(
        "snippet_missing",
        "The snippet is not on the page",
        "The page as it is sent names no widget. If you have just pasted it, a cache of the site may still show the page of before, or it was pasted into another page.",
    )
    .fix(fix)
    .copy(scene.snippet())
}

fn tag_manager(scene: &Scene) -> Option<&'static str> {
    let scripts = &scene.document.scripts;
    let named = scripts.iter().filter_map(|script| script.attribute("src"));
    let written = scripts.iter().map(|script: &Script| script.text.as_str());
    let addresses: Vec<&str> =
        named.chain(written).chain(scene.document.sources.iter().map(String::as_str)).collect();
    let known = TAG_MANAGERS.iter();
    let mut known = known.filter(|(sign, _)| addresses.iter().any(|there| there.contains(sign)));
    known.next().map(|(_, name)| *name)
}

fn is_shell(scene: &Scene) -> bool {
    let has_scripts = scene.document.scripts.iter().any(|script| script.attribute("src").is_some());
    let chars = scene.document.text.chars().filter(|c| !c.is_whitespace()).count();
    has_scripts && chars < SHELL_CHARS
}
