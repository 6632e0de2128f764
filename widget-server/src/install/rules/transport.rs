//! Whether a browser on this page would fetch anything from the server at all.

use reqwest::Url;

use crate::install::finding::Finding;
use crate::install::scene::{Probe, Scene, is_local, is_loopback};

/// Schemes, reachability, isolation, permissions.
pub(super) fn transport(scene: &Scene) -> Vec<Finding> {
    let Ok(base) = Url::parse(scene.base()) else { return Vec::new() };
    let mut findings: Vec<Finding> = mixed(scene, &base).into_iter().collect();
    findings.extend(loader(scene, &base));
    findings.extend(isolation(scene));
    findings.extend(voice(scene));
    findings
}

/// A secure page that would load from an insecure server, and the reverse.
fn mixed(scene: &Scene, base: &Url) -> Option<Finding> {
    let page = &scene.visit.url;
    if is_local(base) && !is_local(page) {
        return Some(
            Finding::error(
                "server_local",
                "The snippet names an address that visitors cannot reach",
                format!("{base} is this machine or a private network; for a visitor's browser it is another machine, or none."),
            )
            .fix("Put the server behind a public https address, set server.public_url to it, and use that in the tag."),
        );
    }
    if base.scheme() == "http" && page.scheme() == "https" && !is_loopback(base) {
        return Some(
            Finding::error(
                "mixed_content",
                "A secure page loads no scripts from an insecure server",
                format!("The page is https, and the snippet loads from {base}. Browsers block that (“mixed content”)."),
            )
            .fix("Give the server a certificate (a proxy such as Caddy gets one by itself), set server.public_url to its https address, and use that in the tag.")
            .copy(scene.snippet().replacen("http://", "https://", 1)),
        );
    }
    let upgrades = scene.policies.iter().any(|delivered| {
        delivered.is_enforced
            && delivered.policy.contains_a_directive_whose_name_is("upgrade-insecure-requests")
    });
    if base.scheme() == "http" && upgrades && !is_loopback(base) {
        return Some(
            Finding::error(
                "upgraded_requests",
                "The page turns every request into https, and the server has none",
                "The page's policy has upgrade-insecure-requests: browsers ask the server by https, where nobody answers.",
            )
            .fix("Give the server a certificate and use its https address in the tag."),
        );
    }
    (page.scheme() == "http" && !is_loopback(page)).then(|| {
        Finding::info(
            "page_insecure",
            "The page is not secure",
            "On http pages browsers refuse the microphone, so there is text only; and anybody on the way can read what is written.",
        )
        .fix("Serve the page by https.")
    })
}

/// What came when the loader was asked for by the address in the tag.
fn loader(scene: &Scene, base: &Url) -> Option<Finding> {
    match &scene.probe {
        Probe::NotAsked | Probe::Private => None,
        Probe::Script { cross_origin: true } => Some(Finding::ok(
            "server",
            "The server answers",
            format!("The tag's address at {base} gives the script."),
        )),
        Probe::Script { cross_origin: false } => embedder_policy(scene).map(|_| {
            Finding::error(
                "loader_not_shared",
                "Something between the server and the page takes a header away",
                format!("The page demands that everything it loads says it may be loaded (Cross-Origin-Embedder-Policy). The server says so; what arrives from {base} does not."),
            )
            .fix("Let the proxy or CDN before the server pass this header on.")
            .copy("Cross-Origin-Resource-Policy: cross-origin")
        }),
        // A widget that is not live answers so, and is spoken of already.
        Probe::Answer(404, _) if !(scene.subject.is_published && scene.subject.is_version_published) => None,
        Probe::Answer(status, kind) => Some(
            Finding::error(
                "loader_not_served",
                "The address in the snippet does not give the script",
                format!("{base} answered {status} ({kind}) where the script should be: another machine, another path, or a proxy that answers itself."),
            )
            .fix("Open the tag's address in a browser; it has to show a script. Compare it with the server's public address.")
            .copy(scene.snippet()),
        ),
        Probe::Silent(why) => Some(
            Finding::warning(
                "server_unreachable",
                "The address in the snippet does not answer from here",
                format!("{base}: {why}. Some networks cannot reach their own public address from inside, so look from outside before you believe it."),
            )
            .fix("Open the tag's address from another network, for example on a phone without Wi-Fi."),
        ),
    }
}

/// The page's embedder policy, where it has one that refuses.
pub(super) fn embedder_policy(scene: &Scene) -> Option<&str> {
    let value = scene.visit.header("cross-origin-embedder-policy")?;
    let value = value.split(';').next().unwrap_or_default().trim();
    matches!(value, "require-corp" | "credentialless").then_some(value)
}

fn isolation(scene: &Scene) -> Option<Finding> {
    let policy = embedder_policy(scene)?;
    let base = Url::parse(scene.base()).ok()?;
    let pictures = scene.subject.pictures();
    let strange: Vec<&str> = pictures
        .iter()
        .filter(|url| url.origin() != base.origin() && url.origin() != scene.visit.url.origin())
        .filter_map(Url::host_str)
        .collect();
    if policy == "require-corp" && !strange.is_empty() {
        return Some(
            Finding::warning(
                "pictures_isolated",
                "The page may refuse the widget's pictures",
                format!("It demands that everything it loads says it may be loaded (Cross-Origin-Embedder-Policy: require-corp). The widget's own files say so; pictures come from {}.", strange.join(", ")),
            )
            .fix("Let that host send this header with the pictures, or keep them on your own site.")
            .copy("Cross-Origin-Resource-Policy: cross-origin"),
        );
    }
    Some(Finding::ok(
        "isolation",
        "The page is isolated, which the widget is made for",
        format!(
            "Cross-Origin-Embedder-Policy: {policy}. The widget's files say that any page may load them."
        ),
    ))
}

/// A microphone that the page gives to nobody.
fn voice(scene: &Scene) -> Option<Finding> {
    let refuses = scene.visit.headers.get_all("permissions-policy").iter().any(|value| {
        let text = String::from_utf8_lossy(value.as_bytes()).replace(' ', "");
        text.split(',').any(|rule| rule == "microphone=()")
    });
    (scene.subject.has_voice && refuses).then(|| {
        Finding::warning(
            "microphone_refused",
            "The page allows nobody the microphone",
            "Its Permissions-Policy header has microphone=(), so visitors can write and not speak.",
        )
        .fix("Change that part of the header.")
        .copy(format!(
            "microphone=(self \"{}\")",
            crate::install::policy::host_source_of(scene.base())
        ))
    })
}
