//! What the page's content security policies refuse, in words, with the exact text to put there.

use content_security_policy::PolicySource;
use reqwest::Url;

use super::transport::embedder_policy;
use crate::install::document::Place;
use crate::install::finding::{Finding, Severity};
use crate::install::policy::{
    Amendment, Delivered, Loader, Needs, Refused, Way, host_source, nonce, uses_nonces,
    way_of_scripts,
};
use crate::install::scene::Scene;
use crate::install::snippet::How;

/// Everything about policies.
pub(super) fn policies(scene: &Scene) -> Vec<Finding> {
    let Some(needs) = needs(scene) else { return Vec::new() };
    let judged: Vec<(&Delivered, Refused)> = scene
        .policies
        .iter()
        .map(|delivered| (delivered, needs.refused_by(&delivered.policy)))
        .collect();
    let enforced = || judged.iter().filter(|(delivered, _)| delivered.is_enforced);
    // Every policy has to allow a thing.
    let ways = Ways {
        module: enforced().all(|(_, refused)| refused.allows_module()),
        frame: enforced().all(|(_, refused)| refused.allows_frame())
            && embedder_policy(scene).is_none(),
    };
    let mut findings = Vec::new();
    for (delivered, refused) in enforced() {
        let author = Author { scene, needs: &needs, delivered, refused, ways };
        findings.extend(author.findings());
        findings.extend(sandbox(scene, delivered));
    }
    findings.extend(report_only(&judged));
    findings.extend(trusted_types(scene));
    let has_some = scene.policies.iter().any(|delivered| delivered.is_enforced);
    if has_some && !findings.iter().any(|finding| finding.severity < Severity::Info) {
        findings.push(Finding::ok(
            "csp",
            "The page's content security policy lets the widget in",
            "Script, WebAssembly, connections and pictures are allowed.",
        ));
    }
    findings
}

/// The two ways for the chat to open inside the page.
#[derive(Clone, Copy)]
struct Ways {
    module: bool,
    frame: bool,
}

fn needs(scene: &Scene) -> Option<Needs> {
    let base = scene.base();
    let id = scene.subject.id;
    let at = |path: String| Url::parse(&format!("{base}{path}")).ok();
    let tag = scene.tag();
    let by_script = scene.own().any(|sighting| sighting.how == How::Written);
    let is_in_page = tag.is_some() || !by_script;
    // Without a tag: the best that an owner can paste under these policies.
    let offered = || scene.policies.iter().find_map(|delivered| nonce(&delivered.policy));
    let nonce = match tag {
        Some(tag) => tag.nonce.clone(),
        None if is_in_page => offered().map(str::to_owned),
        None => None,
    };
    Some(Needs {
        page: scene.visit.url.clone(),
        loader: Loader {
            url: match tag {
                Some(tag) => tag.url.clone(),
                None => at(format!("/public/embed/{id}"))?,
            },
            nonce: nonce.unwrap_or_default(),
            integrity: tag.and_then(|tag| tag.integrity.clone()).unwrap_or_default(),
            is_in_page,
        },
        module: at("/assets/w-0.js".to_owned())?,
        calls: vec![
            at("/assets/w-0.wasm".to_owned())?,
            at(format!("/core/public/web-widgets/{id}"))?,
            at("/v1/widget/init".to_owned())?,
        ],
        frame: at(format!("/public/embed/{id}/frame"))?,
        images: scene.subject.pictures(),
        rooms: scene.server.rooms.iter().filter(|_| scene.subject.has_voice).cloned().collect(),
    })
}

/// What is written about one policy.
struct Author<'a> {
    scene: &'a Scene,
    needs: &'a Needs,
    delivered: &'a Delivered,
    refused: &'a Refused,
    ways: Ways,
}

