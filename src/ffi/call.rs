//! Calls.

use libc::{c_char, size_t};
use std::time::Duration;

use super::guard;
use super::numbers::*;
use super::request::psoauth_request;
use super::text::lend;
use crate::cache;
use crate::call::{Call, Outcome};
use crate::secret::Text;

/// One exchange: running, then its outcome. Whoever started it frees it.
pub struct psoauth_call(Started);

enum Started {
    Exchange(Call),
    /// The token cache was emptied, and that is all.
    Cleared,
}

impl psoauth_call {
    fn start(request: &psoauth_request) -> Self {
        #[cfg(test)]
        crate::failpoint::hit("abi");
        if request.clears_cache {
            cache::clear();
            return Self(Started::Cleared);
        }
        Self(Started::Exchange(Call::start(&request.request)))
    }

    fn exchange(&self) -> Option<&Call> {
        match &self.0 {
            Started::Exchange(call) => Some(call),
            Started::Cleared => None,
        }
    }
}

/// Starts the exchange that a request asks for. It does not block.
///
/// A request that cannot be sent (no client id, http to another machine, ...) still gives a call: its outcome is
/// PSOAUTH_STATUS_INVALID_ARGUMENT, and its PSOAUTH_CALL_ERROR_MESSAGE says why. The request is copied and stays
/// the caller's. Several threads may start calls with one request at once, while none changes it.
///
/// @param request  the request
/// @param call     receives the call, which psoauth_call_free frees; it is left unchanged where this fails
/// @return PSOAUTH_STATUS_OK; PSOAUTH_STATUS_INVALID_ARGUMENT where a parameter is NULL; PSOAUTH_STATUS_INTERNAL where
///         the library failed: then there is no call
///
/// # Safety
/// `request` is NULL or a live request that nothing changes meanwhile; `call` is NULL or a pointer can be written
/// there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_call_start(
    request: *const psoauth_request,
    call: *mut *mut psoauth_call,
) -> psoauth_status {
    guard(PSOAUTH_STATUS_INTERNAL, || {
        // SAFETY: the caller gives NULL or a live request that nothing changes meanwhile.
        let Some(request) = (unsafe { request.as_ref() }) else {
            return PSOAUTH_STATUS_INVALID_ARGUMENT;
        };
        if call.is_null() {
            return PSOAUTH_STATUS_INVALID_ARGUMENT;
        }
        let started = Box::into_raw(Box::new(psoauth_call::start(request)));
        // SAFETY: `call` is not NULL, and the caller vouches that a pointer can be written there.
        unsafe { call.write(started) };
        PSOAUTH_STATUS_OK
    })
}

/// Waits for the end of a call.
///
/// Several threads may wait for one call at once.
///
/// @param call        the call
/// @param timeout_ms  milliseconds to wait at most; 0 looks without waiting; -1 waits until the call ends, which it
///                    does at most 250 ms after PSOAUTH_OPTION_TIMEOUT_MS
/// @return PSOAUTH_STATUS_PENDING while the call is running, then its outcome; PSOAUTH_STATUS_INVALID_ARGUMENT for
///         NULL and for less than -1
///
/// # Safety
/// `call` is NULL or a live call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_call_wait(call: *const psoauth_call, timeout_ms: i32) -> psoauth_status {
    guard(PSOAUTH_STATUS_INTERNAL, || {
        // SAFETY: the caller gives NULL or a live call.
        let Some(call) = (unsafe { call.as_ref() }) else {
            return PSOAUTH_STATUS_INVALID_ARGUMENT;
        };
        if timeout_ms < -1 {
            return PSOAUTH_STATUS_INVALID_ARGUMENT;
        }
        let Some(call) = call.exchange() else {
            return PSOAUTH_STATUS_OK;
        };
        let outcome = match timeout_ms {
            -1 => Some(call.wait()),
            _ => call.wait_timeout(Duration::from_millis(timeout_ms.unsigned_abs().into())),
        };
        outcome.map_or(PSOAUTH_STATUS_PENDING, |outcome| outcome.status().into())
    })
}

/// Cancels a call: whoever waits for it gets PSOAUTH_STATUS_CANCELLED at once. It does not block.
///
/// Any thread may cancel, any number of times; after the end of the call this changes nothing. NULL does nothing.
///
/// @param call  the call
///
/// # Safety
/// `call` is NULL or a live call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_call_cancel(call: *const psoauth_call) {
    guard((), || {
        // SAFETY: the caller gives NULL or a live call.
        if let Some(call) = unsafe { call.as_ref() }.and_then(psoauth_call::exchange) {
            call.cancel();
        }
    });
}

