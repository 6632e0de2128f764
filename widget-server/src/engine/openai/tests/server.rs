//! A model endpoint on a real socket that answers as scripted, byte by byte.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// What the server does after it read a request.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// Sends the head of an event stream.
    Stream,
    /// Sends these bytes.
    Raw(String),
    /// Waits until the test goes on.
    Hold(watch::Receiver<bool>),
    /// Says nothing more, and stays.
    Stall,
}

/// An answer that is no stream.
pub(super) fn refuse(status: &str, headers: &str, body: &str) -> Vec<Act> {
    let length = body.len();
    let kind = "content-type: application/json";
    vec![Act::Raw(format!(
        "HTTP/1.1 {status}\r\n{kind}\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    ))]
}

/// A chunk with this text.
pub(super) fn say(text: &str) -> Act {
    event(&json!({ "choices": [{ "index": 0, "delta": { "content": text } }] }))
}

/// A chunk with the reason for the end.
pub(super) fn end(reason: &str) -> Act {
    event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }))
}

pub(super) fn usage(read: u64, written: u64) -> Act {
    let usage = json!({ "prompt_tokens": read, "completion_tokens": written });
    event(&json!({ "choices": [], "usage": usage }))
}

pub(super) fn event(data: &Value) -> Act {
    Act::Raw(format!("data: {data}\n\n"))
}

pub(super) fn done() -> Act {
    Act::Raw("data: [DONE]\n\n".to_owned())
}

/// A request as it came.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) head: String,
    pub(super) body: Value,
}

pub(super) struct Server {
    pub(super) base_url: String,
    pub(super) requests: mpsc::UnboundedReceiver<Received>,
    /// One for each client that went away while the server stalled.
    pub(super) left: mpsc::UnboundedReceiver<()>,
}

/// Serves one script for each request, in order, and closes the connection after it.
pub(super) async fn serve(scripts: Vec<Vec<Act>>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::unbounded_channel();
    let (leave, left) = mpsc::unbounded_channel();
    let scripts = Arc::new(Mutex::new(scripts.into_iter()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (sender, leave, scripts) = (sender.clone(), leave.clone(), Arc::clone(&scripts));
            tokio::spawn(async move {
                let mut stream = stream;
                let Some(request) = receive(&mut stream).await else { return };
                let script = scripts.lock().unwrap().next().expect("no more requests");
                sender.send(request).ok();
                play(&mut stream, script, &leave).await;
            });
        }
    });
    Server { base_url, requests, left }
}

async fn receive(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length =
            head.split("content-length: ").nth(1)?.lines().next()?.parse::<usize>().ok()?;
        if body.len() >= length {
            return Some(Received { body: serde_json::from_str(body).unwrap(), head });
        }
    }
}

async fn play(stream: &mut TcpStream, script: Vec<Act>, leave: &mpsc::UnboundedSender<()>) {
    for act in script {
        match act {
            Act::Stream => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                    connection: close\r\n\r\n";
                stream.write_all(head.as_bytes()).await.ok();
            }
            Act::Raw(bytes) => {
                stream.write_all(bytes.as_bytes()).await.ok();
            }
            Act::Hold(mut gate) => {
                gate.wait_for(|open| *open).await.ok();
            }
            Act::Stall => {
                // Until the client is gone.
                while stream.read_u8().await.is_ok() {}
                leave.send(()).ok();
            }
        }
    }
}
