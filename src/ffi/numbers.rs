//! The numbers of the ABI. They are never reused or changed; what is new gets a new one.

use std::ffi::CStr;

use crate::error::Status;

/// The outcome of a function or of a call: PSOAUTH_STATUS_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_status(pub i32);

/// Success; of a call: there is a token.
pub const PSOAUTH_STATUS_OK: psoauth_status = psoauth_status(0);
/// The call is still running.
pub const PSOAUTH_STATUS_PENDING: psoauth_status = psoauth_status(1);
/// The call was cancelled.
pub const PSOAUTH_STATUS_CANCELLED: psoauth_status = psoauth_status(2);
/// A NULL, an unknown number, a value out of range, text that is not UTF-8 or holds a NUL, or a request that cannot be
/// sent.
pub const PSOAUTH_STATUS_INVALID_ARGUMENT: psoauth_status = psoauth_status(10);
/// The time for the connection or for the whole exchange ran out.
pub const PSOAUTH_STATUS_TIMED_OUT: psoauth_status = psoauth_status(20);
/// No answer: name lookup, connection, proxy, or a connection that ended half way.
pub const PSOAUTH_STATUS_NETWORK: psoauth_status = psoauth_status(21);
/// No trusted TLS connection.
pub const PSOAUTH_STATUS_TLS: psoauth_status = psoauth_status(22);
/// The answer is not one that a token endpoint gives.
pub const PSOAUTH_STATUS_BAD_RESPONSE: psoauth_status = psoauth_status(23);
/// The server answered with a redirect; redirects are never followed.
pub const PSOAUTH_STATUS_REDIRECTED: psoauth_status = psoauth_status(24);
/// The authorization server refused (RFC 6749 section 5.2); PSOAUTH_CALL_OAUTH_ERROR says how.
pub const PSOAUTH_STATUS_OAUTH_ERROR: psoauth_status = psoauth_status(30);
/// The server asks the client to come back later, by HTTP 429 or by 503 with Retry-After;
/// PSOAUTH_METRIC_RETRY_AFTER_SECONDS says when, if the server did.
pub const PSOAUTH_STATUS_THROTTLED: psoauth_status = psoauth_status(31);
/// A fault of the library or a lack of system resources.
pub const PSOAUTH_STATUS_INTERNAL: psoauth_status = psoauth_status(90);

/// A text of a request: PSOAUTH_REQUEST_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_request_field(pub u32);

/// The address of the token endpoint: https, or http to this machine (127.0.0.0/8, ::1, localhost).
/// Give this, PSOAUTH_REQUEST_TENANT or PSOAUTH_REQUEST_ISSUER, or set PSOAUTH_OPTION_MANAGED_IDENTITY.
pub const PSOAUTH_REQUEST_TOKEN_ENDPOINT: psoauth_request_field = psoauth_request_field(1);
/// A tenant of Entra ID, a GUID or a domain name, in place of an address.
pub const PSOAUTH_REQUEST_TENANT: psoauth_request_field = psoauth_request_field(2);
/// `client_id` (RFC 6749 section 2.2). Every request needs one, but for PSOAUTH_OPTION_MANAGED_IDENTITY: there it names
/// a user-assigned identity.
pub const PSOAUTH_REQUEST_CLIENT_ID: psoauth_request_field = psoauth_request_field(3);
/// `client_secret` (RFC 6749 section 2.3.1).
pub const PSOAUTH_REQUEST_CLIENT_SECRET: psoauth_request_field = psoauth_request_field(4);
/// `resource`, what the token is for (Entra v1; RFC 8707).
pub const PSOAUTH_REQUEST_RESOURCE: psoauth_request_field = psoauth_request_field(5);
/// `scope`: one or several, separated by spaces (RFC 6749 section 3.3).
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

