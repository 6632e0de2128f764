//! The install checker's page, and its check for inside a page, in a real browser.

use std::path::PathBuf;

use serde_json::{Value, json};
use widget_tests::browser::Look;
use widget_tests::site::snippet;
use widget_tests::{Browser, Certificate, Page, Site, TestServer, wait};

/// A server with a widget for a site, and a browser.
struct House {
    server: TestServer,
    site: Site,
    browser: Browser,
    widget: String,
}

impl House {
    async fn new() -> Self {
        let server = TestServer::builder()
            .set("WIDGET_NET__ALLOW_PRIVATE", "127.0.0.0/8,::1/128")
            .start()
            .await;
        Self::with(server, Site::start().await, Browser::start().await).await
    }

    async fn with(server: TestServer, site: Site, browser: Browser) -> Self {
        let widget = server.owner().widget(&[&site.origin()], &json!({})).await;
        let widget = widget["id"].as_str().expect("an id").to_owned();
        Self { server, site, browser, widget }
    }

    fn tag(&self) -> String {
        snippet(&self.server.embed_url(&self.widget))
    }

    async fn ask(&self, url: &str) {
        self.browser.run("document.getElementById('url').value = ''", Vec::new()).await;
        self.browser.type_into("#url", url).await;
        self.browser.click("#check button").await;
    }

    /// Opens a page of the site and pastes the check there, as an owner does; the codes it finds.
    async fn inside(&self, page: Page) -> Vec<String> {
        self.inside_of(page, self.server.base()).await
    }

    /// The same for a page that names the server by `base`.
    async fn inside_of(&self, page: Page, base: &str) -> Vec<String> {
        self.site.put("/inside", page);
        self.browser.open(&self.site.url("/inside")).await;
        let check = include_str!("../../widget-server/src/pages/check.js");
        self.browser.run(check, Vec::new()).await;
        let call = format!("agentWidgetCheck({base:?}, {:?})", self.widget);
        let found = self.browser.promise(&call).await;
        let found = found.as_array().unwrap_or_else(|| panic!("no findings: {found}"));
        found.iter().filter_map(|finding| finding["code"].as_str().map(str::to_owned)).collect()
    }
}

fn picture(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("WIDGET_SCREENSHOTS").filter(|folder| !folder.is_empty())?;
    Some(PathBuf::from(folder).join(format!("install-{name}.png")))
}

#[tokio::test]
async fn an_owner_reads_what_is_wrong_and_copies_what_mends_it() {
    let house = House::new().await;
    let policy = "default-src 'self'; img-src *";
    house.site.put("/", Page::html(&house.tag()).header("content-security-policy", policy));
    let looks = [
        ("light", Look::LIGHT),
        ("dark", Look::DARK),
        ("phone", Look::LIGHT_PHONE),
        ("dark-phone", Look::DARK_PHONE),
    ];
    let looks = if picture("").is_some() { &looks[..] } else { &looks[..1] };
    for (name, look) in looks {
        house.browser.look(*look).await;
        house.browser.open(&house.server.url("/demo/install")).await;
        if let Some(path) = picture(name) {
            house.browser.screenshot(&path).await;
        }
        house.ask(&house.site.url("/")).await;
        house.browser.wait_text("#verdict", |text| text == "2 things are wrong").await;
        let there = "return document.getElementById('verdict').getBoundingClientRect().top < 40";
        wait::until("the results at the top", async || {
            (house.browser.run(there, Vec::new()).await == true).then_some(())
        })
        .await;
        let told = house.browser.text("#findings").await.expect("findings");
        let directive = format!("script-src 'self' {} 'wasm-unsafe-eval'", house.server.base());
        assert!(told.contains(&directive), "{told}");
        if let Some(path) = picture(&format!("{name}-found")) {
            house.browser.screenshot(&path).await;
        }
    }
    let console = house.browser.console().await;
    assert!(console.is_empty(), "{console:?}");
    assert!(house.browser.storage().await.is_empty(), "nothing is kept");

    house.ask("http://127.0.0.1:9/").await;
    house.browser.wait_text("#findings", |text| text.contains("cannot be reached")).await;
    house.browser.type_into("#widget", "nonsense").await;
    house.browser.click("#check button").await;
    house.browser.wait_text("#findings", |text| text.contains("not a widget’s id")).await;

    assert!(house.browser.find("agent-widget").await.is_none(), "it would lie on top of all this");
    house.browser.click("#here").await;
    house.browser.wait_text("#right", |text| text.contains("The widget shows on this page")).await;
}

