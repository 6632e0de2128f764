//! Public configuration reads against a bare hyper that sends the same bytes and headers.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use widget_tests::{Program, TestServer};

use crate::bare;
use crate::report::{Report, median};

/// Connections at once, each with one request under way.
const CONNECTIONS: usize = 32;
/// One measurement.
const ROUND: Duration = Duration::from_secs(3);
/// Measurements of each side, in turns.
const ROUNDS: usize = 7;

pub(crate) async fn measure(report: &mut Report) {
    let server = TestServer::builder()
        .set("WIDGET_LIMITS__PUBLIC_PER_MINUTE", "100000000")
        .set("WIDGET_LOG__FILTER", "warn")
        .start()
        .await;
    let widget = server.owner().widget(&["https://shop.example"], &json!({"primary_color": "#4f46e5", "intro_title": "Ask about the shop", "suggested_questions": ["When are you open?", "Where are you?", "Do you deliver?"], "chat": {"title": "Ada", "subtitle": "Knows the shop", "placeholder": "Ask away"}, "pre_conversation_form": {"id": "pre", "name": "Pre", "title": "Before we begin", "submit_label": "Go", "fields": [{"id": "name", "label": "Your name", "type": "text"}, {"id": "email", "label": "E-mail", "type": "email"}]}})).await;
    let path = format!("/core/public/web-widgets/{}", widget["id"].as_str().expect("an id"));
    let client = server
        .client()
        .header("origin", "https://shop.example")
        .header("accept-encoding", "gzip, deflate, br, zstd");
    let reply = client.get(&path).await.expect(200);
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = bare::write(folder.path(), &reply.headers, &reply.body);
    let this = std::env::current_exe().expect("this program");
    let mut yardstick = Program::start(Command::new(this).args(["bare", &file]));
    let bare = yardstick
        .line("listening on", |line| Some(line.strip_prefix("listening on ")?.to_owned()))
        .await;

    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let mut rates = [0.0; 2];
        // The order changes every round, so that neither side always comes first.
        for side in if round % 2 == 0 { [0, 1] } else { [1, 0] } {
            let base = [server.base(), &bare][side];
            rates[side] = requests_per_second(base, &path).await;
        }
        ratios.push(rates[0] / rates[1]);
        crate::report::progress(&format!(
            "reads: {:.0}/s, bare {:.0}/s, ratio {:.2}",
            rates[0],
            rates[1],
            rates[0] / rates[1]
        ));
    }
    let ratio = median(&mut ratios);
    report.add(
        "public configuration reads, against a bare hyper that sends the same",
        format!("{:.0} %", ratio * 100.0),
        "≥ 65 %",
        ratio >= 0.65,
        format!("{ROUNDS} rounds of {} s in turns, {CONNECTIONS} connections", ROUND.as_secs()),
    );
}

async fn requests_per_second(base: &str, path: &str) -> f64 {
    let address: SocketAddr = base.trim_start_matches("http://").parse().expect("an address");
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\norigin: https://shop.example\r\naccept: */*\r\naccept-encoding: gzip, deflate, br, zstd\r\n\r\n"
    );
    let started = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| tokio::spawn(hammer(address, request.clone().into_bytes(), started + ROUND)))
        .collect();
    let mut answers = 0_u64;
    for task in tasks {
        answers += task.await.expect("a connection");
    }
    answers as f64 / started.elapsed().as_secs_f64()
}

/// Sends the request again and again. Every answer is as long as the first.
async fn hammer(address: SocketAddr, request: Vec<u8>, until: Instant) -> u64 {
    let mut socket = TcpStream::connect(address).await.expect("the server accepts");
    socket.set_nodelay(true).expect("a socket");
    let mut buffer = vec![0; 64 * 1024];
    socket.write_all(&request).await.expect("the server reads");
    let mut length = 0;
    let whole = loop {
        length += socket.read(&mut buffer[length..]).await.expect("the server answers");
        if let Some(whole) = whole_length(&buffer[..length]) {
            break whole;
        }
    };
    assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..length]));
    socket.read_exact(&mut buffer[length..whole]).await.expect("the rest of the answer");
    let mut answers = 1;
    while Instant::now() < until {
        socket.write_all(&request).await.expect("the server reads");
        socket.read_exact(&mut buffer[..whole]).await.expect("the server answers");
        answers += 1;
    }
    answers
}

fn whole_length(seen: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(seen);
    let head = text.find("\r\n\r\n")? + 4;
    let length = text[..head].lines().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok()
    })?;
    Some(head + length)
}
