//! Where states are walked to: one server and one browser for all of them.

use serde_json::{Value, json};
use widget_tests::{Browser, ModelServer, Page, Script, Site, TestServer, browser::Look};

use super::{Place, Reader, State, Step, USUAL, Words};
use crate::house::part;

/// Everything that runs while states are walked to.
pub(crate) struct Stage {
    model: ModelServer,
    server: TestServer,
    site: Site,
    pub(crate) browser: Browser,
    /// The agent of all widgets, and its version.
    agent: (String, String),
}

const TITLE: Words = ("The shop at the corner", "المتجر عند الزاوية");
const TEXT: Words = (
    "Books, maps and paper since 1904. We are open from nine to five on weekdays, and on Saturdays until noon.",
    "كتب وخرائط وورق منذ عام 1904. نفتح من التاسعة إلى الخامسة في أيام الأسبوع، ويوم السبت حتى الظهر.",
);

impl Stage {
    pub(crate) async fn start() -> Self {
        let model = ModelServer::start().await;
        let server = TestServer::builder()
            .set("WIDGET_OPENAI__BASE_URL", model.base_url())
            .set("WIDGET_LIMITS__INIT_PER_MINUTE", "6000")
            .start()
            .await;
        let agent = server
            .owner()
            .agent(&json!({
                "model": { "provider": "openai", "name": "test" },
                "greeting": "Hello there!",
                "knowledge": [
                    { "title": "Opening hours", "url": "https://shop.example/hours",
                      "content": "When are you open? We are open from nine to five. متى تفتحون؟ نفتح من التاسعة" },
                    { "title": "Public holidays and other days on which the shop is closed",
                      "url": "https://shop.example/holidays",
                      "content": "When are we not open? On public holidays. متى لا نفتح؟ في العطل" },
                ],
            }))
            .await;
        Self { model, server, site: Site::start().await, browser: Browser::start().await, agent }
    }

    /// Goes to the state with a new widget, as a visitor would. The browser shows it like `look`.
    #[expect(clippy::print_stdout, reason = "a test that fails says where it was")]
    pub(crate) async fn reach(&self, state: &State, reader: Reader, look: Look) {
        println!("{}, {reader:?}, {} px", state.name, look.width);
        self.browser.look(look).await;
        self.browser.online(true).await;
        self.lose(json!([])).await;
        let language = json!({ "headers": { "Accept-Language": reader.tag() } });
        self.browser.devtools("Network.setExtraHTTPHeaders", language).await;
        self.model.usually(Script::answer(reader.say(USUAL)));
        for script in state.model {
            self.model.next(script(reader));
        }
        let widget = self.widget(&state.v1()).await;
        let address = self.put(state, reader, &widget).await;
        self.browser.open(&address).await;
        for step in state.way {
            self.take(*step, reader, &widget).await;
        }
        self.settle().await;
    }

    /// Shows the state that was reached in another way.
    pub(crate) async fn show(&self, look: Look) {
        self.browser.look(look).await;
        self.settle().await;
    }

    /// Waits until nothing moves but what moves for ever.
    async fn settle(&self) {
        let still = "return [...document.querySelectorAll('*')].flatMap(e => e.shadowRoot ?? [])
            .concat(document).flatMap(root => root.getAnimations())
            .every(a => a.playState !== 'running' || a.effect.getComputedTiming().endTime === Infinity)";
        widget_tests::wait::until("the end of all movement", async || {
            (self.browser.run(still, vec![]).await == true).then_some(())
        })
        .await;
    }

    async fn widget(&self, v1: &Value) -> String {
        let (agent_id, version_id) = &self.agent;
        let widget = json!({ "agent_id": agent_id, "agent_version_id": version_id, "published": true,
            "domains": [self.site.origin()], "config": { "v1": v1 } });
        let made = self.server.owner().made("/core/web-widgets", &widget).await;
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Puts the state's page where it belongs, and returns its address.
    async fn put(&self, state: &State, reader: Reader, widget: &str) -> String {
        let target = match state.place {
            Place::Page => "",
            Place::Element => " data-target='#chat'",
            Place::Frame => return self.server.url(&format!("/public/embed/{widget}/frame")),
            Place::Hosted => return self.server.url(&format!("/w/{widget}")),
            Place::Unscripted => {
                self.lose(json!(["*.js"])).await;
                return self.server.url(&format!("/w/{widget}"));
            }
            Place::Demo => {
                // Its widget is always the same one: who was here before is forgotten.
                self.browser.open(self.server.demo_page()).await;
                self.browser.run("localStorage.clear(); sessionStorage.clear()", vec![]).await;
                return self.server.demo_page().to_owned();
            }
        };
        let embed = self.server.embed_url(widget);
        let snippet = format!("<script src=\"{embed}\" async{target}></script>");
        let html = include_str!("host.html")
            .replace("{lang}", reader.tag())
            .replace("{dir}", reader.say(("ltr", "rtl")))
            .replace("{title}", reader.say(TITLE))
            .replace("{text}", reader.say(TEXT))
            .replace("{snippet}", &snippet);
        let path = format!("/{}", state.name);
        self.site.put(&path, Page::of("text/html; charset=utf-8", html));
        self.site.url(&path)
    }

    async fn take(&self, step: Step, reader: Reader, widget: &str) {
        let browser = &self.browser;
        match step {
            Step::Open => browser.click(part::BUBBLE).await,
            Step::Ask(words) => {
                browser.type_into(part::INPUT, reader.say(words)).await;
                browser.click(part::SEND).await;
            }
            Step::There(path) => drop(browser.wait_for(path).await),
            Step::Says(path, words) => {
                browser.wait_text(path, |text| text.contains(reader.say(words))).await;
            }
            Step::Click(path) => browser.click(path).await,
            Step::Fill(path, words) => browser.type_into(path, reader.say(words)).await,
            Step::TakeOver(words) => self.take_over(widget, reader.say(words)).await,
            Step::Pause => {
                let pause = format!("/api/v1/widgets/{widget}/pause");
                self.server.owner().client().post(&pause).await.expect(200);
                browser.reload().await;
            }
            Step::Offline => browser.online(false).await,
        }
    }

    async fn take_over(&self, widget: &str, words: &str) {
        let owner = self.server.owner();
        let listed = owner.read(&format!("/core/conversations?widget_id={widget}")).await;
        let path = format!("/core/conversations/{}", listed[0]["id"].as_str().expect("an id"));
        let handler = owner.client().post(&format!("{path}/handler"));
        handler.json(&json!({ "handler": "human" })).await.expect(200);
        owner.made(&format!("{path}/messages"), &json!({ "content": words })).await;
    }

    async fn lose(&self, patterns: Value) {
        self.browser.devtools("Network.enable", json!({})).await;
        self.browser.devtools("Network.setBlockedURLs", json!({ "urls": patterns })).await;
    }
}
