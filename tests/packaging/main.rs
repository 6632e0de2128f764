//! The npm package, packed and installed as others do it: into a project that is built with Vite,
//! and for a page that is not built at all.

mod installed;

use serde_json::{Value, json};
use widget_tests::chat::part;
use widget_tests::{Browser, Page, Site, TestServer};

use installed::{PROJECT, node, package, project};

/// A site with the built project, and a widget for it.
struct Shop {
    server: TestServer,
    site: Site,
    browser: Browser,
    widget: String,
}

impl Shop {
    async fn open(v1: Value) -> Self {
        // Whoever waits for the project has nothing running yet that would slow it down.
        project().await;
        let (server, site, browser) =
            tokio::join!(TestServer::start(), Site::start(), Browser::start());
        let widget = server.owner().widget(&[&site.origin()], &v1).await;
        let widget = widget["id"].as_str().expect("an id").to_owned();
        Self { server, site, browser, widget }
    }

    /// Opens a page of the built project under this policy.
    async fn visit(&self, page: &str, policy: &str) {
        let built = project().await.join("dist");
        self.site.put_folder("/", &built);
        let file = Page::file(&built.join(page)).header("content-security-policy", policy);
        self.site.put(&format!("/{page}"), file);
        let (server, widget) = (self.server.base(), &self.widget);
        self.browser
            .open(&self.site.url(&format!("/{page}?server={server}&widget={widget}")))
            .await;
    }

    /// The paths that the page has asked our server for, without what is data.
    async fn code(&self) -> Vec<String> {
        let all = self.browser.requests().await;
        let ours = all.into_iter().filter_map(|sent| {
            let path = sent.url.strip_prefix(self.server.base())?.to_owned();
            let data =
                path.ends_with("/boot") || path.starts_with("/core/") || path.starts_with("/v1/");
            (!data).then_some(path)
        });
        ours.collect()
    }
}

