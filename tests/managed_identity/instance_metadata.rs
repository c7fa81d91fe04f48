//! The instance metadata of a virtual machine.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use psoauth_test_support::{Answer, Program, Proxy, Server, Suite, tools};
use psoauthhelper::Call;
use serde_json::{Value, json};

use crate::child::{ask_with, describe, in_network, token_request};
use crate::{TOKEN, parameter, says};

pub fn add(suite: Suite) -> Suite {
    suite
        .test("instance_metadata_gives_a_token", instance_metadata_gives_a_token)
        .test("instance_metadata_is_asked_again_as_its_documentation_says", instance_metadata_is_asked_again)
        .test("what_would_fail_again_is_not_asked_again", what_would_fail_again_is_not_asked_again)
        .test("redirects_and_floods_end_the_call", redirects_and_floods_end_the_call)
        .test("metadata_elsewhere_is_not_asked", metadata_elsewhere_is_not_asked)
        .with_tool("no_proxy_sees_instance_metadata", namespace, no_proxy_sees_instance_metadata)
}

fn ask_metadata(server: &Server, requests: &[Value]) -> Vec<Value> {
    ask_with(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", &server.url(""))], requests)
}

fn instance_metadata_gives_a_token() {
    let server = Server::start(|_| Answer::json(200, TOKEN));
    let resource = "https://management.azure.com/";
    let outcomes = ask_metadata(
        &server,
        &[
            json!({"resource": resource}),
            json!({"resource": resource, "client_id": "c 1"}),
            json!({"resource": resource, "object_id": "o"}),
            json!({"resource": resource, "resource_id": "/subscriptions/s"}),
        ],
    );
    for outcome in &outcomes {
        let figures = (&outcome["status"], &outcome["token"], &outcome["expires_on"], &outcome["attempts"]);
        assert_eq!(figures, (&json!("Ok"), &json!("token"), &json!(4_102_444_800_u64), &json!(1)), "{outcome}");
    }
    let requests = server.requests();
    for request in &requests {
        assert_eq!((request.method.as_str(), request.header("metadata")), ("GET", Some("true")));
        assert_eq!((request.header("accept"), request.header("authorization")), (Some("application/json"), None));
        assert!(request.body.is_empty() && request.header("content-length").is_none());
    }
    let mut targets: Vec<_> = requests.iter().map(|request| request.target.as_str()).collect();
    targets.sort_unstable();
    let start = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F";
    let ends = ["", "&client_id=c%201", "&msi_res_id=%2Fsubscriptions%2Fs", "&object_id=o"];
    assert_eq!(targets, ends.map(|end| format!("{start}{end}")));
}

fn instance_metadata_is_asked_again() {
    let seen = Mutex::new(Vec::new());
    let server = Server::start(move |request| {
        let status: u16 = parameter(request, "resource").expect("a resource").parse().expect("a status");
        let mut seen = seen.lock().expect("not poisoned");
        if seen.contains(&status) {
            return Answer::json(200, TOKEN);
        }
        seen.push(status);
        Answer::json(status, r#"{"error":"busy","error_description":"later"}"#)
    });
    let statuses = ["404", "410", "429", "500", "503"];
    for (outcome, status) in
        ask_metadata(&server, &statuses.map(|status| json!({"resource": status}))).iter().zip(statuses)
    {
        assert_eq!((&outcome["status"], &outcome["attempts"]), (&json!("Ok"), &json!(2)), "{status}: {outcome}");
    }
}

fn what_would_fail_again_is_not_asked_again() {
    let server = Server::start(|request| match parameter(request, "resource") {
        Some("unknown") => Answer::json(400, r#"{"error":"invalid_request","error_description":"Identity not found"}"#),
        Some("silent") => Answer::nothing().hold(),
        _ => Answer::status(404),
    });
    let outcomes = ask_metadata(
        &server,
        &[
            json!({"resource": "unknown"}),
            json!({"resource": "gone", "retries": 0}),
            // As long as the shortest pause before it would be asked again.
            json!({"resource": "gone", "timeout_ms": 2400}),
            json!({"resource": "silent", "timeout_ms": 300}),
        ],
    );
    assert_eq!(outcomes[..3].iter().map(|outcome| &outcome["attempts"]).collect::<Vec<_>>(), [1; 3]);
    // An exchange that the waiting thread had to end does not tell how far it was.
    assert!(outcomes[3]["attempts"] == 1 || outcomes[3]["attempts"] == 0, "{}", outcomes[3]);
    assert_eq!(outcomes[0]["status"], "OAuthError");
    assert_eq!((&outcomes[0]["error"], &outcomes[0]["http_status"]), (&json!("invalid_request"), &json!(400)));
    says(&outcomes[0], "message", "(HTTP 400): invalid_request: Identity not found");
    for gone in &outcomes[1..3] {
        assert_eq!(gone["status"], "BadResponse", "{gone}");
        says(gone, "message", "HTTP 404");
    }
    assert_eq!(outcomes[3]["status"], "TimedOut");
    says(&outcomes[3], "message", "/metadata/identity/oauth2/token within 0.3 s");
}

fn redirects_and_floods_end_the_call() {
    let elsewhere = Server::start(|_| Answer::json(200, TOKEN));
    let to = elsewhere.url("/token");
    let server = Server::start(move |request| match parameter(request, "resource") {
        Some("moved") => Answer::status(307).header("Location", &to),
        _ => Answer::json(200, "x".repeat((1 << 20) + 1)),
    });
    let outcomes = ask_metadata(&server, &[json!({"resource": "moved"}), json!({"resource": "large"})]);
    assert_eq!(outcomes[0]["status"], "Redirected");
    assert!(elsewhere.requests().is_empty());
    assert_eq!(outcomes[1]["status"], "BadResponse");
    says(&outcomes[1], "message", "larger than 1 MiB");
}

fn metadata_elsewhere_is_not_asked() {
    let environment = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", "https://metadata.example")];
    let outcome = &ask_with(&environment, &[json!({"resource": "r"})])[0];
    assert_eq!((&outcome["status"], &outcome["attempts"]), (&json!("InvalidArgument"), &json!(0)));
    says(outcome, "message", "leads to another machine");
}

/// `unshare`, where it can make a network of the child's own.
fn namespace() -> Result<PathBuf, String> {
    let (unshare, _) = (tools::find("unshare")?, tools::find("ip")?);
    let output = Program::new(&unshare).args(["--net", "true"]).output();
    match output.status.success() {
        true => Ok(unshare),
        false => Err(format!("no network of one's own here: {}", output.stderr.trim())),
    }
}

/// In a network without any other machine, the loopback device has Azure's address and a proxy is named everywhere.
fn no_proxy_sees_instance_metadata(unshare: PathBuf) {
    let script = "ip link set lo up && ip address add 169.254.169.254/32 dev lo && exec \"$@\"";
    let program = Program::new(unshare)
        .args(["--net", "sh", "-c", script, "sh"])
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9");
    let outcome = in_network(program);
    assert_eq!(outcome["token"], "token", "{outcome}");
}

/// In the child: answers at Azure's address, and asks there.
pub fn ask_at_its_own_address() {
    let listener = TcpListener::bind("169.254.169.254:80").expect("the address is on loopback");
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let _ = socket.read(&mut [0; 4096]);
        socket.write_all(&Answer::json(200, TOKEN).bytes()).expect("it is read");
    });
    let proxy = Proxy::builder().start();
    let fields = json!({"resource": "r", "proxy": proxy.url(), "retries": 0}).to_string();
    println!("{}", describe(Call::start(token_request(&fields)).wait()));
    assert!(proxy.requests().is_empty() && proxy.targets().is_empty());
}
