//! The examples that put the widget on a page or do without it, started as their READMEs say.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use widget_tests::chat::part;
use widget_tests::{Browser, Program, TestServer, wait};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");

/// An example that runs, and a browser on its page.
struct Example {
    server: TestServer,
    browser: Browser,
    _program: Program,
}

/// A widget with the example's settings, and the command that starts the example with it.
async fn prepared(name: &str, server: &TestServer) -> Command {
    let settings = std::fs::read(Path::new(EXAMPLES).join(name).join("widget.json"));
    let v1 = settings.map_or_else(
        |_| json!({}),
        |settings| serde_json::from_slice(&settings).expect("widget.json is JSON"),
    );
    // The example's origin is known when it runs; until then everybody may embed the widget.
    let owner = server.owner();
    let widget = owner.widget(&[], &v1).await;
    let id = widget["id"].as_str().expect("an id");
    let path = format!("/core/web-widgets/{id}/identity-secret");
    let secret = owner.made(&path, &json!({})).await;
    let mut command = Command::new("npm");
    command.args(["--silent", "start", "-w", name]).current_dir(EXAMPLES);
    command.env("WIDGET_SERVER", server.base()).env("WIDGET_ID", id).env("PORT", "0");
    // Where `CI` is set, Vite writes its address in colours.
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command.env("WIDGET_SECRET", secret["secret"].as_str().expect("a secret"));
    command
}

fn address(line: &str) -> Option<String> {
    let rest = &line[line.find("http://localhost:")?..];
    Some(rest.trim_end().trim_end_matches('/').to_owned())
}

impl Example {
    async fn start(name: &str) -> Self {
        let (server, browser) = tokio::join!(TestServer::start(), Browser::start());
        let mut program = Program::start(&mut prepared(name, &server).await);
        let address = program.line("address", address).await;
        browser.open(&format!("{address}/")).await;
        Self { server, browser, _program: program }
    }

    async fn conversations(&self) -> Vec<Value> {
        let listed = self.server.owner().read("/core/conversations").await;
        listed.as_array().cloned().expect("a list")
    }

    async fn shows(&self, selector: &str, text: &str) {
        self.browser.wait_text(selector, |seen| seen.contains(text)).await;
    }

    async fn asks_and_is_answered(&self) {
        self.browser.ask("When are you open?").await;
        self.browser.answered("nine to five").await;
    }

    async fn console_is_empty(&self) {
        assert_eq!(self.browser.console().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn plain_html_opens_the_chat_by_a_link_and_asks_by_a_button() {
    let example = Example::start("plain").await;
    example.browser.click("a[href='#chat']").await;
    example.browser.wait_for(part::INPUT).await;
    example.browser.click("#hours").await;
    example.browser.answered("nine to five").await;
    example.console_is_empty().await;
}

#[tokio::test]
async fn inline_the_chat_stands_in_its_container() {
    let example = Example::start("inline").await;
    example.browser.wait_for("#chat > agent-widget").await;
    example.asks_and_is_answered().await;
    example.console_is_empty().await;
}

#[tokio::test]
async fn in_react_the_chat_comes_and_goes_with_its_view_and_keeps_the_conversation() {
    let example = Example::start("react").await;
    example.browser.click("#help").await;
    example.asks_and_is_answered().await;
    example.shows("#answers", "1 answers").await;
    example.browser.click("#shop").await;
    example.browser.wait_for("#goods").await;
    example.browser.wait_gone(part::HOST).await;
    example.browser.click("#help").await;
    example.browser.answered("nine to five").await;
    example.browser.ask("When do you close?").await;
    example.shows("#answers", "2 answers").await;
    assert_eq!(example.conversations().await.len(), 1);
    example.console_is_empty().await;
}

#[tokio::test]
async fn in_vue_the_page_asks_and_hears_of_the_answer() {
    let example = Example::start("vue").await;
    example.browser.click("#hours:not(:disabled)").await;
    example.browser.answered("nine to five").await;
    example.shows("#answers", "1 answers").await;
    example.console_is_empty().await;
}

#[tokio::test]
async fn under_a_strict_policy_the_chat_works_and_nothing_is_refused() {
    let example = Example::start("strict-csp").await;
    example.asks_and_is_answered().await;
    example.console_is_empty().await;
}

#[tokio::test]
async fn who_signs_in_has_conversations_of_their_own_and_leaves_nothing_behind() {
    let example = Example::start("identified").await;
    example.browser.click("#u_alice").await;
    example.shows("h1", "Hello, Alice").await;
    example.asks_and_is_answered().await;
    assert_eq!(example.conversations().await[0]["user_id"], "u_alice");

    example.browser.click("#out").await;
    example.shows("h1", "Members").await;
    // The panel was open, so it opens again; what was said in it is gone.
    example.browser.wait_for(part::INPUT).await;
    example.browser.wait_gone(part::QUESTION).await;
    example.browser.ask("And who am I?").await;
    wait::until("a conversation of a stranger", async || {
        let all = example.conversations().await;
        let user = all[0]["user_id"].as_str().unwrap_or_default();
        (all.len() == 2 && user.starts_with("guest_")).then_some(())
    })
    .await;
    example.console_is_empty().await;
}

#[tokio::test]
async fn a_client_of_ones_own_writes_the_answer_and_its_source() {
    let server = TestServer::start().await;
    let mut command = prepared("own-client", &server).await;
    let output = Program::start(command.args(["--", "When are you open?"])).finished().await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("open from nine to five"), "{said}");
    assert!(said.contains("- Opening hours (https://shop.example/hours)"), "{said}");
}

#[tokio::test]
async fn one_command_starts_an_example_with_a_server_of_its_own() {
    let mut command = Command::new("node");
    command.args(["start.mjs", "plain"]).current_dir(EXAMPLES).env("PORT", "0");
    command.env("WIDGET_SERVER_BIN", widget_tests::server::binary());
    let (mut program, browser) = (Program::start(&mut command), Browser::start().await);
    browser.open(&program.line("address", address).await).await;
    browser.ask("When are you open?").await;
    browser.answered("nine to five").await;
    assert!(program.terminate().await.success());
}
