//! Event streams, and the end of the server.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::sync::{Notify, mpsc};

use super::*;
use crate::http::{Outcome, Request, response, sse};

/// A server with `/events`, one event and then silence until `stop`.
async fn events(stop: &CancellationToken) -> Server {
    let stop = stop.clone();
    let stream = move |_: Arc<()>, _: Request| {
        let stop = stop.clone();
        async move {
            let one = stream::iter([Bytes::from_static(b"data: 1\n\n")]);
            Outcome::Ok(sse::response(one.chain(stream::pending()), stop))
        }
    };
    start(vec![Endpoint::get("/events", "events", stream)]).await
}

async fn read_until(stream: &mut TcpStream, ending: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(ending) {
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "ended with {text:?}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    text
}

#[tokio::test(start_paused = true)]
async fn a_stream_has_its_headers_its_events_and_a_comment_in_silence() {
    let stop = CancellationToken::new();
    let server = events(&stop).await;
    let mut client = server.connect().await;
    client.write_all(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let text = read_until(&mut client, "data: 1\n\n\r\n").await;
    for header in [
        "content-type: text/event-stream\r\n",
        "cache-control: no-cache, no-transform\r\n",
        "x-accel-buffering: no\r\n",
    ] {
        assert!(text.contains(header), "{text}");
    }
    let before = tokio::time::Instant::now();
    read_until(&mut client, ":\n\n\r\n").await;
    assert_eq!(before.elapsed().as_secs(), 10);
    stop.cancel();
    read_until(&mut client, "0\r\n\r\n").await;
}

#[tokio::test]
async fn streams_end_when_they_are_told_and_the_server_with_them() {
    let mut server = events(&CancellationToken::new()).await;
    let stop = server.shutdown.clone();
    let with_stop = events(&stop).await;
    server.port = with_stop.port;
    let mut client = with_stop.connect().await;
    client.write_all(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    read_until(&mut client, "data: 1\n\n\r\n").await;
    with_stop.shutdown.cancel();
    stop.cancel();
    read_until(&mut client, "0\r\n\r\n").await;
    with_stop.ended().await;
}

#[tokio::test]
async fn a_server_that_stops_waits_for_no_client_that_only_keeps_its_connection() {
    let stop = CancellationToken::new();
    let server = events(&stop).await;
    let (mut idle, mut listening) = (server.connect().await, server.connect().await);
    idle.write_all(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    read_until(&mut idle, "}").await;
    listening.write_all(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    read_until(&mut listening, "data: 1\n\n\r\n").await;
    tokio::time::pause();
    let told = tokio::time::Instant::now();
    server.shutdown.cancel();
    stop.cancel();
    server.ended().await;
    assert_eq!(told.elapsed(), Duration::ZERO);
    drop((idle, listening));
}

#[tokio::test]
async fn a_request_under_way_is_answered_while_the_server_drains() {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wait = {
        let (entered, go_on) = (Arc::clone(&entered), Arc::clone(&go_on));
        move |_: Arc<()>, _: Request| {
            let (entered, go_on) = (Arc::clone(&entered), Arc::clone(&go_on));
            async move {
                entered.notify_one();
                go_on.notified().await;
                Outcome::Ok(response::no_content())
            }
        }
    };
    let server = start(vec![Endpoint::get("/wait", "wait", wait)]).await;
    let idle = server.connect().await;
    let asking = server.get("/wait");
    let draining = async {
        entered.notified().await;
        server.shutdown.cancel();
        // The idle connection is closed at once, while the busy one is still waited for.
        assert!(Reply::read(idle).await.head.is_empty());
        assert!(TcpStream::connect(("127.0.0.1", server.port)).await.is_err());
        go_on.notify_one();
    };
    let (reply, ()) = tokio::join!(asking, draining);
    assert_eq!(reply.status(), 204);
    server.ended().await;
}

#[tokio::test]
async fn what_does_not_end_in_its_time_is_cut() {
    let hang = |_: Arc<()>, _: Request| std::future::pending::<Outcome>();
    let router = Router::new(vec![Endpoint::get("/hang", "hang", hang)], "").unwrap();
    let drain = Duration::from_millis(100);
    let options = ServeOptions { drain, ..ServeOptions::default() };
    let server = start_shell(Shell::new(router, Arc::new(())), options).await;
    let mut client = server.connect().await;
    client.write_all(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    server.shutdown.cancel();
    assert!(Reply::read(client).await.head.is_empty());
    server.ended().await;
}

#[tokio::test]
async fn a_change_is_finished_although_its_client_left_and_the_server_waits_for_it() {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (finished, mut was_finished) = mpsc::unbounded_channel();
    let change = {
        let (entered, go_on) = (Arc::clone(&entered), Arc::clone(&go_on));
        move |_: Arc<()>, _: Request| {
            let (entered, go_on) = (Arc::clone(&entered), Arc::clone(&go_on));
            let finished = finished.clone();
            async move {
                entered.notify_one();
                go_on.notified().await;
                let _ = finished.send(());
                Outcome::Ok(response::no_content())
            }
        }
    };
    let server = start(vec![Endpoint::post("/change", "change", change)]).await;
    let mut client = server.connect().await;
    client.write_all(b"POST /change HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    entered.notified().await;
    drop(client);
    server.shutdown.cancel();
    go_on.notify_one();
    was_finished.recv().await.unwrap();
    server.ended().await;
}
