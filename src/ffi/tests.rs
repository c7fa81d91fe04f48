//! The ABI as a C caller uses it.

mod handles;
mod panics;

use std::ffi::CStr;
use std::ptr::{dangling_mut, null, null_mut};
use std::thread;
use std::time::{Duration, Instant};

use psoauth_test_support::{Answer, Gate, Server};

use super::*;
use handles::Request;

/// Longer than anything takes that ends by itself, in milliseconds.
const LONG_MS: i32 = 60_000;

fn name(status: i32) -> &'static str {
    // SAFETY: the name is static and ends in NUL.
    unsafe { CStr::from_ptr(psoauth_status_name(psoauth_status(status))) }.to_str().expect("ASCII")
}

#[test]
fn a_panic_becomes_the_value_for_it() {
    assert_eq!(guard(7, || panic!("a panic that this test makes")), 7);
    assert_eq!(guard(7, || 8), 8);
}

#[test]
fn numbers_and_names_stay_as_they_are() {
    for (number, expected) in [
        (0, "OK"),
        (1, "PENDING"),
        (2, "CANCELLED"),
        (10, "INVALID_ARGUMENT"),
        (20, "TIMED_OUT"),
        (21, "NETWORK"),
        (22, "TLS"),
        (23, "BAD_RESPONSE"),
        (24, "REDIRECTED"),
        (30, "OAUTH_ERROR"),
        (31, "THROTTLED"),
        (90, "INTERNAL"),
        (3, "UNKNOWN"),
        (-1, "UNKNOWN"),
        (i32::MAX, "UNKNOWN"),
    ] {
        assert_eq!(name(number), expected);
    }
    assert_eq!(psoauth_abi_version(), 1);
    // SAFETY: the version is static and ends in NUL.
    assert_eq!(unsafe { CStr::from_ptr(psoauth_version()) }.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}

#[test]
fn null_is_answered_everywhere() {
    let request = Request::to("https://127.0.0.1/token");
    let mut len = 7;
    // SAFETY: NULL is allowed for every pointer; the request is live and `len` can be written.
    unsafe {
        assert_eq!(
            psoauth_request_set_text(null_mut(), PSOAUTH_REQUEST_SCOPE, null(), 0),
            PSOAUTH_STATUS_INVALID_ARGUMENT
        );
        assert_eq!(
            psoauth_request_set_text(request.0, PSOAUTH_REQUEST_SCOPE, null(), 1),
            PSOAUTH_STATUS_INVALID_ARGUMENT
        );
        assert_eq!(psoauth_request_set_text(request.0, PSOAUTH_REQUEST_SCOPE, null(), 0), PSOAUTH_STATUS_OK);
        assert_eq!(
            psoauth_request_set_number(null_mut(), PSOAUTH_OPTION_TIMEOUT_MS, 1),
            PSOAUTH_STATUS_INVALID_ARGUMENT
        );
        assert_eq!(psoauth_request_add_parameter(request.0, null(), 0, null(), 0), PSOAUTH_STATUS_INVALID_ARGUMENT);
        assert_eq!(psoauth_call_start(request.0, null_mut()), PSOAUTH_STATUS_INVALID_ARGUMENT);
        let mut call = dangling_mut::<psoauth_call>();
        assert_eq!(psoauth_call_start(null(), &mut call), PSOAUTH_STATUS_INVALID_ARGUMENT);
        assert_eq!(call, dangling_mut(), "a failed start leaves the call as it is");
        assert_eq!(psoauth_call_wait(null(), -1), PSOAUTH_STATUS_INVALID_ARGUMENT);
        psoauth_call_cancel(null());
        assert!(psoauth_call_text(null(), PSOAUTH_CALL_BODY, &mut len).is_null());
        assert_eq!(len, 0);
        assert!(psoauth_call_text(null(), PSOAUTH_CALL_BODY, null_mut()).is_null());
        assert_eq!(psoauth_call_number(null(), PSOAUTH_METRIC_ATTEMPTS), -1);
        psoauth_request_free(null_mut());
        psoauth_call_free(null_mut());
    }
}

#[test]
fn bad_values_change_nothing() {
    let server = Server::start(|_| Answer::token());
    let request = Request::to(&server.url("/token"));
    for (field, text) in [
        (PSOAUTH_REQUEST_CLIENT_ID, &b"nul\0inside"[..]),
        (PSOAUTH_REQUEST_CLIENT_ID, b"not utf-8 \xff"),
        (psoauth_request_field(0), b"x"),
        (psoauth_request_field(27), b"x"),
        (psoauth_request_field(u32::MAX), b"x"),
    ] {
        assert_eq!(request.set(field, text), PSOAUTH_STATUS_INVALID_ARGUMENT, "{field:?}");
    }
    for (option, value) in [
        (PSOAUTH_OPTION_ENTRA_VERSION, 3),
        (PSOAUTH_OPTION_TIMEOUT_MS, 0),
        (PSOAUTH_OPTION_TIMEOUT_MS, -1),
        (PSOAUTH_OPTION_CONNECT_TIMEOUT_MS, 86_400_001),
        (PSOAUTH_OPTION_CLIENT_AUTHENTICATION, 3),
        (PSOAUTH_OPTION_MAX_RETRIES, 11),
        (PSOAUTH_OPTION_MAX_RETRIES, i64::MIN),
        (PSOAUTH_OPTION_ALLOW_HTTP, 2),
        (PSOAUTH_OPTION_WAIT_WHEN_THROTTLED, 2),
        (PSOAUTH_OPTION_TOKEN_CACHE, 3),
        (psoauth_option(0), 1),
        (psoauth_option(11), 1),
    ] {
        assert_eq!(request.number(option, value), PSOAUTH_STATUS_INVALID_ARGUMENT, "{option:?} {value}");
    }
    assert_eq!(request.parameter("client_id", "x"), PSOAUTH_STATUS_INVALID_ARGUMENT);
    assert_eq!(request.parameter("audience", "api"), PSOAUTH_STATUS_OK);

    let call = request.start();
    assert_eq!(call.wait(-2), PSOAUTH_STATUS_INVALID_ARGUMENT);
    assert_eq!(call.wait(-1), PSOAUTH_STATUS_OK);
    assert_eq!(
        server.next_request().text(),
        "grant_type=client_credentials&client_id=id&client_secret=hunter2hunter2&audience=api"
    );
    assert_eq!(call.text(psoauth_call_field(0)), None);
    assert_eq!(call.text(psoauth_call_field(99)), None);
    assert_eq!(call.number(psoauth_metric(0)), -1);
    assert_eq!(call.number(psoauth_metric(99)), -1);
}

#[test]
fn a_token_comes_with_its_texts_and_numbers() {
    let body = r#"{"access_token":"abc","token_type":"Bearer","expires_in":3599,"scope":"a b","refresh_token":"r"}"#;
    let server = Server::start(move |_| Answer::json(200, body));
    let call = Request::to(&server.url("/token")).start();
    assert_eq!(call.wait(-1), PSOAUTH_STATUS_OK);
    assert_eq!(call.text(PSOAUTH_CALL_ACCESS_TOKEN), Some("abc"));
    assert_eq!(call.text(PSOAUTH_CALL_TOKEN_TYPE), Some("Bearer"));
    assert_eq!(call.text(PSOAUTH_CALL_REFRESH_TOKEN), Some("r"));
    assert_eq!(call.text(PSOAUTH_CALL_SCOPE), Some("a b"));
    assert_eq!(call.text(PSOAUTH_CALL_BODY), Some(body));
    assert_eq!(call.text(PSOAUTH_CALL_ERROR_MESSAGE), None);
    assert_eq!(call.text(PSOAUTH_CALL_OAUTH_ERROR), None);
    assert_eq!(call.number(PSOAUTH_METRIC_HTTP_STATUS), 200);
    assert_eq!(call.number(PSOAUTH_METRIC_EXPIRES_IN), 3599);
    assert!(call.number(PSOAUTH_METRIC_EXPIRES_ON) > 1_700_000_000);
    assert_eq!(call.number(PSOAUTH_METRIC_RETRY_AFTER_SECONDS), -1);
    assert_eq!(call.number(PSOAUTH_METRIC_ATTEMPTS), 1);
    assert!(call.number(PSOAUTH_METRIC_ELAPSED_MS) >= 0);

    call.cancel();
    assert_eq!(call.wait(0), PSOAUTH_STATUS_OK, "a cancel after the end changes nothing");
}

#[test]
fn the_token_cache_answers_until_it_is_emptied() {
    let server = Server::start(|_| Answer::token());
    let request = Request::to(&server.url("/token"));
    let clear = Request::new();
    assert_eq!(request.number(PSOAUTH_OPTION_TOKEN_CACHE, 1), PSOAUTH_STATUS_OK);
    assert_eq!(clear.number(PSOAUTH_OPTION_TOKEN_CACHE, 2), PSOAUTH_STATUS_OK);
    let ask = || {
        let call = request.start();
        assert_eq!(call.wait(-1), PSOAUTH_STATUS_OK);
        assert_eq!(call.text(PSOAUTH_CALL_ACCESS_TOKEN), Some("token"));
        call
    };
    assert_eq!(ask().number(PSOAUTH_METRIC_FROM_CACHE), 0);
    let hit = ask();
    assert_eq!(hit.number(PSOAUTH_METRIC_FROM_CACHE), 1);
    assert_eq!((hit.number(PSOAUTH_METRIC_ATTEMPTS), hit.number(PSOAUTH_METRIC_HTTP_STATUS)), (0, -1));
    let left = hit.number(PSOAUTH_METRIC_EXPIRES_IN);
    assert!((3500..3600).contains(&left), "{left}");
    let body = format!(r#"{{"access_token":"token","token_type":"Bearer","expires_in":{left}}}"#);
    assert_eq!(hit.text(PSOAUTH_CALL_BODY), Some(body.as_str()));

    let cleared = clear.start();
    assert_eq!((cleared.wait(0), cleared.wait(-2)), (PSOAUTH_STATUS_OK, PSOAUTH_STATUS_INVALID_ARGUMENT));
    assert_eq!(cleared.text(PSOAUTH_CALL_ACCESS_TOKEN), None);
    assert_eq!(cleared.text(PSOAUTH_CALL_ERROR_MESSAGE), None);
    assert_eq!(cleared.number(PSOAUTH_METRIC_FROM_CACHE), -1);
    cleared.cancel();
    assert_eq!(hit.text(PSOAUTH_CALL_BODY), Some(body.as_str()), "what was lent belongs to the call");
    assert_eq!(ask().number(PSOAUTH_METRIC_FROM_CACHE), 0);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn an_oauth_error_comes_with_its_texts() {
    let body = r#"{"error":"invalid_client","error_description":"no hunter2hunter2","error_uri":"https://e.example",
        "correlation_id":"c","trace_id":"t"}"#;
    let server = Server::start(move |_| Answer::json(401, body));
    let call = Request::to(&server.url("/token")).start();
    assert_eq!(call.wait(-1), PSOAUTH_STATUS_OAUTH_ERROR);
    assert_eq!(call.text(PSOAUTH_CALL_ACCESS_TOKEN), None);
    assert_eq!(call.text(PSOAUTH_CALL_OAUTH_ERROR), Some("invalid_client"));
    assert_eq!(call.text(PSOAUTH_CALL_OAUTH_ERROR_DESCRIPTION), Some("no [redacted]"));
    assert_eq!(call.text(PSOAUTH_CALL_OAUTH_ERROR_URI), Some("https://e.example"));
    assert_eq!(call.text(PSOAUTH_CALL_CORRELATION_ID), Some("c"));
    assert_eq!(call.text(PSOAUTH_CALL_TRACE_ID), Some("t"));
    assert_eq!(call.text(PSOAUTH_CALL_BODY), Some(body));
    assert!(call.text(PSOAUTH_CALL_ERROR_MESSAGE).expect("a message").contains("invalid_client: no [redacted]"));
    assert_eq!(call.number(PSOAUTH_METRIC_HTTP_STATUS), 401);
    assert_eq!(call.number(PSOAUTH_METRIC_EXPIRES_IN), -1);
}

#[test]
fn a_request_that_cannot_be_sent_explains_itself() {
    let call = Request::new().start();
    assert_eq!(call.wait(0), PSOAUTH_STATUS_INVALID_ARGUMENT);
    assert_eq!(
        call.text(PSOAUTH_CALL_ERROR_MESSAGE),
        Some("The request lacks a token endpoint, a tenant or an issuer.")
    );
    assert_eq!(call.number(PSOAUTH_METRIC_ATTEMPTS), 0);
    assert_eq!(call.number(PSOAUTH_METRIC_HTTP_STATUS), -1);
}

#[test]
fn a_call_has_a_request_of_its_own() {
    let gate = Gate::new();
    let answers = gate.clone();
    let server = Server::start(move |_| Answer::token().behind(&answers));
    let request = Request::to(&server.url("/token"));
    let call = request.start();
    request.set(PSOAUTH_REQUEST_CLIENT_ID, "another");
    drop(request);
    assert_eq!(call.wait(0), PSOAUTH_STATUS_PENDING);
    assert_eq!(call.text(PSOAUTH_CALL_ERROR_MESSAGE), None);
    assert_eq!(call.number(PSOAUTH_METRIC_ELAPSED_MS), -1);
    gate.open();
    assert_eq!(call.wait(-1), PSOAUTH_STATUS_OK);
    assert_eq!(server.next_request().field("client_id").as_deref(), Some("id"));
}

#[test]
fn cancel_wakes_every_waiter_and_hangs_up() {
    let server = Server::start(|_| Answer::nothing().hold());
    let call = Request::without_a_deadline(&server.url("/token")).start();
    server.next_request();
    let started = Instant::now();
    thread::scope(|scope| {
        let waiters: Vec<_> = (0..4).map(|_| scope.spawn(|| call.wait(2 * LONG_MS))).collect();
        call.cancel();
        call.cancel();
        for waiter in waiters {
            assert_eq!(waiter.join().expect("no panic"), PSOAUTH_STATUS_CANCELLED);
        }
    });
    assert!(started.elapsed() < Duration::from_millis(LONG_MS.unsigned_abs().into()), "somebody slept on");
    assert_eq!(call.text(PSOAUTH_CALL_ERROR_MESSAGE), Some("The call was cancelled."));
    server.wait_until_open(0);
}

#[test]
fn free_ends_a_running_call() {
    let server = Server::start(|_| Answer::nothing().hold());
    let call = Request::without_a_deadline(&server.url("/token")).start();
    server.next_request();
    drop(call);
    server.wait_until_open(0);
}
