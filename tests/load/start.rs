//! From the start of the process to its first answer, on an existing database.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use widget_tests::TestServer;

use crate::hammer;
use crate::report::{Report, median, progress};

/// Starts that are measured.
const STARTS: usize = 15;
/// How often the server is asked whether it is there.
const PACE: Duration = Duration::from_millis(1);

pub(crate) async fn measure(report: &mut Report) {
    let mut server = TestServer::builder().set("WIDGET_LOG__FILTER", "warn").start().await;
    let address = hammer::address(server.base());
    let mut times = Vec::new();
    for _ in 0..STARTS {
        server.terminate().await;
        let started = Instant::now();
        let answered = tokio::spawn(async move {
            while !answers(address).await {
                tokio::time::sleep(PACE).await;
            }
            started.elapsed()
        });
        server.restart().await;
        times.push(answered.await.expect("an answer").as_secs_f64() * 1e3);
    }
    let all: Vec<String> = times.iter().map(|time| format!("{time:.0}")).collect();
    progress(&format!("starts: {} ms", all.join(", ")));
    let middle = median(&mut times);
    report.add(
        "start to first answered request",
        format!("{middle:.0} ms"),
        "≤ 100 ms",
        middle <= 100.0,
        format!("median of {STARTS} starts of the process on an existing database"),
    );
}

/// Whether a request is answered now.
async fn answers(address: std::net::SocketAddr) -> bool {
    let Ok(mut socket) = TcpStream::connect(address).await else { return false };
    let request = b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let mut answer = String::new();
    socket.write_all(request).await.is_ok()
        && socket.read_to_string(&mut answer).await.is_ok()
        && answer.starts_with("HTTP/1.1 200 ")
}
