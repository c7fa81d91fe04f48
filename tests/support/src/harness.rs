//! Test programs that list their trials (`harness = false`), so that a trial that lacks a tool shows as ignored.

use libtest_mimic::{Arguments, Completion, Failed, Trial};

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
        libtest_mimic::run(&Arguments::from_args(), self.0).exit()
    }
}

fn without_tool(reason: String) -> Result<Completion, Failed> {
    match std::env::var_os("PSOAUTH_REQUIRE_TOOLS").is_some_and(|value| value == "1") {
        true => Err(reason.into()),
        false => Ok(Completion::ignored_with(reason)),
    }
}
