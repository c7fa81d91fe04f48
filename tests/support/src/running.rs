//! Programs that run, under a deadline.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Output;
use crate::watched::Watched;

/// A program that runs. Dropping it kills it and what it started.
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Arc<Watched<Stream>>,
    stderr: Arc<Watched<Stream>>,
    // What line of standard output comes next.
    position: usize,
    readers: Vec<JoinHandle<()>>,
    watch: Arc<Watched<Watch>>,
    watchdog: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
    ended: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Watch {
    #[default]
    On,
    Off,
    Killed,
}

impl Running {
    /// Takes charge of a child whose three streams are piped.
    pub(crate) fn new(mut child: Child, input: Option<Vec<u8>>, deadline: Duration) -> Self {
        let mut stdin = child.stdin.take();
        if let Some(bytes) = input {
            let mut pipe = stdin.take().expect("stdin is piped");
            // A program may end without reading it all; then nobody minds.
            thread::spawn(move || pipe.write_all(&bytes));
        }
        let (stdout, stdout_reader) = collect(child.stdout.take().expect("stdout is piped"));
        let (stderr, stderr_reader) = collect(child.stderr.take().expect("stderr is piped"));
        let watch = Arc::<Watched<Watch>>::default();
        let watched = Arc::clone(&watch);
        let id = child.id();
        let watchdog = thread::spawn(move || {
            let off = |watch: &mut Watch| (*watch == Watch::Off).then_some(());
            if watched.wait_at_most(deadline, off).is_none() {
                watched.change(|watch| *watch = Watch::Killed);
                kill(id);
            }
        });
        Self {
            child,
            stdin,
            stdout,
            stderr,
            position: 0,
            readers: vec![stdout_reader, stderr_reader],
            watch,
            watchdog: Some(watchdog),
        }
    }

    /// Whether [`interrupt`](Self::interrupt) can be felt by children of this process.
    ///
    /// # Errors
    /// The reason why not: no SIGINT on this system, or it is ignored here and children inherit that.
    pub fn can_interrupt() -> Result<(), String> {
        if cfg!(not(unix)) {
            return Err("this system has no SIGINT".to_owned());
        }
        match ignores_interrupts() {
            true => Err("SIGINT is ignored here, as in a background job of a script".to_owned()),
            false => Ok(()),
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line of standard output that `wanted` accepts, and returns it without its end. Lines are looked at once.
    ///
    /// # Panics
    /// When the program ends, is killed by its deadline, or [`DEADLINE`](crate::DEADLINE) passes, without such a line.
    pub fn wait_for_line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let (stdout, position) = (&self.stdout, &mut self.position);
        let line = stdout.wait(
            |_| "the line has not come".to_owned(),
            |stream| {
                while let Some(length) = find_newline(&stream.bytes[*position..]) {
                    let bytes = &stream.bytes[*position..*position + length];
                    *position += length + 1;
                    let line = String::from_utf8_lossy(bytes);
                    let line = line.trim_end_matches('\r');
                    if wanted(line) {
                        return Some(Some(line.to_owned()));
                    }
                }
                stream.ended.then_some(None)
            },
        );
        line.unwrap_or_else(|| {
            let (stdout, stderr) = (self.stdout.look(Stream::text), self.stderr.look(Stream::text));
            panic!("ended before the line\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
        })
    }

    /// Writes to standard input.
    ///
    /// # Panics
    /// When the program reads no more, or [`Program::stdin`](crate::Program::stdin) has said all.
    pub fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("standard input is still open");
        stdin.write_all(bytes).expect("the program reads its standard input");
    }

    /// Sends SIGINT, as Ctrl+C does.
    ///
    /// # Panics
    /// On systems that have none: ask [`can_interrupt`](Self::can_interrupt) first.
    pub fn interrupt(&self) {
        #[cfg(unix)]
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::INT)
            .expect("the program can be signalled");
        #[cfg(not(unix))]
        panic!("this system has no SIGINT");
    }

    /// Closes standard input and waits for the end.
    ///
    /// # Panics
    /// When the deadline had to kill it.
    pub fn wait(mut self) -> Output {
        let status = self.end();
        let (stdout, stderr) = (self.stdout.look(Stream::text), self.stderr.look(Stream::text));
        assert!(
            self.watch.look(|watch| *watch != Watch::Killed),
            "killed by its deadline\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        Output { status, stdout, stderr }
    }

    fn end(&mut self) -> ExitStatus {
        self.stdin = None;
        let status = self.child.wait().expect("a child can be waited for");
        // The outputs end when the last descendant that holds them does: the watchdog covers those too.
        for reader in self.readers.drain(..) {
            reader.join().expect("reading does not panic");
        }
        self.watch.change(|watch| {
            if *watch == Watch::On {
                *watch = Watch::Off;
            }
        });
        let watchdog = self.watchdog.take().expect("it ends once");
        watchdog.join().expect("watching does not panic");
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.watchdog.is_some() {
            kill(self.child.id());
            self.end();
        }
    }
}

impl Stream {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

fn find_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n')
}

fn collect(mut pipe: impl Read + Send + 'static) -> (Arc<Watched<Stream>>, JoinHandle<()>) {
    let stream = Arc::<Watched<Stream>>::default();
    let collecting = Arc::clone(&stream);
    let reader = thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            collecting.change(|stream| stream.bytes.extend_from_slice(&buffer[..length]));
        }
        collecting.change(|stream| stream.ended = true);
    });
    (stream, reader)
}

/// Kills a child and what it started; those that have ended already are no error.
#[cfg(unix)]
fn kill(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
    let _ = kill_process_group(pid.expect("a child's id is positive"), Signal::KILL);
}

#[cfg(not(unix))]
fn kill(id: u32) {
    let _ = std::process::Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).output();
}

/// Whether this process ignores SIGINT, as Linux tells; elsewhere it is taken not to.
fn ignores_interrupts() -> bool {
    const SIGINT_BIT: u64 = 1 << 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & SIGINT_BIT != 0)
}
