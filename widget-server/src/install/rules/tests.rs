//! One page after another, each with one thing wrong, and what is said about it.

use std::collections::HashMap;

use reqwest::Url;
use serde_json::{Value, json};
use widget_core::id::WidgetId;
use widget_core::origin::AllowList;

use super::*;
use crate::install::document::Document;
use crate::install::policy::delivered;
use crate::install::scene::{Other, Probe, Server, Subject, Twin};
use crate::install::snippet::sightings;
use crate::install::visit::Visit;

const ID: &str = "0198d4a2-7c11-7d70-9a64-0123456789ab";
const OTHER: &str = "0198d4a2-7c11-7d70-9a64-000000000000";
const TAG: &str = "<script src=\"https://chat.example/public/embed/ID\" async></script>";
const SOME_TEXT: &str = "<p>We sell shoes, and we have done so since 1912. Come and see us in our \
    shop in the old town, or write to us. Our people know everything about leather, soles and \
    laces, and about feet; they are there from nine to five on weekdays, and on Saturdays too.</p>";

/// A page on which all is well, to be spoilt.
struct Case {
    page: &'static str,
    body: String,
    headers: Vec<(&'static str, String)>,
    status: u16,
    domains: Vec<&'static str>,
    config: Value,
    spoil: fn(&mut Scene),
}

fn well() -> Case {
    Case {
        page: "https://shop.example/contact",
        body: format!("{SOME_TEXT}{TAG}"),
        headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
        status: 200,
        domains: vec!["https://shop.example"],
        config: json!({}),
        spoil: |_| {},
    }
}

impl Case {
    fn body(mut self, body: &str) -> Self {
        self.body = body.replace("TAG", TAG);
        self
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn policy(self, policy: &str) -> Self {
        self.header("content-security-policy", policy)
    }

    fn spoil(mut self, spoil: fn(&mut Scene)) -> Self {
        self.spoil = spoil;
        self
    }

    fn findings(&self) -> Vec<Finding> {
        let url = Url::parse(self.page).unwrap();
        let mut headers = http::HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(*name, value.parse().unwrap());
        }
        let visit = Visit {
            asked: url.clone(),
            url: url.clone(),
            redirects: 0,
            status: http::StatusCode::from_u16(self.status).unwrap(),
            headers,
            body: self.body.replace("ID", ID),
            is_cut: false,
        };
        let document = Document::parse(&visit.body);
        let mut scene = Scene {
            server: Server {
                base: "https://chat.example".to_owned(),
                is_configured: true,
                require_domains: false,
                rooms: Url::parse("wss://rooms.example/").ok(),
            },
            subject: Subject {
                id: ID.parse().unwrap(),
                name: "Ada".to_owned(),
                domains: AllowList::new(&self.domains).unwrap(),
                is_published: true,
                is_version_published: true,
                is_paused: false,
                has_voice: false,
                config: self.config.clone(),
            },
            policies: delivered(&visit, &document),
            sightings: sightings(&document, &url),
            visit,
            document,
            others: HashMap::new(),
            twin: Twin::None,
            probe: Probe::NotAsked,
        };
        (self.spoil)(&mut scene);
        examine(&scene)
    }

    /// The finding with this code.
    #[track_caller]
    fn finds(&self, code: &str) -> Finding {
        let findings = self.findings();
        let found = findings.iter().find(|finding| finding.code == code).cloned();
        found.unwrap_or_else(|| panic!("no {code} in {findings:#?}"))
    }

    /// The codes of what is wrong.
    fn wrong(&self) -> Vec<&'static str> {
        let findings = self.findings();
        let wrong = findings.iter().filter(|finding| finding.severity < Severity::Info);
        wrong.map(|finding| finding.code).collect()
    }
}

#[test]
fn a_page_on_which_all_is_well_has_nothing_wrong_and_says_what_is_not_seen() {
    assert_eq!(well().wrong(), Vec::<&str>::new());
    assert_eq!(well().finds("blocker_unseen").severity, Severity::Info);
    for code in ["widget", "domain", "snippet"] {
        assert_eq!(well().finds(code).severity, Severity::Ok);
    }
}

#[test]
fn a_widget_that_is_not_live_is_named_first() {
    let unpublished = well().spoil(|scene| scene.subject.is_published = false);
    assert_eq!(unpublished.wrong(), ["widget_unpublished"]);
    let draft = well().spoil(|scene| scene.subject.is_version_published = false);
    assert_eq!(draft.wrong(), ["version_unpublished"]);
    let paused = well().spoil(|scene| scene.subject.is_paused = true);
    assert_eq!(paused.finds("widget_paused").severity, Severity::Warning);
}

