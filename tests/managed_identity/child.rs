//! This program once more, with an environment that names a source.

use std::env;
use std::time::Duration;

use psoauth_test_support::Program;
use psoauthhelper::{Call, Outcome, TokenRequest};
use serde_json::{Value, json};

use crate::instance_metadata::ask_at_its_own_address;

const ASK: &str = "--ask";
const ASK_REAL_METADATA: &str = "--ask-at-169.254.169.254";

/// Does what a parent process asks for on the command line, if one does.
pub fn has_run() -> bool {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, requests)) if first == ASK => ask(requests),
        Some((first, _)) if first == ASK_REAL_METADATA => ask_at_its_own_address(),
        _ => return false,
    }
    true
}

/// Makes all calls at once and prints a line of JSON about each.
fn ask(requests: &[String]) {
    let calls: Vec<_> = requests.iter().map(|request| Call::start(token_request(request))).collect();
    for call in calls {
        println!("{}", describe(call.wait()));
    }
}

/// A request for a token of the managed identity, from its members in JSON.
pub fn token_request(fields: &str) -> TokenRequest {
    let fields: Value = serde_json::from_str(fields).expect("JSON");
    let text = |name: &str| fields[name].as_str().unwrap_or_default().into();
    let number = |name: &str, default| fields[name].as_u64().unwrap_or(default);
    TokenRequest {
        managed_identity: true,
        resource: text("resource"),
        client_id: text("client_id"),
        identity_object_id: text("object_id"),
        identity_resource_id: text("resource_id"),
        proxy: text("proxy"),
        timeout: Duration::from_millis(number("timeout_ms", 60_000)),
        max_retries: number("retries", 1) as u32,
        ..TokenRequest::new()
    }
}

/// All that there is to say of an outcome.
pub fn describe(outcome: &Outcome) -> Value {
    let error = outcome.result.as_ref().err();
    let token = outcome.result.as_ref().ok();
    let oauth = error.and_then(|error| error.oauth.as_ref());
    json!({
        "status": format!("{:?}", outcome.status()),
        "http_status": outcome.http_status,
        "attempts": outcome.attempts,
        "token": token.map(|token| token.access_token.as_str()),
        "expires_on": token.and_then(|token| token.expires_on),
        "message": error.map(|error| error.message.as_str()),
        "error": oauth.map(|oauth| oauth.error.as_str()),
        "description": oauth.and_then(|oauth| oauth.description.as_ref()).map(|text| text.as_str()),
        "debug": format!("{outcome:?}"),
    })
}

/// What a child with this environment says of `requests`.
pub fn ask_with(environment: &[(&str, &str)], requests: &[Value]) -> Vec<Value> {
    let mut program = Program::new(env::current_exe().expect("a program knows where it lies")).arg(ASK);
    for (name, value) in environment {
        program = program.env(name, value);
    }
    let output = program.args(requests.iter().map(Value::to_string)).output().success();
    output.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What the child says of the instance metadata in the network that `program` makes before it runs it.
pub fn in_network(program: Program) -> Value {
    let program = program.arg(env::current_exe().expect("a program knows where it lies")).arg(ASK_REAL_METADATA);
    serde_json::from_str(&program.output().success().stdout).expect("JSON")
}
