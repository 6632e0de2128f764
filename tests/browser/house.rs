//! What most of these tests begin with: a server, a widget, a host page, a browser.

use serde_json::{Value, json};
use widget_tests::browser::Engine;
use widget_tests::site::snippet;
use widget_tests::{Browser, Gate, Line, ModelServer, Page, Script, Site, TestServer, wait};

pub(crate) use widget_tests::chat::part;

/// Everything that runs.
pub(crate) struct House {
    pub(crate) model: ModelServer,
    pub(crate) server: TestServer,
    pub(crate) site: Site,
    pub(crate) browser: Browser,
    pub(crate) widget: String,
}

impl House {
    /// A widget of the built-in agent on a host page.
    pub(crate) async fn with(v1: Value) -> Self {
        Self::on(Engine::Chromium, Self::builtin(), v1).await
    }

    /// An agent that answers by itself from what it knows.
    pub(crate) fn builtin() -> Value {
        json!({"model": {"provider": "builtin"}, "greeting": "Hello there!", "knowledge": [{
            "title": "Opening hours",
            "url": "https://shop.example/hours",
            "content": "The shop is open from nine to five on weekdays.",
        }]})
    }

    /// A widget whose answers the test writes.
    pub(crate) async fn scripted(v1: Value) -> Self {
        let agent = json!({"model": {"provider": "openai", "name": "test"}});
        Self::on(Engine::Chromium, agent, v1).await
    }

    /// A widget of this agent in a browser of this engine.
    pub(crate) async fn on(engine: Engine, agent: Value, v1: Value) -> Self {
        let browser = Browser::start_on(engine).await;
        if engine == Engine::Chromium {
            browser.note_troubles().await;
        }
        Self::in_browser(browser, agent, v1).await
    }

    /// A widget of this agent in this browser.
    pub(crate) async fn in_browser(browser: Browser, agent: Value, v1: Value) -> Self {
        let model = ModelServer::start().await;
        let server =
            TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
        let site = Site::start().await;
        let widget = server.owner().widget_of(&agent, &[&site.origin()], &v1).await;
        let widget = widget["id"].as_str().expect("an id").to_owned();
        site.put("/", Page::with_widget(&server.embed_url(&widget)));
        browser.open(&site.url("/")).await;
        Self { model, server, site, browser, widget }
    }

    /// A visitor comes to a page that has its widget by this line, and has nothing from before.
    pub(crate) async fn come_by(&self, line: &Line) {
        self.come_by_speaking("en", line).await;
    }

    /// The same to a page in this language.
    pub(crate) async fn come_by_speaking(&self, language: &str, line: &Line) {
        line.holds();
        self.browser.run("localStorage.clear(); sessionStorage.clear()", vec![]).await;
        self.browser.devtools("Network.clearBrowserCache", json!({})).await;
        let embed = format!("{}/public/embed/{}", line.base(), self.widget);
        let speaks = format!("<script>document.documentElement.lang = '{language}'</script>");
        self.site.put("/by-line", Page::html(&(speaks + &snippet(&embed))));
        self.browser.open(&self.site.url("/by-line")).await;
        self.browser.wait_for(part::CLOSED).await;
    }

    /// Clicks the bubble, types a question and sends it.
    pub(crate) async fn ask(&self, question: &str) {
        self.browser.ask(question).await;
    }

    /// Waits for the last answer to contain `text`.
    pub(crate) async fn answered(&self, text: &str) -> String {
        self.browser.answered(text).await
    }

    /// A question whose answer is half said; the rest, `and the second.`, waits at the gate.
    pub(crate) async fn half_answered(v1: Value) -> (Self, Gate) {
        let house = Self::scripted(v1).await;
        let gate = Gate::new();
        let answer = Script::new().say("The first half ").hold(&gate).say("and the second.");
        house.model.next(answer.finish());
        house.ask("Well?").await;
        house.answered("The first half").await;
        (house, gate)
    }

    /// Waits for a second tab, has a look at it, and closes it.
    pub(crate) async fn second_tab(&self, look: impl AsyncFnOnce()) {
        let client = self.browser.client();
        let page = client.window().await.expect("the page's tab");
        let tab = wait::until("a second tab", async || {
            client.windows().await.ok()?.into_iter().find(|tab| *tab != page)
        })
        .await;
        client.switch_to_window(tab).await.expect("the second tab");
        look().await;
        client.close_window().await.expect("the second tab closes");
        client.switch_to_window(page).await.expect("the page's tab");
    }

    /// Nothing was thrown into the page. What its policy refused is told to it, and is no harm.
    pub(crate) async fn is_unharmed(&self) {
        let mut troubles = self.browser.troubles().await;
        troubles.retain(|trouble| !trouble.starts_with("securitypolicyviolation"));
        assert!(troubles.is_empty(), "{troubles:?}");
    }

    /// Requests of the page to our server, without those for the host page itself.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let all = self.browser.requests().await;
        let ours = all.into_iter().filter(|sent| sent.url.starts_with(self.server.base()));
        ours.map(|sent| format!("{} {}", sent.method, &sent.url[self.server.base().len()..]))
            .collect()
    }
}
