//! App Service, and what else has `IDENTITY_HEADER`.

use std::sync::Mutex;

use psoauth_test_support::{Answer, Server, Suite};
use serde_json::{Value, json};

use crate::child::ask_with;
use crate::{SECRET, TOKEN, parameter};

pub fn add(suite: Suite) -> Suite {
    suite
        .test("app_service_gives_a_token", app_service_gives_a_token)
        .test("app_services_errors_are_told_without_the_secret", app_services_errors_are_told_without_the_secret)
}

fn app_service_gives_a_token() {
    let server = Server::start(|_| Answer::json(200, TOKEN));
    let environment = [("IDENTITY_ENDPOINT", &*server.url("/msi/token")), ("IDENTITY_HEADER", SECRET)];
    let outcomes = ask_with(&environment, &[json!({"resource": "https://vault.azure.net", "object_id": "o"})]);
    assert_eq!(outcomes[0]["token"], "token", "{}", outcomes[0]);
    let request = server.next_request();
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("GET", "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&principal_id=o")
    );
    assert_eq!((request.header("x-identity-header"), request.header("metadata")), (Some(SECRET), None));
}

fn app_services_errors_are_told_without_the_secret() {
    let failed = Mutex::new(false);
    let server = Server::start(move |request| match parameter(request, "resource") {
        Some("refused") => Answer::json(400, format!(r#"{{"statusCode":400,"message":"No identity for {SECRET}."}}"#)),
        Some("busy") if !std::mem::replace(&mut *failed.lock().expect("not poisoned"), true) => {
            Answer::json(503, r#"{"StatusCode":503,"Message":"busy"}"#)
        }
        Some("oauth") => Answer::json(400, r#"{"error":"invalid_scope","error_description":"scope","message":"m"}"#),
        Some("broken") => Answer::json(500, r#"{"statusCode":500,"message":"broken"}"#),
        _ => Answer::json(200, TOKEN),
    });
    let environment = [("IDENTITY_ENDPOINT", &*server.url("/msi/token")), ("IDENTITY_HEADER", SECRET)];
    let requests = ["refused", "busy", "broken", "oauth"].map(|resource| json!({"resource": resource}));
    let outcomes = ask_with(&environment, &requests);
    let figures = |outcome: &Value| ["status", "error", "attempts"].map(|member| outcome[member].clone());
    assert_eq!(figures(&outcomes[0]), [json!("OAuthError"), json!("invalid_request"), json!(1)], "{}", outcomes[0]);
    assert_eq!(outcomes[0]["description"], "No identity for [redacted].");
    assert_eq!(figures(&outcomes[1]), [json!("Ok"), json!(null), json!(2)], "{}", outcomes[1]);
    assert_eq!(figures(&outcomes[2]), [json!("OAuthError"), json!("server_error"), json!(2)], "{}", outcomes[2]);
    assert_eq!(figures(&outcomes[3]), [json!("OAuthError"), json!("invalid_scope"), json!(1)], "{}", outcomes[3]);
    for outcome in outcomes {
        assert!(!outcome.to_string().contains(SECRET), "{outcome}");
    }
}
