//! Public configuration reads against a bare hyper that sends the same bytes and headers.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use widget_tests::{Program, TestServer};

use crate::report::{Report, median, progress};
use crate::{bare, hammer, process};

/// Connections at once, each with one request under way.
const CONNECTIONS: usize = 32;
/// One measurement.
const ROUND: Duration = Duration::from_secs(2);
/// Measurements of each side, in turns.
const ROUNDS: usize = 11;

const SHOP: &str = "https://shop.example";
/// What Chromium sends.
const ACCEPT_ENCODING: &str = "gzip, deflate, br, zstd";

/// One of the two servers.
struct Side {
    base: String,
    process: u32,
}

/// What a round says of a side.
struct Measured {
    per_second: f64,
    /// Processor time of the server for one answer, in microseconds.
    cost: f64,
}

pub(crate) async fn measure(report: &mut Report) {
    let server = TestServer::builder()
        .set("WIDGET_LIMITS__PUBLIC_PER_MINUTE", "100000000")
        .set("WIDGET_LOG__FILTER", "warn")
        .start()
        .await;
    let widget = server.owner().widget(&[SHOP], &configuration()).await;
    let path = format!("/core/public/web-widgets/{}", widget["id"].as_str().expect("an id"));
    let client = server.client().origin(SHOP).header("accept-encoding", ACCEPT_ENCODING);
    let reply = client.get(&path).await.expect(200);
    let folder = TempDir::new().expect("a temporary folder");
    let file = bare::write(folder.path(), &reply.headers, &reply.body);
    let this = std::env::current_exe().expect("this program");
    let mut yardstick = Program::start(Command::new(this).args(["bare", &file]));
    let bare = yardstick
        .line("listening on", |line| Some(line.strip_prefix("listening on ")?.to_owned()))
        .await;
    let product = Side { base: server.base().to_owned(), process: server.program().id() };
    let bare = Side { base: bare, process: yardstick.id() };

    let (mut ratios, mut costs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // The order changes every round, so that neither side always comes first.
        let (ours, theirs) = if round % 2 == 0 {
            let ours = product.measured(&path).await;
            (ours, bare.measured(&path).await)
        } else {
            let theirs = bare.measured(&path).await;
            (product.measured(&path).await, theirs)
        };
        ratios.push(ours.per_second / theirs.per_second);
        costs.push(theirs.cost / ours.cost);
        progress(&format!(
            "reads: {:.0}/s at {:.1} µs of processor time, bare {:.0}/s at {:.1} µs",
            ours.per_second, ours.cost, theirs.per_second, theirs.cost
        ));
    }
    let ratio = median(&mut ratios);
    report.add(
        "public configuration reads, against a bare hyper that sends the same",
        format!("{:.0} %", ratio * 100.0),
        "≥ 65 %",
        ratio >= 0.65,
        format!(
            "median of {ROUNDS} rounds of {} s in turns, {CONNECTIONS} connections; by the \
             servers' processor time {:.0} %",
            ROUND.as_secs(),
            median(&mut costs) * 100.0
        ),
    );
}

impl Side {
    async fn measured(&self, path: &str) -> Measured {
        let address = hammer::address(&self.base);
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\norigin: {SHOP}\r\naccept: */*\r\n\
             accept-encoding: {ACCEPT_ENCODING}\r\n\r\n"
        );
        let before = process::processor_time(self.process);
        let started = Instant::now();
        let requests = vec![request; CONNECTIONS];
        let per_second = hammer::answers_per_second(address, requests, 200, started + ROUND).await;
        let used = process::processor_time(self.process) - before;
        let answers = per_second * started.elapsed().as_secs_f64();
        Measured { per_second, cost: used.as_secs_f64() * 1e6 / answers }
    }
}

/// A widget as a shop would have it.
fn configuration() -> Value {
    json!({
        "primary_color": "#4f46e5",
        "intro_title": "Ask about the shop",
        "suggested_questions": ["When are you open?", "Where are you?", "Do you deliver?"],
        "chat": { "title": "Ada", "subtitle": "Knows the shop", "placeholder": "Ask away" },
        "pre_conversation_form": {
            "id": "pre", "name": "Pre", "title": "Before we begin", "submit_label": "Go",
            "fields": [
                { "id": "name", "label": "Your name", "type": "text" },
                { "id": "email", "label": "E-mail", "type": "email" },
            ],
        },
    })
}
