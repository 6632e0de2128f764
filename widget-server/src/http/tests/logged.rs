//! What a request leaves in the log, and what it must not.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tracing::subscriber::DefaultGuard;

use super::*;
use crate::http::{Outcome, Problem, Request, response};

/// The log of this test's thread, as JSON lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn start() -> (Self, DefaultGuard) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || writer.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn done(_: Arc<()>, _: Request) -> Outcome {
    Ok(response::no_content())
}

async fn fails(_: Arc<()>, _: Request) -> Outcome {
    let disk = std::io::Error::other("the disk is full");
    Err(Problem::internal(disk))
}

fn rows() -> Vec<Endpoint<()>> {
    vec![
        Endpoint::get("/things/{id}", "get_thing", done),
        Endpoint::get("/fail", "fail", fails),
        Endpoint::get("/alive", "alive", done).quiet(),
    ]
}

#[tokio::test]
async fn a_request_is_one_line_without_what_is_private() {
    let (log, _guard) = Log::start();
    let server = start(rows()).await;
    let headers = ["X-Request-Id: r1", "Authorization: Bearer secret-1"];
    server.send("GET /things/guest_2?token=secret-3", &headers, "").await;
    server.send("GET /guest_4/secret-5", &[], "").await;
    server.get("/alive").await;
    let lines = log.lines();
    let [known, unknown] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(known["level"], "INFO");
    assert_eq!(known["method"], "GET");
    assert_eq!(known["route"], "/things/{id}");
    assert_eq!(known["status"], 204);
    assert_eq!(known["request_id"], "r1");
    assert!(known["ms"].is_u64());
    assert_eq!((&unknown["route"], &unknown["status"]), (&"none".into(), &404.into()));
    let text = format!("{lines:?}");
    assert!(!text.contains("secret") && !text.contains("guest"), "{text}");
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_cause() {
    let (log, _guard) = Log::start();
    let server = start(rows()).await;
    let reply = server.get("/fail").await;
    let errors: Vec<Value> =
        log.lines().into_iter().filter(|line| line["level"] == "ERROR").collect();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error["cause"], "the disk is full");
    assert_eq!(error["request_id"], reply.json()["request_id"]);
}

#[tokio::test]
async fn a_client_that_left_before_its_answer_is_told_apart() {
    let (log, _guard) = Log::start();
    let entered = Arc::new(tokio::sync::Notify::new());
    let hang = {
        let entered = Arc::clone(&entered);
        move |_: Arc<()>, _: Request| {
            entered.notify_one();
            std::future::pending::<Outcome>()
        }
    };
    let server = start(vec![Endpoint::get("/hang", "hang", hang)]).await;
    let mut client = server.connect().await;
    client.write_all(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    entered.notified().await;
    drop(client);
    server.shutdown.cancel();
    server.ended().await;
    assert_eq!(log.lines()[0]["status"], 499);
}
