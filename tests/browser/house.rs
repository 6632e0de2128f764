//! What most of these tests begin with: a server, a widget, a host page, a browser.

use serde_json::{Value, json};
use widget_tests::{Browser, ModelServer, Site, TestServer};

/// The parts of the widget, as they are found from the page.
pub(crate) mod part {
    pub(crate) const HOST: &str = "agent-widget";
    pub(crate) const BUBBLE: &str = "agent-widget >>> button.b";
    pub(crate) const PANEL: &str = "agent-widget >>> section.panel";
    /// The launcher while the panel is closed.
    pub(crate) const CLOSED: &str = "agent-widget >>> button.b[aria-expanded=false]";
    pub(crate) const INPUT: &str = "agent-widget >>> section.panel textarea";
    pub(crate) const SEND: &str = "agent-widget >>> button.send";
    pub(crate) const QUESTION: &str = "agent-widget >>> .msg.user .text";
    pub(crate) const ANSWER: &str = "agent-widget >>> .log";
    pub(crate) const SOURCE: &str = "agent-widget >>> .sources a.chip";
    pub(crate) const FAILURE: &str = "agent-widget >>> .fail";
    pub(crate) const BAR: &str = "agent-widget >>> .bar";
}

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
        let agent = json!({"model": {"provider": "builtin"}, "greeting": "Hello there!", "knowledge": [{
            "title": "Opening hours",
            "url": "https://shop.example/hours",
            "content": "The shop is open from nine to five on weekdays.",
        }]});
        Self::of(agent, v1).await
    }

    /// A widget whose answers the test writes.
    pub(crate) async fn scripted(v1: Value) -> Self {
        Self::of(json!({"model": {"provider": "openai", "name": "test"}}), v1).await
    }

    async fn of(agent: Value, v1: Value) -> Self {
        let model = ModelServer::start().await;
        let server =
            TestServer::builder().set("WIDGET_OPENAI__BASE_URL", model.base_url()).start().await;
        let site = Site::start().await;
        let widget = server.owner().widget_of(&agent, &[&site.origin()], &v1).await;
        let widget = widget["id"].as_str().expect("an id").to_owned();
        site.put("/", widget_tests::Page::with_widget(&server.embed_url(&widget)));
        let browser = Browser::start().await;
        browser.open(&site.url("/")).await;
        Self { model, server, site, browser, widget }
    }

    /// Clicks the bubble, types a question and sends it.
    pub(crate) async fn ask(&self, question: &str) {
        self.browser.wait_for(part::BUBBLE).await;
        // An open panel may still be on its way from a form to the box for messages.
        if self.browser.find(part::CLOSED).await.is_some() {
            self.browser.click(part::BUBBLE).await;
        }
        self.browser.type_into(part::INPUT, question).await;
        self.browser.click(part::SEND).await;
    }

    /// Waits for the last answer to contain `text`.
    pub(crate) async fn answered(&self, text: &str) -> String {
        self.browser.wait_text(part::ANSWER, |seen| seen.contains(text)).await
    }

    /// Requests of the page to our server, without those for the host page itself.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let all = self.browser.requests().await;
        let ours = all.into_iter().filter(|sent| sent.url.starts_with(self.server.base()));
        ours.map(|sent| format!("{} {}", sent.method, &sent.url[self.server.base().len()..]))
            .collect()
    }
}