/// The host of Entra ID in place of "login.microsoftonline.com", for PSOAUTH_REQUEST_TENANT: a national cloud, such
/// as "login.microsoftonline.us" or "login.partner.microsoftonline.cn", with or without "https://".
pub const PSOAUTH_REQUEST_AUTHORITY_HOST: psoauth_request_field = psoauth_request_field(11);
/// The issuer, in place of an address: the token endpoint is looked up in its metadata (RFC 8414, OpenID Connect
/// Discovery), which is kept for an hour. The metadata has to name this very issuer, a slash at the end included.
pub const PSOAUTH_REQUEST_ISSUER: psoauth_request_field = psoauth_request_field(12);
/// A ready assertion that authenticates the client (RFC 7523), in place of a secret.
pub const PSOAUTH_REQUEST_CLIENT_ASSERTION: psoauth_request_field = psoauth_request_field(13);
/// The path of a file with such an assertion, which is read anew at every call.
pub const PSOAUTH_REQUEST_CLIENT_ASSERTION_PATH: psoauth_request_field = psoauth_request_field(14);
/// The path of a certificate with its private key in one file, PEM or PFX, that authenticates the client: it signs an
/// assertion (RFC 7523), or with PSOAUTH_OPTION_MUTUAL_TLS the TLS handshake (RFC 8705). The file is read anew at every
/// call.
pub const PSOAUTH_REQUEST_CERTIFICATE_PATH: psoauth_request_field = psoauth_request_field(15);
/// The password of the certificate or private key.
pub const PSOAUTH_REQUEST_CERTIFICATE_PASSWORD: psoauth_request_field = psoauth_request_field(16);
/// The path of a private key in PEM (PKCS#8, encrypted or not, PKCS#1, SEC 1) that signs an assertion: RSA of 2,048 to
/// 4,096 bits, or EC on P-256 or P-384. The file is read anew at every call.
pub const PSOAUTH_REQUEST_PRIVATE_KEY_PATH: psoauth_request_field = psoauth_request_field(17);
/// `kid` of the assertion.
pub const PSOAUTH_REQUEST_KEY_ID: psoauth_request_field = psoauth_request_field(18);
/// How the assertion is signed: "PS256", "RS256", "ES256" or "ES384"; unless set, PS256 with an RSA key, ES256 with an
/// EC key on P-256 and ES384 with one on P-384. With RS256 and a certificate the assertion also has the SHA-1 `x5t` that
/// AD FS looks for.
pub const PSOAUTH_REQUEST_SIGNING_ALGORITHM: psoauth_request_field = psoauth_request_field(19);
/// The object id of a user-assigned managed identity; a client id goes into PSOAUTH_REQUEST_CLIENT_ID.
pub const PSOAUTH_REQUEST_IDENTITY_OBJECT_ID: psoauth_request_field = psoauth_request_field(20);
/// The resource id of a user-assigned managed identity.
pub const PSOAUTH_REQUEST_IDENTITY_RESOURCE_ID: psoauth_request_field = psoauth_request_field(21);
/// The address of a proxy, such as `http://proxy.example:3128`, in place of those of the environment and the system;
/// "none" for no proxy. It is http or https, and has no user name or password in it. This machine itself and managed
/// identities are always reached without a proxy.
pub const PSOAUTH_REQUEST_PROXY: psoauth_request_field = psoauth_request_field(22);
/// The user name for that proxy.
pub const PSOAUTH_REQUEST_PROXY_USERNAME: psoauth_request_field = psoauth_request_field(23);
/// The password for that proxy.
pub const PSOAUTH_REQUEST_PROXY_PASSWORD: psoauth_request_field = psoauth_request_field(24);
/// The path of a PEM file with certificate authorities that are trusted beside the system's; it is read anew at every
/// call.
pub const PSOAUTH_REQUEST_CERTIFICATE_AUTHORITY_PATH: psoauth_request_field = psoauth_request_field(25);
/// `User-Agent` in place of `PSOAuthHelper/<version>`: at most 256 printable ASCII characters.
pub const PSOAUTH_REQUEST_USER_AGENT: psoauth_request_field = psoauth_request_field(26);

/// A number of a request: PSOAUTH_OPTION_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_option(pub u32);

