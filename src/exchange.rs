//! A token request and its answer: attempts inside a deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::endpoint::TokenEndpoint;
use crate::error::{Error, Status};
use crate::failure::Failure;
use crate::request::Prepared;
use crate::response::TokenResponse;
use crate::{retry, transport};

/// How far an exchange has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Attempts begun.
    pub attempts: u32,
    /// The status of the last answer.
    pub http_status: Option<u16>,
}

/// Makes the exchange: to its end, or to its deadline.
pub(crate) async fn run(request: Prepared) -> (Result<TokenResponse, Error>, Progress) {
    let deadline = Instant::now() + request.timeout;
    let mut progress = Progress::default();
    let result = timeout_at(deadline, attempts(&request, deadline, &mut progress)).await;
    (result.unwrap_or_else(|_| Err(timed_out(&request.endpoint, request.timeout))), progress)
}

async fn attempts(request: &Prepared, deadline: Instant, progress: &mut Progress) -> Result<TokenResponse, Error> {
    let mut retry = 0;
    loop {
        progress.attempts += 1;
        let failure = match attempt(request, retry > 0, progress).await {
            Ok(token) => return Ok(token),
            Err(failure) => failure,
        };
        let pause = retry::pause(retry);
        // A pause past the deadline would only turn what happened into a time-out.
        if !failure.passing || retry == request.max_retries || Instant::now() + pause >= deadline {
            return Err(failure.error);
        }
        sleep(pause).await;
        retry += 1;
    }
}

async fn attempt(request: &Prepared, fresh: bool, progress: &mut Progress) -> Result<TokenResponse, Failure> {
    progress.http_status = None;
    let answer =
        transport::send(request, fresh).await.inspect_err(|failure| progress.http_status = failure.http_status)?;
    let http_status = answer.http_status;
    progress.http_status = Some(http_status);
    answer.into_token(&request.redactor).map_err(|error| {
        let passing = error.status == Status::BadResponse && retry::is_passing(http_status);
        Failure { error, passing, http_status: Some(http_status) }
    })
}

/// The error of an exchange with `endpoint` that took longer than `timeout`.
pub(crate) fn timed_out(endpoint: &TokenEndpoint, timeout: Duration) -> Error {
    let (endpoint, seconds) = (endpoint.display(), timeout.as_secs_f32());
    Error::new(
        Status::TimedOut,
        format!("No answer from {endpoint} within {seconds} s. Try again, or allow more time."),
    )
}
