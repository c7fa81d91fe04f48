//! One exchange, from its start to its outcome.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::endpoint::TokenEndpoint;
use crate::error::{Error, Status};
use crate::exchange::{self, Progress};
use crate::request::{LONGEST_TIMEOUT, TokenRequest};
use crate::response::TokenResponse;
use crate::runtime::runtime;

/// What an exchange may take beyond its deadline before whoever waits for it ends it.
const GRACE: Duration = Duration::from_millis(250);

/// A running exchange, or its outcome. Dropping a running call cancels it.
pub struct Call {
    shared: Arc<Shared>,
    exchange: Option<Exchange>,
}

/// The exchange that a call waits for.
struct Exchange {
    task: AbortHandle,
    endpoint: TokenEndpoint,
    timeout: Duration,
}

/// How a call ended.
#[derive(Debug)]
pub struct Outcome {
    /// The token, or why there is none.
    pub result: Result<TokenResponse, Error>,
    /// The HTTP status of the last answer, if one came.
    pub http_status: Option<u16>,
    /// Attempts made; 0 where nothing was sent, and where a cancel or an overdue wait ended the call.
    pub attempts: u32,
    /// From start to end.
    pub elapsed: Duration,
}

impl Outcome {
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
    pub fn start(request: TokenRequest) -> Self {
        let shared = Arc::new(Shared::new());
        let exchange = match (request.prepare(), runtime()) {
            (Err(error), _) => {
                shared.end(Err(error), Progress::default());
                None
            }
            (_, Err(error)) => {
                let message = format!("The system gives no resources for the exchange: {error}.");
                shared.end(Err(Error::new(Status::Internal, message)), Progress::default());
                None
            }
            (Ok(prepared), Ok(runtime)) => {
                let (endpoint, timeout) = (prepared.endpoint.clone(), prepared.timeout);
                let ending = Ending(shared.clone());
                let task = runtime.spawn(async move {
                    let (result, progress) = exchange::run(prepared).await;
                    ending.0.end(result, progress);
                });
                Some(Exchange { task: task.abort_handle(), endpoint, timeout })
            }
        };
        Self { shared, exchange }
    }

    /// Waits for the outcome.
    pub fn wait(&self) -> &Outcome {
        self.wait_until(None).expect("an endless wait ends with an outcome")
    }

    /// Waits for the outcome at most `timeout`; none means that the call is still running.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<&Outcome> {
        self.wait_until(Some(Instant::now() + timeout.min(LONGEST_TIMEOUT)))
    }

    /// Waits at most until `end`, and ends the call itself once that is overdue: a server that keeps the one worker
    /// thread busy may hold up the runtime's clock, but not whoever waits.
    fn wait_until(&self, end: Option<Instant>) -> Option<&Outcome> {
        let Some(exchange) = &self.exchange else {
            return self.outcome();
        };
        let overdue = self.shared.started + exchange.timeout + GRACE;
        let outcome = self.shared.wait(end.map_or(overdue, |end| end.min(overdue)));
        if outcome.is_none() && Instant::now() >= overdue {
            self.shared.end(Err(exchange::timed_out(&exchange.endpoint, exchange.timeout)), Progress::default());
            exchange.task.abort();
        }
        self.outcome()
    }

    /// The outcome, if there is one already.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.shared.outcome.get()
    }

    /// Ends the call now, as [`Status::Cancelled`]. After its end this changes nothing.
    pub fn cancel(&self) {
        if let Some(exchange) = &self.exchange {
            self.shared.end(Err(Error::new(Status::Cancelled, "The call was cancelled.")), Progress::default());
            exchange.task.abort();
        }
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
    fn new() -> Self {
        Self { started: Instant::now(), outcome: OnceLock::new(), lock: Mutex::new(()), ended: Condvar::new() }
    }

    /// Sets the outcome, if there is none yet, and wakes who waits for it.
    fn end(&self, result: Result<TokenResponse, Error>, progress: Progress) {
        let outcome = Outcome {
            result,
            http_status: progress.http_status,
            attempts: progress.attempts,
            elapsed: self.started.elapsed(),
        };
        if self.outcome.set(outcome).is_ok() {
            // Held while notifying, or a waiter between its look at the outcome and its wait would sleep on.
            let _lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
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
        if self.0.outcome.get().is_none() {
            let message = "The exchange ended by a fault of this library. Please report this.";
            self.0.end(Err(Error::new(Status::Internal, message)), Progress::default());
        }
    }
}
