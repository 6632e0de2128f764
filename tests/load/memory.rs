//! Resident memory: idle, and for each open stream.

use std::time::Duration;

use serde_json::json;
use widget_tests::{TestServer, wait};

use crate::process;
use crate::report::Report;

/// Streams at once.
const STREAMS: usize = 500;

pub(crate) async fn measure(report: &mut Report) {
    let server = TestServer::builder()
        .set("WIDGET_LIMITS__INIT_PER_MINUTE", "1000000")
        .set("WIDGET_LOG__FILTER", "warn")
        .start()
        .await;
    server.client().get("/readyz").await.expect(200);
    let idle = settled(&server).await;
    report.add(
        "idle resident memory",
        format!("{:.1} MB", idle as f64 / 1e6),
        "≤ 20 MB",
        idle <= 20_000_000,
        "after the first start, the demo made".to_owned(),
    );
    let widget = server.owner().widget(&[], &json!({})).await;
    let id = widget["id"].as_str().expect("an id");
    let mut visitors = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        visitors.push(server.visitor(id, "https://a.example").await);
    }
    let before = settled(&server).await;
    let mut streams = Vec::with_capacity(STREAMS);
    for visitor in &visitors {
        streams.push(visitor.listen().await);
    }
    let after = settled(&server).await;
    let each = after.saturating_sub(before) as f64 / STREAMS as f64;
    report.add(
        "memory for each open stream",
        format!("{:.1} KB", each / 1e3),
        "≤ 40 KB",
        each <= 40_000.0,
        format!("{STREAMS} streams, a connection each"),
    );
}

/// The resident memory once it stands still.
async fn settled(server: &TestServer) -> usize {
    let id = server.program().id();
    let mut last = 0;
    wait::until("memory stands still", || {
        let now = process::resident(id);
        let still = now == last;
        last = now;
        async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            still.then_some(now)
        }
    })
    .await
}
