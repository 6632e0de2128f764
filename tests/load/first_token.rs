//! The server's own share of the time until the first token.

use std::time::Instant;

use serde_json::json;
use widget_tests::{Client, ModelServer, Script, TestServer};

use crate::report::{Report, median, progress, quantile};

/// Questions to each side in a round, in turns.
const QUESTIONS: usize = 200;
/// Rounds; each has its own 99th percentile.
const ROUNDS: usize = 11;

pub(crate) async fn measure(report: &mut Report) {
    let model = ModelServer::start().await;
    model.usually(Script::answer("One two three."));
    let server = TestServer::builder()
        .set("WIDGET_OPENAI__BASE_URL", model.base_url())
        .set("WIDGET_LIMITS__INIT_PER_MINUTE", "1000000")
        .set("WIDGET_LOG__FILTER", "warn")
        .start()
        .await;
    let agent = json!({"model": {"provider": "openai", "name": "test"}});
    let limits = json!({"limits": {"messages_per_conversation": 2_000_000_000}});
    let widget = server.owner().widget_of(&agent, &[], &limits).await;
    let visitor = server.visitor(widget["id"].as_str().expect("an id"), "https://a.example").await;
    let direct = Client::new(model.base_url().trim_end_matches("/v1"));
    // The first ones open connections and warm caches.
    through_the_server(&visitor, 0).await;
    let (mut middles, mut lasts) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (mut through, mut alone) = (Vec::new(), Vec::new());
        for number in 0..QUESTIONS {
            through.push(through_the_server(&visitor, round * QUESTIONS + number).await);
            alone.push(from_the_model(&direct).await);
        }
        let mut share = |q| (quantile(&mut through, q) - quantile(&mut alone, q)) * 1e3;
        let (middle, last) = (share(0.5), share(0.99));
        progress(&format!("first token: {middle:.2} ms over the model's own, p99 {last:.2} ms"));
        middles.push(middle);
        lasts.push(last);
    }
    let (middle, last) = (median(&mut middles), median(&mut lasts));
    report.add(
        "first token, over the model's own, p99",
        format!("{last:.2} ms (median {middle:.2} ms)"),
        "≤ 2 ms",
        last <= 2.0,
        format!(
            "median of {ROUNDS} rounds of {QUESTIONS} questions to each side, in turns; the \
             question is on the disk by then"
        ),
    );
}

async fn through_the_server(visitor: &widget_tests::Visitor, number: usize) -> f64 {
    let started = Instant::now();
    let mut stream = visitor.ask(&format!("Question {number}?")).await;
    stream.until("token").await;
    let took = started.elapsed().as_secs_f64();
    stream.until("done").await;
    took
}

async fn from_the_model(model: &Client) -> f64 {
    let started = Instant::now();
    let body =
        json!({"model": "test", "stream": true, "messages": [{"role": "user", "content": "?"}]});
    let mut stream = model.post("/v1/chat/completions").json(&body).events().await;
    stream.next().await;
    let took = started.elapsed().as_secs_f64();
    stream.rest().await;
    took
}
