//! A request and a call as a caller in another language wraps them.

use std::ffi::CStr;
use std::ptr::null_mut;

use crate::ffi::*;

/// A request that frees itself.
pub struct Request(pub *mut psoauth_request);

impl Request {
    /// A request to `endpoint` that lacks nothing.
    pub fn to(endpoint: &str) -> Self {
        let request = Self::new();
        assert_eq!(request.set(PSOAUTH_REQUEST_TOKEN_ENDPOINT, endpoint), PSOAUTH_STATUS_OK);
        assert_eq!(request.set(PSOAUTH_REQUEST_CLIENT_ID, "id"), PSOAUTH_STATUS_OK);
        assert_eq!(request.set(PSOAUTH_REQUEST_CLIENT_SECRET, "hunter2hunter2"), PSOAUTH_STATUS_OK);
        request
    }

    /// A request that ends by nothing but the caller's wish: its own deadline is past all that tests wait for.
    pub fn without_a_deadline(endpoint: &str) -> Self {
        let request = Self::to(endpoint);
        assert_eq!(request.number(PSOAUTH_OPTION_TIMEOUT_MS, 86_400_000), PSOAUTH_STATUS_OK);
        request
    }

    pub fn new() -> Self {
        Self(psoauth_request_new())
    }

    pub fn set(&self, field: psoauth_request_field, text: impl AsRef<[u8]>) -> psoauth_status {
        let text = text.as_ref();
        // SAFETY: the request is live, and the slice is readable for its length.
        unsafe { psoauth_request_set_text(self.0, field, text.as_ptr().cast(), text.len()) }
    }

    pub fn number(&self, option: psoauth_option, value: i64) -> psoauth_status {
        // SAFETY: the request is live.
        unsafe { psoauth_request_set_number(self.0, option, value) }
    }

    pub fn parameter(&self, name: &str, value: &str) -> psoauth_status {
        let (name, value) = (name.as_bytes(), value.as_bytes());
        // SAFETY: the request is live, and both slices are readable for their lengths.
        unsafe {
            psoauth_request_add_parameter(self.0, name.as_ptr().cast(), name.len(), value.as_ptr().cast(), value.len())
        }
    }

    pub fn start(&self) -> Call {
        let mut call = null_mut();
        // SAFETY: the request is live, and `call` can be written.
        assert_eq!(unsafe { psoauth_call_start(self.0, &mut call) }, PSOAUTH_STATUS_OK);
        Call(call)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: the request is live and not used again.
        unsafe { psoauth_request_free(self.0) };
    }
}

/// A call that frees itself.
pub struct Call(*mut psoauth_call);

// SAFETY: every function but free takes a call as const, which several threads may use at once.
unsafe impl Sync for Call {}

impl Call {
    pub fn wait(&self, timeout_ms: i32) -> psoauth_status {
        // SAFETY: the call is live.
        unsafe { psoauth_call_wait(self.0, timeout_ms) }
    }

    pub fn cancel(&self) {
        // SAFETY: the call is live.
        unsafe { psoauth_call_cancel(self.0) };
    }

    pub fn text(&self, field: psoauth_call_field) -> Option<&str> {
        let mut len = usize::MAX;
        // SAFETY: the call is live, and `len` can be written.
        let text = unsafe { psoauth_call_text(self.0, field, &mut len) };
        if text.is_null() {
            assert_eq!(len, 0);
            return None;
        }
        // SAFETY: the text ends in NUL and lives as long as the call.
        let text = unsafe { CStr::from_ptr(text) }.to_str().expect("UTF-8");
        assert_eq!(text.len(), len);
        Some(text)
    }

    pub fn number(&self, metric: psoauth_metric) -> i64 {
        // SAFETY: the call is live.
        unsafe { psoauth_call_number(self.0, metric) }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // SAFETY: the call is live and not used again.
        unsafe { psoauth_call_free(self.0) };
    }
}
