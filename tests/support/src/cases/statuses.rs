//! HTTP statuses: redirects, refusals, throttling, and servers that fail.

use super::{Case, SECRET, TOKEN, token, token_json};
use crate::Answer;

const REFUSED: &str = r#"{"error":"invalid_client","error_description":"Wrong secret."}"#;
const SAYS_REFUSED: &[&str] = &["refused the request (HTTP 401): invalid_client: Wrong secret."];
const PAGE: &str = "<html><body>something is wrong</body></html>";
const ILL: &[&str] = &["HTTP 50", "try again later"];

pub(super) fn cases() -> Vec<Case> {
    [successes(), redirects(), refusals(), throttling(), ill_servers()].into_iter().flatten().collect()
}

fn page(status: u16) -> Answer {
    Answer::typed(status, "text/html", PAGE)
}

fn successes() -> Vec<Case> {
    vec![
        Case::new("created", Answer::json(201, token_json()), "Ok", &[]),
        Case::new("no_content", Answer::status(204), "BadResponse", &["HTTP 204", "is empty", "token endpoint"]),
        Case::new(
            "no_content_with_content",
            Answer::raw(format!("HTTP/1.1 204 No Content\r\n\r\n{}", token_json())).close(),
            "BadResponse",
            &["HTTP 204", "is empty"],
        ),
        Case::new("an_empty_body", Answer::json(200, ""), "BadResponse", &["HTTP 200", "is empty", "token endpoint"]),
    ]
}

fn redirects() -> Vec<Case> {
    let to = |name, status, location: &str, says| {
        Case::new(name, Answer::status(status).header("Location", location), "Redirected", says)
    };
    let nowhere = |name, status, says| Case::new(name, Answer::json(status, ""), "Redirected", says);
    let elsewhere = "https://elsewhere.example/token";
    vec![
        to(
            "moved_permanently",
            301,
            elsewhere,
            &["to https://elsewhere.example/token (HTTP 301)", "give the final address"],
        ),
        to("found", 302, elsewhere, &["to https://elsewhere.example/token (HTTP 302)", "not followed"]),
        to("see_other", 303, elsewhere, &["to https://elsewhere.example/token (HTTP 303)", "not followed"]),
        to("temporary_redirect", 307, elsewhere, &["to https://elsewhere.example/token (HTTP 307)", "not followed"]),
        to("permanent_redirect", 308, elsewhere, &["to https://elsewhere.example/token (HTTP 308)", "not followed"]),
        to("multiple_choices", 300, elsewhere, &["(HTTP 300)", "not followed"]),
        to("redirect_to_a_path", 302, "/elsewhere", &["to http://127.0.0.1:", "/elsewhere (HTTP 302)"]),
        to("redirect_to_itself", 307, "", &["redirect_to_itself (HTTP 307)"]),
        to(
            "redirect_with_a_query",
            302,
            "https://elsewhere.example/a?code=1#b",
            &["to https://elsewhere.example/a (HTTP 302)"],
        ),
        to(
            "redirect_with_user_info",
            302,
            "https://user:pass@elsewhere.example/",
            &["to https://elsewhere.example/ (HTTP 302)"],
        ),
        to("redirect_to_a_script", 302, "javascript:alert(1)", &["redirects the request (HTTP 302)"]),
        to("redirect_to_no_address", 302, "https://[", &["redirects the request (HTTP 302)"]),
        to(
            "redirect_that_repeats_the_secret",
            302,
            &format!("https://elsewhere.example/{SECRET}/x"),
            &["[redacted]/x (HTTP 302)"],
        ),
        to(
            "redirect_to_a_long_address",
            302,
            &format!("https://elsewhere.example/{}", "a".repeat(5_000)),
            &["to https://elsewhere.example/aaa"],
        ),
        nowhere("redirect_without_a_location", 302, &["redirects the request (HTTP 302)", "give the final address"]),
        nowhere("permanent_redirect_without_a_location", 308, &["redirects the request (HTTP 308)"]),
        nowhere("use_proxy", 305, &["redirects the request (HTTP 305)"]),
        Case::new("not_modified", Answer::status(304), "Redirected", &["(HTTP 304)"]),
    ]
}

