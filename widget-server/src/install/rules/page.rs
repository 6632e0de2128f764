//! Whether what was read is the page at all.

use http::StatusCode;
use reqwest::Url;

use crate::install::finding::Finding;
use crate::install::scene::Scene;
use crate::install::visit::{NoVisit, Visit};

/// What programs cannot read can be looked at from inside.
const LOOK_INSIDE: &str = "Use the check for inside the page (the install checker's own page has it): it runs in your browser, where you can see the page.";

/// Words in the address of a page that asks who is there.
const LOGIN: [&str; 6] = ["login", "signin", "sign-in", "sign_in", "/auth", "/sso"];

/// Nothing was read.
pub(in crate::install) fn unread(failure: &NoVisit, asked: &Url) -> Finding {
    let host = asked.host_str().unwrap_or_default();
    match failure {
        NoVisit::Private { address, redirected } => {
            let led = if *redirected { "leads to" } else { "is" };
            Finding::error(
                "page_private",
                "The address is not on the public internet",
                format!("{asked} {led} {}, an address of this machine or of a private network. Such addresses are not called for somebody who only knows this server from outside.", address.host_str().unwrap_or(address.as_str())),
            )
            .fix("Check it from the server's own command line, or let net.allow_private admit the network.")
            .copy(format!("widget-server doctor --site {asked}"))
        }
        NoVisit::Timeout => Finding::error(
            "page_timeout",
            "The site does not answer in time",
            format!("{host} took too long. Visitors may wait longer than this check does, but not much."),
        )
        .fix(format!("See whether the site is up. If it is, it may be slow to programs: {LOOK_INSIDE}")),
        NoVisit::Circles => Finding::error(
            "page_circles",
            "The address leads in a circle",
            "It redirects again and again. Sites that set a cookie first do that to programs without cookies.",
        )
        .fix(LOOK_INSIDE),
        NoVisit::Nowhere(to) => Finding::error(
            "page_redirects_nowhere",
            "The address leads away from the web",
            format!("It redirects to “{to}”, which is no http or https address."),
        ),
        NoVisit::Certificate(why) => Finding::error(
            "page_certificate",
            "The site's certificate is not accepted",
            format!("Visitors see a warning instead of the page. ({why})"),
        )
        .fix("Renew the certificate, with its whole chain. If it comes from your own authority, name it in net.ca_file."),
        NoVisit::Failed(why) => Finding::error(
            "page_unreachable",
            "The site cannot be reached",
            format!("There is no such name, or nobody listens there. ({why})"),
        )
        .fix("Check the address for typing mistakes, and that the site is up."),
    }
}

/// Something was read.
pub(super) fn read(scene: &Scene) -> Vec<Finding> {
    let visit = &scene.visit;
    let wrong = bad_status(scene).or_else(|| not_html(visit)).or_else(|| login(scene));
    let mut findings: Vec<Finding> = wrong.into_iter().collect();
    let (asked, origin) = (visit.asked.origin().ascii_serialization(), scene.origin());
    if asked != origin {
        findings.push(Finding::info(
            "redirected",
            format!("The address leads to {origin}"),
            format!(
                "{} was entered; visitors end at {}, and that is what was looked at.",
                visit.asked, visit.url
            ),
        ));
    }
    if let Some(refresh) = scene
        .document
        .equivalents("refresh")
        .find(|text| text.contains("url=") || text.contains("URL="))
    {
        findings.push(
            Finding::warning(
                "meta_refresh",
                "The page sends visitors on to another one",
                format!("It has <meta http-equiv=\"refresh\" content=\"{refresh}\">. What visitors see is the page it names, and this one was looked at."),
            )
            .fix("Check the page that visitors end at."),
        );
    }
    if scene.document.is_amp {
        findings.push(
            Finding::error(
                "amp_page",
                "An AMP page runs no other scripts",
                "AMP allows only scripts of its own, so no chat widget can run in it.",
            )
            .fix("Link to the chat's own page instead.")
            .copy(format!("{}/w/{}", scene.server.base, scene.subject.id)),
        );
    }
    if visit.is_cut || scene.document.is_cut {
        findings.push(Finding::info(
            "page_cut",
            "Only the beginning of the page was read",
            "It is longer than 2 MB, or nested without end; a snippet behind that is not seen.",
        ));
    }
    findings
}

fn bad_status(scene: &Scene) -> Option<Finding> {
    let visit = &scene.visit;
    let (status, url) = (visit.status, &visit.url);
    if status.is_success() {
        return None;
    }
    let title = scene.document.title.trim();
    let challenged = visit.header("cf-mitigated").is_some()
        || visit.header("x-datadome").is_some()
        || ["Just a moment", "Attention Required", "Access denied", "Pardon Our Interruption"]
            .iter()
            .any(|sign| title.starts_with(sign));
    Some(match status {
        StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED => login_wall(visit),
        _ if challenged => Finding::error(
            "bot_wall",
            "The site keeps programs out",
            format!("{url} answered {status} with a check for people. Nothing can be said about the page behind it."),
        )
        .fix(LOOK_INSIDE),
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => Finding::error(
            "page_refused",
            "The site refuses to show the page",
            format!("{url} answered {status}: to everybody, or to programs only."),
        )
        .fix(format!("If you see the page in your browser: {LOOK_INSIDE}")),
        StatusCode::NOT_FOUND | StatusCode::GONE => Finding::error(
            "page_not_found",
            "There is no such page",
            format!("{url} answered {status}."),
        )
        .fix("Check the address; enter the one that your browser shows."),
        _ => Finding::error(
            "page_error",
            "The site answers with an error",
            format!("{url} answered {status}."),
        )
        .fix("The site itself has to be repaired first."),
    })
}

fn not_html(visit: &Visit) -> Option<Finding> {
    let kind = visit.content_type();
    let is_html = matches!(kind.as_str(), "text/html" | "application/xhtml+xml" | "");
    (!is_html).then(|| {
        Finding::error(
            "page_not_html",
            "This is not a web page",
            format!("{} is of type {kind}. A widget stands in HTML pages.", visit.url),
        )
        .fix("Enter the address of a page that visitors open.")
    })
}

/// A page that was reached by a detour, or calls itself so, and asks for a password.
fn login(scene: &Scene) -> Option<Finding> {
    let visit = &scene.visit;
    let address = visit.url.path().to_ascii_lowercase();
    let says_so = LOGIN.iter().any(|word| address.contains(word));
    let was_sent = visit.redirects > 0 && visit.url.path() != visit.asked.path();
    let is_wall = scene.document.asks_password && (says_so || was_sent) && scene.tag().is_none();
    is_wall.then(|| login_wall(visit))
}

fn login_wall(visit: &Visit) -> Finding {
    Finding::error(
        "login_wall",
        "The page asks for a login first",
        format!("{} shows a login. What is behind it cannot be seen from here.", visit.url),
    )
    .fix(LOOK_INSIDE)
}