#[test]
fn a_wrong_domain_is_told_with_the_entry_to_add() {
    for (entry, hint) in [
        ("http://shop.example", "http only"),
        ("https://shop.example:8443", "another port"),
        ("https://www.shop.example", "“www.”"),
        ("https://*.shop.example", "not for shop.example itself"),
        ("https://example", "does not include this subdomain"),
        ("https://other.test", "The list has: https://other.test."),
    ] {
        let case = Case { domains: vec![entry], ..well() };
        let finding = case.finds("domain_not_listed");
        assert_eq!(finding.copy.as_deref(), Some("https://shop.example"));
        assert!(finding.detail.contains(hint), "{entry}: {}", finding.detail);
    }
}

#[test]
fn an_empty_list_is_open_or_closed_as_the_server_has_it() {
    let open = Case { domains: vec![], ..well() };
    assert_eq!(open.finds("domains_open").severity, Severity::Info);
    let closed = open.spoil(|scene| scene.server.require_domains = true);
    assert_eq!(closed.finds("domains_required").copy.as_deref(), Some("https://shop.example"));
}

#[test]
fn a_site_that_leads_elsewhere_or_has_a_twin_is_seen_through() {
    let led = well().spoil(|scene| {
        scene.visit.url = Url::parse("https://www.shop.example/").unwrap();
        scene.visit.redirects = 1;
    });
    let finding = led.finds("domain_not_listed");
    assert_eq!(finding.copy.as_deref(), Some("https://www.shop.example"));
    assert!(finding.detail.contains("it leads visitors to"), "{}", finding.detail);
    led.finds("redirected");
    let twin = well().spoil(|scene| scene.twin = Twin::Serves("https://www.shop.example".into()));
    assert_eq!(twin.finds("twin_not_listed").copy.as_deref(), Some("https://www.shop.example"));
    assert_eq!(well().spoil(|scene| scene.twin = Twin::LeadsHere).wrong(), Vec::<&str>::new());
}

#[test]
fn every_way_to_paste_it_wrongly_has_its_own_finding() {
    for (body, code, severity) in [
        (SOME_TEXT.to_owned(), "snippet_missing", Severity::Error),
        ("TAGTAG".to_owned(), "snippet_twice", Severity::Warning),
        ("<noscript>TAG</noscript>".to_owned(), "snippet_in_noscript", Severity::Error),
        ("<!-- TAG -->".to_owned(), "snippet_in_comment", Severity::Error),
        ("<template>TAG</template>".to_owned(), "snippet_in_template", Severity::Error),
        (TAG.replace("async", "type=module"), "snippet_module", Severity::Error),
        (TAG.replace("async", "type=text/plain"), "snippet_waiting", Severity::Warning),
        (TAG.replace(" src", " data-src"), "snippet_waiting", Severity::Warning),
        (TAG.replace("async", "integrity=sha256-x"), "snippet_integrity", Severity::Error),
        (TAG.replace('<', "&lt;"), "snippet_shown", Severity::Error),
        (TAG.replace("ID", "WIDGET_ID"), "snippet_wrong_id", Severity::Error),
        (TAG.replace("ID", OTHER), "snippet_unknown_widget", Severity::Error),
        (TAG.replace("chat.example", "old.example"), "snippet_other_address", Severity::Warning),
        ("<script src=/app.js></script>".to_owned(), "snippet_by_app", Severity::Warning),
        (
            "<script>add('//www.googletagmanager.com/gtm.js?id=1')</script>".to_owned(),
            "snippet_by_tag_manager",
            Severity::Warning,
        ),
        (
            "<script>s.src='https://chat.example/public/embed/ID'</script>".to_owned(),
            "snippet_by_script",
            Severity::Info,
        ),
    ] {
        let case = well().body(&body).spoil(|scene| {
            let unknown: WidgetId = OTHER.parse().unwrap();
            scene.others.insert(unknown, Other::Unknown);
        });
        let finding = case.finds(code);
        assert_eq!(finding.severity, severity, "{body}");
        assert!(severity == Severity::Info || finding.fix.is_some(), "{body}");
    }
}

#[test]
fn a_frame_and_another_widget_of_the_same_owner_are_told_apart() {
    let framed = format!("<iframe srcdoc='{}'></iframe>", TAG.replace('"', ""));
    well().body(&framed).finds("snippet_in_frame");
    let other = well().body(&TAG.replace("ID", OTHER)).spoil(|scene| {
        scene.others.insert(OTHER.parse().unwrap(), Other::Own);
    });
    other.finds("snippet_other_widget");
}

