//! A page's content security policies against what the widget does there.
//!
//! How a policy is read and matched is the specification's own algorithm, by the library that
//! Servo uses; what the widget asks of it, and what to add where it is refused, is ours. Measured
//! in Chromium, Firefox and `WebKitGTK`: a script that is imported has the nonce of the script that
//! imports it, so one nonce is enough; style sheets are constructed and need nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use content_security_policy::{
    CheckResult, CspList, Destination, Directive, Initiator, ParserMetadata, Policy,
    PolicyDisposition, PolicySource, Request, Violates,
};
use reqwest::Url;
use sha2::{Digest, Sha256};

use super::document::Document;
use super::visit::Visit;

/// Which directive decides, the most specific first.
const SCRIPT: [&str; 3] = ["script-src-elem", "script-src", "default-src"];
const WASM: [&str; 2] = ["script-src", "default-src"];
const CONNECT: [&str; 2] = ["connect-src", "default-src"];
const FRAME: [&str; 3] = ["frame-src", "child-src", "default-src"];
const IMAGE: [&str; 2] = ["img-src", "default-src"];

/// What a `<meta>` cannot set (CSP 3, section 3.3).
const NOT_IN_META: [&str; 3] = ["frame-ancestors", "report-uri", "sandbox"];

/// A policy and where it came from.
#[derive(Clone, Debug)]
pub(super) struct Delivered {
    pub(super) policy: Policy,
    pub(super) source: PolicySource,
    /// Whether it refuses, or only reports.
    pub(super) is_enforced: bool,
}

/// All policies of a page.
pub(super) fn delivered(visit: &Visit, document: &Document) -> Vec<Delivered> {
    let mut all = Vec::new();
    for (name, is_enforced) in
        [("content-security-policy", true), ("content-security-policy-report-only", false)]
    {
        for value in visit.headers.get_all(name) {
            let text = String::from_utf8_lossy(value.as_bytes());
            all.extend(read(&text, PolicySource::Header, is_enforced));
        }
    }
    for text in document.equivalents("content-security-policy") {
        let mut found = read(text, PolicySource::Meta, true);
        for Delivered { policy, .. } in &mut found {
            policy.directive_set.retain(|directive| !NOT_IN_META.contains(&&*directive.name));
        }
        all.extend(found);
    }
    all
}

fn read(text: &str, source: PolicySource, is_enforced: bool) -> Vec<Delivered> {
    // Both are judged alike here; what differs is what is said about them.
    let list = CspList::parse(text, source, PolicyDisposition::Enforce);
    list.0.into_iter().map(|policy| Delivered { policy, source, is_enforced }).collect()
}

/// How the loader comes into the page.
#[derive(Clone, Debug)]
pub(super) struct Loader {
    pub(super) url: Url,
    pub(super) nonce: String,
    pub(super) integrity: String,
    /// Written in the page, and not added by a script.
    pub(super) is_in_page: bool,
}

/// What the widget does in a page.
#[derive(Clone, Debug)]
pub(super) struct Needs {
    /// The page's origin.
    pub(super) page: Url,
    /// Its first script.
    pub(super) loader: Loader,
    /// The module, imported by the loader.
    pub(super) module: Url,
    /// What is fetched: the module's wasm, the widget, its messages.
    pub(super) calls: Vec<Url>,
    /// The page that stands in where the module may not run.
    pub(super) frame: Url,
    /// Pictures that the owner chose.
    pub(super) images: Vec<Url>,
    /// Where voice goes.
    pub(super) rooms: Vec<Url>,
}

/// What one policy refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) loader: bool,
    pub(super) module: bool,
    pub(super) wasm: bool,
    pub(super) calls: bool,
    pub(super) frame: bool,
    pub(super) images: Vec<Url>,
    pub(super) rooms: Vec<Url>,
}

impl Refused {
    /// Whether the chat runs in the page itself.
    pub(super) fn allows_module(&self) -> bool {
        !(self.loader || self.module || self.wasm || self.calls)
    }

    /// Whether the frame that stands in for it would.
    pub(super) fn allows_frame(&self) -> bool {
        !(self.loader || self.module || self.frame)
    }
}

impl Needs {
    /// What a policy refuses of it.
    pub(super) fn refused_by(&self, policy: &Policy) -> Refused {
        let wasm = CspList(vec![policy.clone()]).is_wasm_evaluation_allowed().0;
        let refuses = |url: &Url, to: Destination| self.refuses(policy, url, to);
        let those = |urls: &[Url], to: Destination| {
            urls.iter().filter(|url| refuses(url, to)).cloned().collect::<Vec<_>>()
        };
        Refused {
            loader: refuses(&self.loader.url, Destination::Script),
            module: refuses(&self.module, Destination::Script),
            wasm: wasm == CheckResult::Blocked,
            calls: !those(&self.calls, Destination::None).is_empty(),
            frame: refuses(&self.frame, Destination::IFrame),
            images: those(&self.images, Destination::Image),
            rooms: those(&self.rooms, Destination::None),
        }
    }