/// Which Entra endpoint PSOAUTH_REQUEST_TENANT means: PSOAUTH_ENTRA_*; PSOAUTH_ENTRA_V2 unless set.
pub const PSOAUTH_OPTION_ENTRA_VERSION: psoauth_option = psoauth_option(1);
/// Milliseconds for the whole exchange, retries included: 1 to 86,400,000; 30,000 unless set.
pub const PSOAUTH_OPTION_TIMEOUT_MS: psoauth_option = psoauth_option(2);
/// Milliseconds for a connection with its TLS handshake: 1 to 86,400,000; 10,000 unless set.
pub const PSOAUTH_OPTION_CONNECT_TIMEOUT_MS: psoauth_option = psoauth_option(3);
/// How the client sends its id and secret: PSOAUTH_CLIENT_AUTHENTICATION_*; in the body unless set. A client that has no
/// secret but an assertion, key or certificate sends its id in the body.
pub const PSOAUTH_OPTION_CLIENT_AUTHENTICATION: psoauth_option = psoauth_option(4);
/// How often a transient fault is retried inside the deadline: 0 to 10; 1 unless set. Transient are a failed
/// connection, one that ended before an answer, and HTTP 408, 500, 502, 503 and 504; an OAuth error is not, and
/// neither is what ends as PSOAUTH_STATUS_THROTTLED. The instance metadata of an Azure virtual machine is asked again at
/// least five times, unless this is 0, and after HTTP 404, 410 and 429 too, as its documentation says; all of that
/// takes 75 s to 95 s.
pub const PSOAUTH_OPTION_MAX_RETRIES: psoauth_option = psoauth_option(5);
/// 1 allows http to other machines, in the clear; 0 is the default.
pub const PSOAUTH_OPTION_ALLOW_HTTP: psoauth_option = psoauth_option(6);

/// 1 waits as long as a throttling server asks (Retry-After) and then tries again, as often as the deadline allows;
/// without a Retry-After, or with one past the deadline, the call ends at once. 0 is the default.
pub const PSOAUTH_OPTION_WAIT_WHEN_THROTTLED: psoauth_option = psoauth_option(7);
/// What the process's token cache is used for: PSOAUTH_TOKEN_CACHE_*; for nothing unless set.
///
/// A kept token answers every request that differs in nothing but its time limits, retries and waiting. It does so until
/// five minutes before its end, or a tenth of its life where that is less. Calls that ask for the same at once share one
/// exchange, with the retries and the time to connect of the first; each has its own deadline and may be cancelled alone.
/// A token whose `refresh_in` has passed is renewed by the first call that asks then; if that fails, the call gets the
/// old one. At most 1,000 tokens are kept, in memory alone. Not kept are failures, tokens whose end is not known, answers
/// of more than 64 KiB or with a refresh token, and those of other grants than "client_credentials" and "password".
pub const PSOAUTH_OPTION_TOKEN_CACHE: psoauth_option = psoauth_option(8);
/// 1 asks the managed identity of the Azure machine or service that this runs on; 0 is the default. That is App Service
/// and its like, Azure Arc or a virtual machine, as the environment says (IDENTITY_ENDPOINT, IDENTITY_HEADER,
/// IMDS_ENDPOINT). PSOAUTH_REQUEST_RESOURCE says what the token is for, or one PSOAUTH_REQUEST_SCOPE that ends in
/// "/.default". The identity is the system-assigned one unless PSOAUTH_REQUEST_CLIENT_ID or one of
/// PSOAUTH_REQUEST_IDENTITY_* names another; then a token of Azure Arc's agent is used only where the agent says that it
/// is for that one.
pub const PSOAUTH_OPTION_MANAGED_IDENTITY: psoauth_option = psoauth_option(9);
/// 1 lets the certificate authenticate the TLS connection (RFC 8705) and makes no assertion; 0 is the default.
pub const PSOAUTH_OPTION_MUTUAL_TLS: psoauth_option = psoauth_option(10);

/// PSOAUTH_OPTION_ENTRA_VERSION: `/oauth2/token`, which takes a resource.
pub const PSOAUTH_ENTRA_V1: i64 = 1;
/// PSOAUTH_OPTION_ENTRA_VERSION: `/oauth2/v2.0/token`, which takes scopes.
pub const PSOAUTH_ENTRA_V2: i64 = 2;

/// PSOAUTH_OPTION_CLIENT_AUTHENTICATION: id and secret in the body.
pub const PSOAUTH_CLIENT_AUTHENTICATION_BODY: i64 = 0;
/// PSOAUTH_OPTION_CLIENT_AUTHENTICATION: HTTP Basic with both values form-encoded (RFC 6749 section 2.3.1).
pub const PSOAUTH_CLIENT_AUTHENTICATION_BASIC: i64 = 1;
/// PSOAUTH_OPTION_CLIENT_AUTHENTICATION: HTTP Basic with the values as they are; the id must hold no colon.
pub const PSOAUTH_CLIENT_AUTHENTICATION_BASIC_RAW: i64 = 2;

