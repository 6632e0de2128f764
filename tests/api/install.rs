//! The install checker: over HTTP, on the command line, and its page.

use std::process::Output;

use serde_json::{Value, json};
use widget_tests::server::Launch;
use widget_tests::site::snippet;
use widget_tests::{Certificate, Page, Reply, Site, TestServer};

use crate::pages::launch_with_assets;

/// A server that may read pages on this machine, where the host pages of tests are.
fn reading() -> Launch {
    launch_with_assets().set("WIDGET_NET__ALLOW_PRIVATE", "127.0.0.0/8,::1/128")
}

/// A server, a site, and a widget for it.
struct House {
    server: TestServer,
    site: Site,
    id: String,
    tag: String,
}

impl House {
    async fn of(launch: Launch) -> Self {
        Self::with(launch, Site::start().await).await
    }

    async fn with(launch: Launch, site: Site) -> Self {
        let server = launch.start().await;
        let widget = server.owner().widget(&[&site.origin()], &json!({})).await;
        let id = widget["id"].as_str().expect("an id").to_owned();
        let tag = snippet(&server.embed_url(&id));
        Self { server, site, id, tag }
    }

    fn put(&self, page: Page) {
        self.site.put("/page", page);
    }

    async fn asked(&self, url: &str) -> Reply {
        let path = format!("/core/web-widgets/{}/check-install", self.id);
        self.server.owner().client().post(&path).json(&json!({ "url": url })).await
    }

    async fn check(&self) -> Value {
        self.asked(&self.site.url("/page")).await.expect(200).json()
    }

    async fn set(&self, change: Value) {
        let path = format!("/core/web-widgets/{}", self.id);
        self.server.owner().client().put(&path).json(&change).await.expect(200);
    }

    async fn doctor(&self, arguments: &[&str]) -> Output {
        self.server.command(&[&["doctor", "--site"], arguments].concat()).await
    }
}

/// The codes of what is wrong.
fn wrong(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    let wrong =
        findings.iter().filter(|it| it["severity"] == "error" || it["severity"] == "warning");
    wrong.filter_map(|it| it["code"].as_str()).collect()
}

fn finding<'a>(report: &'a Value, code: &str) -> &'a Value {
    let findings = report["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {report:#}"))
}