impl Author<'_> {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let Refused { loader, module, wasm, calls, frame, .. } = *self.refused;
        if loader || module {
            findings.push(self.script());
        }
        // Where the script's own advice changes the directive, it has the keyword in it already.
        let is_said = (loader || module) && self.way() != Way::Nonce;
        if wasm && !is_said {
            findings.push(self.wasm());
        }
        if calls {
            findings.push(self.calls());
        }
        // An alternative matters where the first way is closed, and not before anything is let in.
        if frame && !self.ways.module && !loader && !module {
            findings.push(self.frame());
        }
        if !self.refused.images.is_empty() {
            findings.push(self.images());
        }
        if !self.refused.rooms.is_empty() {
            findings.push(self.rooms());
        }
        findings
    }

    fn way(&self) -> Way {
        way_of_scripts(&self.delivered.policy, &self.needs.loader.url)
    }

    fn place(&self) -> &'static str {
        match self.delivered.source {
            PolicySource::Header => "the Content-Security-Policy header",
            PolicySource::Meta => {
                "the <meta http-equiv=\"Content-Security-Policy\"> in the page's head"
            }
        }
    }

    /// “In …, write it so:” with the directives as they have to stand there.
    fn written(&self, finding: Finding, amendment: &Amendment) -> Finding {
        let directives = amendment.directives();
        let these = if directives.len() == 1 { "this directive" } else { "these directives" };
        finding.fix(format!("In {}, write {these} so:", self.place())).copy(directives.join("; "))
    }

    fn source(&self) -> String {
        host_source(&self.needs.module)
    }

    /// What it means that the module cannot run, and how bad that is.
    fn beside(&self) -> (Severity, &'static str) {
        if self.refused.loader || self.refused.module {
            (Severity::Error, "Once the script is let in, the chat needs this as well.")
        } else if self.ways.frame {
            (
                Severity::Warning,
                "The chat then opens in a frame from the server: it works, and loads a little later.",
            )
        } else {
            (
                Severity::Error,
                "The bubble shows, and the chat cannot open in the page: visitors are sent to a page of its own.",
            )
        }
    }

    fn script(&self) -> Finding {
        let policy = &self.delivered.policy;
        let (title, what) = if self.refused.loader {
            ("The page's policy refuses the widget's script", "the script of the snippet")
        } else {
            (
                "The page's policy refuses the second half of the widget",
                "the module that the script loads (it comes from /assets/ on the same server)",
            )
        };
        let detail = format!("{} does not let in {what}, so nothing shows.", capital(self.place()));
        let finding = Finding::error("csp_script", title, detail);
        let mut amendment = Amendment::of(policy);
        match self.way() {
            Way::Host => {
                amendment.script(&self.source());
                if self.refused.wasm {
                    amendment.wasm();
                }
                let mut finding = self.written(finding, &amendment);
                if uses_nonces(policy)
                    && let Some(fix) = &mut finding.fix
                {
                    fix.insert_str(0, "The policy goes by nonces: put the page's nonce on the tag, as on its other scripts (nonce=\"…\", new with every answer). Or without a nonce: ");
                }
                finding
            }
            Way::Nonce => self.by_nonce(finding),
            Way::Starter { script, hash } => {
                amendment.script(&hash);
                if self.refused.wasm {
                    amendment.wasm();
                }
                let directives = amendment.directives().join("; ");
                finding
                    .fix(format!("The policy goes by hashes and ignores hosts ('strict-dynamic'). Let an inline script load the widget, and add its hash: write the directive as “{directives}” in {}, and put this in the page instead of the tag, letter by letter:", self.place()))
                    .copy(format!("<script>{script}</script>"))
            }
        }
    }

    fn by_nonce(&self, finding: Finding) -> Finding {
        let fix = if self.needs.loader.nonce.is_empty() {
            "The policy lets in only scripts that carry the page's nonce, and ignores hosts ('strict-dynamic'). Put it on the tag, as on the page's other scripts; it has to be a new one with every answer."
        } else {
            "The nonce on the tag is not the one of the policy. It was probably written into the page by hand, or the page comes from a cache: it has to be put there with every answer, as on the page's other scripts."
        };
        finding.fix(fix).copy(self.scene.snippet().replacen(
            "<script ",
            "<script nonce=\"THE PAGE'S NONCE\" ",
            1,
        ))
    }

    fn wasm(&self) -> Finding {
        let (severity, beside) = self.beside();
        let detail = format!(
            "{} does not let WebAssembly run, which the chat is made of. {beside}",
            capital(self.place())
        );
        let finding = Finding::new(
            severity,
            "csp_webassembly",
            "The page's policy refuses WebAssembly",
            detail,
        );
        let mut amendment = Amendment::of(&self.delivered.policy);
        amendment.wasm();
        self.written(finding, &amendment)
    }

    fn calls(&self) -> Finding {
        let (severity, beside) = self.beside();
        let detail = format!(
            "{} does not let the page talk to {}. {beside}",
            capital(self.place()),
            self.source()
        );
        let finding = Finding::new(
            severity,
            "csp_connect",
            "The page's policy refuses connections to the server",
            detail,
        );
        let mut amendment = Amendment::of(&self.delivered.policy);
        amendment.call(&self.source());
        for room in &self.refused.rooms {
            amendment.call(&host_source(room));
        }
        self.written(finding, &amendment)
    }

    fn frame(&self) -> Finding {
        let finding = Finding::warning(
            "csp_frame",
            "The frame that could stand in is refused as well",
            format!(
                "Where the chat may not run in the page, it opens in a frame from the server. {} does not allow that frame. Allow what is named above, or at least this.",
                capital(self.place())
            ),
        );
        let mut amendment = Amendment::of(&self.delivered.policy);
        amendment.frame(&self.source());
        self.written(finding, &amendment)
    }

    fn images(&self) -> Finding {
        let hosts: Vec<&str> = self.refused.images.iter().filter_map(Url::host_str).collect();
        let finding = Finding::warning(
            "csp_images",
            "The page's policy refuses the widget's pictures",
            format!(
                "{} does not let in pictures from {}; the widget shows without them.",
                capital(self.place()),
                hosts.join(", ")
            ),
        );
        let mut amendment = Amendment::of(&self.delivered.policy);
        for image in &self.refused.images {
            amendment.image(&host_source(image));
        }
        self.written(finding, &amendment)
    }

    fn rooms(&self) -> Finding {
        let finding = Finding::warning(
            "csp_voice",
            "The page's policy refuses voice",
            format!(
                "{} does not let the page talk to the server that carries voice. Writing works.",
                capital(self.place())
            ),
        );
        let mut amendment = Amendment::of(&self.delivered.policy);
        for room in &self.refused.rooms {
            amendment.call(&host_source(room));
        }
        if self.refused.calls {
            amendment.call(&self.source());
        }
        self.written(finding, &amendment)
    }
}

