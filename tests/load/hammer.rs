//! One request, sent again and again over kept connections, as fast as it is answered.

use std::net::SocketAddr;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The address in `http://127.0.0.1:8080`.
pub(crate) fn address(base: &str) -> SocketAddr {
    base.trim_start_matches("http://").parse().expect("an address")
}

/// Answers in a second, until `until`, to these requests, each on a connection of its own. Every
/// answer of a connection must be as long as its first, which must have this status.
pub(crate) async fn answers_per_second(
    address: SocketAddr,
    requests: Vec<String>,
    status: u16,
    until: Instant,
) -> f64 {
    let started = Instant::now();
    let hammer = |request: String| tokio::spawn(hammer(address, request.into(), status, until));
    let tasks: Vec<_> = requests.into_iter().map(hammer).collect();
    let mut answers = 0_u64;
    for task in tasks {
        answers += task.await.expect("a connection");
    }
    answers as f64 / started.elapsed().as_secs_f64()
}

async fn hammer(address: SocketAddr, request: Vec<u8>, status: u16, until: Instant) -> u64 {
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
    let head = format!("HTTP/1.1 {status} ");
    let seen = String::from_utf8_lossy(&buffer[..length]);
    assert!(seen.starts_with(&head), "{seen}");
    socket.read_exact(&mut buffer[length..whole]).await.expect("the rest of the answer");
    let mut answers = 1;
    while Instant::now() < until {
        socket.write_all(&request).await.expect("the server reads");
        socket.read_exact(&mut buffer[..whole]).await.expect("the server answers");
        answers += 1;
    }
    assert!(buffer.starts_with(head.as_bytes()), "all are answered alike");
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
