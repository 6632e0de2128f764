//! The clients against real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::config::Config;

/// Answers every connection with the same bytes and counts them.
struct Fixed {
    url: String,
    seen: Arc<AtomicUsize>,
}

async fn fixed(address: &str, answer: String) -> Fixed {
    let listener = TcpListener::bind((address, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    Fixed { url, seen }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

fn net(allowed: &[&str]) -> Net {
    let mut config = Config::default().net;
    config.allow_private = allowed.iter().map(|text| text.parse().unwrap()).collect();
    Net::new(&config).unwrap()
}

async fn fetch(net: &Net, url: &str) -> Result<Bytes, NetError> {
    let response = net.guarded().get(url)?.send().await?;
    read_limited(response, 1000).await
}

#[tokio::test]
async fn the_trusted_client_reaches_the_operators_own_machine() {
    let model = fixed("127.0.0.1", ok("hello")).await;
    let response = net(&[]).trusted().get(&model.url).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "hello");
}

#[tokio::test]
async fn the_guarded_client_refuses_loopback_by_number_and_by_name() {
    let inner = fixed("127.0.0.1", ok("secret")).await;
    let by_name = inner.url.replace("127.0.0.1", "localhost");
    for url in [&inner.url, &by_name] {
        let refused = fetch(&net(&[]), url).await.unwrap_err();
        assert!(matches!(refused, NetError::Refused(_)), "{url}: {refused}");
    }
    assert_eq!(inner.seen.load(Ordering::SeqCst), 0, "nobody connected");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let inner = fixed("127.0.0.2", ok("secret")).await;
    let by_name = inner.url.replace("127.0.0.2", "localhost");
    for target in [&inner.url, &by_name] {
        let outer = fixed("127.0.0.3", redirect(target)).await;
        let error = fetch(&net(&["127.0.0.3/32"]), &outer.url).await.unwrap_err();
        assert!(matches!(error, NetError::Refused(_)), "{target}: {error}");
    }
    assert_eq!(inner.seen.load(Ordering::SeqCst), 0, "nobody connected");
}

#[tokio::test]
async fn a_redirect_away_from_http_is_not_followed() {
    let outer = fixed("127.0.0.3", redirect("file:///etc/hostname")).await;
    assert_eq!(fetch(&net(&["127.0.0.3/32"]), &outer.url).await.unwrap(), "");
}

#[tokio::test]
async fn an_allowed_network_is_reached_through_redirects() {
    let inner = fixed("127.0.0.2", ok("page")).await;
    let outer = fixed("127.0.0.3", redirect(&inner.url)).await;
    assert_eq!(fetch(&net(&["127.0.0.0/8"]), &outer.url).await.unwrap(), "page");
    let strict = net(&["127.0.0.0/8"]);
    let builder = strict.guarded_without_redirects().get(&outer.url).unwrap();
    assert_eq!(builder.send().await.unwrap().status(), 302);
}

#[tokio::test]
async fn redirects_come_to_an_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/again", listener.local_addr().unwrap());
    let answer = redirect(&url);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let error = fetch(&net(&["127.0.0.1/32"]), &url).await.unwrap_err();
    assert!(error.to_string().contains("too many redirects"), "{error}");
}

#[tokio::test]
async fn an_answer_over_the_limit_is_not_read_to_its_end() {
    let announced = fixed("127.0.0.1", ok(&"x".repeat(1001))).await;
    let endless = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_owned() + &"x".repeat(100_000);
    let endless = fixed("127.0.0.1", endless).await;
    for url in [announced.url, endless.url] {
        let error = fetch(&net(&["127.0.0.1/32"]), &url).await.unwrap_err();
        assert!(matches!(error, NetError::TooLarge(1000)), "{error}");
    }
}

#[test]
fn a_certificate_file_that_is_none_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut config = Config::default().net;
    config.ca_file = Some(file.path().to_owned());
    let error = Net::new(&config).unwrap_err().to_string();
    assert!(error.contains("net.ca_file") && error.contains("no certificate"), "{error}");
}