#[tokio::test]
async fn a_built_project_has_the_widget_inside_and_asks_the_server_for_data_only() {
    let shop = Shop::open(json!({})).await;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; \
         connect-src 'self' {}",
        shop.server.base()
    );
    shop.visit("whole.html", &policy).await;
    shop.browser.ask("When are you open?").await;
    shop.browser.answered("nine to five").await;
    assert_eq!(shop.browser.run("return document.title", vec![]).await, "one widget");
    assert_eq!(shop.code().await, Vec::<String>::new());
    assert_eq!(shop.browser.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_slim_entry_takes_the_servers_own_files_under_a_strict_policy() {
    let shop = Shop::open(json!({})).await;
    let server = shop.server.base();
    let policy = format!(
        "default-src 'none'; script-src 'self' {server} 'wasm-unsafe-eval'; connect-src {server}; \
         img-src data:; require-trusted-types-for 'script'; trusted-types agent-widget"
    );
    shop.visit("slim.html", &policy).await;
    shop.browser.ask("When are you open?").await;
    shop.browser.answered("nine to five").await;
    assert!(shop.code().await.iter().any(|path| path.ends_with(".wasm")));
    assert_eq!(shop.browser.console().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_is_not_built_imports_the_package_with_its_forms_and_languages() {
    let form = json!({"id": "who", "fields": [
        {"id": "email", "label": "E-mail", "type": "email", "required": true},
    ]});
    let shop = Shop::open(json!({"pre_conversation_form": form})).await;
    shop.site.put_folder("/agent-widget/", &package().await);
    let page = format!(
        "<script>document.documentElement.lang = 'de'</script>
         <script type=module>
            import {{ load }} from '/agent-widget/index.js';
            const chat = await load({{ server: '{}', widgetId: '{}' }});
            chat.on('open', () => document.title = 'opened');
         </script>",
        shop.server.base(),
        shop.widget,
    );
    shop.site.put("/", Page::html(&page));
    shop.browser.open(&shop.site.url("/")).await;
    shop.browser.click(part::BUBBLE).await;
    shop.browser.wait_for("agent-widget >>> section.panel[lang=de]").await;
    shop.browser.type_into("agent-widget >>> input[type=email]", "ada@example.com").await;
    shop.browser.click("agent-widget >>> form.sheet button[type=submit]").await;
    shop.browser.ask("When are you open?").await;
    shop.browser.answered("nine to five").await;
    assert_eq!(shop.code().await, Vec::<String>::new());
    assert_eq!(shop.browser.run("return document.title", vec![]).await, "opened");
}

#[tokio::test]
async fn a_widget_that_cannot_be_shown_is_an_error_that_says_why() {
    let shop = Shop::open(json!({})).await;
    shop.site.put_folder("/agent-widget/", &package().await);
    shop.site.put("/", Page::html("<h1>Host page</h1>"));
    let load = async |entry: &str, widget: &str| {
        let server = shop.server.base();
        let told = shop
            .browser
            .promise(&format!(
                "import('/agent-widget/{entry}.js')
                    .then(({{ load }}) => load({{ server: '{server}', widgetId: '{widget}' }}))
                    .then(() => 'shown')"
            ))
            .await;
        told["error"].as_str().unwrap_or_default().to_owned()
    };
    shop.browser.open(&shop.site.url("/")).await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    assert!(load("index", nobody).await.contains("answers 404"));
    assert!(load("slim", nobody).await.contains("does not load"));
    assert!(load("slim", "shop").await.contains("not the id of a widget"));
    // Another origin than the one that is listed.
    shop.browser.open(&format!("{}/", shop.site.other_origin())).await;
    assert!(load("index", &shop.widget).await.contains("does not show on this page"));
    assert!(load("slim", &shop.widget).await.contains("does not show on this page"));
    assert!(shop.browser.find(part::HOST).await.is_none());
}

#[tokio::test]
async fn one_that_destroys_itself_makes_room_for_the_next() {
    let shop = Shop::open(json!({"display_mode": "inline"})).await;
    shop.site.put_folder("/agent-widget/", &package().await);
    shop.site.put("/", Page::html("<div id=one></div><div id=two></div>"));
    shop.browser.open(&shop.site.url("/")).await;
    let script = format!(
        "import('/agent-widget/index.js').then(async ({{ load }}) => {{
            const at = (target) => load({{ server: '{}', widgetId: '{}', target }});
            const first = await at('#one'), inOne = first.parentNode.id;
            const moved = await at(document.querySelector('#two'));
            const inTwo = first.parentNode.id;
            first.remove();
            const back = await at();
            first.destroy();
            const next = await at('#one');
            return [inOne, first == moved, inTwo, first == back, first == next, next.parentNode.id,
                document.querySelectorAll('[id^=agent-widget]').length];
        }})",
        shop.server.base(),
        shop.widget,
    );
    let told = shop.browser.promise(&script).await;
    assert_eq!(told, json!(["one", true, "two", true, false, "one", 1]));
}

#[tokio::test]
async fn the_types_know_every_method_and_event_and_refuse_what_is_wrong() {
    let folder = project().await;
    node(&["node_modules/typescript/bin/tsc"], &folder).await;
}

#[tokio::test]
async fn importing_touches_no_page_and_what_is_not_used_is_left_out() {
    let folder = project().await;
    let script = "for (const entry of ['agent-widget', 'agent-widget/slim']) {
        const { load } = await import(entry);
        const told = await load({ server: 'https://x.example', widgetId: 'y' }).catch(String);
        if (!told.includes('no page here')) throw new Error(told);
    }";
    node(&["--input-type=module", "--eval", script], &folder).await;
    let built = folder.join("dist/assets").read_dir().expect("the project was built");
    let unused = built.filter_map(Result::ok).map(|entry| entry.path());
    let unused = unused.filter(|path| path.to_string_lossy().contains("/unused-"));
    let scripts: Vec<_> = unused.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert_eq!(scripts.len(), 1, "{PROJECT} has one page that uses nothing");
    assert!(!scripts[0].contains("agent-widget"), "{}", scripts[0]);
}

#[tokio::test]
async fn the_package_has_the_version_of_the_server() {
    let manifest = std::fs::read(package().await.join("package.json")).expect("a package");
    let manifest: Value = serde_json::from_slice(&manifest).expect("it is JSON");
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
}
