//! The small HTTP/1.1 server under the stand-ins of the harness (model endpoint, host site).

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// One request as a stand-in received it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method, in capitals.
    pub method: String,
    /// The path with its query, as sent.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Received {
    /// A header's value, when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {:?}", String::from_utf8_lossy(&self.body)))
    }
}

pub(crate) type AnswerBody = BoxBody<Bytes, io::Error>;

pub(crate) fn whole(body: impl Into<Bytes>) -> AnswerBody {
    Full::new(body.into()).map_err(|never| match never {}).boxed()
}

/// A body that is fed while it is being sent; an error breaks the connection off.
pub(crate) fn fed() -> (mpsc::Sender<io::Result<Bytes>>, AnswerBody) {
    let (feed, pieces) = mpsc::channel(1);
    (feed, Fed(pieces).boxed())
}

struct Fed(mpsc::Receiver<io::Result<Bytes>>);

impl Body for Fed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// Accepts connections on a free loopback port until it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Listener {
    /// Answers each request with what `answer` makes of it.
    pub(crate) async fn start<A, F>(answer: A) -> Self
    where
        A: Fn(Received) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<AnswerBody>> + Send + 'static,
    {
        Self::over(None, answer).await
    }

    /// The same over TLS, where there is an acceptor.
    pub(crate) async fn over<A, F>(tls: Option<TlsAcceptor>, answer: A) -> Self
    where
        A: Fn(Received) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<AnswerBody>> + Send + 'static,
    {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = socket.local_addr().expect("a bound socket has an address");
        Self { address, task: tokio::spawn(accept(socket, tls, answer)) }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept<A, F>(socket: TcpListener, tls: Option<TlsAcceptor>, answer: A)
where
    A: Fn(Received) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<AnswerBody>> + Send + 'static,
{
    // Dropping the set ends the connections together with the listener.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = socket.accept().await {
        // As every real model server does: pieces of an answer do not wait for one another.
        let _ = stream.set_nodelay(true);
        let answer = answer.clone();
        let service = service_fn(move |request: http::Request<Incoming>| {
            let answer = answer.clone();
            async move { io::Result::Ok(answer(receive(request).await?).await) }
        });
        let tls = tls.clone();
        connections.spawn(async move {
            let http = http1::Builder::new();
            // A caller that goes away early, or refuses the certificate, is no fault of a stand-in.
            let _ = match tls {
                None => http.serve_connection(TokioIo::new(stream), service).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => http.serve_connection(TokioIo::new(stream), service).await,
                    Err(_) => Ok(()),
                },
            };
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn receive(request: http::Request<Incoming>) -> io::Result<Received> {
    let (Parts { method, uri, headers, .. }, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let path = uri.path_and_query().map_or_else(|| uri.to_string(), ToString::to_string);
    Ok(Received { method: method.to_string(), path, headers, body })
}
