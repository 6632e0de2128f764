//! A line to a server that can break, as those of visitors do.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Carries what is sent to an address of its own to a server, and its answers back.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

/// How often a connection that stands still looks whether it may go on.
const LOOK: Duration = Duration::from_millis(5);

/// How the line is.
#[derive(Clone, Copy, Debug)]
enum State {
    Holds,
    /// One connection breaks once it has carried so many bytes of answers.
    BreaksOnce(usize),
    /// Each does.
    Breaks(usize),
    /// One does, and then all.
    Dies(usize),
    /// Each goes no further once it has carried so many bytes of answers.
    Stalls(usize),
}

impl Line {
    /// A line to the server at this address (`http://<host>:<port>`).
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn to(base: &str) -> Self {
        let server = base.trim_start_matches("http://").to_owned();
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = socket.local_addr().expect("a bound socket has an address");
        let state = Arc::new(Mutex::new(State::Holds));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            // Dropping the set ends the connections together with the line.
            let mut connections = JoinSet::new();
            while let Ok((visitor, _)) = socket.accept().await {
                let (server, state) = (server.clone(), Arc::clone(&shared));
                // A connection that ends early is what this is for.
                connections.spawn(async move { carry(visitor, &server, &state).await.ok() });
            }
        });
        Self { address, state, task }
    }

    /// The server's address by this line, without a slash at the end.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Nothing breaks from now on.
    pub fn holds(&self) {
        self.is(State::Holds);
    }

    /// The next connection that has carried so many bytes of answers breaks; the others hold.
    pub fn breaks_once_after(&self, bytes: usize) {
        self.is(State::BreaksOnce(bytes));
    }

    /// Every connection breaks once it has carried so many bytes of answers.
    pub fn breaks_after(&self, bytes: usize) {
        self.is(State::Breaks(bytes));
    }

    /// With the next connection that has carried so many bytes of answers the whole line is dead.
    pub fn dies_after(&self, bytes: usize) {
        self.is(State::Dies(bytes));
    }

    /// Every connection stands still once it has carried so many bytes of answers, until another word.
    pub fn stalls_after(&self, bytes: usize) {
        self.is(State::Stalls(bytes));
    }

    fn is(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(visitor: TcpStream, server: &str, state: &Mutex<State>) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    let (mut questions, mut to_visitor) = visitor.into_split();
    let (mut answers, mut to_server) = server.into_split();
    let there = async move { tokio::io::copy(&mut questions, &mut to_server).await.map(drop) };
    let back = async move {
        let (mut piece, mut carried) = ([0; 4096], 0);
        loop {
            let size = answers.read(&mut piece).await?;
            carried += size;
            while stalls(state, carried) {
                tokio::time::sleep(LOOK).await;
            }
            if size == 0 || breaks(state, carried) {
                return io::Result::Ok(());
            }
            to_visitor.write_all(&piece[..size]).await?;
        }
    };
    // Either way has ended: so has the connection.
    tokio::select! {
        ended = there => ended,
        ended = back => ended,
    }
}

/// Whether a connection stands still now that has carried so many bytes.
fn stalls(state: &Mutex<State>, carried: usize) -> bool {
    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
    matches!(*state, State::Stalls(bytes) if carried > bytes)
}

/// Whether a connection breaks now that has carried so many bytes.
fn breaks(state: &Mutex<State>, carried: usize) -> bool {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let (broken, then) = match *state {
        State::Holds | State::Stalls(_) => return false,
        State::BreaksOnce(bytes) => (carried > bytes, State::Holds),
        State::Breaks(bytes) => (carried > bytes, State::Breaks(bytes)),
        State::Dies(bytes) => (carried > bytes, State::Breaks(0)),
    };
    if broken {
        *state = then;
    }
    broken
}
