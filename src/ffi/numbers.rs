//! The numbers of the ABI. They are never reused or changed; what is new gets a new one.

use std::ffi::CStr;

use crate::error::Status;

/// The outcome of a function or of a call: PSOAUTH_STATUS_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_status(pub i32);

/// It went well; of a call: there is a token.
pub const PSOAUTH_STATUS_OK: psoauth_status = psoauth_status(0);
/// The call is still running.
pub const PSOAUTH_STATUS_PENDING: psoauth_status = psoauth_status(1);
/// The call was cancelled.
pub const PSOAUTH_STATUS_CANCELLED: psoauth_status = psoauth_status(2);
/// A NULL, an unknown number, a value out of range, text that is not UTF-8, or a request that cannot be sent.
pub const PSOAUTH_STATUS_INVALID_ARGUMENT: psoauth_status = psoauth_status(10);
/// The time for the connection or for the whole exchange ran out.
pub const PSOAUTH_STATUS_TIMED_OUT: psoauth_status = psoauth_status(20);
/// No answer: name lookup, connection, proxy, or a connection that ended half way.
pub const PSOAUTH_STATUS_NETWORK: psoauth_status = psoauth_status(21);
/// No trusted TLS connection.
pub const PSOAUTH_STATUS_TLS: psoauth_status = psoauth_status(22);
/// What came back is no answer of a token endpoint.
pub const PSOAUTH_STATUS_BAD_RESPONSE: psoauth_status = psoauth_status(23);
/// The server answered with a redirect; redirects are never followed.
pub const PSOAUTH_STATUS_REDIRECTED: psoauth_status = psoauth_status(24);
/// The authorization server refused (RFC 6749 section 5.2); PSOAUTH_CALL_OAUTH_ERROR says how.
pub const PSOAUTH_STATUS_OAUTH_ERROR: psoauth_status = psoauth_status(30);
/// The server asks to come back later; PSOAUTH_METRIC_RETRY_AFTER_SECONDS says when, if it said so.
pub const PSOAUTH_STATUS_THROTTLED: psoauth_status = psoauth_status(31);
/// A fault of the library or a lack of system resources.
pub const PSOAUTH_STATUS_INTERNAL: psoauth_status = psoauth_status(90);

/// A text of a request: PSOAUTH_REQUEST_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_request_field(pub u32);

/// The address of the token endpoint: https, or http to this machine (127.0.0.0/8, ::1, localhost).
/// Give this or PSOAUTH_REQUEST_TENANT.
pub const PSOAUTH_REQUEST_TOKEN_ENDPOINT: psoauth_request_field = psoauth_request_field(1);
/// A tenant of Entra ID, a GUID or a domain name, in place of an address.
pub const PSOAUTH_REQUEST_TENANT: psoauth_request_field = psoauth_request_field(2);
/// `client_id` (RFC 6749 section 2.2). Every request needs one.
pub const PSOAUTH_REQUEST_CLIENT_ID: psoauth_request_field = psoauth_request_field(3);
/// `client_secret` (RFC 6749 section 2.3.1).
pub const PSOAUTH_REQUEST_CLIENT_SECRET: psoauth_request_field = psoauth_request_field(4);
/// `resource`, what the token is for (Entra v1; RFC 8707).
pub const PSOAUTH_REQUEST_RESOURCE: psoauth_request_field = psoauth_request_field(5);
/// `scope`, separated by spaces (RFC 6749 section 3.3).
pub const PSOAUTH_REQUEST_SCOPE: psoauth_request_field = psoauth_request_field(6);
/// `grant_type`; "client_credentials" unless set. "password" needs a user name and a password, "refresh_token"
/// a refresh token.
pub const PSOAUTH_REQUEST_GRANT_TYPE: psoauth_request_field = psoauth_request_field(7);
/// `username` (RFC 6749 section 4.3).
pub const PSOAUTH_REQUEST_USERNAME: psoauth_request_field = psoauth_request_field(8);
/// `password` (RFC 6749 section 4.3).
pub const PSOAUTH_REQUEST_PASSWORD: psoauth_request_field = psoauth_request_field(9);
/// `refresh_token` (RFC 6749 section 6).
pub const PSOAUTH_REQUEST_REFRESH_TOKEN: psoauth_request_field = psoauth_request_field(10);

/// A number of a request: PSOAUTH_OPTION_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_option(pub u32);

/// Which Entra endpoint PSOAUTH_REQUEST_TENANT means: 1 (takes a resource) or 2 (takes scopes; the default).
pub const PSOAUTH_OPTION_ENTRA_VERSION: psoauth_option = psoauth_option(1);
/// Milliseconds for the whole exchange, retries included: 1 to 86,400,000; 30,000 unless set.
pub const PSOAUTH_OPTION_TIMEOUT_MS: psoauth_option = psoauth_option(2);
/// Milliseconds for a connection with its TLS handshake: 1 to 86,400,000; 10,000 unless set.
pub const PSOAUTH_OPTION_CONNECT_TIMEOUT_MS: psoauth_option = psoauth_option(3);
/// How the client authenticates: 0 in the body (the default), 1 HTTP Basic with both values form-encoded
/// (RFC 6749 section 2.3.1), 2 HTTP Basic with the values as they are.
pub const PSOAUTH_OPTION_CLIENT_AUTHENTICATION: psoauth_option = psoauth_option(4);
/// How often a passing fault is tried again inside the deadline: 0 to 10; 1 unless set. Passing are a failed
/// connection, one that ended before an answer, and HTTP 408, 500, 502, 503 and 504; an OAuth error and
/// HTTP 429 are not.
pub const PSOAUTH_OPTION_MAX_RETRIES: psoauth_option = psoauth_option(5);
/// 1 lets http go to other machines, in the clear; 0 is the default.
pub const PSOAUTH_OPTION_ALLOW_HTTP: psoauth_option = psoauth_option(6);

