//! Managed identities, each source played by a server. Sources are named by environment variables, so every call is
//! made by a child: this program itself, told to ask.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use psoauth_test_support::{Answer, Program, Proxy, Received, Server, Suite, tools};
use psoauthhelper::{Call, Outcome, TokenRequest};
use serde_json::{Value, json};

const ASK: &str = "--ask";
const ASK_REAL_METADATA: &str = "--ask-at-169.254.169.254";
const SECRET: &str = "hunter2hunter2";
const TOKEN: &str = r#"{"access_token":"token","token_type":"Bearer","expires_on":"4102444800","resource":"r"}"#;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, requests)) if first == ASK => ask(requests),
        Some((first, _)) if first == ASK_REAL_METADATA => ask_real_metadata(),
        _ => suite().run(),
    }
}

fn suite() -> Suite {
    Suite::new()
        .test("instance_metadata_gives_a_token", instance_metadata_gives_a_token)
        .test("instance_metadata_is_asked_again_as_its_documentation_says", instance_metadata_is_asked_again)
        .test("what_would_fail_again_is_not_asked_again", what_would_fail_again_is_not_asked_again)
        .test("redirects_and_floods_end_the_call", redirects_and_floods_end_the_call)
        .test("metadata_elsewhere_is_not_asked", metadata_elsewhere_is_not_asked)
        .test("app_service_gives_a_token", app_service_gives_a_token)
        .test("app_services_errors_are_told_without_the_secret", app_services_errors_are_told_without_the_secret)
        .with_tool("arcs_challenge_is_answered", ArcFolder::make, arcs_challenge_is_answered)
        .test("arcs_agent_gets_no_other_file", arcs_agent_gets_no_other_file)
        .test("arcs_token_is_the_identitys_that_was_asked_for", arcs_token_is_the_identitys_that_was_asked_for)
        .with_tool("no_proxy_sees_instance_metadata", namespace, no_proxy_sees_instance_metadata)
}

/// The child: makes all calls at once and prints a line of JSON about each.
fn ask(requests: &[String]) {
    let calls: Vec<_> = requests.iter().map(|request| Call::start(token_request(request))).collect();
    for call in calls {
        println!("{}", describe(call.wait()));
    }
}

fn token_request(fields: &str) -> TokenRequest {
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

fn describe(outcome: &Outcome) -> Value {
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
fn ask_with(environment: &[(&str, &str)], requests: &[Value]) -> Vec<Value> {
    let mut program = Program::new(env::current_exe().expect("a program knows where it lies")).arg(ASK);
    for (name, value) in environment {
        program = program.env(name, value);
    }
    let output = program.args(requests.iter().map(Value::to_string)).output().success();
    output.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn ask_metadata(server: &Server, requests: &[Value]) -> Vec<Value> {
    ask_with(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", &server.url(""))], requests)
}

fn says(outcome: &Value, member: &str, expected: &str) {
    let text = outcome[member].as_str().unwrap_or_default();
    assert!(text.contains(expected), "{member} is {text:?}, without {expected:?}: {outcome}");
}

/// The value of a query parameter as it came.
fn parameter<'a>(request: &'a Received, name: &str) -> Option<&'a str> {
    let (_, query) = request.target.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
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
            json!({"resource": "gone", "timeout_ms": 2000}),
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

/// The folder of Arc's challenge files, made for a test on a machine that has none.
struct ArcFolder(PathBuf);

impl ArcFolder {
    fn make() -> Result<Self, String> {
        let agent = Path::new("/var/opt/azcmagent");
        if !cfg!(target_os = "linux") {
            return Err("the folder of Azure Arc's agent is made on Linux alone".to_owned());
        }
        if agent.exists() {
            return Err(format!("{} is there already: this machine may have an agent of Azure Arc", agent.display()));
        }
        let folder = agent.join("tokens");
        fs::create_dir_all(&folder).map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for ArcFolder {
    fn drop(&mut self) {
        let agent = self.0.parent().expect("the folder lies in the agent's");
        fs::remove_dir_all(agent).expect("what was made can be removed");
    }
}

fn arc_environment(server: &Server) -> [(&'static str, String); 2] {
    [("IDENTITY_ENDPOINT", server.url("/metadata/identity/oauth2/token")), ("IMDS_ENDPOINT", server.url(""))]
}

fn ask_arc(server: &Server, request: Value) -> Value {
    let environment = arc_environment(server);
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    ask_with(&environment, &[request]).remove(0)
}

fn arcs_challenge_is_answered(folder: ArcFolder) {
    let file = folder.0.join("8f1c.key");
    fs::write(&file, SECRET).expect("written");
    let challenge = format!("Basic realm={}", file.display());
    let server = Server::start(move |request| match request.header("authorization") {
        None => Answer::status(401).header("WWW-Authenticate", &challenge),
        Some(authorization) if authorization == format!("Basic {SECRET}") => Answer::json(200, TOKEN),
        Some(_) => Answer::json(401, r#"{"error":"unauthorized","error_description":"wrong key"}"#),
    });
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!((&outcome["token"], &outcome["attempts"]), (&json!("token"), &json!(1)), "{outcome}");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(request.target, "/metadata/identity/oauth2/token?api-version=2020-06-01&resource=r");
        assert_eq!(request.header("metadata"), Some("true"));
    }

    fs::write(&file, "another").expect("written");
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!((&outcome["status"], &outcome["error"]), (&json!("OAuthError"), &json!("unauthorized")), "{outcome}");
    assert_eq!(server.requests().len(), 4, "a challenge is answered once");

    fs::remove_file(&file).expect("removed");
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!(outcome["status"], "InvalidArgument");
    says(&outcome, "message", "8f1c.key does not exist");
}

fn arcs_agent_gets_no_other_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("other.key");
    fs::write(&file, SECRET).expect("written");
    let challenge = format!("Basic realm={}", file.display());
    let server = Server::start(move |_| Answer::status(401).header("WWW-Authenticate", &challenge));
    let outcome = ask_arc(&server, json!({"resource": "r"}));
    assert_eq!((&outcome["status"], &outcome["http_status"]), (&json!("BadResponse"), &json!(401)), "{outcome}");
    says(&outcome, "message", "no challenge file of its own");
    assert_eq!(server.requests().len(), 1);
}

fn arcs_token_is_the_identitys_that_was_asked_for() {
    let server = Server::start(|request| match request.target.contains("client_id=known") {
        true => Answer::json(200, TOKEN.replacen('{', r#"{"client_id":"KNOWN","#, 1)),
        false => Answer::json(200, TOKEN.replacen('{', r#"{"client_id":"machine","#, 1)),
    });
    for request in [json!({"resource": "r", "client_id": "known"}), json!({"resource": "r"})] {
        let outcome = ask_arc(&server, request);
        assert_eq!(outcome["token"], "token", "{outcome}");
    }
    let outcome = ask_arc(&server, json!({"resource": "r", "client_id": "unknown"}));
    assert_eq!((&outcome["status"], &outcome["http_status"]), (&json!("BadResponse"), &json!(200)), "{outcome}");
    says(&outcome, "message", "so it is not used");
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
    let output = Program::new(unshare)
        .args(["--net", "sh", "-c", script, "sh"])
        .arg(env::current_exe().expect("a program knows where it lies"))
        .arg(ASK_REAL_METADATA)
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .output()
        .success();
    let outcome: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(outcome["token"], "token", "{outcome}");
}

/// The child: answers at Azure's address, and asks there.
fn ask_real_metadata() {
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