/// PSOAUTH_OPTION_TOKEN_CACHE: the cache is not used.
pub const PSOAUTH_TOKEN_CACHE_OFF: i64 = 0;
/// PSOAUTH_OPTION_TOKEN_CACHE: the cache answers where it can, and keeps what the server answers.
pub const PSOAUTH_TOKEN_CACHE_ON: i64 = 1;
/// PSOAUTH_OPTION_TOKEN_CACHE: the call empties the cache and asks for no token. It needs nothing else of the request,
/// and ends as PSOAUTH_STATUS_OK without texts and numbers.
pub const PSOAUTH_TOKEN_CACHE_CLEAR: i64 = 2;

/// A text of a call that has ended: PSOAUTH_CALL_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_call_field(pub u32);

/// `access_token`: present where the status is PSOAUTH_STATUS_OK, never empty, printable ASCII.
pub const PSOAUTH_CALL_ACCESS_TOKEN: psoauth_call_field = psoauth_call_field(1);
/// `token_type`, usually "Bearer". This and the next two are absent where they hold anything but printable ASCII.
pub const PSOAUTH_CALL_TOKEN_TYPE: psoauth_call_field = psoauth_call_field(2);
/// `refresh_token`.
pub const PSOAUTH_CALL_REFRESH_TOKEN: psoauth_call_field = psoauth_call_field(3);
/// `scope`, where the server says what it granted.
pub const PSOAUTH_CALL_SCOPE: psoauth_call_field = psoauth_call_field(4);
/// The server's JSON as it came, of a token or of an OAuth error, also of one that comes with throttling; of a token from
/// the cache, with the `expires_in` that is left. It may hold secrets: do not log it.
pub const PSOAUTH_CALL_BODY: psoauth_call_field = psoauth_call_field(5);
/// What went wrong and what to do, for a person: one printable line of at most 500 characters without secrets.
/// Present where the call has ended, and not with PSOAUTH_STATUS_OK.
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
/// `error_codes`, the numbers of Entra's AADSTS messages: up to 20 decimal numbers separated by commas, such as
/// "7000215" or "50126,70008"; each fits int64_t.
pub const PSOAUTH_CALL_ERROR_CODES: psoauth_call_field = psoauth_call_field(12);

/// A number of a call that has ended: PSOAUTH_METRIC_*.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct psoauth_metric(pub u32);

/// The HTTP status of the last attempt's answer; not known where it brought none. Of a token from the cache, that of the
/// renewal that has just failed; not known where none was tried.
pub const PSOAUTH_METRIC_HTTP_STATUS: psoauth_metric = psoauth_metric(1);
/// Seconds that the token lives, from when it came: as the server says, or worked out from when it ends. From the cache,
/// what is left of them. 0 to 253,402,300,799; what a server says beyond that counts as not said.
pub const PSOAUTH_METRIC_EXPIRES_IN: psoauth_metric = psoauth_metric(2);
/// When the token ends, in Unix seconds: as the server says, or worked out from the seconds that it lives. As the server
/// says it, it is at most 253,402,300,799, the end of the year 9999; worked out, it may be past that.
pub const PSOAUTH_METRIC_EXPIRES_ON: psoauth_metric = psoauth_metric(3);
/// Seconds that the server asks to wait before the next request.
pub const PSOAUTH_METRIC_RETRY_AFTER_SECONDS: psoauth_metric = psoauth_metric(4);
/// Attempts made; looking up an issuer is a part of one. 0 where nothing was sent, and where a cancel or an overdue wait
/// ended the call.
pub const PSOAUTH_METRIC_ATTEMPTS: psoauth_metric = psoauth_metric(5);
/// Milliseconds from the start of the call to its end.
pub const PSOAUTH_METRIC_ELAPSED_MS: psoauth_metric = psoauth_metric(6);

/// 1 where the token came from the cache, 0 where the server gave it, -1 where there is none.
pub const PSOAUTH_METRIC_FROM_CACHE: psoauth_metric = psoauth_metric(7);

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