#[test]
fn what_is_no_page_is_said_and_nothing_is_concluded_from_it() {
    let with = |status: u16| Case { status, ..well() };
    assert_eq!(with(404).wrong(), ["page_not_found"]);
    assert_eq!(with(500).wrong(), ["page_error"]);
    assert_eq!(with(401).wrong(), ["login_wall"]);
    assert_eq!(with(403).wrong(), ["page_refused"]);
    assert_eq!(with(403).header("cf-mitigated", "challenge").wrong(), ["bot_wall"]);
    let json = Case { headers: vec![("content-type", "application/json".into())], ..well() };
    assert_eq!(json.wrong(), ["page_not_html"]);
    let login = Case { page: "https://shop.example/login", ..well() };
    assert_eq!(login.body("<input type=password>").wrong(), ["login_wall"]);
    let with_login_form = well().body("<input type=password>TAG");
    assert_eq!(with_login_form.wrong(), Vec::<&str>::new());
    assert_eq!(well().body("<html amp>TAG").wrong(), ["amp_page"]);
    let refresh = "<meta http-equiv=refresh content='0; url=/new'>TAG";
    assert_eq!(well().body(refresh).wrong(), ["meta_refresh"]);
}

#[test]
fn insecure_and_local_servers_are_told() {
    let from = |base: &'static str| {
        let case = well().body(&TAG.replace("https://chat.example", base));
        case.spoil(|scene| scene.server.is_configured = false)
    };
    assert_eq!(from("http://chat.example").wrong(), ["mixed_content"]);
    assert_eq!(from("http://localhost:8080").wrong(), ["server_local"]);
    assert_eq!(from("http://192.168.1.5").wrong(), ["server_local"]);
    let plain = || Case {
        page: "http://shop.example/",
        domains: vec!["http://shop.example"],
        ..from("http://chat.example")
    };
    assert_eq!(plain().finds("page_insecure").severity, Severity::Info);
    assert_eq!(plain().policy("upgrade-insecure-requests").wrong(), ["upgraded_requests"]);
    let at_home = Case {
        page: "http://localhost:3000/",
        domains: vec!["http://localhost:3000"],
        ..from("http://127.0.0.1:8080")
    };
    assert_eq!(at_home.wrong(), Vec::<&str>::new());
}

#[test]
fn what_the_tags_address_answers_is_told() {
    let answered = well().spoil(|scene| scene.probe = Probe::Answer(404, "text/html".into()));
    assert_eq!(answered.wrong(), ["loader_not_served"]);
    let silent = well().spoil(|scene| scene.probe = Probe::Silent("no answer in time".into()));
    assert_eq!(silent.wrong(), ["server_unreachable"]);
    let isolated = || well().header("cross-origin-embedder-policy", "require-corp");
    let stripped = isolated().spoil(|scene| scene.probe = Probe::Script { cross_origin: false });
    assert_eq!(stripped.wrong(), ["loader_not_shared"]);
    let whole = isolated().spoil(|scene| scene.probe = Probe::Script { cross_origin: true });
    assert_eq!(whole.wrong(), Vec::<&str>::new());
    let mut pictured = isolated();
    pictured.config = json!({"v1": {"chat": {"avatar_url": "https://pictures.example/a.png"}}});
    assert_eq!(pictured.wrong(), ["pictures_isolated"]);
}

#[test]
fn the_widgets_own_configuration_may_hide_it_here() {
    let hides = Case { config: json!({"v1": {"hidden_paths": ["/cont*"]}}), ..well() };
    assert!(hides.finds("hidden_here").detail.contains("/cont*"));
    let inline = json!({"v1": {"display_mode": "inline"}});
    let inline = Case { config: inline, ..well() };
    let inline = inline.body(&TAG.replace("async", "data-target=#chat"));
    assert_eq!(inline.finds("target_missing").copy.as_deref(), Some("<div id=\"chat\"></div>"));
}

#[test]
fn a_microphone_for_nobody_matters_where_there_is_voice() {
    let silent = || well().header("permissions-policy", "camera=(), microphone=()");
    assert_eq!(silent().wrong(), Vec::<&str>::new());
    let spoken = silent().spoil(|scene| scene.subject.has_voice = true);
    let copy = spoken.finds("microphone_refused").copy;
    assert_eq!(copy.as_deref(), Some("microphone=(self \"https://chat.example\")"));
}

mod policies;
