//! What went wrong with a call.

use std::fmt;

use crate::secret::Text;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// There is a token.
    Ok,
    /// The caller cancelled the call.
    Cancelled,
    /// The request cannot be sent as it stands.
    InvalidArgument,
    /// The time allowed for the connection or for the whole exchange ran out.
    TimedOut,
    /// No answer could be had: name lookup, connection, proxy, or a connection lost half way.
    Network,
    /// No trusted TLS connection could be made.
    Tls,
    /// The answer is not one that a token endpoint gives.
    BadResponse,
    /// The server answered with a redirect, which is never followed.
    Redirected,
    /// The authorization server refused (RFC 6749 section 5.2).
    OAuthError,
    /// The server asks the client to come back later.
    Throttled,
    /// A fault of this library.
    Internal,
}

/// A failed call: its status, one line for a person, and what the server said.
#[derive(Clone, Debug)]
pub struct Error {
    /// The kind of failure.
    pub status: Status,
    /// One printable line of at most 500 characters that says what happened and what to do. It holds no secret.
    pub message: Text,
    /// Seconds that the server asks to wait (`Retry-After`).
    pub retry_after: Option<u64>,
    /// The server's own words, where it sent an OAuth error.
    pub oauth: Option<Box<OAuthError>>,
}

/// An error answer of RFC 6749 section 5.2, with the identifiers that Entra adds.
///
/// The texts are printable and hold none of the request's secrets; `body` is what the server sent.
#[derive(Clone, Debug)]
pub struct OAuthError {
    /// `error`, such as `invalid_client`.
    pub error: Text,
    /// `error_description`.
    pub description: Option<Text>,
    /// `error_uri`.
    pub uri: Option<Text>,
    /// `correlation_id`.
    pub correlation_id: Option<Text>,
    /// `trace_id`.
    pub trace_id: Option<Text>,
    /// `error_codes`: decimal numbers separated by commas.
    pub error_codes: Option<Text>,
    /// The JSON as it came.
    pub body: Text,
}

impl Error {
    pub(crate) fn new(status: Status, message: impl AsRef<str>) -> Self {
        Self {
            status,
            message: crate::message::one_line(message.as_ref()).as_str().into(),
            retry_after: None,
            oauth: None,
        }
    }

    /// A request that cannot be sent as it stands.
    pub(crate) fn invalid(message: impl AsRef<str>) -> Self {
        Self::new(Status::InvalidArgument, message)
    }

    /// An exchange that a panic ended, or whose runtime died.
    pub(crate) fn of_fault() -> Self {
        Self::new(Status::Internal, "The exchange ended by a fault of this library. Please report this.")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.as_str())
    }
}

impl std::error::Error for Error {}