#[tokio::test]
async fn each_bad_page_is_told_by_its_own_fault() {
    let house = House::of(reading().set("WIDGET_LIMITS__INSTALL_CHECKS_PER_MINUTE", "1000")).await;
    let (tag, server) = (&house.tag, house.server.base());
    let policy = |text: &str| {
        let page = Page::html(tag);
        page.header("content-security-policy", &text.replace("HOST", server))
    };
    let text = "<p>A page with a good deal of text on it, as pages have. ".repeat(6);
    for (page, expected) in [
        (Page::html(tag), vec![]),
        (Page::html(&text), vec!["snippet_missing"]),
        (Page::html(&format!("{tag}{tag}")), vec!["snippet_twice"]),
        (Page::html(&format!("<noscript>{tag}</noscript>")), vec!["snippet_in_noscript"]),
        (Page::html(&format!("<!-- {tag} -->")), vec!["snippet_in_comment"]),
        (Page::html(&tag.replace(&house.id, "WIDGET_ID")), vec!["snippet_wrong_id"]),
        (Page::html(tag).status(404), vec!["page_not_found"]),
        (Page::html(tag).status(500), vec!["page_error"]),
        (Page::of("application/json", "{}"), vec!["page_not_html"]),
        (policy("default-src 'self'"), vec!["csp_script", "csp_connect"]),
        (policy("script-src HOST 'wasm-unsafe-eval'; connect-src HOST"), vec![]),
        (policy("script-src HOST"), vec!["csp_webassembly"]),
        (policy("script-src 'nonce-a' 'strict-dynamic' 'wasm-unsafe-eval'"), vec!["csp_script"]),
        (policy("sandbox allow-scripts"), vec!["csp_sandbox_origin"]),
    ] {
        house.put(page.clone());
        let report = house.check().await;
        let (mut found, mut expected) = (wrong(&report), expected);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{page:?}\n{report:#}");
    }
}

#[tokio::test]
async fn the_exact_directive_is_told_and_it_is_enough() {
    let house = House::of(reading()).await;
    let with = |policy: &str| Page::html(&house.tag).header("content-security-policy", policy);
    house.put(with("default-src 'none'; img-src 'self'"));
    let report = house.check().await;
    assert_eq!(report["verdict"], "error");
    let text = |code: &str| finding(&report, code)["copy"].as_str().expect("a text").to_owned();
    let server = house.server.base();
    assert_eq!(text("csp_script"), format!("script-src {server} 'wasm-unsafe-eval'"));
    assert_eq!(text("csp_connect"), format!("connect-src {server}"));
    let (script, connect) = (text("csp_script"), text("csp_connect"));
    house.put(with(&format!("default-src 'none'; img-src 'self'; {script}; {connect}")));
    assert_eq!(house.check().await["verdict"], "ok");
}

#[tokio::test]
async fn the_state_of_the_widget_and_its_domains_are_told() {
    let house = House::of(reading()).await;
    house.put(Page::html(&house.tag));
    house.set(json!({ "domains": ["https://shop.example"] })).await;
    let report = house.check().await;
    assert_eq!(finding(&report, "domain_not_listed")["copy"], house.site.origin());
    house.set(json!({ "published": false, "domains": [house.site.origin()] })).await;
    assert_eq!(wrong(&house.check().await), ["widget_unpublished"]);
    house.set(json!({ "published": true, "config": {"v1": {"hidden_paths": ["/page"]}} })).await;
    assert_eq!(wrong(&house.check().await), ["hidden_here"]);
    house.set(json!({ "config": {} })).await;
    let pause = format!("/api/v1/widgets/{}/pause", house.id);
    house.server.owner().client().post(&pause).json(&json!({})).await.expect(200);
    assert_eq!(wrong(&house.check().await), ["widget_paused"]);
}

#[tokio::test]
async fn a_secure_page_that_loads_from_an_insecure_server_is_told() {
    let certificate = Certificate::for_localhost();
    // The tag names the server's public address, so nobody has to look for that host.
    let launch = reading().set("WIDGET_SERVER__PUBLIC_URL", "http://chat.example");
    let authority = launch.folder().join("authority.pem");
    std::fs::write(&authority, certificate.pem()).expect("a writable folder");
    let launch = launch.set("WIDGET_NET__CA_FILE", &authority);
    let house = House::with(launch, Site::secure(&certificate).await).await;
    let tag = |scheme: &str| snippet(&format!("{scheme}://chat.example/public/embed/{}", house.id));
    house.put(Page::html(&tag("http")));
    let report = house.check().await;
    assert_eq!(wrong(&report), ["mixed_content"], "{report:#}");
    assert_eq!(finding(&report, "mixed_content")["copy"], tag("https"));
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_is_told() {
    let house = House::with(reading(), Site::secure(&Certificate::for_localhost()).await).await;
    house.put(Page::html(&house.tag));
    assert_eq!(wrong(&house.check().await), ["page_certificate"]);
}

#[tokio::test]
async fn what_counts_is_where_a_redirect_ends() {
    let house = House::of(reading()).await;
    house.site.put("/end", Page::html(&house.tag));
    let to = format!("{}/end", house.site.other_origin());
    house.put(Page::of("text/plain", "").status(302).header("location", &to));
    let report = house.check().await;
    assert_eq!(report["final_url"], to);
    assert_eq!(finding(&report, "domain_not_listed")["copy"], house.site.other_origin());
    assert_eq!(finding(&report, "redirected")["severity"], "info");
    house.put(Page::of("text/plain", "").status(302).header("location", "/page"));
    assert_eq!(wrong(&house.check().await), ["page_circles"]);
    house.put(Page::of("text/plain", "").status(302).header("location", "file:///etc/passwd"));
    assert_eq!(wrong(&house.check().await), ["page_redirects_nowhere"]);
}

#[tokio::test]
async fn a_private_address_is_read_for_the_operator_and_not_for_a_caller() {
    let house = House::of(launch_with_assets()).await;
    house.put(Page::html(&house.tag));
    let report = house.check().await;
    assert_eq!(wrong(&report), ["page_private"]);
    assert!(
        finding(&report, "page_private")["copy"]
            .as_str()
            .expect("a text")
            .contains("doctor --site")
    );
    assert_eq!(house.site.requests().len(), 0, "nobody called it");
    let said = house.doctor(&[&house.site.url("/page"), "--json"]).await;
    assert_eq!(house.site.requests().len(), 1);
    let report: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(report["widget_id"], house.id);
    // The command asks for the loader as well, by the address in the tag.
    assert_eq!(finding(&report, "server")["severity"], "ok");
}

#[tokio::test]
async fn the_command_says_it_in_words_and_in_its_exit_status() {
    let house = House::of(launch_with_assets()).await;
    house.put(Page::html(&house.tag));
    let page = house.site.url("/page");
    let well = house.doctor(&[&page]).await;
    let said = String::from_utf8_lossy(&well.stdout).into_owned();
    assert_eq!(well.status.code(), Some(0), "{said}");
    assert!(said.contains("ok       The snippet is on the page"), "{said}");

    house.set(json!({ "domains": ["https://shop.example"] })).await;
    let ill = house.doctor(&[&page]).await;
    let said = String::from_utf8_lossy(&ill.stdout).into_owned();
    assert_eq!(ill.status.code(), Some(1), "{said}");
    assert!(said.contains("wrong    This domain is not on the widget's list"), "{said}");
    assert!(said.lines().any(|line| line.trim() == house.site.origin()), "{said}");

    for (arguments, status) in [
        (vec!["no address at all"], 1),
        (vec!["http://127.0.0.1:9/"], 1),
        (vec![page.as_str(), "--widget", "nonsense"], 2),
        (vec![page.as_str(), "--widget", "0198d4a2-7c11-7d70-9a64-0123456789ab"], 1),
    ] {
        let said = house.doctor(&arguments).await;
        assert_eq!(said.status.code(), Some(status), "{arguments:?}: {said:?}");
    }
}

#[tokio::test]
async fn the_command_tells_every_case_in_plain_words() {
    let house = House::of(launch_with_assets()).await;
    let (tag, server) = (house.tag.as_str(), house.server.base());
    let text = "<p>A page with a good deal of text on it, as pages have. ".repeat(6);
    let policy = Page::html(tag).header("content-security-policy", "script-src 'self'");
    let directive = format!("script-src 'self' {server} 'wasm-unsafe-eval'");
    // The command goes by the configuration, which does not know the port that was free.
    let embed = format!("/public/embed/{}\" async></script>", house.id);
    let (live, origin) = (json!({}), house.site.origin());
    for (change, page, status, told) in [
        (&live, Page::html(tag), 0, vec!["an extension hides it"]),
        (&live, Page::html(&text), 1, vec!["wrong    The snippet is not on the page", &embed]),
        (&live, Page::html(&format!("{tag}{tag}")), 0, vec!["The snippet is on the page 2 times"]),
        (
            &live,
            policy,
            1,
            vec!["wrong    The page's policy refuses the widget's script", &directive],
        ),
        (
            &json!({ "domains": ["https://shop.example"] }),
            Page::html(tag),
            1,
            vec!["wrong    This domain is not on the widget's list", &origin],
        ),
        (
            &json!({ "domains": [origin], "published": false }),
            Page::html(tag),
            1,
            vec!["wrong    The widget is not published", "{\"published\": true}"],
        ),
    ] {
        house.set(change.clone()).await;
        house.put(page);
        let done = house.doctor(&[&house.site.url("/page")]).await;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        // What is to be copied stands on one line; words are wrapped.
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in told {
            let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains(&part), "no {part:?} in\n{said}");
        }
        assert_eq!(done.status.code(), Some(status), "{said}");
    }
    house.set(json!({ "published": true })).await;
    let pause = format!("/api/v1/widgets/{}/pause", house.id);
    house.server.owner().client().post(&pause).json(&json!({})).await.expect(200);
    let done = house.doctor(&[&house.site.url("/page")]).await;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("warning  The widget is paused"), "{said}");
    assert_eq!(done.status.code(), Some(0), "it shows all the same");
}

