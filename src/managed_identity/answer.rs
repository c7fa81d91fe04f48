//! What a source of managed identities answered.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::error::{Error, OAuthError};
use crate::json;
use crate::message::Redactor;
use crate::response::TokenResponse;

/// An error as App Service writes it, where others write those of RFC 6749.
#[derive(Deserialize)]
struct ServiceError<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow, alias = "Message")]
    message: Option<&'a RawValue>,
}

/// The token in `answer`.
///
/// # Errors
/// As those of a token endpoint. A `message` without an `error` gets the one of RFC 6749 that is meant:
/// `invalid_request`, or `server_error` for an HTTP status of 500 and more.
pub(super) fn token(answer: &Answer, redactor: &Redactor<'_>) -> Result<TokenResponse, Error> {
    match service_error(answer, redactor) {
        Some(error) => Err(answer.refused(error)),
        None => answer.to_token(redactor),
    }
}

fn service_error(answer: &Answer, redactor: &Redactor<'_>) -> Option<OAuthError> {
    let error = match answer.http_status {
        400..=428 | 430..=499 => "invalid_request",
        500.. => "server_error",
        _ => return None,
    };
    let body = answer.text().ok()?;
    let service = json::object::<ServiceError<'_>>(body).ok()?;
    let message = json::text(service.message).filter(|_| service.error.is_none())?;
    Some(OAuthError {
        error: error.into(),
        description: Some(redactor.line(message.as_str()).into()),
        uri: None,
        correlation_id: None,
        trace_id: None,
        error_codes: None,
        body: body.into(),
    })
}
