//! A token request and its answer: attempts inside a deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::client::Options;
use crate::credential::Proof;
use crate::destination::Destination;
use crate::endpoint::TokenEndpoint;
use crate::error::{Error, Status};
use crate::failure::Failure;
use crate::prepared::Prepared;
use crate::progress::{Deadline, Progress};
use crate::response::TokenResponse;
use crate::retry;
use crate::secret::Text;
use crate::transport;

/// How long before the deadline a retry ends, so that its outcome reaches those who wait until then.
const MARGIN: Duration = Duration::from_millis(10);

/// A retry that would have less time is not begun.
const SHORTEST_ATTEMPT: Duration = Duration::from_millis(50);

/// Makes attempts until there is a token, or a failure that another attempt would not mend or that would come too late.
/// It does not end at the deadline by itself: its callers stop waiting.
pub(crate) async fn run(prepared: &Prepared, deadline: &Deadline, progress: &Progress) -> Result<TokenResponse, Error> {
    let proof = prepared.credential.open().await?;
    let mut options = prepared.options(&proof).await?;
    let mut retry = 0;
    let mut last: Option<Failure> = None;
    loop {
        progress.begin_attempt();
        let begun = Instant::now();
        let attempt = attempt(prepared, &proof, &options, progress);
        let result = match last.take() {
            None => attempt.await,
            Some(before) => match timeout_at(deadline.at() - MARGIN, attempt).await {
                Ok(result) => result,
                // What went wrong says more than that time ran out.
                Err(_) => {
                    progress.failed(&before);
                    return Err(before.error);
                }
            },
        };
        let failure = match result {
            Ok(token) => return Ok(token),
            Err(failure) => failure,
        };
        let backoff = prepared.destination.backoff(&failure);
        let pause = backoff.pause(retry);
        // A retry that has less time than this attempt took would only turn what happened into a time-out.
        let too_late = Instant::now() + pause + begun.elapsed().max(SHORTEST_ATTEMPT) >= deadline.at();
        if !failure.transient || retry >= backoff.retries(prepared.request.max_retries) || too_late {
            return Err(failure.error);
        }
        sleep(pause).await;
        options.fresh = true;
        last = Some(failure);
        retry += 1;
    }
}

async fn attempt(
    prepared: &Prepared,
    proof: &Proof,
    options: &Options,
    progress: &Progress,
) -> Result<TokenResponse, Failure> {
    match &prepared.destination {
        Destination::Endpoint(endpoint) => post(prepared, endpoint, proof, options, progress).await,
        Destination::Issuer(issuer) => {
            let endpoint = issuer.token_endpoint(options, progress).await?;
            prepared.credential.check_endpoint(&endpoint).map_err(Failure::of)?;
            post(prepared, &endpoint, proof, options, progress).await
        }
        Destination::ManagedIdentity(identity) => identity.token(options, progress).await,
    }
}

async fn post(
    prepared: &Prepared,
    endpoint: &TokenEndpoint,
    proof: &Proof,
    options: &Options,
    progress: &Progress,
) -> Result<TokenResponse, Failure> {
    let assertion = proof.assertion(&prepared.request.client_id, endpoint).await.map_err(Failure::of)?;
    let assertion = assertion.as_ref().map(Text::as_str);
    let answer = transport::post(endpoint, options, prepared.body(assertion), prepared.authorization())
        .await
        .inspect_err(|failure| progress.failed(failure))?;
    let http_status = answer.http_status;
    progress.answered(http_status);
    answer.to_token(&prepared.redactor(assertion)).map_err(|error| {
        let transient = error.status == Status::BadResponse && retry::is_transient(http_status);
        Failure { error, transient, http_status: Some(http_status) }
    })
}