#[tokio::test]
async fn without_a_snippet_the_widget_made_for_the_site_is_meant() {
    let house = House::of(launch_with_assets()).await;
    house.put(Page::html(
        "<p>Nothing of ours here, and text enough to be a page.".repeat(5).as_str(),
    ));
    let said = house.doctor(&[&house.site.url("/page"), "--json"]).await;
    let report: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(report["widget_id"], house.id, "its list has the site, the demo's has none");
    assert!(
        finding(&report, "snippet_missing")["copy"].as_str().expect("a tag").contains(&house.id)
    );
}

#[tokio::test]
async fn who_may_ask_is_as_for_every_read_and_how_often_is_bounded() {
    let house = House::of(reading().set("WIDGET_LIMITS__INSTALL_CHECKS_PER_MINUTE", "2")).await;
    house.put(Page::html(&house.tag));
    for body in [json!({}), json!({ "url": 1 }), json!({ "url": "ftp://shop.example" })] {
        let path = format!("/core/web-widgets/{}/check-install", house.id);
        let key = ["key", "create", "--name", "x", "--scopes", "leads:read"];
        let key = house.server.command(&key).await.stdout;
        let key = String::from_utf8(key).expect("text");
        let stranger = house.server.client().bearer(key.trim());
        stranger.post(&path).json(&body).await.problem(403, "insufficient_scope");
        house.server.client().post(&path).json(&body).await.problem(401, "unauthorized");
    }
    let missing = "/core/web-widgets/0198d4a2-7c11-7d70-9a64-0123456789ab/check-install";
    let owner = house.server.owner();
    owner.client().post(missing).json(&json!({ "url": "x" })).await.problem(404, "not_found");
    house.asked("ftp://shop.example").await.problem(422, "invalid");
    house.asked(&house.site.url("/page")).await.expect(200);
    let limited = house.asked(&house.site.url("/page")).await;
    assert!(limited.header("retry-after").is_some());
    limited.problem(429, "rate_limited");
}