/// A text of a call that has ended: PSOAUTH_CALL_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_call_field(pub u32);

/// `access_token`: present where the status is PSOAUTH_STATUS_OK, never empty, printable ASCII.
pub const PSOAUTH_CALL_ACCESS_TOKEN: psoauth_call_field = psoauth_call_field(1);
/// `token_type`, as a rule "Bearer".
pub const PSOAUTH_CALL_TOKEN_TYPE: psoauth_call_field = psoauth_call_field(2);
/// `refresh_token`.
pub const PSOAUTH_CALL_REFRESH_TOKEN: psoauth_call_field = psoauth_call_field(3);
/// `scope`, where the server says what it granted.
pub const PSOAUTH_CALL_SCOPE: psoauth_call_field = psoauth_call_field(4);
/// The server's JSON as it came, of a token or of an OAuth error. It may hold secrets: do not log it.
pub const PSOAUTH_CALL_BODY: psoauth_call_field = psoauth_call_field(5);
/// What went wrong and what to do, for a person: one printable line of at most 500 characters without secrets.
/// Present where the status is not PSOAUTH_STATUS_OK.
pub const PSOAUTH_CALL_ERROR_MESSAGE: psoauth_call_field = psoauth_call_field(6);
/// `error` of an OAuth error, such as "invalid_client" (RFC 6749 section 5.2). The request's secrets are taken
/// out of this and the following texts.
pub const PSOAUTH_CALL_OAUTH_ERROR: psoauth_call_field = psoauth_call_field(7);
/// `error_description`, as one printable line of at most 500 characters.
pub const PSOAUTH_CALL_OAUTH_ERROR_DESCRIPTION: psoauth_call_field = psoauth_call_field(8);
/// `error_uri`.
pub const PSOAUTH_CALL_OAUTH_ERROR_URI: psoauth_call_field = psoauth_call_field(9);
/// `correlation_id`, with which Entra's support finds the request.
pub const PSOAUTH_CALL_CORRELATION_ID: psoauth_call_field = psoauth_call_field(10);
/// `trace_id`, likewise.
pub const PSOAUTH_CALL_TRACE_ID: psoauth_call_field = psoauth_call_field(11);

/// A number of a call that has ended: PSOAUTH_METRIC_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_metric(pub u32);

/// The HTTP status of the last answer.
pub const PSOAUTH_METRIC_HTTP_STATUS: psoauth_metric = psoauth_metric(1);
/// Seconds that the token lives, from when it came.
pub const PSOAUTH_METRIC_EXPIRES_IN: psoauth_metric = psoauth_metric(2);
/// When the token ends, in Unix seconds: as the server says, or worked out from the seconds that it lives.
pub const PSOAUTH_METRIC_EXPIRES_ON: psoauth_metric = psoauth_metric(3);
/// Seconds that the server asks to wait before the next request.
pub const PSOAUTH_METRIC_RETRY_AFTER_SECONDS: psoauth_metric = psoauth_metric(4);
/// Attempts made; 0 where nothing was sent, and where a cancel or an overdue wait ended the call.
pub const PSOAUTH_METRIC_ATTEMPTS: psoauth_metric = psoauth_metric(5);
/// Milliseconds from the start of the call to its end.
pub const PSOAUTH_METRIC_ELAPSED_MS: psoauth_metric = psoauth_metric(6);

impl psoauth_status {
    /// The name behind `PSOAUTH_STATUS_`.
    pub(super) fn name(self) -> &'static CStr {
        match self {
            PSOAUTH_STATUS_OK => c"OK",
            PSOAUTH_STATUS_PENDING => c"PENDING",
            PSOAUTH_STATUS_CANCELLED => c"CANCELLED",
            PSOAUTH_STATUS_INVALID_ARGUMENT => c"INVALID_ARGUMENT",
            PSOAUTH_STATUS_TIMED_OUT => c"TIMED_OUT",
            PSOAUTH_STATUS_NETWORK => c"NETWORK",
            PSOAUTH_STATUS_TLS => c"TLS",
            PSOAUTH_STATUS_BAD_RESPONSE => c"BAD_RESPONSE",
            PSOAUTH_STATUS_REDIRECTED => c"REDIRECTED",
            PSOAUTH_STATUS_OAUTH_ERROR => c"OAUTH_ERROR",
            PSOAUTH_STATUS_THROTTLED => c"THROTTLED",
            PSOAUTH_STATUS_INTERNAL => c"INTERNAL",
            _ => c"UNKNOWN",
        }
    }
}

impl From<Status> for psoauth_status {
    fn from(status: Status) -> Self {
        match status {
            Status::Ok => PSOAUTH_STATUS_OK,
            Status::Cancelled => PSOAUTH_STATUS_CANCELLED,
            Status::InvalidArgument => PSOAUTH_STATUS_INVALID_ARGUMENT,
            Status::TimedOut => PSOAUTH_STATUS_TIMED_OUT,
            Status::Network => PSOAUTH_STATUS_NETWORK,
            Status::Tls => PSOAUTH_STATUS_TLS,
            Status::BadResponse => PSOAUTH_STATUS_BAD_RESPONSE,
            Status::Redirected => PSOAUTH_STATUS_REDIRECTED,
            Status::OAuthError => PSOAUTH_STATUS_OAUTH_ERROR,
            Status::Throttled => PSOAUTH_STATUS_THROTTLED,
            Status::Internal => PSOAUTH_STATUS_INTERNAL,
        }
    }
}
