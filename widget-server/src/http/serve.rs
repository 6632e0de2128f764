//! The connections: accepting, timing, counting and draining them.
//!
//! Against slow clients: a head must be complete in [`ServeOptions::head`]; a connection on which
//! nothing is under way is closed after [`ServeOptions::idle`]; a socket that takes nothing of what
//! is written for [`ServeOptions::stall`] is cut; bodies are timed where they are read.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::body::{Body as _, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Body, Shell};

mod activity;
mod timed_io;

use activity::Activity;
use timed_io::TimedIo;

/// Streams one HTTP/2 connection may have open: a visitor has a tab or two.
const MAX_CONCURRENT_STREAMS: u32 = 64;
/// What HTTP/2 buffers for one stream before it asks for no more.
const MAX_SEND_BUFFER: usize = 64 * 1024;
/// The largest head over HTTP/1.
const MAX_HEAD: usize = 64 * 1024;
/// How long a connection that is told to close for idleness may take to do so.
const CLOSE_GRACE: Duration = Duration::from_secs(5);

/// The limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct ServeOptions {
    /// Connections at once; more wait in the system's queue.
    pub max_connections: usize,
    /// The time for a complete head, the wait for the next request of a connection included.
    pub head: Duration,
    /// The time a connection may stay open with nothing under way.
    pub idle: Duration,
    /// The time a client may take nothing of what is sent.
    pub stall: Duration,
    /// The time requests have to end once the server is told to stop.
    pub drain: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            stall: Duration::from_secs(30),
            drain: Duration::from_secs(30),
        }
    }
}

/// Serves until `shutdown`, then drains: no new connections, those that are idle close, requests
/// under way have [`ServeOptions::drain`], what is left then is cut.
pub async fn serve<S: Send + Sync + 'static>(
    listener: TcpListener,
    shell: Arc<Shell<S>>,
    options: ServeOptions,
    shutdown: CancellationToken,
) {
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    let places = Arc::new(Semaphore::new(options.max_connections));
    let builder = Arc::new(protocol(options));
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let connection = Connection {
            shell: Arc::clone(&shell),
            builder: Arc::clone(&builder),
            options,
            shutdown: shutdown.clone(),
            cut: cut.clone(),
        };
        connections.spawn(async move {
            let _place = place;
            connection.run(stream, peer).await;
        });
    }
    drop(listener);
    connections.close();
    shell.tasks.close();
    let all = async { tokio::join!(connections.wait(), shell.tasks.wait()) };
    if timeout(options.drain, all).await.is_err() {
        tracing::warn!(connections = connections.len(), "cutting connections that did not end");
        cut.cancel();
        connections.wait().await;
    }
}

fn protocol(options: ServeOptions) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        // Ours is in `Activity`: hyper's would be made and registered anew for every request.
        .header_read_timeout(None)
        .half_close(false)
        .max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .max_send_buf_size(MAX_SEND_BUFFER)
        .keep_alive_interval(options.stall)
        .keep_alive_timeout(options.stall);
    builder
}

/// A socket with its peer and its place among the connections.
type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // One socket that died in the queue says nothing; no descriptors left needs a pause.
            if !is_of_one_socket(&error) {
                tracing::error!(%error, "cannot accept connections");
                sleep(Duration::from_millis(100)).await;
            }
            None
        }
    }
}

fn is_of_one_socket(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// All that one connection needs.
struct Connection<S> {
    shell: Arc<Shell<S>>,
    builder: Arc<Builder<TokioExecutor>>,
    options: ServeOptions,
    shutdown: CancellationToken,
    cut: CancellationToken,
}

impl<S: Send + Sync + 'static> Connection<S> {
    async fn run(self, stream: TcpStream, peer: SocketAddr) {
        timed_io::prepare(&stream, self.options.stall);
        let activity = Arc::new(Activity::new(self.options.head, self.options.idle));
        let io = TokioIo::new(TimedIo::new(stream, Arc::clone(&activity), self.options.stall));
        let service = hyper::service::service_fn(|request: hyper::Request<Incoming>| {
            let busy = activity.begin(!request.body().is_end_stream(), request.version());
            let shell = Arc::clone(&self.shell);
            async move {
                let response = shell.handle(peer, request).await;
                Ok::<_, std::convert::Infallible>(response.map(|body: Body| body.holding(busy)))
            }
        });
        let connection = self.builder.serve_connection_with_upgrades(io, service);
        let mut connection = pin!(connection);
        // Apart, so that it is not looked at again with each request: only what wakes it does that.
        let mut ends = FuturesUnordered::new();
        ends.push(self.next_end(&activity, None));
        loop {
            let grace = tokio::select! {
                biased;
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%peer, error, "a connection broke");
                    }
                    return;
                }
                Some(end) = ends.next() => match end {
                    End::Cut => return,
                    End::Drain => self.options.drain + CLOSE_GRACE,
                    End::Idle if activity.is_multiplexed() => CLOSE_GRACE,
                    End::Idle => Duration::ZERO,
                },
            };
            activity.close();
            connection.as_mut().graceful_shutdown();
            ends.push(self.next_end(&activity, Some(Instant::now() + grace)));
        }
    }

    /// Waits for what ends the connection; once it is told to close that can only be the cut.
    async fn next_end(&self, activity: &Activity, close_by: Option<Instant>) -> End {
        loop {
            let wake = close_by.unwrap_or_else(|| activity.look_at());
            tokio::select! {
                () = self.cut.cancelled() => return End::Cut,
                () = self.shutdown.cancelled(), if close_by.is_none() => return End::Drain,
                () = sleep_until(wake) => {
                    if close_by.is_some() {
                        return End::Cut;
                    }
                    if activity.is_idle() {
                        return End::Idle;
                    }
                }
            }
        }
    }
}

/// Why a connection has to end.
enum End {
    /// At once.
    Cut,
    /// The server stops.
    Drain,
    /// Nothing was asked for too long, or a head did not become complete.
    Idle,
}
