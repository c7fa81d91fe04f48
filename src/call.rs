//! One exchange, from its start to its outcome.

use std::borrow::Borrow;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::cache::{CACHE, Key};
use crate::error::{Error, Status};
use crate::patience;
use crate::prepared::Prepared;
use crate::request::{LONGEST_TIMEOUT, TokenRequest};
use crate::response::TokenResponse;
use crate::runtime::runtime;

/// What an exchange may take beyond its deadline before whoever waits for it ends it.
const GRACE: Duration = Duration::from_millis(250);

/// A running exchange, or its outcome. Dropping a running call cancels it.
pub struct Call(State);

enum State {
    /// It ended before there was an exchange.
    Ended(Outcome),
    Running(Running),
}

/// An exchange under way.
struct Running {
    shared: Arc<Shared>,
    task: AbortHandle,
    /// As messages show it.
    destination: String,
    timeout: Duration,
}

/// How a call ended.
#[derive(Debug)]
pub struct Outcome {
    /// The token, or why there is none.
    pub result: Result<Arc<TokenResponse>, Error>,
    /// The HTTP status of the last answer, if one came.
    pub http_status: Option<u16>,
    /// Attempts made; 0 where nothing was sent, and where a cancel or an overdue wait ended the call.
    pub attempts: u32,
    /// Whether the token comes from the process's cache.
    pub from_cache: bool,
    /// From start to end.
    pub elapsed: Duration,
}

impl Outcome {
    /// A failure before anything was sent.
    pub(crate) fn failure(error: Error, elapsed: Duration) -> Self {
        Self { result: Err(error), http_status: None, attempts: 0, from_cache: false, elapsed }
    }

    /// A token that was there.
    fn kept(token: Arc<TokenResponse>, elapsed: Duration) -> Self {
        Self { result: Ok(token), http_status: None, attempts: 0, from_cache: true, elapsed }
    }

    /// The status of the result.
    pub fn status(&self) -> Status {
        match &self.result {
            Ok(_) => Status::Ok,
            Err(error) => error.status,
        }
    }
}

impl Call {
    /// Starts the exchange that `request` asks for. It does not block; whatever goes wrong is in the outcome.
    pub fn start(request: impl Borrow<TokenRequest>) -> Self {
        let started = Instant::now();
        let request = request.borrow();
        // The key covers all that is checked below: what is kept was allowed.
        let key = Key::of(request);
        if let Some(token) = key.and_then(|key| CACHE.find(&key)) {
            return Self(State::Ended(Outcome::kept(token, started.elapsed())));
        }
        let prepared = match Prepared::new(request.clone()) {
            Ok(prepared) => prepared,
            Err(error) => return Self(State::Ended(Outcome::failure(error, started.elapsed()))),
        };
        match runtime() {
            Ok(runtime) => {
                let shared = Arc::new(Shared::new(started));
                let ending = Ending(shared.clone());
                let (destination, timeout) = (prepared.destination.display(), prepared.request.timeout);
                let task = runtime.spawn(async move { ending.0.end(patience::ask(prepared, key, started).await) });
                Self(State::Running(Running { shared, task: task.abort_handle(), destination, timeout }))
            }
            Err(error) => {
                let message = format!("The system gives no resources for the exchange: {error}.");
                Self(State::Ended(Outcome::failure(Error::new(Status::Internal, message), started.elapsed())))
            }
        }
    }

    /// Waits for the outcome.
    pub fn wait(&self) -> &Outcome {
        self.wait_until(None).expect("an endless wait ends with an outcome")
    }

    /// Waits for the outcome at most `timeout`; none means that the call is still running.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<&Outcome> {
        self.wait_until(Some(Instant::now() + timeout.min(LONGEST_TIMEOUT)))
    }

    fn wait_until(&self, end: Option<Instant>) -> Option<&Outcome> {
        #[cfg(test)]
        crate::failpoint::hit("wait");
        match &self.0 {
            State::Ended(outcome) => Some(outcome),
            State::Running(running) => running.wait(end),
        }
    }

    /// The outcome, if there is one already.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.0 {
            State::Ended(outcome) => Some(outcome),
            State::Running(running) => running.shared.outcome.get(),
        }
    }

    /// Ends the call now, as [`Status::Cancelled`]. After its end this changes nothing.
    pub fn cancel(&self) {
        if let State::Running(running) = &self.0 {
            running.end(|| Error::new(Status::Cancelled, "The call was cancelled."));
        }
    }
}

impl Running {
    /// Waits at most until `end`, and ends the call itself once that is overdue: a server that keeps the one worker
    /// thread busy may hold up the runtime's clock, but not whoever waits.
    fn wait(&self, end: Option<Instant>) -> Option<&Outcome> {
        let overdue = self.shared.started + self.timeout + GRACE;
        let outcome = self.shared.wait(end.map_or(overdue, |end| end.min(overdue)));
        if outcome.is_none() && Instant::now() >= overdue {
            self.end(|| patience::timed_out(&self.destination, self.timeout));
        }
        self.shared.outcome.get()
    }

    fn end(&self, error: impl FnOnce() -> Error) {
        self.shared.fail(error);
        self.task.abort();
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("outcome", &self.outcome()).finish()
    }
}

/// What the caller's threads and the exchange's task share.
struct Shared {
    started: Instant,
    outcome: OnceLock<Outcome>,
    lock: Mutex<()>,
    ended: Condvar,
}

impl Shared {
    fn new(started: Instant) -> Self {
        Self { started, outcome: OnceLock::new(), lock: Mutex::new(()), ended: Condvar::new() }
    }

    /// Ends the call without a token, if it has no outcome yet; only then is there an `error` to make.
    fn fail(&self, error: impl FnOnce() -> Error) {
        if self.outcome.get().is_none() {
            self.end(Outcome::failure(error(), self.started.elapsed()));
        }
    }

    /// Sets the outcome, if there is none yet, and wakes whoever waits for it.
    fn end(&self, outcome: Outcome) {
        if self.outcome.set(outcome).is_ok() {
            // A waiter holds the lock from its look at the outcome until it waits: taking it once, none is missed. It is
            // let go before notifying, or whoever wakes would wait for it at once.
            drop(self.lock.lock());
            self.ended.notify_all();
        }
    }

    fn wait(&self, end: Instant) -> Option<&Outcome> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(outcome) = self.outcome.get() {
                return Some(outcome);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            lock = self.ended.wait_timeout(lock, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Ends the call when the task goes away without having done so: it panicked, or its runtime died.
struct Ending(Arc<Shared>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.fail(Error::of_fault);
    }
}