    fn refuses(&self, policy: &Policy, url: &Url, destination: Destination) -> bool {
        let is_script = destination == Destination::Script;
        let is_loader = is_script && *url == self.loader.url;
        let request = Request {
            url: url.clone(),
            current_url: url.clone(),
            origin: self.page.origin(),
            redirect_count: 0,
            destination,
            initiator: Initiator::None,
            nonce: if is_script { self.loader.nonce.clone() } else { String::new() },
            integrity_metadata: if is_loader {
                self.loader.integrity.clone()
            } else {
                String::new()
            },
            parser_metadata: match (is_script, self.loader.is_in_page) {
                (false, _) => ParserMetadata::None,
                (true, true) => ParserMetadata::ParserInserted,
                (true, false) => ParserMetadata::NotParserInserted,
            },
        };
        policy.does_request_violate_policy(&request) != Violates::DoesNotViolate
    }
}

/// How a policy lets a further script in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By its host.
    Host,
    /// By the nonce on its tag alone.
    Nonce,
    /// Only by a script that is let in already: an inline one whose hash is added.
    Starter { script: String, hash: String },
}

/// Which of them this policy has.
pub(super) fn way_of_scripts(policy: &Policy, loader: &Url) -> Way {
    let sources = governing(policy, &SCRIPT).map_or(&[][..], |directive| &directive.value);
    let has =
        |start: &str| sources.iter().any(|source| source.to_ascii_lowercase().starts_with(start));
    if !has("'strict-dynamic'") {
        return Way::Host;
    }
    if has("'nonce-") {
        return Way::Nonce;
    }
    let script = format!(
        "const s = document.createElement('script'); s.src = '{loader}'; s.async = true; \
         document.head.append(s)"
    );
    let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script.as_bytes())));
    Way::Starter { script, hash }
}

/// Whether scripts are let in by a nonce.
pub(super) fn uses_nonces(policy: &Policy) -> bool {
    nonce(policy).is_some()
}

/// The nonce that lets scripts in.
pub(super) fn nonce(policy: &Policy) -> Option<&str> {
    let sources = &governing(policy, &SCRIPT)?.value;
    sources.iter().find_map(|source| source.strip_prefix("'nonce-")?.strip_suffix('\''))
}

fn governing<'a>(policy: &'a Policy, chain: &[&str]) -> Option<&'a Directive> {
    chain.iter().find_map(|name| policy.directive_set.iter().find(|there| there.name == *name))
}

/// A policy on its way to one that lets the widget in.
#[derive(Debug)]
pub(super) struct Amendment {
    policy: Policy,
    changed: Vec<&'static str>,
}

impl Amendment {
    pub(super) fn of(policy: &Policy) -> Self {
        Self { policy: policy.clone(), changed: Vec::new() }
    }

    /// Lets scripts of a server in.
    pub(super) fn script(&mut self, source: &str) {
        self.add("script-src", &SCRIPT, source);
    }

    /// Lets WebAssembly run.
    pub(super) fn wasm(&mut self) {
        self.add("script-src", &WASM, "'wasm-unsafe-eval'");
    }

    /// Lets a server be called.
    pub(super) fn call(&mut self, source: &str) {
        self.add("connect-src", &CONNECT, source);
    }

    /// Lets pages of a server stand in a frame.
    pub(super) fn frame(&mut self, source: &str) {
        self.add("frame-src", &FRAME, source);
    }

    /// Lets pictures of a server in.
    pub(super) fn image(&mut self, source: &str) {
        self.add("img-src", &IMAGE, source);
    }

    /// Adds to the directive that decides. One that decides for much more is left as it is, and
    /// `own` is written beside it.
    fn add(&mut self, own: &'static str, chain: &[&'static str], source: &str) {
        let Some(decides) = governing(&self.policy, chain).cloned() else { return };
        let name = match decides.name.as_str() {
            "default-src" | "child-src" => own,
            named => chain.iter().find(|name| **name == named).copied().unwrap_or(own),
        };
        let mut value = decides.value;
        value.retain(|there| !there.eq_ignore_ascii_case("'none'"));
        if !value.iter().any(|there| there == source) {
            value.push(source.to_owned());
        }
        self.policy.directive_set.retain(|directive| directive.name != name);
        self.policy.directive_set.push(Directive { name: name.to_owned(), value });
        if !self.changed.contains(&name) {
            self.changed.push(name);
        }
    }

    /// The whole policy as it is now.
    #[cfg(test)]
    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The directives that were changed, as they have to stand in the policy.
    pub(super) fn directives(&self) -> Vec<String> {
        let of = |name: &&str| governing(&self.policy, &[*name]).map(ToString::to_string);
        self.changed.iter().filter_map(of).collect()
    }
}

/// The source expression for a server: scheme, host and port.
pub(super) fn host_source(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

/// The same for a text; the text itself where it is no address.
pub(super) fn host_source_of(address: &str) -> String {
    Url::parse(address).map_or_else(|_| address.to_owned(), |url| host_source(&url))
}

#[cfg(test)]
mod tests;