/// `sandbox` in a header makes the page a stranger to itself.
fn sandbox(scene: &Scene, delivered: &Delivered) -> Option<Finding> {
    let mut directives = delivered.policy.directive_set.iter();
    let sandbox = directives.find(|directive| directive.name == "sandbox")?;
    let allows = |token: &str| sandbox.value.iter().any(|there| there.eq_ignore_ascii_case(token));
    let with = |tokens: &[&str]| {
        let missing = tokens.iter().copied().filter(|token| !allows(token));
        let there = sandbox.value.iter().map(String::as_str);
        ["sandbox"].into_iter().chain(there).chain(missing).collect::<Vec<_>>().join(" ")
    };
    let fix = "In the Content-Security-Policy header, write this directive so (or leave it out):";
    if !allows("allow-scripts") {
        return Some(
            Finding::error(
                "csp_sandbox",
                "The page runs no scripts at all",
                "Its Content-Security-Policy header has “sandbox” without allow-scripts.",
            )
            .fix(fix)
            .copy(with(&["allow-scripts", "allow-same-origin"])),
        );
    }
    if allows("allow-same-origin") {
        return None;
    }
    let detail = "Its Content-Security-Policy header has “sandbox” without allow-same-origin: browsers then send “null” instead of the site's name";
    let open = scene.subject.domains.is_empty() && !scene.server.require_domains;
    let finding = if open {
        let detail = format!(
            "{detail}, and keep nothing. The widget shows, and forgets the conversation at every reload."
        );
        Finding::warning("csp_sandbox_origin", "The page has no origin of its own", detail)
    } else {
        let detail = format!("{detail}, which no list of domains admits.");
        Finding::error("csp_sandbox_origin", "The page has no origin of its own", detail)
    };
    Some(finding.fix(fix).copy(with(&["allow-same-origin"])))
}

fn report_only(judged: &[(&Delivered, Refused)]) -> Option<Finding> {
    let would = |(delivered, refused): &(&Delivered, Refused)| {
        !delivered.is_enforced && !refused.allows_module()
    };
    judged.iter().any(would).then(|| {
        Finding::info(
            "csp_report_only",
            "A policy that is being tried out would refuse the widget",
            "The page has a Content-Security-Policy-Report-Only header. It only reports, so the widget works; once it is enforced, it would not.",
        )
        .fix("Before enforcing it, let it admit the widget's script, 'wasm-unsafe-eval' and connections to the server.")
    })
}

/// The widget passes Trusted Types; code that adds its tag may not.
fn trusted_types(scene: &Scene) -> Option<Finding> {
    let mut enforced = scene.policies.iter().filter(|delivered| delivered.is_enforced);
    let required = enforced.any(|delivered| {
        let mut directives = delivered.policy.directive_set.iter();
        directives.any(|directive| directive.name == "require-trusted-types-for")
    });
    let by_script = scene.own().any(|sighting| {
        matches!(sighting.how, How::Written | How::Waiting | How::Idle(Place::Template))
    });
    let written = || {
        Finding::warning(
            "trusted_types",
            "The page demands Trusted Types of the script that adds the snippet",
            "The widget needs nothing for them. But a script that sets the address of a script tag needs a policy of its own, or the browser refuses it.",
        )
        .fix("Write the tag into the page itself.")
        .copy(scene.snippet())
    };
    let passed = || {
        Finding::ok(
            "trusted_types",
            "The page demands Trusted Types, and the widget passes them",
            "It never writes HTML from text; nothing has to be added, not even with trusted-types 'none'.",
        )
    };
    required.then(|| if by_script && scene.tag().is_none() { written() } else { passed() })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