#[tokio::test]
async fn from_inside_a_page_the_browsers_own_view_is_told() {
    let mut house = House::new().await;
    let tag = house.tag();
    let server = house.server.base().to_owned();
    assert_eq!(house.inside(Page::html(&tag)).await, ["shows"]);
    // A script that adds the tag is what no server sees.
    let added = format!(
        "<script>const s = document.createElement('script'); s.src = '{}'; document.head.append(s)</script>",
        house.server.embed_url(&house.widget)
    );
    assert_eq!(house.inside(Page::html(&added)).await, ["shows"]);
    assert_eq!(house.inside(Page::html("<p>x")).await, ["snippet_missing"]);
    // No style of the page hides it; a script can take it away.
    let hidden = format!("<style>agent-widget {{ display: none !important }}</style>{tag}");
    assert_eq!(house.inside(Page::html(&hidden)).await, ["shows"]);
    let removed = format!(
        "{tag}<script>onload = () => document.querySelector('agent-widget').remove()</script>"
    );
    assert_eq!(house.inside(Page::html(&removed)).await, ["script_did_not_run"]);
    let covered = format!("{tag}<div style='position:fixed;inset:0;z-index:2147483647'></div>");
    assert_eq!(house.inside(Page::html(&covered)).await, ["covered"]);
    let policy = format!("script-src {server} 'unsafe-inline'; connect-src {server}");
    let codes = house.inside(Page::html(&tag).header("content-security-policy", &policy)).await;
    assert!(codes.contains(&"csp_webassembly".to_owned()), "{codes:?}");
    let codes =
        house.inside(Page::html(&tag).header("content-security-policy", "script-src 'self'")).await;
    assert!(codes.contains(&"csp_script".to_owned()), "{codes:?}");
    let codes = house
        .inside(Page::html(&tag).header("content-security-policy", "connect-src 'self'"))
        .await;
    assert!(codes.contains(&"csp_connect".to_owned()), "{codes:?}");

    let path = format!("/core/web-widgets/{}", house.widget);
    let owner = house.server.owner();
    let change = |body: Value| owner.client().put(&path).json(&body);
    // The page itself goes on with the loader of before for a minute; the check does not.
    change(json!({ "domains": ["https://shop.example"] })).await.expect(200);
    assert_eq!(house.inside(Page::html(&tag)).await[0], "domain_not_listed");
    change(json!({ "published": false })).await.expect(200);
    assert_eq!(house.inside(Page::html(&tag)).await[0], "widget_not_live");
    change(json!({ "published": true, "domains": [] })).await.expect(200);

    // What a content blocker does to addresses that are on its list.
    house.browser.devtools("Network.enable", json!({})).await;
    let block = async |addresses: &[&str]| {
        house.browser.devtools("Network.setBlockedURLs", json!({ "urls": addresses })).await;
    };
    block(&["*/public/embed/*"]).await;
    assert_eq!(house.inside(Page::html(&tag)).await, ["blocked_by_extension"]);
    block(&[]).await;
    house.server.kill();
    let codes = house.inside(Page::html(&tag)).await;
    assert!(codes.contains(&"server_unreachable".to_owned()), "{codes:?}");
}

#[tokio::test]
async fn from_inside_a_secure_page_an_insecure_server_is_told() {
    let site = Site::secure(&Certificate::for_localhost()).await;
    // The name is nobody's, and is not asked for.
    let flags = ["--ignore-certificate-errors", "--host-resolver-rules=MAP chat.example ~NOTFOUND"];
    let browser = Browser::start_with(&flags).await;
    let house = House::with(TestServer::start().await, site, browser).await;
    let page = Page::with_widget(&format!("http://chat.example/public/embed/{}", house.widget));
    let codes = house.inside_of(page, "http://chat.example").await;
    assert_eq!(codes, ["mixed_content"]);
}
