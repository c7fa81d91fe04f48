//! A caller's patience: its own deadline, and the pauses that a throttling server asks for.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use crate::cache::{CACHE, Key};
use crate::call::Outcome;
use crate::error::{Error, Status};
use crate::exchange;
use crate::prepared::Prepared;
use crate::progress::{Deadline, Ended, Progress};

/// The shortest pause, for servers that say 0 seconds time and again.
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);

/// Asks for a token until there is one, a failure, or the request's time has passed since `started`. `key` is that of
/// the request, where no file has to be read for it.
pub(crate) async fn ask(mut prepared: Prepared, key: Option<Key>, started: std::time::Instant) -> Outcome {
    #[cfg(test)]
    crate::failpoint::hit("task");
    let deadline = Instant::from_std(started) + prepared.request.timeout;
    match timeout_at(deadline, prepared.credential.read()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Outcome::failure(error, started.elapsed()),
        Err(_) => return Outcome::failure(overdue(&prepared), started.elapsed()),
    }
    let key = key.or_else(|| Key::with_file(&prepared.request, prepared.credential.file()));
    let prepared = Arc::new(prepared);
    let mut attempts = 0;
    loop {
        let (ended, from_cache) = match &key {
            Some(key) => together(&prepared, key, deadline).await,
            None => (alone(&prepared, deadline).await, false),
        };
        attempts += ended.attempts;
        if let Some(until) = pause(&ended, &prepared, deadline) {
            sleep_until(until).await;
            continue;
        }
        let (result, http_status) = (ended.result, ended.http_status);
        return Outcome { result, http_status, attempts, from_cache, elapsed: started.elapsed() };
    }
}

/// An exchange of this caller alone.
async fn alone(prepared: &Prepared, deadline: Instant) -> Ended {
    let progress = Progress::default();
    let fixed = Deadline::new(deadline);
    let result = timeout_at(deadline, exchange::run(prepared, &fixed, &progress)).await;
    Ended::new(result.unwrap_or_else(|_| Err(overdue(prepared))).map(Arc::new), &progress)
}

/// The exchange of all who ask for the same, or the kept token; and whether it is that.
async fn together(prepared: &Arc<Prepared>, key: &Key, deadline: Instant) -> (Ended, bool) {
    let begun = prepared.clone();
    let exchange = |deadline: Arc<Deadline>, progress: Arc<Progress>| async move {
        exchange::run(&begun, &deadline, &progress).await
    };
    CACHE.get(key, deadline, || overdue(prepared), exchange).await
}

/// Until when to wait before asking again, where the server is throttling and the caller wants to wait. A pause that
/// does not fit into the caller's time would only turn what happened into a time-out.
fn pause(ended: &Ended, prepared: &Prepared, deadline: Instant) -> Option<Instant> {
    let error = ended.result.as_ref().err()?;
    if !prepared.request.wait_when_throttled || error.status != Status::Throttled {
        return None;
    }
    let until = ended.at + Duration::from_secs(error.retry_after?).max(SHORTEST_PAUSE);
    (until < deadline).then_some(until)
}

fn overdue(prepared: &Prepared) -> Error {
    timed_out(&prepared.destination.display(), prepared.request.timeout)
}

/// The error of an exchange with `destination`, as messages show it, that took longer than `timeout`.
pub(crate) fn timed_out(destination: &str, timeout: Duration) -> Error {
    let seconds = timeout.as_secs_f32();
    Error::new(
        Status::TimedOut,
        format!("No answer from {destination} within {seconds} s. Try again, or allow more time."),
    )
}
