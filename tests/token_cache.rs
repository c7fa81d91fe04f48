//! The token cache and throttled servers, as callers meet them.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, mpsc};
use std::time::Duration;

use psoauth_test_support::{Answer, Gate, Received, Server};
use psoauthhelper::{Call, Outcome, Status, TokenRequest, clear_token_cache};

/// The cache is the process's: a test that empties it holds this alone, and those that count on it together.
static CACHE: RwLock<()> = RwLock::new(());

fn cache() -> RwLockReadGuard<'static, ()> {
    CACHE.read().unwrap_or_else(PoisonError::into_inner)
}

fn request(server: &Server) -> TokenRequest {
    TokenRequest {
        token_endpoint: server.url("/token").as_str().into(),
        client_id: "id".into(),
        client_secret: "hunter2hunter2".into(),
        token_cache: true,
        ..TokenRequest::new()
    }
}

/// Answers the first requests with `answers`, one after another, and any others with the last.
fn server(answers: impl IntoIterator<Item = Answer>) -> Server {
    let answers: Vec<_> = answers.into_iter().collect();
    let next = AtomicUsize::new(0);
    Server::start(move |_| answers[next.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1)].clone())
}

/// Waits until the calls started so far have come to their first wait: the library's one thread takes them in turn, and
/// a later one has gone through.
fn settle() {
    let server = server([Answer::token()]);
    token(&Call::start(TokenRequest { token_cache: false, ..request(&server) }));
}

fn token(call: &Call) -> &str {
    text(call.wait())
}

fn text(outcome: &Outcome) -> &str {
    outcome.result.as_ref().expect("a token").access_token.as_str()
}

fn failure(request: TokenRequest) -> (Status, u32) {
    let call = Call::start(request);
    let outcome = call.wait();
    (outcome.status(), outcome.attempts)
}

