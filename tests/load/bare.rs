//! A bare hyper server that sends the same bytes and headers to everyone: the yardstick.

use std::convert::Infallible;
use std::path::Path;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;

/// What it sends: written to a file by the one who starts it.
pub(crate) fn write(folder: &Path, headers: &HeaderMap, body: &Bytes) -> String {
    let file = folder.join("bare");
    let mut head = String::new();
    for (name, value) in headers {
        // hyper writes these two by itself.
        if name != "date" && name != "content-length" {
            head.push_str(&format!("{name}: {}\n", value.to_str().unwrap_or_default()));
        }
    }
    let mut all = head.into_bytes();
    all.push(b'\n');
    all.extend_from_slice(body);
    std::fs::write(&file, all).expect("a temporary folder can be written");
    file.display().to_string()
}

/// Serves what is in `file` until it is killed, and says where.
pub(crate) async fn serve(file: Option<String>) {
    let all = std::fs::read(file.expect("the file to serve")).expect("a readable file");
    let end = all.windows(2).position(|two| two == b"\n\n").expect("a head and a body");
    let head = String::from_utf8_lossy(&all[..end]).into_owned();
    let body = Bytes::copy_from_slice(&all[end + 2..]);
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let name: HeaderName = name.parse().expect("a header name");
        headers.append(name, HeaderValue::from_str(value).expect("a header value"));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    crate::report::say(&format!("listening on http://{address}"));
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (headers, body) = (headers.clone(), body.clone());
        tokio::spawn(async move {
            let service = service_fn(move |_| {
                let mut response = Response::new(Full::new(body.clone()));
                *response.headers_mut() = headers.clone();
                async move { Ok::<_, Infallible>(response) }
            });
            let builder = Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
