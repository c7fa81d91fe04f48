//! Calls of the driver, and what the library has to say of each.

use std::ptr::null_mut;

use psoauthhelper::ffi::*;

use super::request::{Request, expected};
use super::seen::Seen;

/// A call, or NULL.
pub struct Call {
    pub handle: *mut psoauth_call,
    pub seen: Seen,
}

impl Call {
    pub fn null() -> Self {
        Self { handle: null_mut(), seen: Seen::default() }
    }

    /// Starts a call; NULL where the request is.
    pub fn start(request: &Request) -> Self {
        let mut call = Self::null();
        call.handle = start(request.handle);
        call.seen.hides_secret = request.hides_secret();
        call
    }

    /// Waits for its end, as `psoauth_call_wait` takes a limit.
    pub fn wait(&mut self, timeout: i32) {
        // SAFETY: a call of this driver or NULL.
        let status = unsafe { psoauth_call_wait(self.handle, timeout) };
        if self.handle.is_null() || timeout < -1 {
            assert_eq!(status, PSOAUTH_STATUS_INVALID_ARGUMENT);
            return;
        }
        assert!(timeout != -1 || status != PSOAUTH_STATUS_PENDING, "an endless wait has ended");
        self.seen.status(status);
    }

    pub fn cancel(&self) {
        // SAFETY: a call of this driver or NULL.
        unsafe { psoauth_call_cancel(self.handle) };
    }

    pub fn read_text(&mut self, field: psoauth_call_field, with_length: bool) {
        // SAFETY: a call of this driver or NULL, which is freed after this.
        unsafe { look_at_text(self.handle, field, with_length, &mut self.seen) };
    }

    pub fn read_number(&mut self, metric: psoauth_metric) {
        // SAFETY: a call of this driver or NULL.
        let number = unsafe { psoauth_call_number(self.handle, metric) };
        assert!(!self.handle.is_null() || number == -1, "NULL has a number");
        self.seen.number(metric, number);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // SAFETY: a call of this driver, which forgets it, or NULL.
        unsafe { psoauth_call_free(self.handle) };
    }
}

/// Starts a call with a request or NULL; NULL where that is refused.
pub fn start(request: *const psoauth_request) -> *mut psoauth_call {
    let untouched = std::ptr::dangling_mut();
    let mut call = untouched;
    // SAFETY: a live request that nobody changes meanwhile, or NULL.
    let status = unsafe { psoauth_call_start(request, &mut call) };
    assert_eq!(status, expected(!request.is_null()));
    assert_eq!(call == untouched, request.is_null(), "a call is there where there was a request");
    if request.is_null() { null_mut() } else { call }
}

/// Reads a text and looks at it.
///
/// # Safety
/// `call` is a live call or NULL.
pub unsafe fn look_at_text(call: *const psoauth_call, field: psoauth_call_field, with_length: bool, seen: &mut Seen) {
    let mut length = usize::MAX;
    // SAFETY: the caller vouches for the call; the length is NULL or can be written.
    let text = unsafe { psoauth_call_text(call, field, if with_length { &mut length } else { null_mut() }) };
    assert!(!call.is_null() || text.is_null(), "NULL has a text");
    if call.is_null() {
        return assert!(!with_length || length == 0, "NULL has a text's length");
    }
    // SAFETY: the text is the call's, which is live.
    unsafe { seen.text(field, text, with_length.then_some(length)) };
}
