//! Test programs that list their trials (`harness = false`), so that a trial that lacks a tool shows as ignored.

use std::env;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::Program;

/// Set in a process that runs one trial, by [`Suite::alone`].
pub const ALONE: &str = "PSOAUTH_TEST_ALONE";

/// The trials of a test program.
#[derive(Default)]
pub struct Suite(Vec<Trial>);

/// What a trial may return: nothing (it panics when it fails) or a `Result`.
pub trait Verdict {
    /// The trial's outcome, or why it failed.
    fn verdict(self) -> Result<(), String>;
}

impl Verdict for () {
    fn verdict(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: std::fmt::Display> Verdict for Result<(), E> {
    fn verdict(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

impl Suite {
    /// No trials yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a trial.
    pub fn test<V: Verdict>(mut self, name: &str, trial: impl FnOnce() -> V + Send + 'static) -> Self {
        self.0.push(Trial::test(name, move || Ok(trial().verdict()?)));
        self
    }

    /// Adds a trial that runs in a process of its own: it measures that, or other trials would get in its way there.
    pub fn alone<V: Verdict>(self, name: &str, trial: impl FnOnce() -> V + Send + 'static) -> Self {
        let own = name.to_owned();
        self.test(name, move || match env::var_os(ALONE) {
            Some(_) => trial().verdict(),
            None => {
                let program = Program::new(env::current_exe().expect("a program has a path"));
                let output = program.args(["--exact", &own, "--nocapture"]).env(ALONE, "1").output().success();
                // A run that found no trial would also end well.
                if output.stdout.contains("1 passed") { Ok(()) } else { Err(output.stdout) }
            }
        })
    }

    /// Adds a trial that needs a tool. `find` is asked when the trial runs; without the tool the trial is ignored with the
    /// reason, or fails when `PSOAUTH_REQUIRE_TOOLS` is 1.
    pub fn with_tool<T, V: Verdict>(
        mut self,
        name: &str,
        find: impl FnOnce() -> Result<T, String> + Send + 'static,
        trial: impl FnOnce(T) -> V + Send + 'static,
    ) -> Self {
        self.0.push(Trial::ignorable_test(name, move || match find() {
            Ok(tool) => Ok(trial(tool).verdict().map(|()| Completion::Completed)?),
            Err(reason) => without_tool(reason),
        }));
        self
    }

    /// Runs the trials that the command line asks for and ends the process.
    pub fn run(self) -> ! {
        #[cfg(unix)]
        allow_many_files();
        libtest_mimic::run(&Arguments::from_args(), self.0).exit()
    }
}

/// Lets this process have more connections open at once than the 1,024 files that many systems allow at first: those of a
/// thousand calls, and those that they leave idle.
#[cfg(unix)]
fn allow_many_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    const ENOUGH: u64 = 8192;
    let mut limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
    limit.current = limit.current.map(|current| current.max(most));
    // Where that is not allowed, what needs more files says so.
    let _ = setrlimit(Resource::Nofile, limit);
}

fn without_tool(reason: String) -> Result<Completion, Failed> {
    match env::var_os("PSOAUTH_REQUIRE_TOOLS").is_some_and(|value| value == "1") {
        true => Err(reason.into()),
        false => Ok(Completion::ignored_with(reason)),
    }
}
