//! Programs that a test starts: their output is kept, and none outlives its test.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, kill_process, kill_process_group};

use crate::wait::{until, until_true};

pub use rustix::process::Signal;

/// A running program, killed with its children when dropped.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    stdout: Output,
    stderr: Output,
}

impl Program {
    /// Starts `command` in a process group of its own.
    ///
    /// # Panics
    /// When it cannot be started at all.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let stdout = Output::of(child.stdout.take().expect("stdout is piped"));
        let stderr = Output::of(child.stderr.take().expect("stderr is piped"));
        Self { name, child, stdout, stderr }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has written to standard output so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// Everything it has written to standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// What `find` makes of the first line of standard output that it likes.
    ///
    /// # Panics
    /// When the program ends, or time runs out, before such a line; with all it wrote.
    pub async fn line<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> T {
        let found = self.line_unless_ended(what, find).await;
        let ended =
            || panic!("{} ended before it said its {what}:\n{}", self.name, self.transcript());
        found.unwrap_or_else(ended)
    }

    /// Like [`Program::line`]; nothing when the program ends before such a line.
    ///
    /// # Panics
    /// When time runs out.
    pub async fn line_unless_ended<T>(
        &mut self,
        what: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        until(what, || {
            let ended = self.child.try_wait().expect("the child is ours").is_some();
            let found = self.stdout.text().lines().find_map(&find);
            let over = ended && self.stdout.complete() && self.stderr.complete();
            std::future::ready((found.is_some() || over).then_some(found))
        })
        .await
    }

    /// The exit status, once it has ended by itself.
    ///
    /// # Panics
    /// When it goes on for longer than [`crate::wait::PATIENCE`].
    pub async fn exited(&mut self) -> ExitStatus {
        let name = self.name.clone();
        until(&format!("the end of {name}"), || {
            std::future::ready(self.child.try_wait().expect("the child is ours"))
        })
        .await
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.exited().await
    }

    /// Ends it at once (SIGKILL), as a power cut would.
    pub fn kill(&mut self) {
        let ended = self.child.try_wait().is_ok_and(|status| status.is_some());
        if let (false, Some(group)) = (ended, self.pid()) {
            // An error means that the group is gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }

    /// Sends one signal to the program itself.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            let _ = kill_process(pid, signal);
        }
    }

    /// How it ended by itself, and what it wrote.
    pub async fn finished(mut self) -> std::process::Output {
        let status = self.exited().await;
        until_true("the end of its output", || self.stdout.complete() && self.stderr.complete())
            .await;
        let (stdout, stderr) = (self.stdout().into_bytes(), self.stderr().into_bytes());
        std::process::Output { status, stdout, stderr }
    }

    /// Both outputs, for a failure message.
    pub fn transcript(&self) -> String {
        format!("--- stdout\n{}--- stderr\n{}", self.stdout(), self.stderr())
    }

    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.child.id()).ok()?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// One output of a program, collected by a thread until it is closed.
#[derive(Debug)]
struct Output {
    text: Arc<Mutex<String>>,
    reader: std::thread::JoinHandle<()>,
}

impl Output {
    fn of(pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
                sink.push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        });
        Self { text, reader }
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn complete(&self) -> bool {
        self.reader.is_finished()
    }
}