#[tokio::test]
async fn a_demo_on_this_machine_needs_no_key_and_nobody_else_gets_in() {
    let house = House::of(reading()).await;
    house.put(Page::html(&house.tag));
    let body = json!({ "url": house.site.url("/page") });
    let client = house.server.client();
    let report = client.post("/demo/install").json(&body).await.expect(200).json();
    assert_eq!(report["widget_id"], house.id);
    let rebound = client.post("/demo/install").header("host", "evil.example").json(&body).await;
    rebound.problem(404, "not_found");
    let proxied = client.post("/demo/install").header("x-forwarded-for", "203.0.113.9");
    proxied.json(&body).await.problem(404, "not_found");
    let named = json!({ "url": "x", "widget_id": "nonsense" });
    client.post("/demo/install").json(&named).await.problem(422, "invalid");

    let public = reading().set("WIDGET_SERVER__PUBLIC_URL", "https://chat.example").start().await;
    public.client().post("/demo/install").json(&body).await.problem(404, "not_found");
    let page = public.client().get("/demo/install").await.expect(200).text();
    assert!(page.contains("name=\"key\""), "there the page asks for a key");
}

#[tokio::test]
async fn the_page_runs_its_own_scripts_only_and_keeps_them_whole() {
    let server = reading().start().await;
    let page = server.client().get("/demo/install").await.expect(200);
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    assert!(
        policy.contains("require-trusted-types-for 'script'") && !policy.contains("unsafe-inline")
    );
    let text = page.text();
    assert!(!text.contains("name=\"key\""), "on this machine no key is asked for");
    // A script that names an end tag in a text would end there.
    assert_eq!(text.matches("<script nonce=").count(), text.matches("</script>").count());
    assert!(!text.contains("<!--"));
    server.client().get("/guide/not-showing").await.expect(200);
}
