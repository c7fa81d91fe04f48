//! A call through the C ABI, as the benchmarks make it.

use std::ptr::{null_mut, slice_from_raw_parts};

use psoauthhelper::ffi::*;

use crate::request::Request;

/// A call that frees itself, which cancels it while it runs.
pub struct Call(pub *mut psoauth_call);

impl Call {
    /// Starts a call.
    pub fn start(request: &Request) -> Self {
        let mut call = null_mut();
        // SAFETY: the request is live, and a pointer can be written to `call`.
        assert_eq!(unsafe { psoauth_call_start(request.0, &mut call) }, PSOAUTH_STATUS_OK);
        Self(call)
    }

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
}

impl Drop for Call {
    fn drop(&mut self) {
        // SAFETY: the call is live and not used again.
        unsafe { psoauth_call_free(self.0) };
    }
}
