//! A request through the C ABI, as the benchmarks make it.

use psoauthhelper::ffi::*;

/// The body of an answer as Entra gives it, with a token of 1,500 bytes.
pub fn answer() -> String {
    let token = "x".repeat(1_500);
    format!(r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{token}"}}"#)
}

/// A request that frees itself.
pub struct Request(pub *mut psoauth_request);

// SAFETY: starting calls takes a request as const, which several threads may do at once; nothing here changes one later.
unsafe impl Sync for Request {}
// SAFETY: a request belongs to no thread.
unsafe impl Send for Request {}

impl Request {
    /// A request for a token of `client`.
    pub fn new(endpoint: &str, client: &str) -> Self {
        let request = Self(psoauth_request_new());
        for (field, text) in [
            (PSOAUTH_REQUEST_TOKEN_ENDPOINT, endpoint),
            (PSOAUTH_REQUEST_CLIENT_ID, client),
            (PSOAUTH_REQUEST_CLIENT_SECRET, "0123456789abcdef0123456789abcdef01234567"),
            (PSOAUTH_REQUEST_SCOPE, "https://graph.microsoft.com/.default"),
        ] {
            // SAFETY: the request is live, and the text is readable for its length.
            let status = unsafe { psoauth_request_set_text(request.0, field, text.as_ptr().cast(), text.len()) };
            assert_eq!(status, PSOAUTH_STATUS_OK);
        }
        request
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: the request is live and not used again.
        unsafe { psoauth_request_free(self.0) };
    }
}