fn refusals() -> Vec<Case> {
    let bad = |name, answer, says| Case::new(name, answer, "BadResponse", says);
    let basic = |answer: Answer| answer.header("WWW-Authenticate", "Basic realm=\"x\"");
    vec![
        Case::new("unauthorized", Answer::json(401, REFUSED), "OAuthError", SAYS_REFUSED),
        Case::new("unauthorized_with_a_challenge", basic(Answer::json(401, REFUSED)), "OAuthError", SAYS_REFUSED),
        bad("unauthorized_by_a_page", page(401), &["HTTP 401", "text/html", "is not JSON", "Check the client"]),
        bad("unauthorized_by_a_page_with_a_challenge", basic(page(401)), &["HTTP 401", "Check the client"]),
        bad("unauthorized_without_a_body", Answer::json(401, ""), &["HTTP 401", "is empty", "Check the client"]),
        bad("bad_request_without_an_error", Answer::json(400, "{}"), &["HTTP 400", "no OAuth error"]),
        bad("bad_request_with_a_token", Answer::json(400, token_json()), &["HTTP 400", "no OAuth error"]),
        bad("forbidden_by_a_page", page(403), &["HTTP 403", "is not JSON"]),
        bad("not_found", page(404), &["HTTP 404", "Check the address."]),
        bad("method_not_allowed", page(405), &["HTTP 405", "Check the address."]),
        bad("proxy_authentication_required", Answer::status(407), &["HTTP 407", "proxy", "credentials"]),
        bad("a_teapot", page(418), &["HTTP 418", "is not JSON"]),
        bad("network_authentication_required", page(511), &["HTTP 511", "sign in", "network"]),
        bad("a_status_of_600", page(600), &["HTTP 600"]),
        bad("a_status_of_999", page(999), &["HTTP 999"]),
    ]
}

fn throttling() -> Vec<Case> {
    let throttled = |name, status, after: Option<&str>, says| {
        let answer = page(status);
        let answer = match after {
            Some(after) => answer.header("Retry-After", after),
            None => answer,
        };
        Case::new(name, answer, "Throttled", says)
    };
    vec![
        throttled("too_many_requests", 429, None, &["throttling (HTTP 429)", "Try again later"]),
        throttled("too_many_requests_for_17_seconds", 429, Some("17"), &["(HTTP 429)", "Try again after 17 s"]),
        throttled("too_many_requests_until_now", 429, Some("0"), &["Try again after 0 s"]),
        throttled(
            "too_many_requests_until_a_date",
            429,
            Some("Wed, 21 Oct 2015 07:28:00 GMT"),
            &["Try again after 0 s"],
        ),
        throttled("too_many_requests_until_an_old_date", 429, Some("Sunday, 06-Nov-94 08:49:37 GMT"), &["after 0 s"]),
        throttled("too_many_requests_for_centuries", 429, Some("99999999999999999999"), &["Try again later"]),
        throttled("too_many_requests_for_less_than_nothing", 429, Some("-5"), &["Try again later"]),
        throttled("too_many_requests_for_a_while", 429, Some("a while"), &["Try again later"]),
        throttled("too_many_requests_for_half_a_second", 429, Some("0.5"), &["Try again later"]),
        throttled("unavailable_for_17_seconds", 503, Some("17"), &["(HTTP 503)", "Try again after 17 s"]),
        Case::new(
            "too_many_requests_with_an_error",
            Answer::json(429, r#"{"error":"slow_down","error_description":"Easy."}"#),
            "Throttled",
            &["(HTTP 429)", "slow_down: Easy."],
        ),
        Case::new("unavailable_for_a_while", page(503).header("Retry-After", "a while"), "BadResponse", ILL)
            .tried_twice(),
    ]
}

fn ill_servers() -> Vec<Case> {
    let stays_ill = |name, status| Case::new(name, page(status), "BadResponse", ILL).tried_twice();
    let recovers = |name, status| Case::new(name, page(status), "Ok", &[]).then(token());
    let timeout: &[&str] = &["HTTP 408", "try again later"];
    vec![
        stays_ill("internal_error", 500),
        stays_ill("bad_gateway", 502),
        stays_ill("unavailable", 503),
        stays_ill("gateway_timeout", 504),
        recovers("internal_error_at_first", 500),
        recovers("bad_gateway_at_first", 502),
        recovers("unavailable_at_first", 503),
        recovers("gateway_timeout_at_first", 504),
        recovers("request_timeout_at_first", 408),
        Case::new("request_timeout", page(408), "BadResponse", timeout).tried_twice(),
        Case::new("not_implemented", page(501), "BadResponse", ILL),
        Case::new("version_not_supported", page(505), "BadResponse", ILL),
        Case::new("internal_error_with_a_token", Answer::json(500, token_json()), "BadResponse", ILL).tried_twice(),
        Case::new(
            "internal_error_with_an_oauth_error",
            Answer::json(500, r#"{"error":"server_error"}"#),
            "OAuthError",
            &["(HTTP 500): server_error"],
        ),
        Case::new(
            "internal_error_that_repeats_the_secret",
            Answer::json(500, format!("{SECRET} {TOKEN}")),
            "BadResponse",
            ILL,
        )
        .tried_twice(),
        Case::new("internal_error_then_a_refusal", page(500), "OAuthError", SAYS_REFUSED)
            .then(Answer::json(401, REFUSED)),
        Case::new("internal_error_then_throttling", page(500), "Throttled", &["(HTTP 429)"]).then(page(429)),
        Case::new("internal_error_then_a_close", page(500), "Network", &["ended before an answer came"])
            .then(Answer::nothing().close()),
        Case::new(
            "bad_gateway_inside_its_body",
            Answer::raw("HTTP/1.1 502 \r\nContent-Length: 9\r\n\r\n<ht").close(),
            "Ok",
            &[],
        )
        .then(token()),
    ]
}