/// A text of the outcome.
///
/// Several threads may read one call at once.
///
/// @param call   the call
/// @param field  PSOAUTH_CALL_*
/// @param len    receives the length in bytes without the closing NUL, 0 where there is no text; may be NULL
/// @return the text, UTF-8, which ends in NUL, belongs to the call, and lives until the call is freed; NULL where
///         there is none, while the call is running, for an unknown field, and for NULL
///
/// # Safety
/// `call` is NULL or a live call; `len` is NULL or a `size_t` can be written there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_call_text(
    call: *const psoauth_call,
    field: psoauth_call_field,
    len: *mut size_t,
) -> *const c_char {
    // SAFETY: the caller gives NULL or a size_t to write.
    let none = unsafe { lend(None, len) };
    guard(none, || {
        // SAFETY: the caller gives NULL or a live call.
        let outcome = unsafe { call.as_ref() }.and_then(psoauth_call::exchange).and_then(Call::outcome);
        let text = outcome.and_then(|outcome| text_field(outcome, field));
        // SAFETY: the caller gives NULL or a size_t to write; the text lives as long as the call.
        unsafe { lend(text, len) }
    })
}

fn text_field(outcome: &Outcome, field: psoauth_call_field) -> Option<&Text> {
    #[cfg(test)]
    crate::failpoint::hit("text");
    match &outcome.result {
        Ok(token) => match field {
            PSOAUTH_CALL_ACCESS_TOKEN => Some(&token.access_token),
            PSOAUTH_CALL_TOKEN_TYPE => token.token_type.as_ref(),
            PSOAUTH_CALL_REFRESH_TOKEN => token.refresh_token.as_ref(),
            PSOAUTH_CALL_SCOPE => token.scope.as_ref(),
            PSOAUTH_CALL_BODY => Some(&token.body),
            _ => None,
        },
        Err(error) => {
            let oauth = error.oauth.as_ref();
            match field {
                PSOAUTH_CALL_ERROR_MESSAGE => Some(&error.message),
                PSOAUTH_CALL_BODY => oauth.map(|oauth| &oauth.body),
                PSOAUTH_CALL_OAUTH_ERROR => oauth.map(|oauth| &oauth.error),
                PSOAUTH_CALL_OAUTH_ERROR_DESCRIPTION => oauth?.description.as_ref(),
                PSOAUTH_CALL_OAUTH_ERROR_URI => oauth?.uri.as_ref(),
                PSOAUTH_CALL_CORRELATION_ID => oauth?.correlation_id.as_ref(),
                PSOAUTH_CALL_TRACE_ID => oauth?.trace_id.as_ref(),
                PSOAUTH_CALL_ERROR_CODES => oauth?.error_codes.as_ref(),
                _ => None,
            }
        }
    }
}

/// A number of the outcome.
///
/// Several threads may read one call at once.
///
/// @param call    the call
/// @param metric  PSOAUTH_METRIC_*, which says the unit
/// @return the number; -1 where it is not known, while the call is running, for an unknown metric, and for NULL
///
/// # Safety
/// `call` is NULL or a live call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_call_number(call: *const psoauth_call, metric: psoauth_metric) -> i64 {
    guard(-1, || {
        // SAFETY: the caller gives NULL or a live call.
        let outcome = unsafe { call.as_ref() }.and_then(psoauth_call::exchange).and_then(Call::outcome);
        outcome.and_then(|outcome| number(outcome, metric)).unwrap_or(-1)
    })
}

fn number(outcome: &Outcome, metric: psoauth_metric) -> Option<i64> {
    let token = outcome.result.as_ref();
    match metric {
        PSOAUTH_METRIC_HTTP_STATUS => outcome.http_status.map(i64::from),
        PSOAUTH_METRIC_EXPIRES_IN => token.ok()?.expires_in,
        PSOAUTH_METRIC_EXPIRES_ON => token.ok()?.expires_on,
        PSOAUTH_METRIC_RETRY_AFTER_SECONDS => i64::try_from(token.err()?.retry_after?).ok(),
        PSOAUTH_METRIC_ATTEMPTS => Some(outcome.attempts.into()),
        PSOAUTH_METRIC_FROM_CACHE => token.ok().map(|_| outcome.from_cache.into()),
        PSOAUTH_METRIC_ELAPSED_MS => i64::try_from(outcome.elapsed.as_millis()).ok(),
        _ => None,
    }
}

/// Frees a call and wipes its texts. A running call is cancelled; this does not block. NULL does nothing.
///
/// @param call  the call; it and its texts must not be used any more
///
/// # Safety
/// `call` is NULL or a live call that nothing else uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn psoauth_call_free(call: *mut psoauth_call) {
    guard((), || {
        if !call.is_null() {
            // SAFETY: the caller gives up a live call, which psoauth_call_start made with Box::into_raw.
            drop(unsafe { Box::from_raw(call) });
        }
    });
}