#[test]
fn a_hit_answers_as_the_server_did_with_the_seconds_that_are_left() {
    let _cache = cache();
    let body = r#"{"token_type":"Bearer","expires_in":"3599","expires_on":"4102444800","access_token":"a"}"#;
    let server = server([Answer::json(200, body)]);
    let first = Call::start(request(&server));
    let first = first.wait();
    assert_eq!((first.from_cache, first.attempts, first.http_status), (false, 1, Some(200)));
    let hit = Call::start(request(&server));
    let hit = hit.outcome().expect("a hit ends where it begins");
    assert_eq!((hit.from_cache, hit.attempts, hit.http_status), (true, 0, None));
    let hit = hit.result.as_ref().expect("a token");
    let left = hit.expires_in.expect("seconds");
    assert!((3500..3599).contains(&left), "{left}");
    assert_eq!(hit.body.as_str(), body.replace("3599", &left.to_string()));
    assert_eq!((hit.access_token.as_str(), hit.expires_on), ("a", Some(4_102_444_800)));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn an_empty_refresh_token_is_none() {
    let _cache = cache();
    let server = server([Answer::json(200, r#"{"access_token":"token","refresh_token":"","expires_in":"3599"}"#)]);
    let first = Call::start(request(&server));
    assert!(first.wait().result.as_ref().expect("a token").refresh_token.is_none());
    assert!(Call::start(request(&server)).wait().from_cache);
}

#[test]
fn nothing_is_kept_unless_asked_for() {
    let _cache = cache();
    let server = server([Answer::token()]);
    for (token_cache, requests) in [(false, 1), (true, 2), (false, 3), (true, 3)] {
        assert_eq!(token(&Call::start(TokenRequest { token_cache, ..request(&server) })), "token");
        assert_eq!(server.requests().len(), requests);
    }
}

#[test]
fn a_wrong_secret_gets_no_token() {
    let _cache = cache();
    let server = Server::start(|request: &Received| match request.field("client_secret").as_deref() {
        Some("hunter2hunter2") => Answer::token(),
        _ => Answer::json(401, r#"{"error":"invalid_client"}"#),
    });
    assert_eq!(token(&Call::start(request(&server))), "token");
    for secret in ["", "hunter2hunter", "hunter2hunter22", "HUNTER2HUNTER2"] {
        let wrong = TokenRequest { client_secret: secret.into(), ..request(&server) };
        assert_eq!(failure(wrong), (Status::OAuthError, 1), "{secret}");
    }
    assert!(Call::start(request(&server)).wait().from_cache);
}

#[test]
fn a_file_is_known_by_what_is_in_it() {
    let _cache = cache();
    let server = Server::start(|request: &Received| match request.field("client_assertion").as_deref() {
        Some("right.right.right") => Answer::token(),
        _ => Answer::json(401, r#"{"error":"invalid_client"}"#),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("assertion");
    let by_file = TokenRequest {
        client_secret: "".into(),
        client_assertion_path: path.to_str().expect("UTF-8").into(),
        ..request(&server)
    };
    for (assertion, status, requests) in [
        ("right.right.right", Status::Ok, 1),
        ("right.right.right", Status::Ok, 1),
        ("wrong.wrong.wrong", Status::OAuthError, 2),
        ("right.right.right", Status::Ok, 2),
    ] {
        fs::write(&path, assertion).expect("a file");
        assert_eq!(Call::start(&by_file).wait().status(), status);
        assert_eq!(server.requests().len(), requests);
    }
    fs::remove_file(&path).expect("there is one");
    assert_eq!(failure(by_file), (Status::InvalidArgument, 0));
}

#[test]
fn grants_that_are_good_for_one_use_are_not_kept() {
    let _cache = cache();
    let with_refresh_token = r#"{"access_token":"a","expires_in":3600,"refresh_token":"r"}"#;
    let server = server([Answer::token(), Answer::token(), Answer::token(), Answer::json(200, with_refresh_token)]);
    let refresh = TokenRequest { grant_type: "refresh_token".into(), refresh_token: "r".into(), ..request(&server) };
    let password =
        TokenRequest { grant_type: "password".into(), username: "u".into(), password: "p".into(), ..request(&server) };
    let other_password = TokenRequest { password: "q".into(), ..password.clone() };
    for (request, requests) in [
        (&refresh, 1),
        (&refresh, 2),
        (&password, 3),
        (&password, 3),
        // The answer has a refresh token.
        (&other_password, 4),
        (&other_password, 5),
    ] {
        token(&Call::start(request));
        assert_eq!(server.requests().len(), requests);
    }
}

#[test]
fn all_who_ask_at_once_share_one_request_and_its_failure() {
    let _cache = cache();
    let gate = Gate::new();
    let refusal = Answer::json(400, r#"{"error":"invalid_scope"}"#);
    let server = server([refusal.behind(&gate), Answer::token()]);
    let calls: Vec<_> = (0..20).map(|_| Call::start(request(&server))).collect();
    settle();
    gate.open();
    let refused = calls.iter().filter(|call| call.wait().status() == Status::OAuthError).count();
    assert_eq!((refused, server.requests().len()), (20, 1));

    let calls: Vec<_> = (0..20).map(|_| Call::start(request(&server))).collect();
    assert!(calls.iter().all(|call| token(call) == "token"));
    assert_eq!(server.requests().len(), 2, "failures are not kept, tokens are");
}

#[test]
fn a_cancelled_caller_takes_nobody_along_but_the_last_one_hangs_up() {
    let _cache = cache();
    let gate = Gate::new();
    let server = server([Answer::token().behind(&gate), Answer::nothing().hold()]);
    let (first, second) = (Call::start(request(&server)), Call::start(request(&server)));
    settle();
    first.cancel();
    assert_eq!(first.wait().status(), Status::Cancelled);
    gate.open();
    assert_eq!(token(&second), "token");
    assert_eq!(server.requests().len(), 1);

    let another = TokenRequest { scope: "another".into(), ..request(&server) };
    let calls: Vec<_> = (0..3).map(|_| Call::start(&another)).collect();
    settle();
    server.next_request();
    server.next_request();
    for call in &calls {
        call.cancel();
    }
    server.wait_until_open(0);
}

#[test]
fn each_caller_has_its_own_deadline() {
    let _cache = cache();
    let gate = Gate::new();
    let server = server([Answer::token().behind(&gate)]);
    let hasty = TokenRequest { timeout: Duration::from_millis(300), ..request(&server) };
    let patient = Call::start(request(&server));
    server.next_request();
    for call in [Call::start(&hasty), Call::start(&hasty)] {
        assert_eq!(call.wait().status(), Status::TimedOut);
    }
    assert!(patient.outcome().is_none());
    gate.open();
    assert_eq!(token(&patient), "token");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_was_asked_for_before_a_clear_is_not_kept() {
    let _alone = CACHE.write().unwrap_or_else(PoisonError::into_inner);
    let gate = Gate::new();
    let body = |token: &str| format!(r#"{{"access_token":"{token}","expires_in":3600}}"#);
    let answers = [Answer::json(200, body("before")).behind(&gate), Answer::json(200, body("after"))];
    let (next, (answering, first)) = (AtomicUsize::new(0), mpsc::channel());
    let server = Server::start(move |_| {
        let answer = answers[next.fetch_add(1, Ordering::Relaxed).min(1)].clone();
        let _ = answering.send(());
        answer
    });
    let before = Call::start(request(&server));
    first.recv().expect("a request");
    clear_token_cache();
    let after = Call::start(request(&server));
    assert_eq!(token(&after), "after");
    gate.open();
    assert_eq!(token(&before), "before");
    assert_eq!(token(&Call::start(request(&server))), "after");
    clear_token_cache();
    assert!(!Call::start(request(&server)).wait().from_cache);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn refresh_in_renews_and_a_failed_renewal_leaves_the_old_token() {
    let _cache = cache();
    let body = |token: &str| format!(r#"{{"access_token":"{token}","expires_in":3600,"refresh_in":0}}"#);
    let answers = [Answer::json(200, body("first")), Answer::json(200, body("second")), Answer::status(500)];
    let server = server(answers);
    let request = TokenRequest { max_retries: 0, ..request(&server) };
    for (expected, from_cache, attempts, http_status) in [
        ("first", false, 1, Some(200)),
        ("second", false, 1, Some(200)),
        ("second", true, 1, Some(500)),
        ("second", true, 0, None),
    ] {
        let call = Call::start(&request);
        let outcome = call.wait();
        assert_eq!(text(outcome), expected);
        assert_eq!((outcome.from_cache, outcome.attempts, outcome.http_status), (from_cache, attempts, http_status));
    }
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn throttling_is_waited_out_where_the_caller_wants_and_its_time_allows() {
    let throttled = |after: &str| Answer::status(429).header("Retry-After", after);
    let busy = Answer::status(503).header("Retry-After", "0");
    let ask = |answers: &[Answer], wait_when_throttled| {
        let server = server(answers.iter().cloned());
        let request = TokenRequest { wait_when_throttled, token_cache: false, max_retries: 0, ..request(&server) };
        failure(request)
    };
    let _cache = cache();
    let twice = [throttled("0"), busy, Answer::token()];
    assert_eq!(ask(&twice, true), (Status::Ok, 3));
    assert_eq!(ask(&twice, false), (Status::Throttled, 1));
    assert_eq!(ask(&[throttled("30"), Answer::token()], true), (Status::Throttled, 1), "longer than the deadline");
    assert_eq!(ask(&[Answer::status(429), Answer::token()], true), (Status::Throttled, 1), "no Retry-After");
    let refused = Answer::json(400, r#"{"error":"invalid_scope"}"#).header("Retry-After", "0");
    assert_eq!(ask(&[refused, Answer::token()], true), (Status::OAuthError, 1));
}

#[test]
fn those_who_wait_out_a_throttling_server_come_back_together() {
    let _cache = cache();
    let gate = Gate::new();
    let throttled = Answer::status(429).header("Retry-After", "0").behind(&gate);
    let server = server([throttled, Answer::token()]);
    let patient = TokenRequest { wait_when_throttled: true, ..request(&server) };
    let calls: Vec<_> = (0..8).map(|_| Call::start(&patient)).collect();
    let hasty = Call::start(request(&server));
    settle();
    gate.open();
    assert_eq!(hasty.wait().status(), Status::Throttled);
    assert!(calls.iter().all(|call| token(call) == "token"));
    assert_eq!(server.requests().len(), 2);
}
