//! Clients that are slow, greedy or silent.

use std::time::Duration;

use http::StatusCode;
use tokio::sync::mpsc;

use super::*;
use crate::http::{Body, Outcome, Request, Response, response};

const SOON: Duration = Duration::from_millis(150);

async fn length(_: Arc<()>, mut request: Request) -> Outcome {
    let body = request.bytes().await?;
    Ok(response::with_type(StatusCode::OK, "text/plain", body.len().to_string()))
}

fn rows() -> Vec<Endpoint<()>> {
    vec![Endpoint::post("/length", "length", length).limit(1000)]
}

async fn impatient(rows: Vec<Endpoint<()>>, options: ServeOptions) -> Server {
    let router = Router::new(rows, "").unwrap();
    start_shell(Shell::new(router, Arc::new(())).stall(options.stall), options).await
}

fn short_heads() -> ServeOptions {
    ServeOptions { head: SOON, ..ServeOptions::default() }
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let server = impatient(rows(), short_heads()).await;
    let reply = Reply::read(server.connect().await).await;
    assert!(reply.head.is_empty());
}

#[tokio::test]
async fn a_head_that_trickles_in_is_given_up() {
    let server = impatient(rows(), short_heads()).await;
    let mut stream = server.connect().await;
    let (mut reading, mut writing) = stream.split();
    let trickle = async {
        for byte in b"POST /length HTTP/1.1\r\nHost: a\r\nX-Slow: ".iter().cycle() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    };
    let closed = async {
        let mut rest = Vec::new();
        let _ = reading.read_to_end(&mut rest).await;
    };
    tokio::select! {
        () = trickle => {}
        () = closed => {}
    }
}

#[tokio::test]
async fn a_connection_that_waits_for_nothing_is_closed_and_a_busy_one_is_not() {
    let options = ServeOptions { idle: SOON, ..ServeOptions::default() };
    let server = impatient(rows(), options).await;
    let mut stream = server.connect().await;
    let request = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    stream.write_all(request.as_bytes()).await.unwrap();
    let reply = Reply::read(stream).await;
    assert_eq!((reply.status(), reply.body.as_slice()), (200, &b"2"[..]));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_trickles_in_is_answered_with_408() {
    let server = start(rows()).await;
    let mut stream = server.connect().await;
    let half = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhalf";
    stream.write_all(half.as_bytes()).await.unwrap();
    let reply = Reply::read(stream).await;
    assert_eq!((reply.status(), reply.code().as_str()), (408, "body_timeout"));
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_before_it_is_asked_for() {
    let server = start(rows()).await;
    let mut stream = server.connect().await;
    let head = "POST /length HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\
                Content-Length: 1001\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let reply = Reply::read(stream).await;
    assert_eq!((reply.status(), reply.code().as_str()), (413, "body_too_large"));
}

#[tokio::test]
async fn a_client_in_the_middle_of_a_large_body_still_reads_why_it_is_refused() {
    let server = start(rows()).await;
    let framings = ["Content-Length: 3000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"];
    for framing in framings {
        let mut stream = server.connect().await;
        let head = format!("POST /length HTTP/1.1\r\nHost: a\r\n{framing}");
        stream.write_all(head.as_bytes()).await.unwrap();
        let chunk = if framing.starts_with("Content") {
            vec![b'x'; 30_000]
        } else {
            format!("7530\r\n{}\r\n", "x".repeat(30_000)).into_bytes()
        };
        for _ in 0..100 {
            stream.write_all(&chunk).await.unwrap();
        }
        let reply = Reply::read(stream).await;
        assert_eq!((reply.status(), reply.code().as_str()), (413, "body_too_large"));
    }
}

/// Sends as fast as the client takes it, and says when it is dropped.
fn endless(dropped: mpsc::UnboundedSender<()>) -> Response {
    struct Told(mpsc::UnboundedSender<()>);
    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let told = Told(dropped);
    let chunks = futures_util::stream::repeat_with(move || {
        let _ = &told;
        bytes::Bytes::from_static(&[b'x'; 16 * 1024])
    });
    Response::new(Body::stream(chunks))
}

async fn server_of_an_endless_stream() -> (Server, mpsc::UnboundedReceiver<()>) {
    let (dropped, was_dropped) = mpsc::unbounded_channel();
    let stream = move |_: Arc<()>, _: Request| {
        let dropped = dropped.clone();
        async move { Outcome::Ok(endless(dropped)) }
    };
    let options = ServeOptions { stall: SOON, ..ServeOptions::default() };
    let server = impatient(vec![Endpoint::get("/stream", "stream", stream)], options).await;
    (server, was_dropped)
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_a_stream_is_cut_off() {
    let (server, mut was_dropped) = server_of_an_endless_stream().await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    was_dropped.recv().await.unwrap();
}

#[tokio::test]
async fn a_client_that_opens_no_window_over_http2_is_cut_off_as_well() {
    let (server, mut was_dropped) = server_of_an_endless_stream().await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
    let url = format!("http://127.0.0.1:{}/stream", server.port);
    let response = client.get(url).send().await.unwrap();
    was_dropped.recv().await.unwrap();
    drop(response);
}

#[tokio::test]
async fn more_connections_than_places_wait_their_turn() {
    let options = ServeOptions { max_connections: 1, ..ServeOptions::default() };
    let server = impatient(rows(), options).await;
    let first = server.connect().await;
    let second = server.send("POST /length", &[], "hello");
    let mut second = std::pin::pin!(second);
    let early = tokio::time::timeout(SOON, second.as_mut()).await;
    assert!(early.is_err(), "there was no place yet");
    drop(first);
    assert_eq!(second.await.body, b"5");
}
