//! The table of hostile answers, through the C ABI.

use std::ffi::CStr;
use std::ptr::null_mut;

use psoauth_test_support::Suite;
use psoauth_test_support::cases::{self, Case, SECRET, TOKEN};
use psoauthhelper::ffi::*;

/// A trial for each case.
pub fn add(suite: Suite) -> Suite {
    // Far more than the largest answer takes with AddressSanitizer on a busy machine.
    let ended = cases::all().into_iter().map(|case| (case, 300_000));
    let endless = cases::endless().into_iter().map(|case| (case, 400));
    ended.chain(endless).fold(suite, |suite, (case, timeout_ms)| {
        suite.test(&format!("answers::{}", case.name), move || ends_as_said(case, timeout_ms))
    })
}

fn ends_as_said(case: Case, timeout_ms: i64) {
    let (ends, says, attempts) = (case.ends, case.says, case.attempts);
    let name = case.name;
    let server = cases::serve(&[case]);
    let call = start(&server.url(&format!("/{name}")), timeout_ms);
    // SAFETY: the call is live.
    let status = unsafe { psoauth_call_wait(call, -1) };
    let message = text(call, PSOAUTH_CALL_ERROR_MESSAGE);
    // SAFETY: the name is static and ends in NUL.
    let status_name = unsafe { CStr::from_ptr(psoauth_status_name(status)) }.to_str().expect("ASCII");
    assert_eq!(status_name.replace('_', ""), ends.to_uppercase(), "{message:?}");
    // SAFETY: the call is live.
    let attempted = unsafe { psoauth_call_number(call, PSOAUTH_METRIC_ATTEMPTS) };
    // A call that its waiter had to end does not tell how far it was.
    assert!(
        attempted == i64::from(attempts) || (ends == "TimedOut" && attempted == 0),
        "{attempted} attempts: {message:?}"
    );
    assert_eq!(text(call, PSOAUTH_CALL_ACCESS_TOKEN).as_deref(), (ends == "Ok").then_some(TOKEN));
    assert_eq!(message.is_some(), ends != "Ok");
    for part in says {
        assert!(
            message.as_ref().is_some_and(|message| message.contains(part)),
            "it does not say {part:?}: {message:?}"
        );
    }
    for field in PSOAUTH_CALL_ERROR_MESSAGE.0..=PSOAUTH_CALL_ERROR_CODES.0 {
        if let Some(text) = text(call, psoauth_call_field(field)) {
            assert!(text.chars().count() <= 500 && !text.contains(char::is_control), "{text:?}");
            assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text:?}");
        }
    }
    // SAFETY: the call is live and not used again.
    unsafe { psoauth_call_free(call) };
}

fn start(endpoint: &str, timeout_ms: i64) -> *mut psoauth_call {
    let request = psoauth_request_new();
    for (field, text) in [
        (PSOAUTH_REQUEST_TOKEN_ENDPOINT, endpoint),
        (PSOAUTH_REQUEST_CLIENT_ID, "the-client"),
        (PSOAUTH_REQUEST_CLIENT_SECRET, SECRET),
    ] {
        // SAFETY: the request is live, and the text is readable for its length.
        let status = unsafe { psoauth_request_set_text(request, field, text.as_ptr().cast(), text.len()) };
        assert_eq!(status, PSOAUTH_STATUS_OK);
    }
    let mut call = null_mut();
    // SAFETY: the request is live and freed last, and `call` can be written.
    unsafe {
        assert_eq!(psoauth_request_set_number(request, PSOAUTH_OPTION_TIMEOUT_MS, timeout_ms), PSOAUTH_STATUS_OK);
        assert_eq!(psoauth_call_start(request, &mut call), PSOAUTH_STATUS_OK);
        psoauth_request_free(request);
    }
    call
}

fn text(call: *const psoauth_call, field: psoauth_call_field) -> Option<String> {
    let mut length = usize::MAX;
    // SAFETY: the call is live, and `length` can be written.
    let text = unsafe { psoauth_call_text(call, field, &mut length) };
    if text.is_null() {
        assert_eq!(length, 0);
        return None;
    }
    // SAFETY: the text ends in NUL, and its call is live.
    let text = unsafe { CStr::from_ptr(text) }.to_str().expect("UTF-8").to_owned();
    assert_eq!(text.len(), length);
    Some(text)
}
