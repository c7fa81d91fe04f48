//! Several threads that use one call and one request at once, as the header allows.

use psoauthhelper::ffi::*;

use super::call::{look_at_text, start};
use super::choices::Choices;
use super::seen::Seen;

/// A call or request that several threads use as const.
pub struct Shared<T>(pub *const T);

// SAFETY: threads use what is behind the pointer only as the header allows for pointers to const.
unsafe impl<T> Sync for Shared<T> {}

/// What one of several threads does with a call and a request.
pub fn use_at_once(
    call: &Shared<psoauth_call>,
    request: &Shared<psoauth_request>,
    seen: &mut Seen,
    choices: &mut Choices,
) {
    for _ in 0..8 {
        match choices.below(6) {
            // SAFETY: a live call or NULL, used as const, as in all that follows.
            0 => match unsafe { psoauth_call_wait(call.0, choices.below(3) as i32) } {
                PSOAUTH_STATUS_INVALID_ARGUMENT if call.0.is_null() => {}
                status => seen.status(status),
            },
            // SAFETY: as above.
            1 if choices.below(4) == 0 => unsafe { psoauth_call_cancel(call.0) },
            // SAFETY: as above.
            2 => drop(unsafe { psoauth_call_number(call.0, psoauth_metric(choices.below(9) as u32)) }),
            3 => {
                let own = start(request.0);
                // SAFETY: the call is this thread's own, or NULL.
                unsafe { psoauth_call_free(own) };
            }
            // SAFETY: as above.
            _ => unsafe { look_at_text(call.0, psoauth_call_field(choices.below(13) as u32), true, seen) },
        }
    }
}
