//! A request through the C ABI, as the benchmarks make it.

use std::ptr::{null_mut, slice_from_raw_parts};

use psoauthhelper::ffi::*;

/// The body of an answer as Entra gives it, with a token of 1,500 bytes.
pub fn answer() -> String {
    let token = "x".repeat(1_500);
    format!(r#"{{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"{token}"}}"#)
}

/// A request that frees itself.
pub struct Request(*mut psoauth_request);

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

    /// The same, answered from the token cache where it can be.
    pub fn cached(self) -> Self {
        // SAFETY: the request is live.
        let status = unsafe { psoauth_request_set_number(self.0, PSOAUTH_OPTION_TOKEN_CACHE, 1) };
        assert_eq!(status, PSOAUTH_STATUS_OK);
        self
    }

    /// Starts a call.
    pub fn start(&self) -> Call {
        let mut call = null_mut();
        // SAFETY: the request is live, and a pointer can be written to `call`.
        assert_eq!(unsafe { psoauth_call_start(self.0, &mut call) }, PSOAUTH_STATUS_OK);
        Call(call)
    }

    /// Makes a call to its end as callers do, and returns whether it was a hit of the cache.
    pub fn call(&self) -> bool {
        self.start().end()
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: the request is live and not used again.
        unsafe { psoauth_request_free(self.0) };
    }
}

/// A call that frees itself, which cancels it while it runs.
pub struct Call(*mut psoauth_call);

impl Call {
    /// Waits for a token, reads the body, and returns whether it came from the cache.
    pub fn end(self) -> bool {
        let mut length = 0;
        // SAFETY: the call is live, and a length can be written to `length`.
        unsafe {
            assert_eq!(psoauth_call_wait(self.0, -1), PSOAUTH_STATUS_OK);
            let body = psoauth_call_text(self.0, PSOAUTH_CALL_BODY, &mut length);
            // SAFETY: the text is readable for its length while the call lives.
            assert_eq!((*slice_from_raw_parts(body.cast::<u8>(), length))[0], b'{');
            psoauth_call_number(self.0, PSOAUTH_METRIC_FROM_CACHE) == 1
        }
    }

    /// Cancels it.
    pub fn cancel(self) {
        // SAFETY: the call is live.
        unsafe {
            psoauth_call_cancel(self.0);
            assert_eq!(psoauth_call_wait(self.0, -1), PSOAUTH_STATUS_CANCELLED);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // SAFETY: the call is live and not used again.
        unsafe { psoauth_call_free(self.0) };
    }
}
