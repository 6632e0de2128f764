//! From the start of the process to its first answer, on an existing database.

use std::time::Instant;

use widget_tests::TestServer;

use crate::report::{Report, median};

/// Starts that are measured.
const STARTS: usize = 7;

pub(crate) async fn measure(report: &mut Report) {
    let mut server = TestServer::builder().set("WIDGET_LOG__FILTER", "warn").start().await;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        server.terminate().await;
        let started = Instant::now();
        server.restart().await;
        server.client().get("/healthz").await.expect(200);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    let middle = median(&mut times);
    report.add(
        "start to first answered request",
        format!("{middle:.0} ms"),
        "≤ 100 ms",
        middle <= 100.0,
        format!("median of {STARTS} starts on an existing database"),
    );
}
