//! Behind a proxy, under a path: the samples of `examples/`, run with the real nginx and Caddy.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;
use widget_tests::{Client, Gate, ModelServer, Program, Script, TestServer, Visitor, events, wait};

const SHOP: &str = "https://shop.example";

/// A proxy in front of a server that believes it.
struct Behind {
    server: TestServer,
    model: ModelServer,
    base: String,
    _proxy: Program,
    _folder: TempDir,
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Starts `sample` with its two addresses replaced by free ones.
async fn behind(sample: &str, command: impl Fn(&Path) -> Command) -> Behind {
    let port = free_port();
    let base = format!("http://127.0.0.1:{port}/chat");
    let model = ModelServer::start().await;
    let server = TestServer::builder()
        .set("WIDGET_SERVER__PUBLIC_URL", &base)
        .set("WIDGET_SERVER__TRUSTED_PROXIES", "127.0.0.1")
        .set("WIDGET_OPENAI__BASE_URL", model.base_url())
        .set("WIDGET_LIMITS__INIT_PER_MINUTE", "2")
        .start()
        .await;
    let folder = TempDir::new().expect("a temporary folder");
    let address = server.base().trim_start_matches("http://").to_owned();
    let text = sample
        .replace("127.0.0.1:8080", &address)
        .replace("127.0.0.1:8000", &format!("127.0.0.1:{port}"));
    let file = folder.path().join("proxy.conf");
    std::fs::write(&file, text).expect("a temporary folder can be written");
    let proxy = Program::start(command(&file).current_dir(folder.path()));
    wait::until("the proxy listens", || async {
        tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
    })
    .await;
    Behind { server, model, base, _proxy: proxy, _folder: folder }
}

async fn nginx() -> Behind {
    behind(include_str!("../../examples/behind-nginx/nginx.conf"), |file| {
        let mut command = Command::new("nginx");
        let folder = file.parent().expect("a folder");
        command.arg("-p").arg(folder).arg("-c").arg(file).args(["-g", "daemon off;"]);
        command
    })
    .await
}

async fn caddy() -> Behind {
    behind(include_str!("../../examples/behind-caddy/Caddyfile"), |file| {
        let mut command = Command::new("caddy");
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
        command
    })
    .await
}

impl Behind {
    /// A visitor behind the proxy streams an answer: the first token comes while the model still
    /// holds the second back.
    async fn streams_unbuffered(&self) {
        let agent = json!({"model": {"provider": "openai", "name": "test"}});
        let widget = self.server.owner().widget_of(&agent, &[SHOP], &json!({})).await;
        let id = widget["id"].as_str().expect("an id");
        let loader = Client::new(&self.base).get(&format!("/public/embed/{id}")).await.expect(200);
        assert!(loader.text().contains(id), "the loader comes through under the path");

        let gate = Gate::new();
        self.model.next(Script::new().say("First ").hold(&gate).say("second.").finish());
        let visitor = Visitor::init(Client::new(&self.base), id, SHOP).await;
        let mut stream = visitor.ask("Well?").await;
        let first = stream.until("token").await;
        assert_eq!(events::answer(&first).trim(), "First");
        gate.open();
        let rest = stream.until("done").await;
        assert_eq!(events::answer(&rest).trim(), "second.");
    }

    /// Limits count visitors, not the proxy, and a visitor cannot choose an address.
    async fn counts_visitors_by_their_own_address(&self) {
        let widget = self.server.owner().widget(&[], &json!({})).await;
        let body = json!({"widget_id": widget["id"]});
        let init = |spoofed: &str| {
            Client::new(&self.base)
                .origin(SHOP)
                .header("x-forwarded-for", spoofed)
                .post("/v1/widget/init")
                .json(&body)
        };
        let mut statuses = Vec::new();
        for number in 0..4 {
            statuses.push(init(&format!("203.0.113.{number}")).await.status);
        }
        assert!(statuses.contains(&429), "the address before the proxy's own counts: {statuses:?}");
    }
}

#[tokio::test]
async fn nginx_hands_streams_on_at_once() {
    nginx().await.streams_unbuffered().await;
}

#[tokio::test]
async fn nginx_names_the_visitor() {
    nginx().await.counts_visitors_by_their_own_address().await;
}

#[tokio::test]
async fn caddy_hands_streams_on_at_once() {
    caddy().await.streams_unbuffered().await;
}

#[tokio::test]
async fn caddy_names_the_visitor() {
    caddy().await.counts_visitors_by_their_own_address().await;
}
