//! Programs to be run, and what they leave.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::{DEADLINE, Running};

/// The variables that programs cannot do without; on Windows, most of them.
const KEPT_VARIABLES: [&str; 19] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "DOTNET_ROOT",
    "APPDATA",
    "COMSPEC",
    "LOCALAPPDATA",
    "NUMBER_OF_PROCESSORS",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "WINDIR",
];

/// A program to be run. Its environment is clean: only the variables that any program needs (PATH, HOME, the temporary
/// folder, and what Windows cannot do without) are passed on, so no proxy or token setting of the machine gets in.
#[derive(Debug)]
pub struct Program {
    command: Command,
    stdin: Option<Vec<u8>>,
    deadline: Duration,
}

/// What a program left.
#[derive(Clone, Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output; what is not UTF-8 is replaced.
    pub stdout: String,
    /// Its standard error; what is not UTF-8 is replaced.
    pub stderr: String,
}

impl Program {
    /// A program by its path.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let mut command = Command::new(path.as_ref());
        command.env_clear();
        for name in KEPT_VARIABLES {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // A group of its own, so that the watchdog also ends what the program started.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Self { command, stdin: None, deadline: DEADLINE }
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Passes the whole environment on: for tools that reach beyond this machine, such as npm.
    pub fn inherit_env(mut self) -> Self {
        self.command.envs(std::env::vars_os());
        self
    }

    /// Sets the current folder.
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// What standard input has, to its end.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// When it is killed, counted from its start; [`DEADLINE`] unless said.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started or has to be killed.
    pub fn output(self) -> Output {
        self.start().wait()
    }

    /// Starts it. Without [`stdin`](Self::stdin), standard input stays open for [`Running::write`].
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(mut self) -> Running {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = self.command.spawn();
        let child = spawned.unwrap_or_else(|error| {
            panic!("{} does not start: {error}", self.command.get_program().display());
        });
        Running::new(child, self.stdin, self.deadline)
    }
}

impl Output {
    /// Itself, if the program ended with exit code 0.
    ///
    /// # Panics
    /// Otherwise, showing both outputs.
    pub fn success(self) -> Self {
        assert!(self.status.success(), "{}\n--- stdout\n{}\n--- stderr\n{}", self.status, self.stdout, self.stderr);
        self
    }
}
